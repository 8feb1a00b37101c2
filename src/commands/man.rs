//! `cosup man`: one page for each command.

use std::io::Write;

use anyhow::Context as _;
use clap::builder::Resettable;
use clap::{Command, CommandFactory};

use crate::cli::{Cli, ManArgs};
use crate::exit::{Exit, Failure};
use crate::text::{Safe, safe_path};

/// Prints one page to `out`, or writes all of them into a directory.
pub(super) fn run(args: &ManArgs, out: &mut (dyn Write + Send)) -> anyhow::Result<Exit> {
    // The pages say what the command `help` would.
    let mut root = Cli::command().disable_help_subcommand(true);
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
    let mut pages = Vec::new();
    add("cosup", root, &mut pages)?;
    Ok(pages)
}

/// Adds the page of a command, and those of the commands below it.
fn add(name: &str, command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> anyhow::Result<()> {
    pages.push((name.to_owned(), page(command.clone())?));
    for inner in command.get_subcommands() {
        add(&format!("{name}-{}", inner.get_name()), inner, pages)?;
    }
    Ok(())
}

fn page(command: Command) -> anyhow::Result<Vec<u8>> {
    let mut page = Vec::new();
    let examples = command.get_before_long_help().map(ToString::to_string);
    let codes = command.get_after_long_help().map(ToString::to_string);
    let command = command
        .mut_args(|argument| argument.hide_short_help(false))
        .after_help(Resettable::Reset)
        .after_long_help(Resettable::Reset);
    clap_mangen::Man::new(command).render(&mut page)?;
    for text in [examples, codes].into_iter().flatten() {
        section(&text, &mut page)?;
    }
    Ok(page)
}

/// A text of the help as sections of a page, line by line: `Name:` begins one.
fn section(text: &str, page: &mut Vec<u8>) -> std::io::Result<()> {
    let mut filled = false;
    for line in text.lines().filter(|line| !line.is_empty()) {
        let escaped = line.replace('\\', "\\e").replace('-', "\\-");
        if let Some(heading) = line.strip_suffix(':').filter(|line| !line.starts_with(' ')) {
            writeln!(page, ".SH {}\n.nf", heading.to_uppercase())?;
            filled = true;
        } else {
            if !filled {
                writeln!(page, ".SH ENVIRONMENT")?;
            } else if !line.starts_with(' ') {
                writeln!(page, ".fi\n.PP")?;
            }
            // A line never begins with a dot or an apostrophe, which would be a request.
            writeln!(page, "\\&{escaped}")?;
        }
    }
    if filled {
        writeln!(page, ".fi")?;
    }
    Ok(())
}
