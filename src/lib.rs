//! cosup: resumable uploads to Tencent COS over the v4 JSON API.

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
pub mod http;
pub mod machine;
pub mod progress;
pub mod remote;
pub mod retry;
pub mod schedule;
pub mod settings;
pub mod sign;
pub mod slice;
pub mod slots;
pub mod source;
pub mod store;
pub mod text;
pub mod throttle;
pub mod upload;
pub mod wire;
