//! The dialects of PROTOCOL §1.1.1 that no recording covers, byte for byte over a raw socket.

use std::io::{Read, Write};

use crate::raw::{Bench, connect, exchange, pattern, read_answer};

const SLICE: usize = 65_536;

/// A request of the given head lines and body, its length added.
fn request(bench: &Bench, path: &str, head: &[&str], body: &[u8]) -> Vec<u8> {
    let text = format!(
        "POST {} HTTP/1.1\r\nHost: sh.file.myqcloud.com\r\nAuthorization: {}\r\n{}\r\nContent-Length: {}\r\n\r\n",
        bench.client.url(path),
        bench.client.multi(),
        head.join("\r\n"),
        body.len()
    );
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A multipart body whose parts have these header lines and contents.
fn parts(preamble: &str, boundary: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = preamble.as_bytes().to_vec();
    for (head, content) in parts {
        body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body
}

fn sends_a_slice(head: &[&str], preamble: &str, boundary: &str, order: &[(&str, &str)]) {
    let bench = Bench::new();
    let bytes = pattern(SLICE + 9);
    let session = bench.client.open("/dir/目录 a", bytes.len(), SLICE);
    for (index, slice) in bytes.chunks(SLICE).enumerate() {
        let offset = (index * SLICE).to_string();
        let content = |name: &str| -> Vec<u8> {
            match name.to_ascii_lowercase().as_str() {
                "op" => b"upload_slice_data".to_vec(),
                "session" => session.as_bytes().to_vec(),
                "offset" => offset.as_bytes().to_vec(),
                "filecontent" => slice.to_vec(),
                _ => b"ignored".to_vec(),
            }
        };
        let contents: Vec<_> = order.iter().map(|(name, _)| content(name)).collect();
        let heads = order.iter().map(|(_, head)| *head);
        let whole: Vec<_> = heads.zip(contents.iter().map(Vec::as_slice)).collect();
        let body = parts(preamble, boundary, &whole);
        let request = request(&bench, "/dir/目录 a", head, &body);
        let answer = exchange(bench.client.address, &request).unwrap();
        assert_eq!(answer.both(), (200, Some(0)), "{answer:?}");
        assert_eq!(answer.json()["data"]["datalen"], slice.len());
    }
    bench.client.finish("/dir/目录 a", &session, bytes.len());
    assert_eq!(std::fs::read(bench.file("dir/目录 a")).unwrap(), bytes);
}

#[test]
fn python_names_a_file_in_every_part() {
    sends_a_slice(
        &[
            "User-Agent: cos-python-sdk-v4",
            "Accept-Encoding: gzip, deflate",
            "Content-Type: multipart/form-data; boundary=0e0cb0c1e6ff4e2e8fd05b6f8dba2f31",
        ],
        "",
        "0e0cb0c1e6ff4e2e8fd05b6f8dba2f31",
        &[
            (
                "filecontent",
                "Content-Disposition: form-data; name=\"filecontent\"; filename=\"filecontent\"",
            ),
            (
                "offset",
                "Content-Disposition: form-data; name=\"offset\"; filename=\"offset\"",
            ),
            (
                "op",
                "Content-Disposition: form-data; name=\"op\"; filename=\"op\"",
            ),
            (
                "session",
                "Content-Disposition: form-data; name=\"session\"; filename=\"session\"",
            ),
        ],
    );
}

#[test]
fn cpp_sends_in_alphabetical_order() {
    sends_a_slice(
        &[
            "User-Agent: cos-cpp-sdk-v4.2",
            "Accept: */*",
            "Expect: 100-continue",
            "Content-Type: multipart/form-data; boundary=------------------------5bf4d9a1a2a8c9a5",
        ],
        "",
        "------------------------5bf4d9a1a2a8c9a5",
        &[
            ("offset", "Content-Disposition: form-data; name=\"offset\""),
            ("op", "Content-Disposition: form-data; name=\"op\""),
            (
                "session",
                "Content-Disposition: form-data; name=\"session\"",
            ),
            (
                "filecontent",
                "Content-Disposition: form-data; name=\"filecontent\"; filename=\"data\"\r\nContent-Type: application/octet-stream",
            ),
        ],
    );
}

#[test]
fn dot_net_begins_with_an_empty_line() {
    sends_a_slice(
        &["Content-Type: multipart/form-data; boundary=---------------8d4a2c1f6e7b9d0"],
        "\r\n",
        "---------------8d4a2c1f6e7b9d0",
        &[
            ("op", "Content-Disposition: form-data; name=\"op\""),
            (
                "session",
                "Content-Disposition: form-data; name=\"session\"",
            ),
            ("offset", "Content-Disposition: form-data; name=\"offset\""),
            (
                "fileContent",
                "Content-Disposition: form-data; name=\"fileContent\"; filename=\"C:\\目录\\a.bin\"\r\nContent-Type: application/octet-stream",
            ),
        ],
    );
}

#[test]
fn node_gives_the_full_path_as_file_name() {
    sends_a_slice(
        &[
            "User-Agent: cos-node-sdk-1.0.5",
            "Content-Type: multipart/form-data; boundary=--------------------------283746529384756283746529",
        ],
        "",
        "--------------------------283746529384756283746529",
        &[
            ("op", "Content-Disposition: form-data; name=\"op\""),
            (
                "session",
                "Content-Disposition: form-data; name=\"session\"",
            ),
            ("offset", "Content-Disposition: form-data; name=\"offset\""),
            (
                "insertOnly",
                "Content-Disposition: form-data; name=\"insertOnly\"",
            ),
            (
                "filecontent",
                "Content-Disposition: form-data; name=\"filecontent\"; filename=\"/home/user/a \\\"b\\\"; name=x.bin\"\r\nContent-Type: application/octet-stream",
            ),
        ],
    );
}

#[test]
fn android_tells_the_length_of_every_part() {
    sends_a_slice(
        &[
            "User-Agent: cos-sdk-android-V4.1.4.3.19",
            "Content-Type: multipart/form-data; boundary=9fd48fba-1ea2-4789-8e6e-64c40c243480",
        ],
        "",
        "9fd48fba-1ea2-4789-8e6e-64c40c243480",
        &[
            (
                "session",
                "Content-Disposition: form-data; name=\"session\"\r\nContent-Length: 96",
            ),
            (
                "op",
                "Content-Disposition: form-data; name=\"op\"\r\nContent-Length: 17",
            ),
            (
                "x-cos-meta-magic-context",
                "Content-Disposition: form-data; name=\"x-cos-meta-magic-context\"\r\nContent-Length: 7",
            ),
            (
                "offset",
                "Content-Disposition: form-data; name=\"offset\"\r\nContent-Length: 1",
            ),
            (
                "filecontent",
                "Content-Disposition: form-data; name=\"filecontent\"\r\nContent-Type: application/octet-stream",
            ),
        ],
    );
}

#[test]
fn javascript_sends_everything_twice_on_a_retry() {
    let field = |name| format!("Content-Disposition: form-data; name=\"{name}\"");
    let heads: Vec<_> = ["sliceSize", "op", "session", "offset"].map(field).into();
    let file = "Content-Disposition: form-data; name=\"fileContent\"; filename=\"blob\"\r\nContent-Type: application/octet-stream";
    let once = [
        ("sliceSize", heads[0].as_str()),
        ("op", &heads[1]),
        ("session", &heads[2]),
        ("offset", &heads[3]),
        ("fileContent", file),
    ];
    sends_a_slice(
        &["Content-Type: multipart/form-data; boundary=----WebKitFormBoundaryS3kC05I6aCTXVBq3"],
        "",
        "----WebKitFormBoundaryS3kC05I6aCTXVBq3",
        &[once, once].concat(),
    );
}

#[test]
fn a_body_in_chunks() {
    let bench = Bench::new();
    let body = crate::raw::multipart("x", &[("op", b"upload"), ("filecontent", b"hello")]);
    let mut request = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\nContent-Type: multipart/form-data; boundary=\"x\"\r\nTransfer-Encoding: chunked\r\n\r\n",
        bench.client.url("/a"),
        bench.client.multi(),
    )
    .into_bytes();
    for chunk in body.chunks(7) {
        request.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        request.extend_from_slice(chunk);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    let answer = exchange(bench.client.address, &request).unwrap();
    assert_eq!(answer.both(), (200, Some(0)));
    assert_eq!(std::fs::read(bench.file("a")).unwrap(), b"hello");
}

#[test]
fn many_requests_on_one_connection_without_waiting() {
    let bench = Bench::new();
    let mut stream = connect(bench.client.address);
    let mut requests = Vec::new();
    for n in 0..20 {
        let fields: [(&str, &[u8]); 2] = [("op", b"upload"), ("filecontent", b"x")];
        let path = format!("/{n}");
        requests.extend(
            bench
                .client
                .form_request(&bench.client.multi(), &path, &fields),
        );
    }
    stream.write_all(&requests).unwrap();
    for n in 0..20 {
        let answer = read_answer(&mut stream).unwrap();
        let path = answer.json()["data"]["resource_path"].clone();
        assert_eq!(path, format!("/1250000000/demo/{n}"));
    }
}

#[test]
fn http_1_0_gets_an_answer_and_the_end() {
    let bench = Bench::new();
    let request = format!(
        "GET {}?op=stat HTTP/1.0\r\nAuthorization: {}\r\n\r\n",
        bench.client.url("/a"),
        bench.client.multi()
    );
    let mut stream = connect(bench.client.address);
    stream.write_all(request.as_bytes()).unwrap();
    let mut all = String::new();
    stream.read_to_string(&mut all).unwrap();
    assert!(all.starts_with("HTTP/1.0 404"), "{all}");
    assert!(all.contains("-197"), "{all}");
}

#[test]
fn a_body_is_asked_for_where_the_client_waits() {
    let bench = Bench::new();
    let fields: [(&str, &[u8]); 2] = [("op", b"upload"), ("filecontent", b"hello")];
    let body = crate::raw::multipart("x", &fields);
    let head = [
        "Expect: 100-continue",
        "Content-Type: multipart/form-data; boundary=x",
    ];
    let whole = request(&bench, "/a", &head, &body);
    let (head, body) = whole.split_at(whole.len() - body.len());
    let mut stream = connect(bench.client.address);
    stream.write_all(head).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body).unwrap();
    assert_eq!(read_answer(&mut stream).unwrap().both(), (200, Some(0)));
}

#[test]
fn fields_in_every_place() {
    let bench = Bench::new();
    let url = bench.client.url("/dir/");
    let post = |target: &str, kind: &str, body: &[u8]| {
        let sign = bench.client.multi();
        let request = bench.client.request("POST", target, &sign, kind, body);
        exchange(bench.client.address, &request).unwrap().both()
    };
    assert_eq!(
        post(&url, "application/json", b"{\"op\":\"create\"}"),
        (200, Some(0))
    );
    let taken = (409, Some(-178));
    assert_eq!(post(&url, "text/plain", b" {\"op\":\"create\"}\n"), taken);
    assert_eq!(
        post(
            &url,
            "application/x-www-form-urlencoded",
            b"biz_attr=a+b&op=create"
        ),
        taken
    );
    assert_eq!(post(&format!("{url}?op=create"), "", b""), taken);
    assert_eq!(
        post(
            &format!("{url}?op=create"),
            "application/json",
            b"{\"biz_attr\":1}"
        ),
        taken
    );
    assert_eq!(
        post(
            &url.replace("/dir/", "//dir///"),
            "",
            b"{\"OP\":\"create\"}"
        ),
        taken
    );
}

#[test]
fn browsers_from_anywhere() {
    let bench = Bench::new();
    let request = format!(
        "OPTIONS {} HTTP/1.1\r\nHost: x\r\nOrigin: http://page\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n\r\n",
        bench.client.url("/a")
    );
    let answer = exchange(bench.client.address, request.as_bytes()).unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        answer.header("access-control-allow-headers"),
        Some("authorization")
    );
    assert!(
        answer
            .header("access-control-allow-methods")
            .unwrap()
            .contains("POST")
    );
}

