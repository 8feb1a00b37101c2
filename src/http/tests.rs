//! Servers that answer before they have read the request.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::channel;

use super::*;
use crate::digest::{RECORD_LEN, Records, Sha1Sum};
use crate::event::{Silent, UploadNo};
use crate::remote::{Existing, InitRequest, Remote};
use crate::sign::{Credentials, Secret};

/// More parts than the buffers between two sockets take.
const PARTS: u64 = 300_000;

#[test]
fn an_answer_that_comes_before_the_digests_have_left_is_heard() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (done, is_done) = channel::<()>();
    let server = std::thread::spawn(move || {
        let mut reader = BufReader::new(listener.accept().unwrap().0);
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap() > 2 {
            line.clear();
        }
        let body = r#"{"code":-97,"message":"no"}"#;
        write!(
            reader.get_mut(),
            "HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        // The connection stays open, and nothing more is read from it.
        is_done.recv().unwrap_err();
    });
    let config = HttpConfig {
        endpoint,
        connect_timeout: Duration::from_secs(10),
        timeout: Duration::from_secs(60),
        proxy: None,
        ca_cert: None,
    };
    let credentials = Credentials {
        appid: "1".into(),
        secret_id: "id".into(),
        secret_key: Secret::new("key"),
    };
    let link = Link::new(config, Arc::new(credentials), None, Cancel::default()).unwrap();
    let remote = link.remote(Watch {
        observer: &Silent,
        no: UploadNo(0),
    });
    let len = usize::try_from(PARTS).unwrap() * RECORD_LEN;
    let records = Records::Memory(vec![0; len]);
    let chain = DigestChain::new(PARTS * 64, 64, Sha1Sum::of(b""), records);
    let target = Target {
        bucket: "b".into(),
        path: "/o".into(),
    };
    let request = InitRequest {
        chain: &chain,
        slice_size: 65_536,
        existing: Existing::Keep,
        biz_attr: None,
    };
    let error = remote.init(&target, &request).unwrap_err();
    assert_eq!(error.kind, Kind::Refused, "{error}");
    drop(done);
    server.join().unwrap();
}
