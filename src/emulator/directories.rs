//! Directories: create, list in pages, and delete when empty (PROTOCOL §1.7).

use std::fs;
use std::io;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::answer::{Outcome, Refusal, refuse};
use super::disk::{absent_is_fine, is_absent};
use super::objects::described;
use super::paths::Resource;
use super::records::Attributes;
use super::service::{Call, NO_DATA, Service};
use crate::wire::{LIST_LIMIT, code, field};

/// What a page's context begins with, so that a made-up one is told apart. It is encoded in letters
/// that a query takes as they are, since not every client encodes what it sends back.
const CONTEXT_MARK: &str = "after:";

impl Service {
    /// Makes a directory.
    pub(super) fn create(&self, call: &Call) -> Outcome {
        let resource = &call.resource;
        if resource.is_root() {
            return refuse(code::DIR_EXISTS);
        }
        let _held = self.lock(resource);
        self.need_parent(resource)?;
        let path = resource.on_disk(self.storage.root())?;
        let disk = self.storage.disk();
        if let Some(parent) = path.parent() {
            disk.make_dirs(parent)?;
        }
        fs::create_dir(&path)?;
        let mut attributes = Attributes {
            ctime: call.now,
            mtime: call.now,
            biz_attr: call.form.get(field::BIZ_ATTR).unwrap_or("").to_owned(),
            ..Attributes::default()
        };
        let made = disk
            .sync_parent(&path)
            .and_then(|()| self.storage.remember(resource, &mut attributes));
        if let Err(error) = made {
            // Half made is not made: it may be asked for again.
            absent_is_fine(fs::remove_dir(&path))?;
            return Err(error.into());
        }
        Ok(json!({ "ctime": call.now, "resource_path": resource.to_string() }))
    }

    /// Removes a directory that is empty.
    pub(super) fn delete_dir(&self, resource: &Resource) -> Outcome {
        let _held = self.lock(resource);
        let path = resource.on_disk(self.storage.root())?;
        match fs::remove_dir(&path) {
            Ok(()) => self.storage.forget(resource)?,
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
                return refuse(code::DIR_NOT_EMPTY);
            }
            Err(error) if is_absent(&error) => return refuse(code::NOT_FOUND),
            Err(error) => return Err(error.into()),
        }
        NO_DATA
    }

    /// Lists one page of a directory. What follows the last slash of the path is a prefix.
    pub(super) fn list_dir(&self, call: &Call) -> Outcome {
        let form = &call.form;
        let Some(num) = form
            .number(field::NUM)
            .filter(|num| (1..=LIST_LIMIT).contains(num))
        else {
            return refuse(code::LIST_NUM);
        };
        let after = match form.get(field::CONTEXT) {
            None => None,
            Some(text) => Some(name_of_context(text).ok_or(Refusal::of(code::PARAMETER))?),
        };
        let (files, dirs) = match form.get("pattern") {
            None | Some("eListBoth") => (true, true),
            Some("eListDirOnly") => (false, true),
            Some("eListFileOnly") => (true, false),
            Some(_) => return refuse(code::PARAMETER),
        };
        let downwards = form.get("order") == Some("1");
        let directory = if call.resource.is_dir() {
            call.resource.clone()
        } else {
            call.resource.parent_dir()
        };
        let prefix = &call.resource.path[directory.path.len()..];
        let mut names = self.names_in(&directory)?;
        names.retain(|name| {
            let of_kind = if name.ends_with('/') { dirs } else { files };
            of_kind && name.starts_with(prefix)
        });
        names.sort_unstable();
        if downwards {
            names.reverse();
        }
        let passed = |name: &String| {
            after.as_ref().is_some_and(|after| {
                if downwards {
                    name >= after
                } else {
                    name <= after
                }
            })
        };
        let start = names.partition_point(passed);
        let num = usize::try_from(num).unwrap_or(usize::MAX);
        let page = &names[start..names.len().min(start.saturating_add(num))];
        let over = start + page.len() == names.len();
        let context = match page.last() {
            Some(last) if !over => URL_SAFE_NO_PAD.encode(format!("{CONTEXT_MARK}{last}")),
            _ => String::new(),
        };
        let infos = page
            .iter()
            .filter_map(|name| self.info(call, &directory, name).transpose())
            .collect::<Result<Vec<_>, _>>()?;
        Ok(json!({ "context": context, "infos": infos, "listover": over }))
    }

    /// The names in a directory; those of directories end in a slash.
    fn names_in(&self, directory: &Resource) -> Result<Vec<String>, Refusal> {
        let path = directory.on_disk(self.storage.root())?;
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) && directory.is_root() => return Ok(Vec::new()),
            Err(error) if is_absent(&error) => return refuse(code::NOT_FOUND),
            Err(error) => return Err(error.into()),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            // Names and kinds that the API cannot speak of are not the service's.
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let name = if kind.is_dir() {
                name + "/"
            } else if kind.is_file() {
                name
            } else {
                continue;
            };
            let path = format!("{}{name}", directory.path);
            if Resource::new(&directory.appid, &directory.bucket, &path).is_ok() {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// One entry of a page; `None` when it went meanwhile.
    fn info(
        &self,
        call: &Call,
        directory: &Resource,
        name: &str,
    ) -> Result<Option<Value>, Refusal> {
        let resource = directory.sibling(format!("{}{name}", directory.path));
        if name.ends_with('/') {
            let found = self.storage.directory(&resource)?;
            return Ok(found
                .map(|found| json!({ "name": name, "ctime": found.ctime, "mtime": found.mtime })));
        }
        let Some(object) = self.storage.object(&resource)? else {
            return Ok(None);
        };
        let mut data = described(call, &resource, &object);
        data.insert("name".into(), name.into());
        Ok(Some(data.into()))
    }
}

fn name_of_context(text: &str) -> Option<String> {
    let decoded = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    decoded.strip_prefix(CONTEXT_MARK).map(str::to_owned)
}
