//! cosup: resumable uploads to Tencent COS, and to the private clouds that speak the same v4 JSON API.
//!
//! # Promises
//!
//! 1. **Never a mixed object.** If the file changes while it is uploaded, cosup stops with a clear
//!    error. It never finishes an object whose bytes are not one revision of the file.
//! 2. **Never exit 0 unless the object is there and is the file.**
//! 3. **Killed at any instruction, at most the slices in flight are sent again.** The next run
//!    converges by itself.
//! 4. **Nothing remote is ever deleted as a recovery step.** Only `--if-exists overwrite`,
//!    `cosup abort --remote` and `cosup rm` replace or remove, because the user said so.
//! 5. **Nothing that could sign a request is stored in state, logged or shown.**
//! 6. **No waiting without a limit, no silence without a reason.**
//!
//! # Layers
//!
//! A module uses only what stands above it; `tests/it/house.rs` holds the table and fails when an
//! import breaks it.
//!
//! | Layer | Modules |
//! |---|---|
//! | 0 words | [`mod@slice`] [`digest`] [`sign`] [`wire`] [`cancel`] [`text`] [`throttle`] [`schedule`] |
//! | 1 meaning | [`remote`] [`destination`] [`machine`] [`event`] |
//! | 2 world | [`source`] [`store`] [`slots`] [`spool`] [`ledger`] [`hooks`] [`ping`] [`metrics`] [`http`] [`progress`] [`emulator`] |
//! | 3 motion | [`retry`] [`pace`] [`upload`] [`batch`] |
//! | 4 shell | [`cli`] [`credentials`] [`settings`] [`exit`] [`commands`] |
//!
//! # Reading order
//!
//! Begin with [`machine`]: the drawing there is the whole upload, and everything else serves it.
//! [`remote`] is what it asks of a server, [`upload`] the loop that does what it says, [`http`] the
//! server over the network, [`source`] the local file and how a change of it is noticed, [`store`]
//! what is kept between runs, [`digest`] how every slice is proved before it leaves. Then
//! [`commands`], one file for each subcommand. [`emulator`] is a server of its own, which shares
//! with the client only [`wire`], [`sign`] and [`digest`], and those are pinned by vectors from real
//! SDKs.
//!
//! Sentences that stay true: the machine knows no clock, disk, network or output. Only [`retry`]
//! decides to wait. Only `main` exits. Only the observers in [`progress`] draw; a command writes its
//! result to the `out` it is given. The server is the truth about slices; the checkpoint proves that
//! the file is still the same, and saves hashing it again.

pub mod batch;
pub mod cancel;
pub mod cli;
pub mod commands;
pub mod credentials;
pub mod destination;
pub mod digest;
pub mod emulator;
pub mod event;
pub mod exit;
pub mod hooks;
pub mod http;
pub mod ledger;
pub mod machine;
pub mod metrics;
pub mod pace;
pub mod ping;
pub mod progress;
pub mod remote;
pub mod retry;
pub mod schedule;
pub mod settings;
pub mod sign;
pub mod slice;
pub mod slots;
pub mod source;
pub mod spool;
pub mod store;
pub mod text;
pub mod throttle;
pub mod upload;
pub mod wire;
