//! The rules of the service: which operation a request is, what it may do, and the state it works on.

use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context;
use serde_json::Value;

use super::answer::{Outcome, Refusal, refuse};
use super::auth::{self, UsedSignatures, Verified};
use super::disk::absent_is_fine;
use super::fault::{Effects, SessionFault};
use super::form::Form;
use super::locks::Locks;
use super::paths::Resource;
use super::session::Session;
use super::storage::Storage;
use crate::wire::{code, field, op};

/// Switches between what the documents allow (PROTOCOL §6).
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
#[derive(Debug, Clone)]
pub struct Rules {
    /// The region in URLs.
    pub region: String,
    /// The buckets that exist; `None` for all of them.
    pub buckets: Option<Vec<String>>,
    /// Whether directories must be made before something is put in them.
    pub require_dirs: bool,
    /// Whether sessions ask for one slice at a time.
    pub serial: bool,
    /// Whether a slice out of turn is refused where one slice at a time was asked for.
    pub strict_serial: bool,
    /// Whether a sha at init must come with `uploadparts`.
    pub require_parts: bool,
    /// How long an unfinished session is kept after its last slice.
    pub session_ttl: Duration,
}

/// How the request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
}

/// One request, read and authenticated.
#[derive(Debug)]
pub struct Call {
    /// What it is about.
    pub resource: Resource,
    /// The region that it was sent to.
    pub region: String,
    /// How it came.
    pub method: Method,
    /// Its fields.
    pub form: Form,
    /// What its signature says.
    pub signature: Verified,
    /// The faults it meets.
    pub effects: Effects,
    /// The server's time, in unix seconds.
    pub now: u64,
}

/// The state behind the operations.
#[derive(Debug)]
pub struct Service {
    pub(super) storage: Arc<Storage>,
    pub(super) rules: Rules,
    sessions: RwLock<HashMap<Resource, Arc<Session>>>,
    locks: Locks,
    used: UsedSignatures,
}

impl Service {
    /// Takes up what an earlier run left in the storage.
    pub fn open(storage: Arc<Storage>, rules: Rules) -> anyhow::Result<Self> {
        let used = storage.own("used-signatures");
        let service = Self {
            used: UsedSignatures::open(&used, storage.disk().syncs())
                .with_context(|| format!("cannot open {}", used.display()))?,
            storage,
            rules,
            sessions: RwLock::default(),
            locks: Locks::default(),
        };
        service.load_sessions().context("cannot read sessions")?;
        Ok(service)
    }

    /// Answers one request.
    pub fn handle(&self, call: Call) -> Outcome {
        let Some(operation) = call.form.get(field::OP).map(str::to_owned) else {
            return refuse(code::NO_OP);
        };
        let wanted = match operation.as_str() {
            op::STAT | op::LIST_DIR => Method::Get,
            op::INIT
            | op::DATA
            | op::LIST
            | op::FINISH
            | op::SINGLE
            | op::UPLOAD
            | op::CREATE
            | op::UPDATE
            | op::MOVE
            | op::COPY
            | op::DELETE => Method::Post,
            _ => return refuse(code::PARAMETER),
        };
        if call.method != wanted {
            return refuse(code::METHOD);
        }
        self.known_bucket(&call.resource)?;
        self.permit(&operation, &call.signature)?;
        if call.effects.session == Some(SessionFault::Lost) {
            self.lose_session(&call.resource)?;
        }
        check_kind(&operation, &call.resource)?;
        match operation.as_str() {
            op::INIT => self.slice_init(call),
            op::DATA => self.slice_data(&call),
            op::LIST => self.slice_list(&call),
            op::FINISH => self.slice_finish(&call),
            op::SINGLE => self.single_op(call),
            op::UPLOAD => self.upload(call),
            op::STAT => self.stat(&call),
            op::LIST_DIR => self.list_dir(&call),
            op::CREATE => self.create(&call),
            op::UPDATE => self.update(&call),
            op::MOVE => self.move_object(&call),
            op::COPY => self.copy_object(&call),
            _ => self.delete(&call),
        }
    }

    /// The region of requests whose host names none.
    pub fn region(&self) -> &str {
        &self.rules.region
    }

    /// Refuses a signature of the wrong kind for the operation, or one that was used up.
    pub(super) fn permit(&self, operation: &str, signature: &Verified) -> Result<(), Refusal> {
        auth::permit(&self.used, operation, signature)
    }

    /// Refuses a bucket that does not exist (-133).
    pub fn known_bucket(&self, resource: &Resource) -> Result<(), Refusal> {
        match &self.rules.buckets {
            Some(known) if !known.contains(&resource.bucket) => refuse(code::NO_BUCKET),
            _ => Ok(()),
        }
    }

