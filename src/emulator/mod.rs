//! A faithful local COS v4 server: starting it, its address, its faults, its journal, stopping it.
//!
//! Modules in reading order: [`answer`] and [`paths`] are its vocabulary; [`multipart`], [`form`] and
//! [`reading`] take requests in; [`auth`] says who asks; [`service`] dispatches to the rules in `slices`
//! (with [`parts`], [`items`] and `single_op`), `objects`, `directories` and [`download`]; [`session`]
//! (with [`held`], [`landing`] and [`proof`]) and [`storage`] (with [`records`], [`contents`],
//! [`locks`] and [`disk`]) are what is on disk; [`fault`] and [`journal`] are for people who test; [`server`],
//! `delivery` and [`connection`] are HTTP.

pub mod answer;
pub mod auth;
pub mod connection;
pub mod contents;
mod delivery;
mod directories;
pub mod disk;
pub mod download;
pub mod fault;
pub mod form;
pub mod held;
pub mod items;
pub mod journal;
pub mod landing;
pub mod locks;
pub mod multipart;
mod objects;
pub mod parts;
pub mod paths;
pub mod proof;
pub mod reading;
pub mod records;
pub mod server;
pub mod service;
pub mod session;
mod single_op;
mod slices;
pub mod storage;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use fault::Fault;
pub use journal::Entry;

use crate::sign::{Credentials, Secret};
use answer::RequestIds;
use fault::Faults;
use journal::Journal;
use server::Shared;
use service::{Rules, Service};
use storage::Storage;

/// How an emulator is started.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The directory that holds everything.
    pub root: PathBuf,
    /// Who may ask.
    pub accounts: Vec<Credentials>,
    /// The region in URLs.
    pub region: String,
    /// The buckets that exist; `None` for all of them.
    pub buckets: Option<Vec<String>>,
    /// Whether directories must be made before something is put in them.
    pub require_dirs: bool,
    /// Whether a sha at init must come with `uploadparts`.
    pub require_parts: bool,
    /// Whether sessions ask for one slice at a time.
    pub serial: bool,
    /// Whether, besides, a slice out of turn is refused.
    pub strict_serial: bool,
    /// How long an unfinished session is kept after its last slice.
    pub session_ttl: Duration,
    /// Whether everything is synced to the disk before it is acknowledged.
    pub fsync: bool,
    /// Whether the journal is served at `/_cosup/journal`.
    pub journal: bool,
    /// How many entries the journal keeps; 0 for none.
    pub journal_room: usize,
    /// How long a connection may be silent before it is closed.
    pub idle: Duration,
    /// The faults in force from the start.
    pub faults: Vec<Fault>,
}

impl Config {
    /// A quiet emulator on a free local port, with the demo credentials.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            root: root.into(),
            accounts: vec![Self::demo_credentials()],
            region: "sh".to_owned(),
            buckets: None,
            require_dirs: false,
            require_parts: false,
            serial: false,
            strict_serial: false,
            session_ttl: Duration::from_secs(24 * 3600),
            fsync: false,
            journal: false,
            journal_room: 50_000,
            idle: Duration::from_secs(60),
            faults: Vec::new(),
        }
    }

    /// Credentials that open nothing but an emulator; everybody may know them.
    pub fn demo_credentials() -> Credentials {
        Credentials {
            appid: "1250000000".to_owned(),
            secret_id: "AKIDdemodemodemodemodemodemodemodemo".to_owned(),
            secret_key: Secret::new("demokeydemokeydemokeydemokeydemo"),
        }
    }
}

/// Why an emulator does not start: another one, of this process or of another, holds its root.
#[derive(Debug)]
pub struct RootInUse(PathBuf);

impl fmt::Display for RootInUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "another emulator uses {}", self.0.display())
    }
}

impl std::error::Error for RootInUse {}

/// A running emulator; it stops when dropped.
#[derive(Debug)]
pub struct Emulator {
    address: SocketAddr,
    faults: Arc<Faults>,
    journal: Arc<Journal>,
    stop: watch::Sender<bool>,
    running: Option<(Runtime, JoinHandle<()>)>,
}

impl Emulator {
    /// Starts an emulator with threads of its own. Fails with [`RootInUse`] when another one
    /// holds the root, and when the address is taken.
    pub fn start(config: Config) -> anyhow::Result<Self> {
        let storage = Arc::new(Storage::open(&config.root, config.fsync)?);
        let rules = Rules {
            region: config.region,
            buckets: config.buckets,
            require_dirs: config.require_dirs,
            serial: config.serial || config.strict_serial,
            strict_serial: config.strict_serial,
            require_parts: config.require_parts,
            session_ttl: config.session_ttl,
        };
        let faults = Arc::new(Faults::default());
        for fault in config.faults {
            faults.order(fault);
        }
        let journal = Arc::new(Journal::new(config.journal_room));
        let shared = Arc::new(Shared {
            service: Arc::new(Service::open(Arc::clone(&storage), rules)?),
            storage,
            accounts: config.accounts,
            faults: Arc::clone(&faults),
            journal: Arc::clone(&journal),
            journal_served: config.journal,
            ids: RequestIds::default(),
            idle: config.idle,
        });
        let runtime = Builder::new_multi_thread()
            .enable_all()
            .thread_name("cosup-emulator")
            .build()
            .context("cannot start the emulator's threads")?;
        let listener = runtime
            .block_on(TcpListener::bind(config.listen))
            .with_context(|| format!("cannot listen on {}", config.listen))?;
        let address = listener
            .local_addr()
            .context("the listener has no address")?;
        let (stop, stopped) = watch::channel(false);
        let task = runtime.spawn(connection::serve(listener, shared, stopped));
        Ok(Self {
            address,
            faults,
            journal,
            stop,
            running: Some((runtime, task)),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, without a slash at the end.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Puts a fault in force.
    pub fn fail(&self, fault: Fault) {
        self.faults.order(fault);
    }

    /// Lifts every fault.
    pub fn heal(&self) {
        self.faults.clear();
    }

    /// What was asked and answered so far, oldest first.
    pub fn journal(&self) -> Vec<Entry> {
        self.journal.entries()
    }

    /// Lets the requests in flight end, takes no new ones, and gives the root free.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some((runtime, task)) = self.running.take() {
            self.stop.send_replace(true);
            // A task that panicked has nothing left to drain.
            let _ = runtime.block_on(task);
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.end();
    }
}
