//! Bad input: each gives one clear line, the documented exit code, and sends nothing wrong.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;

use crate::bench::{Bench, Ran, run};

/// One line that says what was wrong, perhaps one that says what to do, and nothing on stdout.
fn refuses(ran: &Ran, code: i32, why: &str) {
    assert_eq!(ran.code, code, "{ran:?}");
    assert!(ran.stderr.contains(why), "no {why:?} in {ran:?}");
    assert!(ran.stderr.starts_with("error: "), "{ran:?}");
    assert!(ran.stdout.is_empty(), "{ran:?}");
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
}

#[test]
fn files_that_cannot_go_up() {
    let bench = Bench::new();
    fs::create_dir(bench.path().join("dir")).unwrap();
    refuses(
        &bench.run(&["put", "none.bin", "/b/"]),
        65,
        "none.bin: no such file",
    );
    refuses(&bench.run(&["put", "dir", "/b/"]), 2, "use -r");
    refuses(
        &bench.run(&["put", "/dev/zero", "/b/z"]),
        65,
        "not a regular file",
    );
    // A loop of links is unreadable for everybody, even for the superuser.
    std::os::unix::fs::symlink("loop", bench.path().join("loop")).unwrap();
    refuses(&bench.run(&["put", "loop", "/b/"]), 65, "cannot read");
    assert_eq!(bench.asked(), 0);
}

#[test]
fn an_empty_file_goes_up_in_one_request() {
    let bench = Bench::new();
    bench.file("empty", 0);
    let ran = bench.run(&["put", "empty", "/b/d/"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let object = bench.path().join("root/1250000000/b/d/empty");
    assert_eq!(fs::metadata(object).unwrap().len(), 0);
    let ops: Vec<_> = bench.emulator.journal().into_iter().map(|e| e.op).collect();
    assert_eq!(ops, ["upload", "stat"]);
}

#[test]
fn destinations_that_are_none() {
    let bench = Bench::new();
    bench.file("f", 10);
    bench.file("g", 10);
    let long = format!("/b/{}", "x".repeat(851));
    for (dest, why) in [
        ("b/x", "starts with"),
        ("/", "no bucket"),
        ("/b/../x", "\"..\""),
        ("/b/a?b", "character ?"),
        ("/b/a*b", "character *"),
        ("/b/a:b", "character :"),
        ("/b/a|b", "character |"),
        ("/b/a\\b", "character \\"),
        ("/b/a<b", "character <"),
        ("/b/a>b", "character >"),
        ("/b/a\"b", "character \""),
        ("/Bucket/x", "no bucket name"),
        (long.as_str(), "851 bytes"),
    ] {
        refuses(&bench.run(&["put", "f", dest]), 2, why);
    }
    refuses(
        &bench.run(&["put", "f", "g", "/b/name"]),
        2,
        "several files",
    );
    assert_eq!(bench.asked(), 0);
}

#[test]
fn slice_sizes_the_service_refuses() {
    let bench = Bench::new();
    bench.file("f", 10);
    for size in ["1", "63K", "1500K", "4M", "0", "x"] {
        let ran = bench.run(&["put", "--slice-size", size, "f", "/b/"]);
        refuses(&ran, 2, "--slice-size");
    }
    assert_eq!(bench.asked(), 0);
}

#[test]
fn credentials_missing_or_wrong() {
    let bench = Bench::new();
    bench.file("f", 10);
    for missing in ["COSUP_APPID", "COSUP_SECRET_ID", "COSUP_SECRET_KEY"] {
        let ran = run(bench
            .command()
            .env_remove(missing)
            .args(["put", "f", "/b/"]));
        refuses(&ran, 78, missing);
    }
    let ran = run(bench
        .command()
        .env("COSUP_ENDPOINT", "no url")
        .args(["put", "f", "/b/"]));
    refuses(&ran, 78, "no url");
    assert_eq!(bench.asked(), 0);
    let wrong = "a-wrong-key-that-must-not-be-shown";
    let ran = run(bench
        .command()
        .env("COSUP_SECRET_KEY", wrong)
        .args(["put", "f", "/b/"]));
    refuses(&ran, 77, "HTTP 403");
    assert!(!ran.stderr.contains(wrong));
    assert_eq!(bench.asked(), 1, "a refusal is not repeated");
}

/// A server that gives every request the same answer.
fn canned(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let mut len = 0;
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap_or(0) > 2 {
                if let Some(n) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    len = n.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; len];
            // A client that leaves early is no trouble of this server.
            let _ = reader.read_exact(&mut body);
            let _ = reader.get_mut().write_all(answer.as_bytes());
        }
    });
    format!("http://{address}")
}

