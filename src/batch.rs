//! Many files: which ones, where each goes, and working on several at once.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use walkdir::WalkDir;
use xxhash_rust::xxh3::xxh3_64;

use crate::destination::{self, BadDestination};
use crate::remote::Target;

/// One file of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The local file, absolute.
    pub source: PathBuf,
    /// Where it goes.
    pub target: Target,
}

/// The files found.
#[derive(Debug, Default)]
pub struct Batch {
    /// Those that can go up.
    pub items: Vec<Item>,
    /// Why the others cannot: names that the service does not take.
    pub refused: Vec<BatchError>,
}

/// Which files of a tree are meant.
#[derive(Debug, Default)]
pub struct Choice {
    /// Whether directories are walked.
    pub recursive: bool,
    /// Only these, when there are any.
    pub include: Vec<String>,
    /// None of these.
    pub exclude: Vec<String>,
    /// Only the share `index` of `count` (from 1), by a stable hash of the relative path.
    pub shard: Option<(u64, u64)>,
}

/// Why a batch cannot be put together, or an item of it.
#[derive(Debug)]
pub enum BatchError {
    /// A directory without leave to walk it.
    IsDirectory(PathBuf),
    /// Several files for one name.
    SeveralToOne(Target),
    /// A name that cannot be kept.
    NotUnicode(PathBuf),
    /// A name that the service does not take.
    Name(PathBuf, BadDestination),
    /// Two files for the same object.
    Twice(PathBuf, PathBuf, Target),
    /// A pattern that is none.
    Pattern(globset::Error),
    /// A directory that cannot be read.
    Walk(walkdir::Error),
    /// There is no such file or directory.
    Missing(PathBuf),
    /// The working directory cannot be told.
    WorkingDirectory(std::io::Error),
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IsDirectory(path) => {
                write!(
                    f,
                    "{}: is a directory; use -r to upload what is in it",
                    path.display()
                )
            }
            Self::SeveralToOne(target) => write!(
                f,
                "{target}: several files cannot go to one name; end the destination in a slash"
            ),
            Self::NotUnicode(path) => write!(
                f,
                "{}: the name is not UTF-8; give the object a name of its own",
                path.display()
            ),
            Self::Name(path, error) => {
                write!(f, "{}: cannot keep the name: {error}", path.display())
            }
            Self::Twice(one, other, target) => write!(
                f,
                "{} and {} would both become {target}",
                one.display(),
                other.display()
            ),
            Self::Pattern(error) => write!(f, "not a pattern: {error}"),
            Self::Walk(error) => write!(f, "cannot walk: {error}"),
            Self::Missing(path) => write!(f, "{}: no such file", path.display()),
            Self::WorkingDirectory(error) => write!(f, "no working directory: {error}"),
        }
    }
}

impl Error for BatchError {}

/// Finds the files of `sources` and gives each its place at `target`. A directory ending in a slash
/// stands for what is in it, as with rsync; otherwise its name is kept.
pub fn collect(sources: &[PathBuf], target: &Target, choice: &Choice) -> Result<Batch, BatchError> {
    let include = globs(&choice.include)?;
    let exclude = globs(&choice.exclude)?;
    let to_directory = target.path.ends_with('/');
    let walks = sources.iter().any(|source| source.is_dir());
    if !to_directory && (sources.len() > 1 || walks && choice.recursive) {
        return Err(BatchError::SeveralToOne(target.clone()));
    }
    let mut items = Vec::new();
    let mut refused = Vec::new();
    let mut add = |source: PathBuf, target: Result<Target, BatchError>| match target {
        Ok(target) => items.push(Item { source, target }),
        Err(error) => refused.push(error),
    };
    for source in sources {
        let absolute = std::path::absolute(source).map_err(BatchError::WorkingDirectory)?;
        if !source.is_dir() {
            let name = Path::new(source.file_name().unwrap_or_default());
            let target = if to_directory {
                place(target, source, name)
            } else {
                Ok(target.clone())
            };
            add(absolute, target);
            continue;
        }
        if !choice.recursive {
            return Err(BatchError::IsDirectory(source.clone()));
        }
        let keeps_name = !source.as_os_str().as_encoded_bytes().ends_with(b"/");
        let name = absolute.file_name().filter(|_| keeps_name);
        for entry in WalkDir::new(&absolute).sort_by_file_name() {
            let entry = entry.map_err(BatchError::Walk)?;
            let relative = entry.path().strip_prefix(&absolute).unwrap_or(entry.path());
            let is_meant = entry.path().is_file()
                && include
                    .as_ref()
                    .is_none_or(|globs| globs.is_match(relative))
                && !exclude
                    .as_ref()
                    .is_some_and(|globs| globs.is_match(relative))
                && choice.shard.is_none_or(|shard| is_in(shard, relative));
            if !is_meant {
                continue;
            }
            let kept = name.map_or_else(
                || relative.to_owned(),
                |name| Path::new(name).join(relative),
            );
            let target = place(target, entry.path(), &kept);
            add(entry.into_path(), target);
        }
    }
    refuse_twice(&items)?;
    Ok(Batch { items, refused })
}

fn place(target: &Target, source: &Path, name: &Path) -> Result<Target, BatchError> {
    let name = name
        .to_str()
        .ok_or_else(|| BatchError::NotUnicode(source.to_owned()))?;
    destination::inside(target, name).map_err(|error| BatchError::Name(source.to_owned(), error))
}

fn refuse_twice(items: &[Item]) -> Result<(), BatchError> {
    let mut sorted: Vec<_> = items.iter().collect();
    sorted.sort_by(|a, b| a.target.cmp(&b.target));
    match sorted
        .windows(2)
        .find(|pair| pair[0].target == pair[1].target)
    {
        Some(pair) => Err(BatchError::Twice(
            pair[0].source.clone(),
            pair[1].source.clone(),
            pair[0].target.clone(),
        )),
        None => Ok(()),
    }
}

fn globs(patterns: &[String]) -> Result<Option<GlobSet>, BatchError> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        // A pattern without a slash means the name, wherever it is; with one, the relative path.
        let anywhere = format!("**/{pattern}");
        let pattern = if pattern.contains('/') {
            pattern.trim_start_matches('/')
        } else {
            &anywhere
        };
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        set.add(glob.map_err(BatchError::Pattern)?);
    }
    set.build().map(Some).map_err(BatchError::Pattern)
}

fn is_in((index, count): (u64, u64), relative: &Path) -> bool {
    let hash = xxh3_64(relative.as_os_str().as_encoded_bytes());
    hash % count.max(1) == index.saturating_sub(1)
}

/// Calls `work` for every item on up to `lanes` threads and gives the answers in the items' order.
/// Items for which `go_on` says no are not begun.
pub fn in_lanes<T: Sync, A: Send>(
    items: &[T],
    lanes: usize,
    go_on: impl Fn() -> bool + Sync,
    work: impl Fn(usize, &T) -> A + Sync,
) -> Vec<Option<A>> {
    let next = AtomicUsize::new(0);
    let answers: Vec<Mutex<Option<A>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let lane = || {
        while go_on() {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(n) else { return };
            let answer = work(n, item);
            *answers[n].lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..lanes.min(items.len()) {
            scope.spawn(lane);
        }
        lane();
    });
    answers
        .into_iter()
        .map(|answer| answer.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}

#[cfg(test)]
mod tests;