    /// Refuses to put something where its directory must have been made and was not.
    pub(super) fn need_parent(&self, resource: &Resource) -> Result<(), Refusal> {
        let parent = resource.parent_dir();
        if self.rules.require_dirs
            && !parent.is_root()
            && self.storage.directory(&parent)?.is_none()
        {
            return refuse(code::NOT_FOUND);
        }
        Ok(())
    }

    /// Refuses a path that a directory or a file on the way already takes.
    pub(super) fn need_room(&self, resource: &Resource) -> Result<(), Refusal> {
        let path = resource.on_disk(self.storage.root())?;
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => refuse(code::DIR_EXISTS),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The unfinished session of a path; one that is too old is dropped here.
    pub(super) fn session(&self, resource: &Resource) -> Result<Option<Arc<Session>>, Refusal> {
        match self.session_at(resource) {
            Some(session) if self.drop_if_expired(&session)? => Ok(None),
            found => Ok(found),
        }
    }

    /// The unfinished session of a path, if it is not too old.
    pub(super) fn fresh_session(&self, resource: &Resource) -> Option<Arc<Session>> {
        let session = self.session_at(resource)?;
        (!session.is_expired(self.rules.session_ttl)).then_some(session)
    }

    fn session_at(&self, resource: &Resource) -> Option<Arc<Session>> {
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        sessions.get(resource).cloned()
    }

    /// Drops a session if nothing has come in for too long; says whether it has ended.
    fn drop_if_expired(&self, session: &Arc<Session>) -> Result<bool, Refusal> {
        let expired = || session.is_expired(self.rules.session_ttl);
        if !expired() || !session.give_up(expired)? {
            return Ok(false);
        }
        self.forget_session(session);
        Ok(true)
    }

    pub(super) fn keep_session(&self, session: Session) -> Arc<Session> {
        let session = Arc::new(session);
        self.sessions
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(session.resource(), Arc::clone(&session));
        session
    }

    /// Forgets a session that has ended; another one of the same path stays.
    pub(super) fn forget_session(&self, session: &Arc<Session>) {
        let mut sessions = self
            .sessions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let resource = session.resource();
        if sessions
            .get(&resource)
            .is_some_and(|found| Arc::ptr_eq(found, session))
        {
            sessions.remove(&resource);
        }
    }

    /// Drops the session of a path with everything that it holds; says whether there was one.
    pub(super) fn lose_session(&self, resource: &Resource) -> Result<bool, Refusal> {
        let Some(session) = self.session_at(resource) else {
            return Ok(false);
        };
        session.give_up(|| true)?;
        self.forget_session(&session);
        Ok(true)
    }

    /// Drops every session that is too old.
    pub fn drop_expired(&self) {
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        let all: Vec<_> = sessions.values().cloned().collect();
        drop(sessions);
        for session in all {
            // What cannot be dropped now is found expired again at its next use.
            drop(self.drop_if_expired(&session));
        }
    }

    /// Holds what happens to one path: nobody else changes it meanwhile.
    pub(super) fn lock(&self, resource: &Resource) -> MutexGuard<'_, ()> {
        self.locks.hold(resource)
    }

    /// Holds two paths.
    pub(super) fn lock_both(
        &self,
        one: &Resource,
        other: &Resource,
    ) -> (MutexGuard<'_, ()>, Option<MutexGuard<'_, ()>>) {
        self.locks.hold_both(one, other)
    }

    fn load_sessions(&self) -> std::io::Result<()> {
        for entry in fs::read_dir(self.storage.own("sessions"))? {
            let dir = entry?.path();
            match Session::load(&dir, self.storage.disk().syncs())? {
                Some(session) => drop(self.keep_session(session)),
                None if dir.is_dir() => absent_is_fine(fs::remove_dir_all(&dir))?,
                None => {}
            }
        }
        Ok(())
    }
}

/// File operations need a file path, directory operations one with a slash (PROTOCOL §5.2).
fn check_kind(operation: &str, resource: &Resource) -> Result<(), Refusal> {
    match operation {
        op::CREATE if !resource.is_dir() => refuse(code::DIR_PATH_SLASH),
        op::INIT
        | op::DATA
        | op::LIST
        | op::FINISH
        | op::SINGLE
        | op::UPLOAD
        | op::MOVE
        | op::COPY
            if resource.is_dir() =>
        {
            refuse(code::FILE_PATH_SLASH)
        }
        _ => Ok(()),
    }
}

/// The `data` of an answer that has none.
pub const NO_DATA: Outcome = Ok(Value::Null);
