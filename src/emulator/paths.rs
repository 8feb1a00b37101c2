//! Where a request points: URLs taken apart into account, bucket and path, and the path on disk for
//! it, which never leaves the root.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use super::answer::{Refusal, refuse};
use super::disk::is_absent;
use crate::wire::{API_PREFIX, KEY_LIMIT, RESERVED_IN_PATH, bucket_name_fits, code};

/// An object or a directory: `/appid/bucket/path`. The path begins with a slash, has no doubled ones,
/// and ends in one when it names a directory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Resource {
    /// The account's number, as text.
    pub appid: String,
    /// The bucket.
    pub bucket: String,
    /// The decoded path inside the bucket.
    pub path: String,
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/{}{}", self.appid, self.bucket, self.path)
    }
}

impl Resource {
    /// Takes the path of an API URL apart (PROTOCOL §1.1, §5.2).
    pub fn from_api_path(raw: &str) -> Result<Self, Refusal> {
        let decoded = decode(raw)?;
        let collapsed = collapse(&decoded);
        let Some(rest) = collapsed.strip_prefix(API_PREFIX) else {
            return refuse(code::URL_FORMAT);
        };
        let mut pieces = rest.trim_start_matches('/').splitn(3, '/');
        let appid = pieces.next().unwrap_or_default();
        let bucket = pieces.next().unwrap_or_default();
        let path = format!("/{}", pieces.next().unwrap_or_default());
        Self::new(appid, bucket, &path)
    }

    /// Takes a download host apart: `<bucket>-<appid>.cos<region>.myqcloud.com`, the same under `file`
    /// or `innercos` (PROTOCOL §5.1), or under a domain of one's own; `None` for any other host.
    pub fn from_host(host: &str, raw_path: &str) -> Option<Result<Self, Refusal>> {
        let (name, _) = without_port(host).split_once('.')?;
        let (bucket, appid) = name.rsplit_once('-')?;
        let is_number = !appid.is_empty() && appid.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| Self::new(appid, bucket, &collapse(&decode(raw_path)?)))
    }

    /// A resource from its decoded parts, each checked.
    pub fn new(appid: &str, bucket: &str, path: &str) -> Result<Self, Refusal> {
        if appid.is_empty() || appid.len() > 32 || !appid.bytes().all(|b| b.is_ascii_alphanumeric())
        {
            return refuse(code::URL_FORMAT);
        }
        if !bucket_name_fits(bucket) {
            return refuse(code::BUCKET_NAME);
        }
        let path = collapse(path);
        // The key is what follows the slash.
        let illegal = path.len() > KEY_LIMIT + 1
            || path.contains(RESERVED_IN_PATH)
            || path.chars().any(char::is_control)
            || segments(&path).any(|segment| matches!(segment, "." | "..") || is_blank(segment));
        if illegal || !path.starts_with('/') {
            return refuse(code::ILLEGAL_PATH);
        }
        Ok(Self {
            appid: appid.to_owned(),
            bucket: bucket.to_owned(),
            path,
        })
    }

    /// Where `dest_fileid` of a move or copy points: from the bucket's root when it begins with a
    /// slash, else from the directory of the source (PROTOCOL §1.7).
    pub fn destination(&self, dest_fileid: &str) -> Result<Self, Refusal> {
        let path = if dest_fileid.starts_with('/') {
            dest_fileid.to_owned()
        } else {
            format!("{}{dest_fileid}", self.parent())
        };
        let resource = Self::new(&self.appid, &self.bucket, &path)?;
        if resource.is_dir() {
            return refuse(code::FILE_PATH_SLASH);
        }
        Ok(resource)
    }

    /// Whether the path names a directory.
    pub fn is_dir(&self) -> bool {
        self.path.ends_with('/')
    }

    /// Whether this is the bucket itself.
    pub fn is_root(&self) -> bool {
        self.path == "/"
    }

    /// The path of the directory this lies in, with its slash.
    pub fn parent(&self) -> &str {
        let inner = self.path.strip_suffix('/').unwrap_or(&self.path);
        inner.rfind('/').map_or("/", |at| &inner[..=at])
    }

    /// The directory this lies in.
    #[must_use]
    pub fn parent_dir(&self) -> Self {
        Self {
            appid: self.appid.clone(),
            bucket: self.bucket.clone(),
            path: self.parent().to_owned(),
        }
    }

    /// The resource at `path`, already known to be sound, in the same bucket.
    #[must_use]
    pub fn sibling(&self, path: String) -> Self {
        Self {
            appid: self.appid.clone(),
            bucket: self.bucket.clone(),
            path,
        }
    }

    /// The file or directory on disk. A symbolic link on the way is refused: it could lead out.
    pub fn on_disk(&self, root: &Path) -> io::Result<PathBuf> {
        let mut disk = root.join(&self.appid);
        let rest = std::iter::once(self.bucket.as_str()).chain(segments(&self.path));
        let mut real = !is_link(&disk)?;
        for segment in rest {
            disk.push(segment);
            real = real && !is_link(&disk)?;
        }
        if real {
            Ok(disk)
        } else {
            Err(io::ErrorKind::InvalidInput.into())
        }
    }
}

