//! Documents that tests write: stale ones fail, and `COSUP_BLESS=1` renews them.

use std::fs;
use std::path::Path;

/// Compares a document with what a test says it should be, or writes it when asked to.
pub(crate) fn assert_rendered(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("COSUP_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == text,
        "{name} is stale; to renew it: COSUP_BLESS=1 cargo test --test it"
    );
}