/// How a client that knows only the service's own host names gets here: the emulator is its proxy.
#[test]
fn as_the_proxy_of_a_client() {
    let bench = Bench::new();
    let fields: [(&str, &[u8]); 2] = [("op", b"upload"), ("filecontent", b"hello")];
    let target = format!("http://sh.file.myqcloud.com{}", bench.client.url("/a"));
    let body = crate::raw::multipart("x", &fields);
    let kind = "multipart/form-data; boundary=x";
    let sign = bench.client.multi();
    let upload = bench.client.request("POST", &target, &sign, kind, &body);
    let answer = exchange(bench.client.address, &upload).unwrap();
    assert_eq!(answer.both(), (200, Some(0)));
    let source = answer.json()["data"]["source_url"]
        .as_str()
        .unwrap()
        .to_owned();
    let host = "demo-1250000000.cossh.myqcloud.com";
    for header in [host, "DEMO-1250000000.CosSH.myqcloud.com:80", "localhost"] {
        let request = format!("GET {source} HTTP/1.1\r\nHost: {header}\r\n\r\n");
        let fetched = exchange(bench.client.address, request.as_bytes()).unwrap();
        assert_eq!(fetched.body, b"hello", "{header}");
    }
    for host in [
        "DEMO-1250000000.CosSH.myqcloud.com",
        "demo-1250000000.innercos.myqcloud.com",
        "demo-1250000000.files.example:8080",
    ] {
        let direct = format!("GET /a HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let fetched = exchange(bench.client.address, direct.as_bytes()).unwrap();
        assert_eq!(fetched.body, b"hello", "{host}");
    }
}

/// Whoever asks in a region gets the addresses of that region, and one of them with a bare path.
#[test]
fn urls_are_of_the_region_that_was_asked() {
    let bench = Bench::new();
    let path = "/d/a 文";
    bench.client.upload(path, b"x");
    let sign = bench.client.multi();
    let target = format!("{}?op=stat", bench.client.url(path));
    for (host, region) in [("gz.file.myqcloud.com", "gz"), ("cos.example", "sh")] {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {sign}\r\n\r\n");
        let data = exchange(bench.client.address, request.as_bytes()).unwrap();
        let data = data.json()["data"].clone();
        assert_eq!(
            data["source_url"],
            format!("http://demo-1250000000.cos{region}.myqcloud.com/d/a%20%E6%96%87")
        );
        assert_eq!(
            data["access_url"],
            "http://demo-1250000000.file.myqcloud.com/d/a 文"
        );
    }
}
