//! `cosup stat`: the attributes of one object or directory.

use std::io::Write;

use jiff::tz::TimeZone;

use super::attributes::{Form, fields, rows};
use super::{Context, Server, about};
use crate::cli::StatArgs;
use crate::exit::Exit;
use crate::progress::json;
use crate::remote::Remote;

/// Shows the attributes.
pub(super) fn run(args: &StatArgs, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let server = Server::of(context)?;
    let remote = &server.plain(context);
    let form = Form::from(context.settings.json);
    let target = args.path.0.clone();
    let stat = remote
        .stat(&target)
        .map_err(|error| about(error, &target))?;
    let path = target.to_string();
    match form {
        Form::Json => writeln!(out, "{}", json::line("stat", fields(&path, &stat)))?,
        Form::Text => {
            for (name, value) in rows(&path, &stat, &TimeZone::system()) {
                writeln!(out, "{name:<11} {value}")?;
            }
        }
    }
    Ok(Exit::Success)
}
