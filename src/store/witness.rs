//! Who is told before and after every write to the state directory: how tests crash between any two
//! of them, or let the disk be full.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::{StoreError, unusable};

/// Somebody who sees every write; an error stands for one of the disk.
type Look = dyn Fn(&str) -> io::Result<()> + Send + Sync;

#[derive(Clone, Default)]
pub(super) struct Witness(Option<Arc<Look>>);

impl Witness {
    pub(super) fn new(look: impl Fn(&str) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(look)))
    }

    /// Surrounds the write of `path`, called `what`.
    pub(super) fn around<T>(
        &self,
        what: &str,
        path: &Path,
        write: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Some(look) = &self.0 else {
            return write();
        };
        look(&format!("before {what}")).map_err(unusable(path))?;
        let done = write()?;
        look(&format!("after {what}")).map_err(unusable(path))?;
        Ok(done)
    }
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Witness").finish()
    }
}
