//! Telling a monitor that a run began and how it ended, in the style of healthchecks.

use std::time::Duration;

use reqwest::Url;
use reqwest::blocking::Client;

/// How long one try may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How often a ping should be tried; a monitor that misses one raises a false alarm.
pub const TRIES: u32 = 3;

/// A monitor to be told. Its URL is as good as a password, so it is never shown.
#[derive(Debug)]
pub struct Ping {
    url: Url,
}

/// What to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// A run begins: `URL/start`.
    Start,
    /// A run ended with this exit code: `URL` for 0, else `URL/CODE`.
    End(u8),
}

impl Ping {
    /// A monitor at `url`, which must be http or https.
    pub fn new(url: &str) -> anyhow::Result<Self> {
        let url = Url::parse(url.trim()).map_err(|error| anyhow::anyhow!("not a URL: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            anyhow::bail!("not an http or https URL");
        }
        Ok(Self { url })
    }

    /// The URL for `signal`; a query stays where it is.
    fn url(&self, signal: Signal) -> Url {
        let mut url = self.url.clone();
        let last = match signal {
            Signal::Start => "start".to_owned(),
            Signal::End(0) => return url,
            Signal::End(code) => code.to_string(),
        };
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(&last);
        }
        url
    }

    /// Tells it in up to `tries` tries, with a line for a person to read there. A failure is worth a warning, no more; its
    /// text names the host alone.
    pub fn send(&self, signal: Signal, message: &str, tries: u32) -> anyhow::Result<()> {
        let host = self.url.host_str().unwrap_or("the monitor");
        let client = Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(TIMEOUT)
            .retry(reqwest::retry::never())
            .user_agent(concat!("cosup/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| anyhow::anyhow!("cannot ping {host}: {}", error.without_url()))?;
        let mut failure = String::new();
        for _ in 0..tries {
            match client
                .post(self.url(signal))
                .body(message.to_owned())
                .send()
            {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) => {
                    failure = format!("HTTP {}", answer.status());
                    if answer.status().is_client_error() {
                        break;
                    }
                }
                Err(error) => failure = innermost(&error.without_url()),
            }
        }
        anyhow::bail!("cannot ping {host}: {failure}")
    }
}

/// What lies at the bottom: "connection refused" says more than "error sending request".
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;

    #[test]
    fn the_url_of_each_signal() {
        for (base, start, end, failed) in [
            (
                "http://h/a",
                "http://h/a/start",
                "http://h/a",
                "http://h/a/75",
            ),
            (
                "http://h/a/?rid=1",
                "http://h/a/start?rid=1",
                "http://h/a/?rid=1",
                "http://h/a/75?rid=1",
            ),
            ("https://h", "https://h/start", "https://h/", "https://h/75"),
        ] {
            let ping = Ping::new(base).unwrap();
            let urls =
                [Signal::Start, Signal::End(0), Signal::End(75)].map(|s| ping.url(s).to_string());
            assert_eq!(urls, [start, end, failed]);
        }
        for url in ["", "h/a", "ftp://h/a", "file:///etc/passwd"] {
            assert!(Ping::new(url).is_err(), "{url}");
        }
    }

    /// Answers each connection with the next status and gives the request lines with their bodies.
    fn monitor(
        statuses: &'static [&'static str],
    ) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/secret-uuid", listener.local_addr().unwrap());
        let serving = std::thread::spawn(move || {
            let serve = |status: &&str| {
                let mut reader = BufReader::new(listener.accept().unwrap().0);
                let (mut first, mut len) = (String::new(), 0);
                reader.read_line(&mut first).unwrap();
                loop {
                    let mut header = String::new();
                    reader.read_line(&mut header).unwrap();
                    if let Some(value) = header.to_lowercase().strip_prefix("content-length:") {
                        len = value.trim().parse().unwrap();
                    }
                    if header.trim().is_empty() {
                        break;
                    }
                }
                let mut body = vec![0; len];
                reader.read_exact(&mut body).unwrap();
                let answer =
                    format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                reader.get_mut().write_all(answer.as_bytes()).unwrap();
                format!("{} {}", first.trim(), String::from_utf8(body).unwrap())
            };
            statuses.iter().map(serve).collect()
        });
        (url, serving)
    }

    #[test]
    fn a_passing_trouble_is_tried_again() {
        let (url, serving) = monitor(&["503 Busy", "200 OK"]);
        Ping::new(&url)
            .unwrap()
            .send(Signal::End(75), "1 failed", TRIES)
            .unwrap();
        let line = "POST /secret-uuid/75 HTTP/1.1 1 failed";
        assert_eq!(serving.join().unwrap(), [line, line]);
    }

    #[test]
    fn a_failure_does_not_tell_the_url() {
        let (url, serving) = monitor(&["404 Not Found"]);
        let error = Ping::new(&url)
            .unwrap()
            .send(Signal::Start, "", TRIES)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot ping 127.0.0.1: HTTP 404 Not Found"
        );
        serving.join().unwrap();
        let error = format!(
            "{:#}",
            Ping::new(&url)
                .unwrap()
                .send(Signal::Start, "", TRIES)
                .unwrap_err()
        );
        assert!(
            error.starts_with("cannot ping 127.0.0.1: ") && !error.contains("secret-uuid"),
            "{error}"
        );
    }
}
