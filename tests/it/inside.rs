//! Uploads driven inside the test process, where they can be crashed and watched at every step.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cosup::cancel::Cancel;
use cosup::digest::Sha1Sum;
use cosup::emulator::{Config, Emulator};
use cosup::event::{Observer, Silent, UploadNo, Watch};
use cosup::http::{HttpConfig, Link};
use cosup::remote::{
    Existing, InitRequest, Initiated, Listed, Location, Page, Remote, RemoteError, SliceRequest,
    Stat, Stored, Target, WholeRequest,
};
use cosup::slots::Slots;
use cosup::store::{Destination, Store};
use cosup::upload::{Mode, Options, Report, Request, Run, UploadError, upload};

pub(crate) const SLICE: usize = 64 * 1024;

/// Told before and after every call to the server.
pub(crate) type Step = Arc<dyn Fn() + Send + Sync>;

/// An emulator, a file, and the right to upload it again and again.
pub(crate) struct Inside {
    pub(crate) emulator: Emulator,
    pub(crate) root: tempfile::TempDir,
    place: tempfile::TempDir,
    pub(crate) file: PathBuf,
    pub(crate) jobs: usize,
    pub(crate) request: Request,
    pub(crate) require_state: bool,
}

impl Inside {
    pub(crate) fn new(len: usize, change: impl FnOnce(&mut Config)) -> Self {
        let root = tempfile::tempdir().unwrap();
        let mut config = Config::new(root.path());
        change(&mut config);
        let emulator = Emulator::start(config).unwrap();
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        std::fs::write(&file, crate::lab::bytes(3, len)).unwrap();
        let request = Request {
            source: file.clone(),
            destination: Destination {
                endpoint: "http://emulator".to_owned(),
                appid: "1250000000".to_owned(),
                bucket: "demo".to_owned(),
                path: "/object".to_owned(),
            },
            options: Options {
                slice_size: SLICE as u64,
                slice_threshold: 0,
                existing: Existing::Keep,
                biz_attr: None,
                make_parents: true,
            },
            mode: Mode::Put,
        };
        Self {
            emulator,
            root,
            place,
            file,
            jobs: 1,
            request,
            require_state: false,
        }
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.place.path().join("state")
    }

    pub(crate) fn store(&self) -> Store {
        Store::open(&self.state()).unwrap()
    }

    /// The bytes of the object, once it is there.
    pub(crate) fn object(&self) -> Option<Vec<u8>> {
        let path = &self.request.destination.path;
        crate::lab::object(self.root.path(), path.trim_start_matches('/'))
    }

    pub(crate) fn checkpoints(&self) -> Vec<String> {
        crate::lab::checkpoints(&self.state())
    }

    /// Works on the upload as one process would.
    pub(crate) fn upload(
        &self,
        mode: Mode,
        store: &Store,
        step: &Step,
        observer: &dyn Observer,
    ) -> Result<Report, UploadError> {
        let cancel = Cancel::default();
        let config = HttpConfig {
            endpoint: self.emulator.endpoint(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(60),
            proxy: None,
            ca_cert: None,
        };
        let credentials = Arc::new(Config::demo_credentials());
        let link = Link::new(config, credentials, None, cancel.clone()).unwrap();
        let watch = Watch {
            observer,
            no: UploadNo(0),
        };
        let slots = Slots::new(self.jobs);
        let run = Run {
            cancel: &cancel,
            slots: &slots,
            store: Some(store),
            require_state: self.require_state,
            // A process that another test has just forked holds every lock until it execs.
            wait: crate::lab::PATIENCE,
        };
        let request = Request {
            mode,
            ..self.request.clone()
        };
        let remote = Stepping {
            inner: link.remote(watch),
            step: Arc::clone(step),
        };
        upload(&run, &request, &remote, watch)
    }

    /// The same, undisturbed.
    pub(crate) fn go_on(&self, mode: Mode) -> Result<Report, UploadError> {
        let step: Step = Arc::new(|| {});
        self.upload(mode, &self.store(), &step, &Silent)
    }

    /// Fails unless the object is `bytes`, made without waste and without leaving anything.
    pub(crate) fn assert_arrived(&self, file: &Path, what: &str) {
        let bytes = std::fs::read(file).unwrap();
        assert!(self.object() == Some(bytes), "{what}: the object differs");
        let journal = self.emulator.journal();
        crate::lab::assert_once(crate::lab::taken(&journal));
        assert!(
            journal.iter().all(|entry| entry.op != "delete"),
            "{what}: something was deleted"
        );
        let left: Vec<_> = std::fs::read_dir(self.state().join("uploads"))
            .unwrap()
            .map(|item| item.unwrap().file_name())
            .collect();
        assert!(left.is_empty(), "{what}: {left:?} are left");
    }
}

/// A remote that tells of every call before and after it.
struct Stepping<R> {
    inner: R,
    step: Step,
}

impl<R> Stepping<R> {
    fn around<T>(&self, call: impl FnOnce(&R) -> T) -> T {
        (self.step)();
        let answer = call(&self.inner);
        (self.step)();
        answer
    }
}

impl<R: Remote> Remote for Stepping<R> {
    fn init(&self, target: &Target, request: &InitRequest<'_>) -> Result<Initiated, RemoteError> {
        self.around(|inner| inner.init(target, request))
    }

    fn list(&self, target: &Target) -> Result<Listed, RemoteError> {
        self.around(|inner| inner.list(target))
    }

    fn put_slice(
        &self,
        target: &Target,
        request: &SliceRequest<'_>,
    ) -> Result<Stored, RemoteError> {
        self.around(|inner| inner.put_slice(target, request))
    }

    fn finish(
        &self,
        target: &Target,
        session: &str,
        file_len: u64,
        sha1: Sha1Sum,
    ) -> Result<Location, RemoteError> {
        self.around(|inner| inner.finish(target, session, file_len, sha1))
    }

    fn put_whole(
        &self,
        target: &Target,
        request: &WholeRequest<'_>,
    ) -> Result<Location, RemoteError> {
        self.around(|inner| inner.put_whole(target, request))
    }

    fn stat(&self, target: &Target) -> Result<Stat, RemoteError> {
        self.around(|inner| inner.stat(target))
    }

    fn make_dir(&self, target: &Target) -> Result<(), RemoteError> {
        self.around(|inner| inner.make_dir(target))
    }

    fn delete(&self, target: &Target) -> Result<(), RemoteError> {
        self.around(|inner| inner.delete(target))
    }

    fn list_dir(&self, target: &Target, context: &str) -> Result<Page, RemoteError> {
        self.around(|inner| inner.list_dir(target, context))
    }
}
