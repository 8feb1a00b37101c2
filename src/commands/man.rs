//! `cosup man`: one page for each command.

use std::io::Write;

use anyhow::Context as _;
use clap::{Command, CommandFactory};

use crate::cli::{Cli, ManArgs};
use crate::exit::{Exit, Failure};
use crate::text::{Safe, safe_path};

/// Prints one page to `out`, or writes all of them into a directory.
pub(super) fn run(args: &ManArgs, out: &mut (dyn Write + Send)) -> anyhow::Result<Exit> {
    let mut root = Cli::command();
    root.build();
    if let Some(dir) = &args.dir {
        std::fs::create_dir_all(dir)
            .with_context(|| format!("could not make {}", safe_path(dir)))?;
        for (name, page) in pages(&root)? {
            let path = dir.join(format!("{name}.1"));
            std::fs::write(&path, page)
                .with_context(|| format!("could not write {}", safe_path(&path)))?;
        }
        return Ok(Exit::Success);
    }
    let wanted = args
        .command
        .as_ref()
        .map_or_else(|| "cosup".to_owned(), |name| format!("cosup-{name}"));
    let page = pages(&root)?
        .into_iter()
        .find_map(|(name, page)| (name == wanted).then_some(page))
        .ok_or_else(|| {
            Failure::usage(format!(
                "there is no command `{}`",
                Safe(wanted.trim_start_matches("cosup-"))
            ))
            .hint("cosup --help lists them")
        })?;
    out.write_all(&page)?;
    Ok(Exit::Success)
}

fn pages(root: &Command) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut pages = vec![page("cosup", root.clone())?];
    for command in root.get_subcommands() {
        let name = format!("cosup-{}", command.get_name());
        pages.push(page(&name, command.clone())?);
    }
    Ok(pages)
}

fn page(name: &str, command: Command) -> anyhow::Result<(String, Vec<u8>)> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    Ok((name.to_owned(), page))
}
