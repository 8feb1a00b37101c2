//! The tests that drive cosup from outside: real sockets, real files, real processes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod bad_input;
mod emulator_replay;
mod emulator_rules;
mod emulator_slices;
mod house;
mod in_the_way;
mod raw;
mod readme;
