//! Streams, exit codes and surroundings, as scripts and cron meet them.

use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cosup::emulator::Config;
use cosup::sign::{Uses, sign};
use rustix::process::{Pid, Signal, kill_process};

use crate::face::{PLANTED, Place, bare, ran};

/// A fault that keeps an upload of slices waiting until it is stopped.
const STUCK: &str = "op=upload_slice_data,code=-71,status=503,retry_after=25";

/// A command that runs, once it has said this word.
fn started(command: &mut Command, word: &str) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = command
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut seen = String::new();
    while !seen.contains(word) {
        assert!(stderr.read_line(&mut seen).unwrap() > 0, "{seen}");
    }
    (child, stderr)
}

/// An upload that waits; it is there once its checkpoint is.
fn stuck(place: &Place, command: &mut Command) -> (Child, BufReader<std::process::ChildStderr>) {
    let started = started(command, "upload_slice_data");
    assert!(place.path(".local").exists());
    started
}

#[test]
fn every_exit_code_can_be_met() {
    let place = Place::new();
    place.file("a", 10);
    place.file("b", 11);
    fs::create_dir(place.path("dir")).unwrap();
    let run = |arguments: &[&str]| place.run(arguments).code;
    assert_eq!(run(&["put", "a", "/demo/x"]), 0);
    assert_eq!(
        run(&["put", "a", "/demo/x"]),
        0,
        "the same bytes are success"
    );
    assert_eq!(run(&["parts", "/demo/none"]), 1);
    assert_eq!(run(&["put", "a"]), 2);
    assert_eq!(run(&["put", "dir", "/demo/"]), 2);
    assert_eq!(run(&["put", "missing", "/demo/"]), 65);
    assert_eq!(run(&["put", "b", "/demo/x"]), 73);
    assert_eq!(run(&["put", "b", "/demo/x", "--if-exists=skip"]), 0);
    let wrong = ran(place
        .command(&["put", "a", "/demo/y"])
        .env("COSUP_SECRET_KEY", "wrong"));
    assert_eq!(wrong.code, 77, "{wrong:?}");
    let lines: Vec<&str> = wrong.stderr.lines().collect();
    assert!(
        lines[0].starts_with("error: ") && lines[0].contains("request "),
        "{wrong:?}"
    );
    assert!(lines[1].starts_with("hint: check appid"), "{wrong:?}");
    let nobody = ran(&mut bare(
        place.dir.path(),
        &["put", "a", "/demo/y", "--region=sh"],
    ));
    assert_eq!(nobody.code, 78, "{nobody:?}");
    let down = [
        "put",
        "a",
        "/demo/y",
        "--endpoint=http://127.0.0.1:1",
        "--retries=0",
    ];
    assert_eq!(run(&down), 75);
    // Of several, the most urgent.
    assert_eq!(run(&["put", "-r", "a", "b", "dir", "/demo/new/"]), 0);
}

#[test]
fn another_cosup_at_work_is_76() {
    let place = Place::with_faults(&[STUCK]);
    place.file("a", 3 << 20);
    let put = ["put", "-v", "--slice-threshold=0", "a", "/demo/x"];
    let (mut child, mut stderr) = stuck(&place, &mut place.command(&put));
    let second = place.run(&put);
    assert_eq!(second.code, 76, "{second:?}");
    assert!(
        second.stderr.contains(&child.id().to_string()),
        "{second:?}"
    );
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::USR1).unwrap();
    let mut seen = String::new();
    while !seen.contains("a: ") {
        assert!(stderr.read_line(&mut seen).unwrap() > 0, "{seen}");
    }
    assert!(seen.contains("of 3.0 MiB"), "{seen}");
    kill_process(pid, Signal::TERM).unwrap();
    stderr.read_to_string(&mut seen).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(143), "{seen}");
    let lines: Vec<&str> = seen.lines().collect();
    let [.., hint, command] = lines[..] else {
        panic!("{seen}")
    };
    assert_eq!(hint, "hint: to go on:");
    let id = command.strip_prefix("cosup resume ").unwrap();
    assert!(id.chars().all(|c| c.is_ascii_hexdigit()), "{seen}");
}

