//! `cosup doctor`: one line for each thing an upload needs, with the remedy where it is amiss.

use std::io::Write;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;

use super::state_check::{self, Health};
use super::{Context, Server};
use crate::cli::DoctorArgs;
use crate::destination;
use crate::digest::Sha1Sum;
use crate::event::{UploadNo, Watch};
use crate::exit::{Exit, diagnose};
use crate::progress::json::line;
use crate::remote::{Existing, Kind, Payload, Remote, RemoteError, Sent, Target, WholeRequest};
use crate::settings::SettingsError;
use crate::text::{Rate, Size, Span, safe, safe_path};

/// Seconds that clocks may differ before it is worth a word.
const SKEW: u64 = 60;

/// Bytes of the file that `--upload` sends.
const SAMPLE: usize = 4 * 1024 * 1024;

/// A bucket to ask about when none is named; that it does not exist is the expected answer.
const NO_BUCKET: &str = "cosup-doctor";

/// What a check showed.
enum Finding {
    Ok(String),
    /// Uploads work, but not as well as they could; what to do.
    Warn(String, String),
    /// Uploads do not work; what to do, and how a run would end.
    Fail(String, String, Exit),
    /// It could not be checked.
    Skip(String),
}

/// What is written, and the worst so far.
struct Sheet<'a> {
    out: &'a mut dyn Write,
    json: bool,
    quiet: bool,
    worst: Exit,
}

impl Sheet<'_> {
    /// Writes a finding down; says whether the next check makes sense.
    fn note(&mut self, name: &str, finding: Finding) -> std::io::Result<bool> {
        let (word, detail, remedy, exit) = match finding {
            Finding::Ok(detail) => ("OK", detail, None, Exit::Success),
            Finding::Warn(detail, remedy) => ("WARN", detail, Some(remedy), Exit::Success),
            Finding::Fail(detail, remedy, exit) => ("FAIL", detail, Some(remedy), exit),
            Finding::Skip(detail) => ("SKIP", detail, None, Exit::Success),
        };
        self.worst = self.worst.worse(exit);
        if self.json {
            let fields = json!({
                "name": name,
                "result": word.to_ascii_lowercase(),
                "detail": detail,
                "remedy": remedy,
            });
            writeln!(self.out, "{}", line("check", fields))?;
        } else if !self.quiet || remedy.is_some() {
            let remedy = remedy.map(|text| format!("; {text}")).unwrap_or_default();
            writeln!(self.out, "{word:<4}  {name:<13}  {detail}{remedy}")?;
        }
        Ok(exit == Exit::Success)
    }
}

/// Checks everything that can be checked. `file` is where the user's settings would be.
pub(super) fn run(
    args: &DoctorArgs,
    (json, quiet): (bool, bool),
    context: Result<Context, SettingsError>,
    file: Option<&Path>,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let mut sheet = Sheet {
        out,
        json,
        quiet,
        worst: Exit::Success,
    };
    let context = match context {
        Ok(context) => context,
        Err(error) => {
            sheet.note("configuration", wrong(&error))?;
            return Ok(sheet.worst);
        }
    };
    sheet.note("configuration", configuration(file))?;
    sheet.note("state", state(&context))?;
    let signed = match context.settings.signed_by() {
        _ if context.settings.emulator.is_some() => {
            Finding::Ok("demo, for the emulator".to_owned())
        }
        Ok(who) => match context.settings.authorizer() {
            Ok(_) => Finding::Ok(who),
            Err(error) => wrong(&error),
        },
        Err(error) => wrong(&error),
    };
    let can_sign = sheet.note("credentials", signed)?;
    if context.settings.emulator.is_none() {
        let endpoint = match context.settings.endpoint() {
            Ok(endpoint) => Finding::Ok(endpoint.to_owned()),
            Err(error) => wrong(&error),
        };
        if !sheet.note("endpoint", endpoint)? || !reaches(&context, &mut sheet)? {
            return Ok(sheet.worst);
        }
    }
    if !can_sign {
        return Ok(sheet.worst);
    }
    let server = match Server::of(&context) {
        Ok(server) => server,
        Err(error) => {
            let found = diagnose(&error);
            let remedy = found
                .hint
                .unwrap_or_else(|| "see cosup config show".to_owned());
            sheet.note("client", Finding::Fail(found.message, remedy, Exit::Config))?;
            return Ok(sheet.worst);
        }
    };
    let endpoint = context.settings.endpoint().unwrap_or_default();
    if answers(&server, endpoint, &mut sheet)? {
        serves(args, &context, &server, &mut sheet)?;
    }
    Ok(sheet.worst)
}

fn wrong(error: &SettingsError) -> Finding {
    let remedy = error.hint.clone();
    Finding::Fail(
        error.message.clone(),
        remedy.unwrap_or_else(|| "see cosup config show".to_owned()),
        Exit::Config,
    )
}