fn is_link(path: &Path) -> io::Result<bool> {
    match path.symlink_metadata() {
        Ok(metadata) => Ok(metadata.is_symlink()),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn is_blank(segment: &str) -> bool {
    segment.chars().all(char::is_whitespace)
}

/// The region that an API host `<region>.file.myqcloud.com` names (PROTOCOL §5.1).
pub fn region_of(host: &str) -> Option<String> {
    let region = without_port(host).strip_suffix(".file.myqcloud.com")?;
    let is_one = !region.is_empty() && region.bytes().all(|b| b.is_ascii_alphanumeric());
    is_one.then(|| region.to_owned())
}

fn without_port(host: &str) -> &str {
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

fn decode(raw: &str) -> Result<String, Refusal> {
    percent_decode_str(raw)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Refusal::of(code::NOT_UTF8))
}

/// The text with every run of slashes made one.
pub fn collapse(path: &str) -> String {
    let mut collapsed = String::with_capacity(path.len());
    for c in path.chars() {
        if c != '/' || !collapsed.ends_with('/') {
            collapsed.push(c);
        }
    }
    collapsed
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn api_paths_are_taken_apart() {
        let resource =
            Resource::from_api_path("/files/v2/10055004/accesslog//wire/a%20b+%E4%B8%AD.txt");
        assert_eq!(
            resource.unwrap().to_string(),
            "/10055004/accesslog/wire/a b+中.txt"
        );
        let root = Resource::from_api_path("/files/v2/1/b").unwrap();
        assert!(root.is_root() && root.is_dir());
    }

    #[test]
    fn illegal_paths_are_refused_by_code() {
        for (raw, expected) in [
            ("/elsewhere/1/b/a", code::URL_FORMAT),
            ("/files/v2/", code::URL_FORMAT),
            ("/files/v2/1/UPPER/a", code::BUCKET_NAME),
            ("/files/v2/1//a", code::ILLEGAL_PATH),
            ("/files/v2/1/b/../../c", code::ILLEGAL_PATH),
            ("/files/v2/1/b/%2e%2e/c", code::ILLEGAL_PATH),
            ("/files/v2/1/b/..%2fc", code::ILLEGAL_PATH),
            ("/files/v2/1/b/a%00", code::ILLEGAL_PATH),
            ("/files/v2/1/b/a%3fb", code::ILLEGAL_PATH),
            ("/files/v2/1/b/%20/c", code::ILLEGAL_PATH),
            ("/files/v2/1/b/%ff", code::NOT_UTF8),
        ] {
            let found = Resource::from_api_path(raw);
            if raw == "/files/v2/1//a" {
                assert_eq!(found.unwrap().bucket, "a", "doubled slashes count as one");
            } else {
                assert_eq!(found.unwrap_err().code, expected, "{raw}");
            }
        }
        let long = format!("/files/v2/1/b/{}", "a".repeat(KEY_LIMIT + 1));
        assert_eq!(
            Resource::from_api_path(&long).unwrap_err().code,
            code::ILLEGAL_PATH
        );
    }

    #[test]
    fn destinations_are_relative_or_from_the_root() {
        let source = Resource::new("1", "b", "/dir/a").unwrap();
        assert_eq!(source.destination("c").unwrap().path, "/dir/c");
        assert_eq!(source.destination("/x/c").unwrap().path, "/x/c");
        assert!(source.destination("/../c").is_err());
        assert!(source.destination("/x/").is_err());
    }

    #[test]
    fn links_never_lead_out() {
        let root = tempfile::tempdir().unwrap();
        let away = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("1/b")).unwrap();
        std::os::unix::fs::symlink(away.path(), root.path().join("1/b/link")).unwrap();
        let resource = Resource::new("1", "b", "/link/secret").unwrap();
        assert!(resource.on_disk(root.path()).is_err());
    }

    #[test]
    fn download_hosts_name_the_bucket() {
        let found = Resource::from_host("accesslog-10055004.cossh.myqcloud.com:80", "/a");
        assert_eq!(found.unwrap().unwrap().to_string(), "/10055004/accesslog/a");
        assert!(Resource::from_host("sh.file.myqcloud.com", "/a").is_none());
        assert!(Resource::from_host("127.0.0.1:80", "/a").is_none());
    }
}
