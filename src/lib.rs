//! cosup: resumable uploads to Tencent COS over the v4 JSON API.
pub mod cancel;
pub mod digest;
pub mod event;
pub mod hooks;
pub mod ledger;
pub mod machine;
pub mod metrics;
pub mod ping;
pub mod remote;
pub mod schedule;
pub mod sign;
pub mod slice;
pub mod throttle;
pub mod wire;
