//! The tests that drive cosup from outside: real sockets, real files, real processes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod bad_input;
mod emulator_dialects;
mod emulator_faults;
mod emulator_limits;
mod emulator_objects;
mod emulator_process;
mod emulator_replay;
mod emulator_rules;
mod emulator_slices;
mod face;
mod face_bars;
mod face_help;
mod face_json;
mod face_run;
mod house;
mod pty;
mod raw;
mod readme;
