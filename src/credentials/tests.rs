//! Signers of every kind.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use super::command::run;
use super::*;

const LIMIT: Duration = Duration::from_secs(20);

fn ask(uses: Uses, now: u64) -> Ask<'static> {
    Ask {
        op: "delete",
        bucket: "demo",
        fileid: "/1/demo/x",
        uses,
        now,
    }
}

#[test]
fn a_signing_command_is_told_what_for_and_asked_each_time() {
    let source = Source::SignCommand {
        appid: "125".into(),
        command: "echo $COSUP_SIGN_OP:$COSUP_SIGN_APPID:$COSUP_SIGN_BUCKET:$COSUP_SIGN_FILEID:$COSUP_SIGN_USES:$COSUP_SIGN_EXPIRES".into(),
    };
    let signer = source.authorizer(LIMIT).unwrap();
    assert_eq!(signer.appid(), "125");
    assert_eq!(
        signer.authorization(&ask(Uses::Once, 7)).unwrap(),
        "delete:125:demo:/1/demo/x:once:0"
    );
    assert_eq!(
        signer.authorization(&ask(Uses::Until(9), 7)).unwrap(),
        "delete:125:demo:/1/demo/x:multi:9"
    );
}

#[test]
fn a_command_that_hangs_is_killed_with_all_it_started() {
    let begun = Instant::now();
    let error = run(
        "sign_command",
        "sleep 1000 | cat",
        &[],
        Duration::from_millis(100),
    );
    assert!(error.unwrap_err().contains("did not answer within 100 ms"));
    assert!(begun.elapsed() < Duration::from_secs(100));
}

#[test]
fn a_command_that_fails_or_babbles_is_no_signature() {
    for (command, why) in [
        ("exit 3", "failed: exit status: 3"),
        ("true", "did not print one Authorization"),
        ("echo two words", "did not print one Authorization"),
    ] {
        let source = Source::SignCommand {
            appid: "1".into(),
            command: command.into(),
        };
        let signer = source.authorizer(LIMIT).unwrap();
        let error = signer.authorization(&ask(Uses::Once, 7)).unwrap_err();
        assert!(error.0.contains(why), "{command}: {error}");
    }
}

#[test]
fn fetched_keys_are_kept_until_they_expire() {
    let dir = tempfile::tempdir().unwrap();
    let count = dir.path().join("count");
    let command = format!(
        r#"echo x >> {0}; printf '{{"appid":1,"secret_id":"id%s","secret_key":"k","expires":%s}}' $(wc -l < {0}) $((1000 * $(wc -l < {0})))"#,
        count.display()
    );
    let source = Source::Command {
        appid: None,
        command,
    };
    let signer = source.authorizer(LIMIT).unwrap();
    let id_at = |now| {
        let text = signer
            .authorization(&ask(Uses::Until(now + 1), now))
            .unwrap();
        crate::sign::Signature::parse(&text).unwrap().secret_id
    };
    assert_eq!(id_at(100), "id1");
    assert_eq!(id_at(900), "id1");
    assert_eq!(id_at(950), "id2");
    assert_eq!(id_at(1900), "id2");
}

#[test]
fn what_a_command_prints_is_never_repeated() {
    let source = Source::Command {
        appid: Some("1".into()),
        command: "echo '{\"secret_id\":\"a\",\"secret_key\":TOPSECRET'".into(),
    };
    let error = source.authorizer(LIMIT).err().unwrap();
    assert!(!format!("{error:?}").contains("TOPSECRET"), "{error}");
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    std::fs::write(&path, "thekey\n").unwrap();
    let source = Source::KeyFile {
        appid: "1".into(),
        secret_id: "id".into(),
        path: path.clone(),
    };
    let mode = |mode| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    for open in [0o644, 0o640, 0o604] {
        mode(open);
        let error = source.authorizer(LIMIT).err().unwrap();
        assert_eq!(error.hint.unwrap(), format!("chmod 600 {}", path.display()));
    }
    for closed in [0o600, 0o400] {
        mode(closed);
        assert!(source.authorizer(LIMIT).is_ok());
    }
}