#[test]
fn a_quiet_success_prints_nothing_at_all() {
    let place = Place::new();
    place.file("a", 3 << 20);
    for flags in [&["--slice-threshold=0"][..], &["-r"][..]] {
        let arguments = [&["put", "-q", "a", "/demo/d/"], flags].concat();
        let ran = place.run(&arguments);
        assert_eq!(
            (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
            (0, "", "")
        );
    }
    // A warning alone is no reason to write a mail; together with a failure it may explain it.
    let no_state = |name: &str| {
        ran(place
            .command(&["put", "-q", name, "/demo/d/"])
            .env("COSUP_STATE_DIR", "/dev/null/x"))
    };
    let warned = no_state("a");
    assert_eq!(
        (warned.code, warned.stdout.as_str(), warned.stderr.as_str()),
        (0, "", "")
    );
    let failed = place.run(&["put", "-q", "missing", "/demo/"]);
    assert!(failed.stderr.starts_with("error: "), "{failed:?}");
}

#[test]
fn off_a_terminal_there_are_whole_lines_and_few() {
    let place = Place::with_faults(&["op=upload_slice_data,rate=1000000"]);
    place.file("a", 6 << 20);
    let begun = Instant::now();
    let mut command = place.command(&[
        "put",
        "--slice-threshold=0",
        "-j2",
        "--progress-interval=1s",
        "a",
        "/demo/d/",
    ]);
    let ran = ran(command.env("TERM", "xterm"));
    let seconds = usize::try_from(begun.elapsed().as_secs()).unwrap();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!ran.stderr.contains(['\x1b', '\r']), "{ran:?}");
    let lines = ran.stderr.lines().count();
    assert!((2..=seconds + 1).contains(&lines), "{seconds}: {ran:?}");
    assert!(ran.stderr.starts_with("a: "), "{ran:?}");
}

#[test]
fn results_are_printed_as_asked() {
    let place = Place::new();
    place.file("a b", 3);
    let plain = place.run(&["put", "a b", "/demo/d/"]);
    assert_eq!(
        plain.stdout,
        "http://demo-1250000000.file.myqcloud.com/d/a%20b\n"
    );
    let template = "--output={size} {dest}\\t{resource_path} {{}}";
    let asked = place.run(&["put", template, "a b", "/demo/d/"]);
    assert_eq!(asked.stdout, "3 /demo/d/a b\t/1250000000/demo/d/a b {}\n");
    let wrong = place.run(&["put", "--output={sice}", "a b", "/demo/d/"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("there is no field `sice`"),
        "{wrong:?}"
    );
}

#[test]
fn a_full_disk_behind_standard_output_is_told() {
    let place = Place::new();
    place.file("a", 3);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = place
        .command(&["put", "a", "/demo/d/"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("No space left")
    );
}

#[test]
fn a_pipe_that_nobody_reads_does_not_hold_up_the_upload() {
    let place = Place::new();
    place.file("a", 3 << 20);
    let (reader, mut writer) = std::io::pipe().unwrap();
    let flags = rustix::fs::fcntl_getfl(&writer).unwrap();
    rustix::fs::fcntl_setfl(&writer, flags | rustix::fs::OFlags::NONBLOCK).unwrap();
    while writer.write(&[b'x'; 4096]).is_ok() {}
    rustix::fs::fcntl_setfl(&writer, flags).unwrap();
    let status = place
        .command(&["put", "-v", "--slice-threshold=0", "a", "/demo/d/"])
        .stdout(Stdio::null())
        .stderr(writer)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
    drop(reader);
}

/// No HOME, no terminal, no locale, standard input closed, the root for a working directory.
#[test]
fn cron_finds_everything_it_needs_in_the_paths_it_gives() {
    let place = Place::new();
    let file = place.file("nightly.tar", 3 << 20);
    let config = place.path("cosup.toml");
    let demo = Config::demo_credentials();
    fs::write(
        &config,
        format!(
            "[defaults]\nendpoint = \"{}/files/v2/\"\n[profiles.night]\nappid = {}\nsecret_id = \"{}\"\nsecret_key_file = \"{}\"\n",
            place.emulator.endpoint(),
            demo.appid,
            demo.secret_id,
            place.path("key").display(),
        ),
    )
    .unwrap();
    fs::write(place.path("key"), PLANTED).unwrap();
    let line = format!(
        "exec {} put -q --profile night --config {} --state-dir {} --slice-threshold 0 {} /demo/n/ <&-",
        env!("CARGO_BIN_EXE_cosup"),
        config.display(),
        place.path("state").display(),
        file.display(),
    );
    let cron = || {
        let mut command = Command::new("/bin/sh");
        ran(command.args(["-c", &line]).env_clear().current_dir("/"))
    };
    let refused = cron();
    assert_eq!(refused.code, 78, "{refused:?}");
    let key = place.path("key").display().to_string();
    assert!(
        refused
            .stderr
            .ends_with(&format!("hint: chmod 600 {key}\n")),
        "{refused:?}"
    );
    fs::set_permissions(place.path("key"), Permissions::from_mode(0o600)).unwrap();
    let done = cron();
    assert_eq!(
        (done.code, done.stdout.as_str(), done.stderr.as_str()),
        (0, "", "")
    );
    let stored = place.path("objects/1250000000/demo/n/nightly.tar");
    assert_eq!(fs::read(stored).unwrap(), fs::read(file).unwrap());
}

#[test]
fn a_signing_service_is_enough() {
    let place = Place::new();
    place.file("a", 3 << 20);
    let demo = Config::demo_credentials();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let signature = sign(&demo, "demo", "", Uses::Until(now + 3600), now, 7);
    let log = place.path("asked");
    let line = format!(
        "echo $COSUP_SIGN_OP $COSUP_SIGN_FILEID >> {}; echo {signature}",
        log.display()
    );
    let mut command = bare(
        place.dir.path(),
        &["put", "--slice-threshold=0", "a", "/demo/d/"],
    );
    command
        .env("PATH", "/usr/bin:/bin")
        .env("COSUP_ENDPOINT", place.emulator.endpoint())
        .env("COSUP_APPID", &demo.appid)
        .env("COSUP_SIGN_COMMAND", line);
    let ran = ran(&mut command);
    assert_eq!(ran.code, 0, "{ran:?}");
    let asked = fs::read_to_string(log).unwrap();
    assert_eq!(
        asked
            .lines()
            .filter(|line| line.starts_with("upload_slice_data "))
            .count(),
        3
    );
    assert!(
        asked.contains("upload_slice_init /1250000000/demo/d/a"),
        "{asked}"
    );
}

#[test]
fn no_secret_is_written_anywhere() {
    let place = Place::with_faults(&["op=upload_slice_data,code=-71,status=503"]);
    place.file("a", 3 << 20);
    for flags in [
        &["-v"][..],
        &["--json", "-v"][..],
        &["--progress=lines"][..],
    ] {
        let arguments = [
            &["put", "--retries=0", "--slice-threshold=0", "a", "/demo/d/"],
            flags,
        ]
        .concat();
        assert_eq!(place.run(&arguments).code, 75);
    }
    for arguments in [
        &["config"][..],
        &["config", "--json"],
        &["status"],
        &["doctor"],
    ] {
        place.run(arguments);
    }
    let mut dirs = vec![place.path(".local")];
    let mut files = 0;
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
                continue;
            }
            files += 1;
            let bytes = fs::read(&path).unwrap();
            let found = bytes
                .windows(PLANTED.len())
                .any(|window| window == PLANTED.as_bytes());
            assert!(!found, "{}", path.display());
            assert!(
                !bytes.windows(6).any(|window| window == b"?sign="),
                "{}",
                path.display()
            );
        }
    }
    assert!(files > 1);
}

