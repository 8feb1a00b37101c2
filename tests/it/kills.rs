//! The kill suite: the real binary under kill -9 at random moments, the emulator too in a third of the
//! rounds, gone on with until the object is there.

use std::path::Path;
use std::time::Duration;

use crate::lab::{Cosup, Running, bytes, checkpoints, object, until};
use crate::proxy::Proxy;

/// Rounds of an ordinary test run; `COSUP_SOAK_ROUNDS` asks for another number.
const ROUNDS: u64 = 20;

const SLICE: u64 = 64 * 1024;

/// A small generator of numbers, so that a round can be run again by its seed.
struct Dice(u64);

impl Dice {
    /// A number below `most`.
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    }
}

/// An emulator in a process of its own.
struct Server {
    running: Running,
}

impl Server {
    /// Starts an emulator; some of them lose an answer now and then.
    fn start(root: &Path, seed: u64) -> Self {
        let mut command = Cosup::new("", root, root)
            .args(["emulator", "--listen", "127.0.0.1:0", "--root"])
            .args([root]);
        if seed % 4 == 1 {
            let fault = format!("probability=0.04,seed={seed},drop=after");
            command = command.args(["--fault", &fault]);
        }
        let running = command.start();
        let server = Self { running };
        until("the emulator listens", || {
            server.running.printed().ends_with('\n').then_some(())
        });
        server
    }

    fn address(&self) -> std::net::SocketAddr {
        let line = self.running.printed();
        line.trim().trim_start_matches("http://").parse().unwrap()
    }
}

/// Kills one upload again and again; gives how often it was killed in the middle.
fn round(seed: u64) -> u64 {
    let mut dice = Dice(seed);
    let root = tempfile::tempdir().unwrap();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    let len = dice.below(60 * SLICE) + 1;
    std::fs::write(&file, bytes(seed, usize::try_from(len).unwrap())).unwrap();
    let jobs = (dice.below(8) + 1).to_string();
    let state = place.path().join("state");
    let mut server = Server::start(root.path(), seed);
    let proxy = Proxy::to(server.address());
    let put = || {
        proxy.begin_epoch();
        Cosup::new(&proxy.endpoint(), place.path(), &state)
            .args(["put", "--slice-size", "64K", "--slice-threshold", "0"])
            .args(["-j", &jobs])
            .args([file.as_path(), Path::new("/demo/object")])
            .start()
    };
    let mut killed = 0;
    for _ in 0..=dice.below(5) {
        let mut client = put();
        let target = proxy.bytes() + dice.below(len);
        while !proxy.wait_bytes(target, Duration::from_millis(20)) && !client.has_ended() {}
        if client.has_ended() {
            break;
        }
        if seed.is_multiple_of(3) {
            server.running.kill();
            // Sometimes the client lives on and has to wait for the server to come back.
            if dice.below(2) == 0 {
                client.kill();
                killed += 1;
            }
            server = Server::start(root.path(), seed);
            proxy.retarget(server.address());
        } else {
            client.kill();
            killed += 1;
        }
    }
    put().wait().expect(0);
    let same = object(root.path(), "object") == std::fs::read(&file).ok();
    assert!(same, "the object differs");
    assert_eq!(checkpoints(&state), [""; 0]);
    let resent = proxy.resent();
    assert!(resent.is_empty(), "taken and sent again: {resent:?}");
    assert_eq!(proxy.seen("delete"), 0);
    killed
}

#[test]
fn killed_at_random_moments_an_upload_converges() {
    let rounds = std::env::var("COSUP_SOAK_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(ROUNDS);
    let mut killed = 0;
    for seed in 0..rounds {
        let result = std::panic::catch_unwind(|| round(seed));
        killed += result.unwrap_or_else(|_| panic!("round {seed} failed"));
    }
    assert!(killed >= rounds, "{killed} kills are no proof");
}
