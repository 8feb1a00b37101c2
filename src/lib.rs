//! cosup: resumable uploads to Tencent COS over the v4 JSON API.
pub mod cancel;
pub mod digest;
pub mod event;
pub mod http;
pub mod machine;
pub mod remote;
pub mod retry;
pub mod schedule;
pub mod sign;
pub mod slice;
pub mod source;
pub mod store;
pub mod throttle;
pub mod wire;
