//! Whole objects: upload, stat, update, move, copy and delete (PROTOCOL §1.2, §1.7).

use serde_json::{Map, Value, json};

use super::answer::{Outcome, Refusal, access_url, refuse, source_url, urls};
use super::paths::Resource;
use super::records::Attributes;
use super::service::{Call, NO_DATA, Service};
use super::slices::{overwrites, sha_of};
use crate::wire::{AUTHORITIES, code, field};

impl Service {
    /// Stores a whole file of at most 20 MiB.
    pub(super) fn upload(&self, mut call: Call) -> Outcome {
        let Some(mut content) = call.form.content.take() else {
            // An empty part counts, a missing one does not.
            return refuse(code::NO_CONTENT);
        };
        let resource = &call.resource;
        let (promised, overwrite) = (sha_of(&call.form)?, overwrites(&call.form)?);
        let Some((sum, size)) = content.sum()? else {
            return refuse(code::FILE_TOO_LARGE);
        };
        if promised.is_some_and(|promised| promised != sum.0) {
            return refuse(code::HASH_DIFFERS);
        }
        let _held = self.lock(resource);
        self.need_parent(resource)?;
        self.need_room(resource)?;
        if !overwrite && let Some(object) = self.storage.object(resource)? {
            // The same bytes again are a success (PROTOCOL §1.2); without a sha nobody looks at them.
            if promised.is_some() && object.sha == sum.to_string() {
                return Ok(Value::Object(urls(resource, &call.region)));
            }
            return refuse(code::EXISTS);
        }
        let mut attributes = Attributes {
            sha: sum.to_string(),
            ctime: call.now,
            mtime: call.now,
            biz_attr: call.form.get(field::BIZ_ATTR).unwrap_or("").to_owned(),
            slice_size: size,
            ..Attributes::default()
        };
        let file = content.into_file(&self.storage)?;
        self.storage.place(file.path(), resource, &mut attributes)?;
        Ok(Value::Object(urls(resource, &call.region)))
    }

    /// Says what is known of a file or a directory.
    pub(super) fn stat(&self, call: &Call) -> Outcome {
        let resource = &call.resource;
        if resource.is_dir() {
            return match self.storage.directory(resource)? {
                Some(found) => Ok(json!({
                    "biz_attr": found.biz_attr, "ctime": found.ctime, "mtime": found.mtime,
                })),
                None if resource.is_root() => Ok(json!({"biz_attr": "", "ctime": 0, "mtime": 0})),
                None => refuse(code::NOT_FOUND),
            };
        }
        let Some(object) = self.storage.object(resource)? else {
            return refuse(code::NOT_FOUND);
        };
        let mut data = described(call, resource, &object);
        data.insert("biz_attr".into(), object.biz_attr.into());
        data.insert("slicesize".into(), object.slice_size.into());
        if call.effects.sha_suffix {
            data.insert("sha".into(), format!("{}_1", object.sha).into());
        }
        Ok(Value::Object(data))
    }

    /// Changes the attributes that the request names.
    pub(super) fn update(&self, call: &Call) -> Outcome {
        let (form, resource) = (&call.form, &call.resource);
        let _held = self.lock(resource);
        let found = if resource.is_dir() {
            self.storage.directory(resource)?
        } else {
            self.storage.entry(resource)?
        };
        let Some(mut attributes) = found else {
            return refuse(code::NOT_FOUND);
        };
        if form.has(field::BIZ_ATTR) {
            form.get(field::BIZ_ATTR)
                .unwrap_or("")
                .clone_into(&mut attributes.biz_attr);
        }
        if let Some(authority) = form.get(field::AUTHORITY) {
            if !AUTHORITIES.contains(&authority) {
                return refuse(code::PARAMETER);
            }
            authority.clone_into(&mut attributes.authority);
        }
        if let Some(text) = form.get(field::CUSTOM_HEADERS) {
            attributes.custom_headers = headers_of(text)?;
        }
        if form.has(field::FORBID) {
            attributes.forbid = form.number(field::FORBID).unwrap_or(0);
        }
        attributes.mtime = call.now;
        self.storage.remember(resource, &mut attributes)?;
        NO_DATA
    }

