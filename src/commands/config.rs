//! `cosup config`: the settings in force, where the file is, and a first file by questions.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, BufRead, ErrorKind, IsTerminal, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use serde_json::json;

use crate::cli::{ConfigArgs, ConfigCommand, GlobalArgs};
use crate::exit::{Exit, Failure};
use crate::progress::json::line;
use crate::settings::{REGIONS, Settings, Surroundings, key_of_place};
use crate::text::{safe, safe_path};

/// Shows, names or makes the settings file.
pub(super) fn run(
    args: &ConfigArgs,
    global: &GlobalArgs,
    around: &Surroundings,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    match args.command.unwrap_or_default() {
        ConfigCommand::Show => show(&Settings::resolve(global, around)?, out)?,
        ConfigCommand::Path => {
            let path = path(global, around)?;
            if global.json {
                let object = json!({"path": path.to_string_lossy(), "exists": path.exists()});
                writeln!(out, "{}", line("config_path", object))?;
            } else {
                writeln!(out, "{}", safe_path(&path))?;
            }
        }
        ConfigCommand::Init => init(&path(global, around)?, out)?,
    }
    Ok(Exit::Success)
}

fn show(settings: &Settings, out: &mut dyn Write) -> io::Result<()> {
    if settings.json {
        for row in &settings.rows {
            let object = json!({
                "key": row.key,
                "value": row.shown,
                "origin": row.origin.to_string(),
            });
            writeln!(out, "{}", line("setting", object))?;
        }
        return Ok(());
    }
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let lengths = settings.rows.iter().map(|row| shown(&row.shown).len());
    let width = lengths.max().unwrap_or(0).clamp(12, 40);
    for row in &settings.rows {
        let value = shown(&row.shown);
        writeln!(out, "{:<18}  {value:<width$}  {}", row.key, row.origin)?;
    }
    Ok(())
}

/// The settings file that is read, or would be.
fn path(global: &GlobalArgs, around: &Surroundings) -> Result<PathBuf, Failure> {
    let path = global.config.as_ref().or(around.user_file.as_ref());
    path.cloned().ok_or_else(|| {
        Failure::config("there is no home directory to keep settings in")
            .hint("name a file with --config")
    })
}

/// Asks for what is needed and writes a file that only its owner can read.
fn init(path: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let shown = safe_path(path);
    // A link that leads nowhere is in the way, too.
    if path.symlink_metadata().is_ok() {
        return Err(
            Failure::new(Exit::Failed, format!("{shown} exists already"))
                .hint("edit it, or name another file with --config")
                .into(),
        );
    }
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(
            Failure::usage("questions need a terminal, and standard input is none")
                .hint(format!(
                    "write {shown} by hand, mode 600; cosup config show lists the keys"
                ))
                .into(),
        );
    }
    let regions = REGIONS.join(", ");
    let question = format!("region ({regions}) or endpoint URL: ");
    let (place_key, place) = ask(out, &question, |place| {
        let key = key_of_place(place).map_err(|error| error.to_string())?;
        Ok((key, place.to_owned()))
    })?;
    let appid = ask(out, "appid: ", |appid| {
        let is_number = !appid.is_empty() && appid.bytes().all(|byte| byte.is_ascii_digit());
        let why = "the appid is a number, as 1250000000";
        is_number.then(|| appid.to_owned()).ok_or(why.to_owned())
    })?;
    let some = |text: &str| {
        let is_one = !text.is_empty() && !text.contains(char::is_whitespace);
        is_one
            .then(|| text.to_owned())
            .ok_or("it is one word".to_owned())
    };
    let secret_id = ask(out, "secret id: ", some)?;
    let secret_key = {
        let _quiet = Quiet::begin();
        ask(out, "secret key (not shown): ", |key| {
            // The end of the line was not shown either.
            some(key).map_err(|why| format!("\n{why}"))
        })?
    };
    writeln!(out)?;
    let mut text = String::from("[defaults]\n");
    for (key, value) in [
        (place_key, place),
        ("appid", appid),
        ("secret_id", secret_id),
        ("secret_key", secret_key),
    ] {
        text.push_str(&format!("{key} = {}\n", toml::Value::String(value)));
    }
    write_private(path, &text).with_context(|| format!("could not write {shown}"))?;
    writeln!(out, "wrote {shown}; to try it: cosup doctor")?;
    Ok(())
}

/// Asks until `check` takes the answer, and says each time why it does not.
fn ask<T>(
    out: &mut dyn Write,
    question: &str,
    check: impl Fn(&str) -> Result<T, String>,
) -> anyhow::Result<T> {
    loop {
        write!(out, "{question}")?;
        out.flush()?;
        let mut answer = String::new();
        if io::stdin().lock().read_line(&mut answer)? == 0 {
            let what = question.split(['(', ':']).next().unwrap_or_default();
            let message = format!("no answer for the {}", safe(what.trim()));
            return Err(Failure::usage(message).into());
        }
        match check(answer.trim()) {
            Ok(taken) => return Ok(taken),
            Err(why) => writeln!(out, "{why}; once more")?,
        }
    }
}

/// Writes a new file of mode 600 in directories of mode 700.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a file would only be in the way of the next try.
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    written
}

/// While it lives, the terminal does not show what is typed.
struct Quiet(Option<rustix::termios::Termios>);

impl Quiet {
    fn begin() -> Self {
        let Ok(before) = tcgetattr(io::stdin()) else {
            return Self(None);
        };
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        let set = tcsetattr(io::stdin(), OptionalActions::Flush, &silent);
        Self(set.is_ok().then_some(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            // The terminal is gone when this fails.
            let _ = tcsetattr(io::stdin(), OptionalActions::Flush, before);
        }
    }
}