#[test]
fn servers_that_are_none() {
    let bench = Bench::new();
    bench.file("f", 10);
    let put = |endpoint: &str| {
        run(bench.command().env("COSUP_ENDPOINT", endpoint).args([
            "--retries",
            "0",
            "put",
            "f",
            "/b/",
        ]))
    };
    refuses(&put("http://127.0.0.1:1"), 75, "cannot connect");
    for (answer, code, why) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 21\r\nConnection: close\r\n\r\n<html>\x1b[2Jhello</html>",
            75,
            "<html>\\x1b[2Jhello",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 20\r\nConnection: close\r\n\r\n{\"code\":0,\"message\":",
            75,
            "not of this protocol",
        ),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            1,
            "redirects to http://elsewhere/",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 38\r\nConnection: close\r\n\r\n{\"code\":-31337,\"message\":\"what is it\"}",
            1,
            "code -31337",
        ),
        (
            "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            75,
            "HTTP 502",
        ),
    ] {
        let ran = put(&canned(answer));
        refuses(&ran, code, why);
        if code == 75 {
            let last = ran.stderr.lines().last().unwrap();
            assert!(last.contains("cosup resume"), "{ran:?}");
        }
    }
}

#[test]
fn an_edited_file_is_a_new_upload_once_the_old_one_is_dropped() {
    let bench = Bench::new();
    let file = bench.file("f", 3_000_000);
    bench.emulator.fail(
        "op=upload_slice_data,nth=2,code=-97,status=403"
            .parse()
            .unwrap(),
    );
    let put = ["put", "--slice-threshold=0", "-j1", "f", "/b/"];
    let ran = bench.run(&put);
    assert_eq!(ran.code, 77, "{ran:?}");
    fs::write(&file, vec![7; 3_000_000]).unwrap();

    refuses(&bench.run(&["resume"]), 65, "content was edited");
    let ran = bench.run(&put);
    refuses(&ran, 73, "unfinished upload of another file");
    let hint = ran.stderr.lines().last().unwrap();
    let id = hint
        .split_whitespace()
        .find(|w| w.len() >= 12 && w.chars().next().unwrap().is_ascii_hexdigit());
    let id = id.expect("the hint names the id").trim_end_matches(',');
    let ran = bench.run(&["abort", "--remote", id]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = bench.run(&put);
    assert_eq!(ran.code, 0, "{ran:?}");
    let object = bench.path().join("root/1250000000/b/f");
    assert_eq!(fs::read(object).unwrap(), vec![7; 3_000_000]);
    assert_eq!(
        fs::read_dir(bench.path().join("state/uploads"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn nonsense_is_blamed_on_who_said_it() {
    let bench = Bench::new();
    bench.file("f", 10);
    let ran = run(bench
        .command()
        .env("COSUP_JOBS", "x")
        .args(["put", "f", "/b/"]));
    refuses(&ran, 2, "error: COSUP_JOBS: invalid value 'x': ");
    assert!(!ran.stderr.contains("--jobs"), "{ran:?}");
    refuses(&bench.run(&["put", "-jx", "f", "/b/"]), 2, "'--jobs <N>'");
    refuses(
        &bench.run(&["put", "--region", "mars", "f", "/b/"]),
        78,
        "no region",
    );
    refuses(
        &bench.run(&["put", "--proxy", "bad://x", "f", "/b/"]),
        78,
        "bad://x",
    );
    let ran = bench.run(&["put", "--emulator", "store", "f", "/b/"]);
    refuses(&ran, 65, "hint: a directory is given as --emulator=store");
    let ran = run(bench.command().arg("abort"));
    refuses(&ran, 2, "Usage: cosup abort [OPTIONS] <ID|FILE|DEST>...");
    assert_eq!(bench.asked(), 0);
}

#[test]
fn a_full_disk_behind_standard_output_is_no_success() {
    let bench = Bench::new();
    bench.file("f", 10);
    for (arguments, why) in [
        (
            &["put", "f", "/b/a"][..],
            "/b/a is there, only the line about it is lost",
        ),
        (&["--json", "put", "f", "/b/b"], "only the output is lost"),
    ] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = bench
            .command()
            .args(arguments)
            .stdout(full)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(why), "{said}");
    }
    assert!(bench.object("a").exists() && bench.object("b").exists());
}
