//! The server a command talks to: the one of the settings, or an emulator inside the process.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;

use crate::cancel::Cancel;
use crate::emulator::{Config, Emulator};
use crate::event::{UploadNo, Watch};
use crate::exit::{Failure, diagnose};
use crate::http::{Http, HttpConfig, Link};
use crate::remote::Target;
use crate::retry::{Policy, Retrying};
use crate::settings::Settings;
use crate::sign::Authorize;
use crate::store::Destination;
use crate::throttle::Throttle;

use super::{Context, emulator};

/// A server, ready to be asked.
pub struct Server {
    link: Link,
    policy: Policy,
    cancel: Cancel,
    /// What checkpoints call the server.
    name: String,
    appid: String,
    /// Dropped last, so that nothing is cut off.
    _emulator: Option<Inside>,
}

/// An emulator for one command.
struct Inside {
    emulator: Emulator,
    /// Its port is another each time, so checkpoints name it by its directory.
    name: String,
}

impl Inside {
    fn start(root: &Path) -> anyhow::Result<Self> {
        let root = std::path::absolute(root).context("no working directory")?;
        Ok(Self {
            name: format!("emulator:{}", root.display()),
            emulator: emulator::start(Config::new(root))?,
        })
    }
}

impl Server {
    /// Prepares to talk to the server of the settings; asks it nothing yet.
    pub fn of(context: &Context) -> anyhow::Result<Self> {
        Self::throttled(context, None)
    }

    /// The same, with all file content held back by `throttle`.
    pub fn throttled(context: &Context, throttle: Option<Arc<Throttle>>) -> anyhow::Result<Self> {
        let settings = &context.settings;
        let emulator = settings
            .emulator
            .as_deref()
            .map(Inside::start)
            .transpose()?;
        let (authorize, endpoint, name) = if let Some(inside) = &emulator {
            (
                Arc::new(Config::demo_credentials()) as Arc<dyn Authorize>,
                inside.emulator.endpoint(),
                inside.name.clone(),
            )
        } else {
            let endpoint = settings.endpoint()?.to_owned();
            (settings.authorizer()?, endpoint.clone(), endpoint)
        };
        let appid = authorize.appid().to_owned();
        let cancel = context.cancel.clone();
        let config = http_config(settings, endpoint);
        Ok(Self {
            link: Link::new(config, authorize, throttle, cancel.clone())
                .map_err(|error| Failure::config(diagnose(&error).message))?,
            policy: Policy {
                retries: settings.retries,
                retry_for: settings.retry_for,
                ..Policy::default()
            },
            cancel,
            name,
            appid,
            _emulator: emulator,
        })
    }

    /// The place of an object on this server, as checkpoints name it.
    pub fn destination(&self, target: &Target) -> Destination {
        Destination {
            endpoint: self.name.clone(),
            appid: self.appid.clone(),
            bucket: target.bucket.clone(),
            path: target.path.clone(),
        }
    }

    /// Whether a destination of a checkpoint is on this server.
    pub fn holds(&self, destination: &Destination) -> bool {
        destination.endpoint == self.name && destination.appid == self.appid
    }

    /// Its operations, repeated while that helps.
    pub fn remote<'a>(&'a self, watch: Watch<'a>) -> Retrying<'a, Http<'a>> {
        self.stopped_by(&self.cancel, watch)
    }

    /// The same, whose waits end when `cancel` says so.
    pub fn stopped_by<'a>(
        &'a self,
        cancel: &'a Cancel,
        watch: Watch<'a>,
    ) -> Retrying<'a, Http<'a>> {
        Retrying::new(self.link.remote(watch), self.policy, cancel, watch)
    }

    /// Its operations for a command that works on no upload.
    pub fn plain<'a>(&'a self, context: &'a Context) -> Retrying<'a, Http<'a>> {
        self.remote(Watch {
            observer: &*context.observer,
            no: UploadNo(0),
        })
    }

    /// The connections themselves.
    pub fn link(&self) -> &Link {
        &self.link
    }
}

fn http_config(settings: &Settings, endpoint: String) -> HttpConfig {
    HttpConfig {
        endpoint,
        connect_timeout: settings.connect_timeout,
        timeout: settings.timeout,
        proxy: settings.proxy.clone(),
        ca_cert: settings.ca_cert.clone(),
    }
}
