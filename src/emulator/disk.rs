//! Files and directories that appear whole, and are on the disk before this is said where that is asked.

use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::digest::{ChainState, Sha1Sum};

/// Where files are written before they get their places, and whether everything is synced.
#[derive(Debug)]
pub struct Disk {
    spool: PathBuf,
    sync: bool,
}

impl Disk {
    /// Uses the directory `spool`, which must be on the filesystem of all places; what an earlier run
    /// left in it is removed.
    pub fn open(spool: PathBuf, sync: bool) -> io::Result<Self> {
        for entry in fs::read_dir(&spool)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(Self { spool, sync })
    }

    /// Whether everything is synced before it is acknowledged.
    pub fn syncs(&self) -> bool {
        self.sync
    }

    /// A new file for bytes that have no place yet; it vanishes unless it is given one.
    pub fn spool(&self) -> io::Result<NamedTempFile> {
        // As plain as any file: what it holds may become an object.
        let plain = Permissions::from_mode(0o666);
        tempfile::Builder::new()
            .permissions(plain)
            .tempfile_in(&self.spool)
    }

    /// Writes a file beside its place and moves it there.
    pub fn write_atomically(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.spool()?;
        file.write_all(bytes)?;
        if self.sync {
            file.as_file().sync_all()?;
        }
        file.persist(path).map_err(|error| error.error)?;
        self.sync_parent(path)
    }

    /// Makes a directory with all that lead to it, where they are missing.
    pub fn make_dirs(&self, path: &Path) -> io::Result<()> {
        if !self.sync {
            return fs::create_dir_all(path);
        }
        let missing: Vec<_> = path.ancestors().take_while(|dir| !dir.is_dir()).collect();
        for dir in missing.into_iter().rev() {
            match fs::create_dir(dir) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => {}
                made => made?,
            }
            self.sync_parent(dir)?;
        }
        Ok(())
    }

    /// Has on the disk what the directory of `path` lists, where that is asked.
    pub fn sync_parent(&self, path: &Path) -> io::Result<()> {
        match path.parent() {
            Some(parent) if self.sync => File::open(parent)?.sync_all(),
            _ => Ok(()),
        }
    }
}

/// The SHA-1 of everything that is left to read.
pub fn sum_of(reader: &mut impl Read) -> io::Result<Sha1Sum> {
    let mut state = ChainState::INITIAL;
    let mut buffer = vec![0; 256 * 1024];
    let (mut total, mut filled) = (0_u64, 0_usize);
    loop {
        let n = reader.read(&mut buffer[filled..])?;
        total += n as u64;
        filled += n;
        if n == 0 {
            return Ok(state.finish(&buffer[..filled], total));
        }
        if filled == buffer.len() {
            state.absorb(&buffer);
            filled = 0;
        }
    }
}

/// Whether the error says that nothing is there.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Success where the only failure is that nothing was there.
pub fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if is_absent(&error) => Ok(()),
        other => other,
    }
}

/// What there is at `path`; `None` where nothing is.
pub fn metadata_at(path: &Path) -> io::Result<Option<fs::Metadata>> {
    match path.metadata() {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// When a file was changed last, in nanoseconds since 1970.
pub fn mtime_ns(metadata: &fs::Metadata) -> i64 {
    metadata
        .mtime()
        .saturating_mul(1_000_000_000)
        .saturating_add(metadata.mtime_nsec())
}
