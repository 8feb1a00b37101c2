//! cosup: resumable uploads to Tencent COS over the v4 JSON API.
pub mod cancel;
pub mod cli;
pub mod commands;
pub mod credentials;
pub mod digest;
pub mod event;
pub mod exit;
pub mod machine;
pub mod progress;
pub mod remote;
pub mod settings;
pub mod sign;
pub mod slice;
pub mod text;
pub mod wire;