    /// Renames an object inside its bucket.
    pub(super) fn move_object(&self, call: &Call) -> Outcome {
        let source = &call.resource;
        let target = destination(call)?;
        let _held = self.lock_both(source, &target);
        let mut attributes = self.ready_for(call, &target)?;
        if target != *source {
            self.storage.rename(source, &target, &mut attributes)?;
        }
        NO_DATA
    }

    /// Copies an object inside its bucket.
    pub(super) fn copy_object(&self, call: &Call) -> Outcome {
        let source = &call.resource;
        let target = destination(call)?;
        let _held = self.lock_both(source, &target);
        self.ready_for(call, &target)?;
        if target != *source {
            let Some((copy, mut attributes)) = self.storage.duplicate(source)? else {
                return refuse(code::NOT_FOUND);
            };
            attributes.ctime = call.now;
            attributes.mtime = call.now;
            self.storage.place(copy.path(), &target, &mut attributes)?;
        }
        NO_DATA
    }

    /// The source of a move or copy, once nothing stands in its way.
    fn ready_for(&self, call: &Call, target: &Resource) -> Result<Attributes, Refusal> {
        let Some(attributes) = self.storage.entry(&call.resource)? else {
            return refuse(code::NOT_FOUND);
        };
        self.need_parent(target)?;
        self.need_room(target)?;
        let overwrite = match call.form.get(field::TO_OVER_WRITE) {
            None | Some("0") => false,
            Some("1") => true,
            Some(_) => return refuse(code::PARAMETER),
        };
        if !overwrite && self.storage.entry(target)?.is_some() {
            return refuse(code::EXISTS);
        }
        Ok(attributes)
    }

    /// Removes a file with its unfinished session, or an empty directory.
    pub(super) fn delete(&self, call: &Call) -> Outcome {
        let resource = &call.resource;
        if resource.is_root() {
            return refuse(code::ILLEGAL_PATH);
        }
        if resource.is_dir() {
            return self.delete_dir(resource);
        }
        let _held = self.lock(resource);
        let had_object = self.storage.remove(resource)?;
        let had_session = self.lose_session(resource)?;
        if had_object || had_session {
            NO_DATA
        } else {
            refuse(code::NOT_FOUND)
        }
    }
}

/// What stat and list both say of a file.
pub(super) fn described(
    call: &Call,
    resource: &Resource,
    object: &Attributes,
) -> Map<String, Value> {
    let authority = match object.authority.as_str() {
        "" => AUTHORITIES[0],
        other => other,
    };
    let mut data = Map::new();
    let mut set = |name: &str, value: Value| data.insert(name.to_owned(), value);
    set("access_url", access_url(resource).into());
    set(field::AUTHORITY, authority.into());
    set("ctime", object.ctime.into());
    set(field::CUSTOM_HEADERS, object.custom_headers.clone().into());
    set("filelen", object.size.into());
    set(field::FILE_SIZE, object.size.into());
    set(field::FORBID, object.forbid.into());
    set("mtime", object.mtime.into());
    set(field::SHA, object.sha.clone().into());
    set("source_url", source_url(resource, &call.region).into());
    data
}

/// The group of headers, which replaces the one before as a whole (PROTOCOL §1.7). PHP writes an empty
/// object as an empty array.
fn headers_of(text: &str) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_str(text) {
        Ok(Value::Object(headers)) => Ok(headers),
        Ok(Value::Array(none)) if none.is_empty() => Ok(Map::new()),
        _ => refuse(code::PARAMETER),
    }
}

/// Where a move or copy goes.
fn destination(call: &Call) -> Result<Resource, Refusal> {
    match call.form.get(field::DEST_FILEID) {
        Some(path) => call.resource.destination(path),
        None => refuse(code::PARAMETER),
    }
}
