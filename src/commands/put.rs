//! `cosup put`: upload files.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::around::Around;
use super::explain::explain_if_asked;
use super::template::Template;
use super::transfer::{Manner, transfer};
use super::{Context, Server, stream};
use crate::batch::{Batch, Choice, collect};
use crate::cli::{IfExists, PutArgs};
use crate::event::{Event, UploadNo};
use crate::exit::{Exit, Failure};
use crate::machine::Outcome;
use crate::remote::Existing;
use crate::sign::encode_path;
use crate::text::{safe, safe_path};
use crate::upload::{Mode, Options, Report, Request};

/// Runs the command.
pub(super) fn run(
    args: &PutArgs,
    context: &Context,
    around: &Around<'_>,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<Exit> {
    let (mut sources, dest) = args.split().map_err(Failure::usage)?;
    let template = args.output.as_deref().map(Template::parse).transpose()?;
    if let Some(list) = &args.files_from {
        sources.extend(names_from(list, args.null)?);
    }
    let server = Server::throttled(context, around.throttle())?;
    let stream = stream::among(&sources, args, &dest.0)?;
    if let Some(stream) = &stream {
        sources = vec![stream.take(context, around, &server)?];
    }
    for source in &sources {
        if !source.exists() && !source.is_symlink() {
            // Said before anything is sent, so that one wrong name of many costs nothing.
            crate::source::Source::open(source)?;
        }
    }
    let choice = Choice {
        recursive: args.recursive,
        include: args.include.clone(),
        exclude: args.exclude.clone(),
        shard: args.shard.map(|shard| (shard.index, shard.count)),
    };
    let Batch { items, mut refused } = collect(&sources, &dest.0, &choice)?;
    if items.is_empty() && refused.len() == 1 {
        return Err(refused.remove(0).into());
    }
    for error in &refused {
        let message = safe(&error.to_string());
        let event = Event::Failed { message: &message };
        context.observer.event(UploadNo(0), &event);
    }
    let settings = &context.settings;
    let if_exists = args.if_exists.unwrap_or(settings.if_exists);
    let options = Options {
        slice_size: args.slice_size.unwrap_or(settings.slice_size),
        slice_threshold: args.slice_threshold.unwrap_or(settings.slice_threshold),
        existing: match if_exists {
            IfExists::Overwrite => Existing::Replace,
            IfExists::Fail | IfExists::Skip => Existing::Keep,
        },
        biz_attr: args.biz_attr.clone(),
        make_parents: !args.no_mkdirs,
    };
    let requests: Vec<_> = items
        .into_iter()
        .map(|item| Request {
            source: item.source,
            destination: server.destination(&item.target),
            options: options.clone(),
            mode: Mode::Put,
        })
        .collect();
    let requests = around.without_receipted(requests, out)?;
    let manner = PutManner {
        if_exists,
        removes_source: args.remove_source,
        template,
    };
    let told = explain_if_asked(context, &args.run, around, &server, &requests, &manner, out)?;
    if let Some(exit) = told {
        return Ok(exit);
    }
    let result = transfer(context, &args.run, around, &server, &requests, &manner, out);
    if let (Some(stream), Err(_)) = (&stream, &result) {
        stream.mind(context, &sources);
    }
    match (result?, refused.len()) {
        (exit, 0) => Ok(exit),
        (_, n) => Err(Failure::new(
            Exit::Failed,
            format!("{n} files have names that cannot be kept"),
        )
        .hint("rename them, or upload each to a destination with a name of its own")
        .into()),
    }
}

struct PutManner {
    if_exists: IfExists,
    removes_source: bool,
    template: Option<Template>,
}

impl Manner for PutManner {
    fn skips_existing(&self) -> bool {
        self.if_exists == IfExists::Skip
    }

    fn removes_source(&self) -> bool {
        self.removes_source
    }

    fn line(&self, request: &Request, report: &Report) -> String {
        match &self.template {
            Some(template) => template.fill(|field| value(field, request, report)),
            None => access_url(request, report),
        }
    }
}

/// What a field of `--output` stands for.
fn value(field: &str, request: &Request, report: &Report) -> Option<String> {
    let location = match &report.outcome {
        Outcome::Done(done) => Some(&done.location),
        Outcome::Conflict(_) | Outcome::Failed(_) => None,
    };
    match field {
        "url" => location?.url.clone(),
        "access_url" => location?.access_url.clone(),
        "source_url" => location?.source_url.clone(),
        "resource_path" => location?.resource_path.clone().or_else(|| {
            // Some answers leave it out, but it follows from the rest (PROTOCOL §1.5).
            let to = &request.destination;
            Some(format!("/{}/{}{}", to.appid, to.bucket, to.path))
        }),
        "sha1" => Some(report.tally.sha1.to_string()),
        "size" => Some(report.tally.len.to_string()),
        "source" => Some(request.source.to_string_lossy().into_owned()),
        "dest" => Some(request.destination.target().to_string()),
        _ => None,
    }
}

/// The access URL of a finished upload, or the best there is in its place.
pub(super) fn access_url(request: &Request, report: &Report) -> String {
    let to = &request.destination;
    let url = match &report.outcome {
        Outcome::Done(done) => {
            let access = done.location.access_url.as_deref();
            let access = access.map(|url| match url.strip_suffix(to.path.as_str()) {
                // This one URL comes with a bare path (PROTOCOL §1.5), which no tool could fetch.
                Some(host) => format!("{host}{}", encode_path(&to.path)),
                None => url.to_owned(),
            });
            access.or_else(|| done.location.url.clone())
        }
        Outcome::Conflict(_) | Outcome::Failed(_) => None,
    };
    safe(&url.unwrap_or_else(|| to.target().to_string()))
}

/// Reads names of files, one a line or separated by zero bytes.
fn names_from(list: &Path, null: bool) -> anyhow::Result<Vec<PathBuf>> {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    let reader: Box<dyn BufRead> = if list == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        let file = std::fs::File::open(list).map_err(|error| {
            let shown = safe_path(list);
            Failure::source(format!("cannot read the list {shown}: {error}"))
        })?;
        Box::new(std::io::BufReader::new(file))
    };
    let mut names = Vec::new();
    for name in reader.split(if null { 0 } else { b'\n' }) {
        let name = name.with_context(|| format!("cannot read the list {}", list.display()))?;
        if !name.is_empty() {
            names.push(PathBuf::from(OsString::from_vec(name)));
        }
    }
    Ok(names)
}