#[test]
fn a_foreign_message_cannot_act_on_the_terminal() {
    let place = Place::new();
    let ran = place.run(&["put", "a\x1b[2Jb", "/demo/d/"]);
    assert_eq!(ran.code, 65);
    assert!(ran.stderr.contains("a\\x1b[2Jb"), "{ran:?}");
    let ran = place.run(&["put", "a", "/demo/\x1b[2J"]);
    assert_eq!(ran.code, 2);
    assert!(!ran.stderr.contains('\x1b'), "{ran:?}");
    let ran = place.run(&["stat", "/demo/\x1b[2J"]);
    assert_eq!(ran.code, 2);
    assert!(!ran.stderr.contains('\x1b'), "{ran:?}");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let place = Place::with_faults(&["op=upload_slice_data,delay=40s"]);
    place.file("a", 3 << 20);
    let mut command = place.command(&["put", "-v", "--slice-threshold=0", "-j1", "a", "/demo/x"]);
    let (mut child, mut stderr) = started(&mut command, "upload_slice_init");
    let mut seen = String::new();
    let begun = Instant::now();
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    while !seen.contains("once more stops at once") {
        assert!(stderr.read_line(&mut seen).unwrap() > 0, "{seen}");
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    stderr.read_to_string(&mut seen).unwrap();
    assert!(seen.contains("error: interrupted by signal 2"), "{seen}");
    assert_eq!(seen.lines().last(), Some("cosup resume"), "{seen}");
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_signal_that_nohup_ignores_stays_ignored() {
    let place = Place::with_faults(&[STUCK]);
    place.file("a", 3 << 20);
    let put = place.command(&["put", "-v", "--slice-threshold=0", "a", "/demo/x"]);
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "trap '' HUP; exec \"$@\"", "sh"])
        .arg(put.get_program())
        .args(put.get_args())
        .current_dir(place.dir.path())
        .env_clear()
        .envs(
            put.get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    let (mut child, mut stderr) = stuck(&place, &mut command);
    kill_process(Pid::from_child(&child), Signal::HUP).unwrap();
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let mut seen = String::new();
    stderr.read_to_string(&mut seen).unwrap();
    // Had the first one counted, the second would have ended it without a word.
    assert_eq!(child.wait().unwrap().code(), Some(143), "{seen}");
    assert!(seen.contains("hint: to go on:\ncosup resume "), "{seen}");
}
