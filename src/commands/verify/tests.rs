//! What a comparison shows, against a server of a few objects.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use super::*;
use crate::remote::{
    InitRequest, Initiated, Listed, Location, Op, Page, RemoteError, SliceRequest, Stored,
    WholeRequest,
};
use std::fs;

/// A server that knows the sums of a few objects and nothing else.
struct Shelf;

fn refused<T>(op: Op) -> Result<T, RemoteError> {
    Err(RemoteError::new(op, Kind::Permanent, "not in this test"))
}

impl Remote for Shelf {
    fn stat(&self, target: &Target) -> Result<Stat, RemoteError> {
        let of = |bytes: &[u8]| Stat {
            file_len: Some(bytes.len() as u64),
            sha: Some(Sha1Sum::of(bytes).to_string()),
            ..Stat::default()
        };
        match target.path.as_str() {
            "/d/same" => Ok(of(b"same")),
            "/d/other" => Ok(of(b"OTHER")),
            "/d/longer" => Ok(of(b"longer and longer")),
            "/d/half" => Ok(Stat {
                held_len: Some(1),
                ..of(b"half")
            }),
            "/d/bare" => Ok(Stat {
                sha: None,
                ..of(b"bare")
            }),
            "/d/busy" => Err(RemoteError::new(Op::Stat, Kind::Busy, "busy")),
            _ => Err(RemoteError::new(Op::Stat, Kind::NotFound, "none")),
        }
    }
    fn init(&self, _: &Target, _: &InitRequest<'_>) -> Result<Initiated, RemoteError> {
        refused(Op::Init)
    }
    fn list(&self, _: &Target) -> Result<Listed, RemoteError> {
        refused(Op::List)
    }
    fn put_slice(&self, _: &Target, _: &SliceRequest<'_>) -> Result<Stored, RemoteError> {
        refused(Op::Slice)
    }
    fn finish(&self, _: &Target, _: &str, _: u64, _: Sha1Sum) -> Result<Location, RemoteError> {
        refused(Op::Finish)
    }
    fn put_whole(&self, _: &Target, _: &WholeRequest<'_>) -> Result<Location, RemoteError> {
        refused(Op::Whole)
    }
    fn make_dir(&self, _: &Target) -> Result<(), RemoteError> {
        refused(Op::MakeDir)
    }
    fn delete(&self, _: &Target) -> Result<(), RemoteError> {
        refused(Op::Delete)
    }
    fn list_dir(&self, _: &Target, _: &str) -> Result<Page, RemoteError> {
        refused(Op::ListDir)
    }
}

fn verify(names: &[&str]) -> (Exit, String) {
    let dir = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for name in names {
        let path = dir.path().join(name);
        if *name != "absent" {
            fs::write(&path, name).unwrap();
        }
        paths.push(path.into_os_string());
    }
    paths.push("/b/d/".into());
    let verify = Verify {
        remote: &Shelf,
        is_here: &|_| true,
        jobs: 1,
        cancel: &Cancel::default(),
        form: Form::Text,
        quiet: false,
    };
    let mut out = Vec::new();
    let args = VerifyArgs {
        paths,
        ledger: None,
    };
    let exit = verify.run(&args, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let text = text.replace(&format!("{}/", dir.path().display()), "");
    (exit, text.lines().next().unwrap().to_owned())
}

#[test]
fn each_side_has_its_code() {
    for (name, exit, line) in [
        ("same", Exit::Success, "same      same /b/d/same"),
        (
            "longer",
            Exit::Conflict,
            "differs   longer /b/d/longer: 6 bytes here, 17 bytes there",
        ),
        (
            "half",
            Exit::Conflict,
            "differs   half /b/d/half: its upload is not finished",
        ),
        ("none", Exit::Conflict, "missing   none /b/d/none"),
        (
            "bare",
            Exit::Failed,
            "unproved  bare /b/d/bare: the sizes agree, but the server tells no sum",
        ),
        (
            "absent",
            Exit::Source,
            "source    absent /b/d/absent: absent: no such file",
        ),
        (
            "busy",
            Exit::TryAgain,
            "failed    busy /b/d/busy: stat: busy",
        ),
    ] {
        assert_eq!(verify(&[name]), (exit, line.to_owned()));
    }
    let (exit, line) = verify(&["other"]);
    assert_eq!(exit, Exit::Conflict);
    assert!(
        line.starts_with("differs   other /b/d/other: sha1 "),
        "{line}"
    );
    assert_eq!(verify(&["same", "busy", "absent", "other"]).0, Exit::Source);
}
