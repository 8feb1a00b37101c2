//! cosup: resumable uploads to Tencent COS over the v4 JSON API.
pub mod cancel;
pub mod commands;
pub mod digest;
pub mod emulator;
pub mod sign;
pub mod slice;
pub mod wire;