fn configuration(file: Option<&Path>) -> Finding {
    Finding::Ok(match file {
        Some(path) if path.exists() => safe_path(path),
        Some(path) => format!("no {}; environment and defaults", safe_path(path)),
        None => "no home directory; environment and defaults".to_owned(),
    })
}

fn state(context: &Context) -> Finding {
    let Some(dir) = &context.settings.state_dir else {
        return Finding::Warn(
            "no place for checkpoints, so uploads cannot be resumed".to_owned(),
            "name a directory with --state-dir".to_owned(),
        );
    };
    let shown = safe_path(dir);
    match state_check::check(dir) {
        Ok(Health::Good) => Finding::Ok(format!("{shown} is writable and has locks")),
        Ok(Health::Readable) => Finding::Warn(
            format!("{shown} can be read by others"),
            format!("chmod 700 {shown}"),
        ),
        Ok(Health::NoLocks) => Finding::Warn(
            format!("{shown} is on a file system without locks, so two runs may meet"),
            "name a local directory with --state-dir".to_owned(),
        ),
        Err(error) => Finding::Fail(
            format!("{shown} cannot be used: {error}"),
            "name another directory with --state-dir".to_owned(),
            Exit::Config,
        ),
    }
}

/// Name resolution and the connection, each by itself.
fn reaches(context: &Context, sheet: &mut Sheet<'_>) -> anyhow::Result<bool> {
    let settings = &context.settings;
    if settings
        .proxy
        .as_deref()
        .is_some_and(|proxy| proxy != "none")
    {
        sheet.note("connect", Finding::Skip("through the proxy".to_owned()))?;
        return Ok(true);
    }
    let url = settings.endpoint()?;
    let Some((host, port)) = host_and_port(url) else {
        return Ok(true);
    };
    let began = Instant::now();
    let addresses: Vec<SocketAddr> = match (host, port).to_socket_addrs() {
        Ok(found) => found.collect(),
        Err(error) => {
            let detail = format!("{} has no address: {error}", safe(host));
            let remedy = "check --region or --endpoint, and the network".to_owned();
            return Ok(sheet.note("dns", Finding::Fail(detail, remedy, Exit::TryAgain))?);
        }
    };
    let shown: Vec<_> = addresses
        .iter()
        .take(3)
        .map(|at| at.ip().to_string())
        .collect();
    let detail = format!(
        "{} is {} ({})",
        safe(host),
        shown.join(", "),
        Span(began.elapsed())
    );
    sheet.note("dns", Finding::Ok(detail))?;
    let began = Instant::now();
    let mut last = None;
    for address in &addresses {
        match TcpStream::connect_timeout(address, settings.connect_timeout) {
            Ok(_) => {
                let detail = format!("port {port} answers ({})", Span(began.elapsed()));
                return Ok(sheet.note("connect", Finding::Ok(detail))?);
            }
            Err(error) => last = Some(error),
        }
    }
    let why = last.map_or_else(|| "no address".to_owned(), |error| error.to_string());
    let remedy = "check --endpoint, firewalls and --proxy".to_owned();
    let failed = Finding::Fail(format!("port {port}: {why}"), remedy, Exit::TryAgain);
    Ok(sheet.note("connect", failed)?)
}

/// Host and port of a URL.
fn host_and_port(url: &str) -> Option<(&str, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    let authority = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let usual = if scheme == "https" { 443 } else { 80 };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (authority, usual),
    };
    Some((host.trim_start_matches('[').trim_end_matches(']'), port))
}

/// The first answer: TLS where it is used, and the clock.
fn answers(server: &Server, endpoint: &str, sheet: &mut Sheet<'_>) -> anyhow::Result<bool> {
    let probe = match server.link().probe() {
        Ok(probe) => probe,
        Err(error) => {
            let untrusted = matches!(error.kind, Kind::Untrusted | Kind::Permanent);
            let (remedy, exit) = if untrusted {
                (
                    "check the endpoint, or trust its certificate with --ca-cert",
                    Exit::Config,
                )
            } else {
                (
                    "is it the right server? check --endpoint and --proxy",
                    Exit::TryAgain,
                )
            };
            let failed = Finding::Fail(safe(&error.message), remedy.to_owned(), exit);
            let name = if untrusted { "tls" } else { "answer" };
            return Ok(sheet.note(name, failed)?);
        }
    };
    if endpoint.starts_with("https:") {
        sheet.note("tls", Finding::Ok("the certificate is trusted".to_owned()))?;
    }
    let detail = format!("HTTP {} after {}", probe.status, Span(probe.took));
    sheet.note("answer", Finding::Ok(detail))?;
    let clock = match probe.skew {
        None => Finding::Skip("the server does not tell the time".to_owned()),
        Some(skew) if skew.unsigned_abs() <= SKEW => {
            Finding::Ok(format!("{} s apart", skew.unsigned_abs()))
        }
        Some(skew) => {
            let side = if skew > 0 { "behind" } else { "ahead of" };
            Finding::Warn(
                format!(
                    "this machine is {} s {side} the server",
                    skew.unsigned_abs()
                ),
                "set its clock, as with NTP; until then each signature is made twice".to_owned(),
            )
        }
    };
    Ok(sheet.note("clock", clock)?)
}

