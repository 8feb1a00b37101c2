//! Events and results as NDJSON: one object a line, each with its version and its name.

use serde_json::{Map, Value};

/// The version every line carries; a line that means something else gets another.
pub const VERSION: u64 = 1;

/// One line, without its line break: `{"v":1,"event":NAME,...}` with the fields of `object`.
///
/// Commands write their results with this when `--json` is given.
pub fn line(event: &str, object: Value) -> String {
    let mut whole = Map::new();
    whole.insert("v".to_owned(), VERSION.into());
    whole.insert("event".to_owned(), event.into());
    if let Value::Object(fields) = object {
        whole.extend(fields);
    }
    Value::Object(whole).to_string()
}
