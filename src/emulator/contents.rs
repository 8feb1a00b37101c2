//! Which objects of a bucket have which bytes: what an instant upload is found by (PROTOCOL §6 12).

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::paths::Resource;
use super::records::Attributes;
use crate::digest::decode_hex;

/// Account and bucket, SHA-1, length.
type Key = (String, [u8; 20], u64);

/// Stands for the SHA-1 of what was not hashed yet.
const UNHASHED: [u8; 20] = [0; 20];

/// The paths under each content. An entry is a hint: whoever uses it looks at the object itself.
#[derive(Debug, Default)]
pub struct Contents(Mutex<HashMap<Key, HashSet<String>>>);

impl Contents {
    /// Notes the content of an object.
    pub fn add(&self, resource: &Resource, attributes: &Attributes) {
        if resource.is_dir() {
            return;
        }
        let sha = decode_hex(&attributes.sha).unwrap_or(UNHASHED);
        self.lock()
            .entry(key(resource, &sha, attributes.size))
            .or_default()
            .insert(resource.path.clone());
    }

    /// An object of the bucket that had this content when it was noted; the path itself first.
    pub fn find(&self, resource: &Resource, sha: &[u8; 20], size: u64) -> Option<Resource> {
        let contents = self.lock();
        let paths = contents.get(&key(resource, sha, size))?;
        let same = paths.get(&resource.path);
        let path = same.or_else(|| paths.iter().next())?;
        Some(resource.sibling(path.clone()))
    }

    /// Forgets that an object has this content; an empty `sha` stands for one that was not hashed.
    pub fn remove(&self, resource: &Resource, sha: &str, size: u64) {
        let key = key(resource, &decode_hex(sha).unwrap_or(UNHASHED), size);
        let mut contents = self.lock();
        if let Some(paths) = contents.get_mut(&key) {
            paths.remove(&resource.path);
            if paths.is_empty() {
                contents.remove(&key);
            }
        }
    }

    /// The objects of this length that nobody has hashed yet.
    pub fn unhashed(&self, resource: &Resource, size: u64) -> HashSet<String> {
        let key = key(resource, &UNHASHED, size);
        self.lock().get(&key).cloned().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, HashSet<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(resource: &Resource, sha: &[u8; 20], size: u64) -> Key {
    let bucket = format!("{}/{}", resource.appid, resource.bucket);
    (bucket, *sha, size)
}