/// The signature, the bucket, and the rate.
fn serves(
    args: &DoctorArgs,
    context: &Context,
    server: &Server,
    sheet: &mut Sheet<'_>,
) -> anyhow::Result<()> {
    let watch = Watch {
        observer: &*context.observer,
        no: UploadNo(0),
    };
    let remote = server.link().remote(watch);
    let upload = args.upload.as_ref().map(|path| &path.0);
    let named = args
        .bucket
        .as_deref()
        .or(upload.map(|dir| dir.bucket.as_str()));
    let bucket = named.unwrap_or(NO_BUCKET);
    let root = destination::parse(&format!("/{bucket}/"));
    let root = match root {
        Ok(root) => root,
        Err(error) => {
            let remedy = "check --bucket".to_owned();
            sheet.note(
                "bucket",
                Finding::Fail(safe(&error.to_string()), remedy, Exit::Usage),
            )?;
            return Ok(());
        }
    };
    let asked = remote.list_dir(&root, "");
    let refused = asked
        .as_ref()
        .err()
        .filter(|error| !matches!(error.kind, Kind::NotFound | Kind::NoBucket));
    if let Some(error) = refused {
        sheet.note("signature", failed(error))?;
        return Ok(());
    }
    sheet.note("signature", Finding::Ok("accepted".to_owned()))?;
    let reached = match (named, &asked) {
        (None, _) => Finding::Skip("name one with --bucket to check it".to_owned()),
        (Some(name), Err(error)) if error.kind == Kind::NoBucket => Finding::Fail(
            format!("there is no bucket {}", safe(name)),
            "check its name and the region; buckets are made in the console".to_owned(),
            Exit::Config,
        ),
        (Some(name), _) => Finding::Ok(format!("{} can be read", safe(name))),
    };
    if !sheet.note("bucket", reached)? {
        return Ok(());
    }
    if let Some(dir) = upload {
        let sent = sample(&remote, dir);
        sheet.note("upload", sent)?;
    }
    Ok(())
}

fn failed(error: &RemoteError) -> Finding {
    let exit = diagnose(&anyhow::Error::new(error.clone()));
    let remedy = exit
        .hint
        .unwrap_or_else(|| "see what the server says".to_owned());
    Finding::Fail(exit.message, remedy, exit.exit)
}

/// Sends a file that the server cannot have yet, and removes it.
fn sample(remote: &dyn Remote, dir: &Target) -> Finding {
    let mut seed = [0; 8];
    if let Err(error) = getrandom::fill(&mut seed) {
        return Finding::Skip(format!("no random numbers: {error}"));
    }
    let seed = u64::from_le_bytes(seed);
    let bytes: Vec<u8> = (0..SAMPLE as u64 / 8)
        .flat_map(|n| {
            seed.wrapping_add(n)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .to_le_bytes()
        })
        .collect();
    let target = match destination::inside(dir, &format!("cosup-doctor-{seed:016x}")) {
        Ok(target) => target,
        Err(error) => {
            return Finding::Fail(
                safe(&error.to_string()),
                "check --upload".to_owned(),
                Exit::Usage,
            );
        }
    };
    let began = Instant::now();
    let request = WholeRequest {
        sha1: Sha1Sum::of(&bytes),
        bytes: Payload::from(bytes),
        existing: Existing::Keep,
        biz_attr: None,
        sent: Arc::new(Sent::default()),
    };
    if let Err(error) = remote.put_whole(&target, &request) {
        return failed(&error);
    }
    let took = began.elapsed();
    let nanos = took.as_nanos().max(1);
    let rate = u64::try_from(SAMPLE as u128 * 1_000_000_000 / nanos).unwrap_or(u64::MAX);
    let detail = format!("{} in {}, {}", Size(SAMPLE as u64), Span(took), Rate(rate));
    match remote.delete(&target) {
        Ok(()) => Finding::Ok(detail),
        Err(error) => Finding::Warn(
            format!(
                "{detail}, but the sample is still there: {}",
                safe(&error.to_string())
            ),
            format!("cosup rm --yes {}", safe(&target.to_string())),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_of_an_endpoint() {
        for (url, expected) in [
            (
                "http://sh.file.myqcloud.com",
                Some(("sh.file.myqcloud.com", 80)),
            ),
            ("https://h/base", Some(("h", 443))),
            ("http://127.0.0.1:8094", Some(("127.0.0.1", 8094))),
            ("https://[::1]:9", Some(("::1", 9))),
            ("http://[::1]", Some(("::1", 80))),
            ("nothing", None),
        ] {
            assert_eq!(host_and_port(url), expected, "{url}");
        }
    }
}
