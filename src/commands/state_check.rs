//! Whether a state directory can do what is asked of it: be written, be locked, be private.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::anyhow;

use crate::store::Store;

/// What a state directory is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// As it should be.
    Good,
    /// Others can look into it.
    Readable,
    /// Locks do not hold in it.
    NoLocks,
}

/// Tries it out, and leaves nothing behind but the directory.
pub(super) fn check(dir: &Path) -> anyhow::Result<Health> {
    Store::open(dir).map_err(|error| anyhow!(error))?;
    let probe = tempfile::NamedTempFile::new_in(dir)?;
    probe.as_file().sync_all()?;
    if !holds(probe.as_file(), &File::open(probe.path())?)? {
        return Ok(Health::NoLocks);
    }
    let mode = fs::metadata(dir)?.permissions().mode();
    let for_others = mode & 0o077;
    Ok(if for_others == 0 {
        Health::Good
    } else {
        Health::Readable
    })
}

/// Whether a lock that one holds keeps the other out.
fn holds(one: &File, other: &File) -> io::Result<bool> {
    match one.try_lock() {
        Ok(()) => Ok(matches!(other.try_lock(), Err(TryLockError::WouldBlock))),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn what_a_directory_is_like() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("new/state");
        assert_eq!(check(&state).unwrap(), Health::Good);
        fs::set_permissions(&state, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(check(&state).unwrap(), Health::Readable);
        fs::write(dir.path().join("file"), "").unwrap();
        assert!(check(&dir.path().join("file")).is_err());
        assert_eq!(fs::read_dir(&state).unwrap().count(), 1, "only uploads/");
    }
}
