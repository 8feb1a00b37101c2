//! Where a setting came from, and what the process stands in: environment, files, terminals.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::{IsTerminal, stderr, stdout};
use std::path::{Path, PathBuf};

use directories::{BaseDirs, ProjectDirs};

use crate::text::safe_path;

/// Where a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// An option on the command line.
    Flag(String),
    /// A variable of the environment.
    Environment(String),
    /// A table of a settings file.
    File(PathBuf, String),
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Environment(name) => f.write_str(name),
            Self::File(path, table) => write!(f, "{} [{table}]", safe_path(path)),
            Self::Default => f.write_str("default"),
        }
    }
}

/// One line of `cosup config show`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The key, as the settings file has it.
    pub key: &'static str,
    /// The value for people, secrets redacted; `None` when there is none.
    pub shown: Option<String>,
    /// Where it came from.
    pub origin: Origin,
}

/// What the process stands in; a value, so that tests can give another.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The environment.
    pub variables: BTreeMap<String, OsString>,
    /// The user's settings file, whether or not it exists; `None` where there is no home.
    pub user_file: Option<PathBuf>,
    /// The settings file of the machine, whether or not it exists.
    pub system_file: Option<PathBuf>,
    /// Where state goes when nobody says; `None` where there is no home.
    pub state_dir: Option<PathBuf>,
    /// What the output streams are.
    pub terminal: Terminal,
}

/// What the output streams are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Terminal {
    /// Whether standard error can be drawn on: a terminal, and not a dumb one.
    pub draws: bool,
    /// Whether standard output is a terminal.
    pub stdout: bool,
    /// Whether colours are wanted where nobody says: no `NO_COLOR`, no dumb terminal.
    pub colors: bool,
    /// Whether the locale is UTF-8.
    pub unicode: bool,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Self {
        let variables: BTreeMap<String, OsString> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect();
        let text = |name: &str| {
            variables
                .get(name)
                .and_then(|value| value.to_str())
                .filter(|value| !value.is_empty())
        };
        let dumb = text("TERM").is_none_or(|term| term == "dumb");
        let locale = text("LC_ALL")
            .or_else(|| text("LC_CTYPE"))
            .or_else(|| text("LANG"))
            .unwrap_or_default()
            .to_ascii_lowercase();
        let draws = stderr().is_terminal() && !dumb;
        let terminal = Terminal {
            draws,
            stdout: stdout().is_terminal(),
            colors: draws && text("NO_COLOR").is_none(),
            unicode: locale.contains("utf-8") || locale.contains("utf8"),
        };
        let config_home = text("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| BaseDirs::new().map(|base| base.config_dir().to_owned()));
        let state_dir = ProjectDirs::from("", "", "cosup").map(|dirs| {
            dirs.state_dir()
                .unwrap_or_else(|| dirs.data_local_dir())
                .to_owned()
        });
        Self {
            user_file: config_home.map(|home| home.join("cosup/config.toml")),
            system_file: Some(Path::new("/etc/cosup/config.toml").to_owned()),
            state_dir,
            terminal,
            variables,
        }
    }

    /// A variable that is set to something, as text.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .and_then(|value| value.to_str())
            .filter(|value| !value.is_empty())
    }
}
