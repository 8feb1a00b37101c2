//! `cosup config`: the settings in force, where the file is, and a first file by questions.

use std::io::Write;

use crate::cli::{ConfigArgs, ConfigCommand, GlobalArgs};
use crate::exit::{Exit, Failure};
use crate::settings::{Settings, Surroundings};
use crate::text::safe_path;

/// Shows, names or makes the settings file.
pub(super) fn run(
    args: &ConfigArgs,
    global: &GlobalArgs,
    around: &Surroundings,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<Exit> {
    match args.command.unwrap_or_default() {
        ConfigCommand::Show => {
            for row in Settings::resolve(global, around)?.rows {
                let shown = row.shown.unwrap_or_else(|| "-".to_owned());
                writeln!(out, "{:<18} {shown:<28} {}", row.key, row.origin)?;
            }
        }
        ConfigCommand::Path | ConfigCommand::Init => {
            let path = global.config.as_ref().or(around.user_file.as_ref());
            let path = path.ok_or_else(|| {
                Failure::config("there is no home directory to keep settings in")
                    .hint("name a file with --config")
            })?;
            writeln!(out, "{}", safe_path(path))?;
        }
    }
    Ok(Exit::Success)
}
