//! The tests that drive cosup from outside: real sockets, real files, real processes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod aborts;
mod bad_input;
mod bench;
mod crashes;
mod doctor;
mod emulator_attacks;
mod emulator_dialects;
mod emulator_faults;
mod emulator_landing;
mod emulator_limits;
mod emulator_memory;
mod emulator_objects;
mod emulator_process;
mod emulator_replay;
mod emulator_rules;
mod emulator_settings;
mod emulator_slices;
mod emulator_stops;
mod examples;
mod face;
mod face_bars;
mod face_config;
mod face_help;
mod face_json;
mod face_run;
mod fault_matrix;
mod house;
mod in_the_way;
mod inside;
mod kills;
mod lab;
mod looking;
mod overlaps;
mod pacing;
mod plans;
mod proxy;
mod pty;
mod puts;
mod raw;
mod readme;
mod receipts;
mod rendered;
mod resumes;
mod source_changes;
mod streams;
mod telling;
