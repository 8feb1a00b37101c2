//! Objects and directories from end to end: what is told, listed, changed, moved and given back.

use serde_json::json;

use crate::raw::{Answer, Bench, exchange};

fn names(answer: &Answer) -> Vec<String> {
    answer.json()["data"]["infos"]
        .as_array()
        .unwrap_or(&Vec::new())
        .iter()
        .map(|info| info["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_directory_is_listed_in_pages() {
    let bench = Bench::new();
    for name in ["b", "a", "c/x", "d", "ab", "é"] {
        bench.client.upload(&format!("/dir/{name}"), b"x");
    }
    let list = |path: &str, query: &str| bench.client.get(path, &format!("op=list&{query}"));
    assert_eq!(
        names(&list("/dir/", "num=1000")),
        ["a", "ab", "b", "c/", "d", "é"]
    );
    assert_eq!(
        names(&list("/dir/", "num=9&order=1")),
        ["é", "d", "c/", "b", "ab", "a"]
    );
    assert_eq!(names(&list("/dir/", "num=9&pattern=eListDirOnly")), ["c/"]);
    assert_eq!(
        names(&list("/dir/", "num=9&pattern=eListFileOnly")).len(),
        5
    );
    assert_eq!(names(&list("/dir/a", "num=9")), ["a", "ab"], "a prefix");
    assert_eq!(names(&list("/dir/zzz", "num=9")), [""; 0]);
    for order in [0, 1] {
        let mut seen = Vec::new();
        let mut context = String::new();
        loop {
            let page = list("/dir/", &format!("num=2&order={order}&context={context}"));
            seen.extend(names(&page));
            let data = &page.json()["data"];
            context = data["context"].as_str().unwrap().replace('+', "%2B");
            if data["listover"] == true {
                assert_eq!(context, "");
                break;
            }
        }
        assert_eq!(seen.len(), 6, "{seen:?}");
        seen.dedup();
        assert_eq!(seen.len(), 6, "{seen:?}");
    }
    let dir = bench
        .client
        .get("/dir/", "op=list&num=9&pattern=eListDirOnly");
    let info = dir.json()["data"]["infos"][0].clone();
    let keys: Vec<_> = info.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["ctime", "mtime", "name"]);
}

#[test]
fn attributes_in_every_dialect() {
    let bench = Bench::new();
    bench.client.upload("/a", b"x");
    let headers =
        json!({"Cache-Control": "no-cache", "x-cos-meta-lab": "one", "Content-Type": "text/x-lab"});
    let as_object = json!({"op": "update", "custom_headers": headers});
    let as_text = json!({"op": "update", "custom_headers": headers.to_string()});
    for body in [as_object, as_text] {
        let reset = json!({"op": "update", "custom_headers": {}});
        bench.client.json_once("/a", &reset.to_string());
        let answer = bench.client.json_once("/a", &body.to_string());
        assert_eq!(answer.both(), (200, Some(0)), "{body}");
        let data = bench.client.get("/a", "op=stat").json()["data"].clone();
        assert_eq!(data["custom_headers"], headers, "{body}");
    }
    let fields: [(&str, &[u8]); 4] = [
        ("op", b"update"),
        ("biz_attr", "属性".as_bytes()),
        ("authority", b"eWPrivateRPublic"),
        ("forbid", b"0"),
    ];
    let answer = bench
        .client
        .form_signed(&bench.client.once("/a"), "/a", &fields);
    assert_eq!(answer.both(), (200, Some(0)));
    let data = bench.client.get("/a", "op=stat").json()["data"].clone();
    assert_eq!(data["biz_attr"], "属性");
    assert_eq!(data["authority"], "eWPrivateRPublic");
    assert_eq!(data["custom_headers"], headers, "what is not named stays");
    let fetched = bench.client.get("/a", "");
    assert_eq!(fetched.header("content-type"), Some("text/x-lab"));
    assert_eq!(fetched.header("x-cos-meta-lab"), Some("one"));
    let dir = json!({"op": "create", "biz_attr": "first"}).to_string();
    bench.client.json_signed(&bench.client.multi(), "/d/", &dir);
    let changed = json!({"op": "update", "biz_attr": ""}).to_string();
    bench.client.json_once("/d/", &changed);
    let data = bench.client.get("/d/", "op=stat").json()["data"].clone();
    assert_eq!(data["biz_attr"], "", "set to nothing");
}

#[test]
fn objects_move_and_copy_with_what_is_known_of_them() {
    let bench = Bench::new();
    bench.client.upload("/dir/a", b"bytes");
    bench
        .client
        .json_once("/dir/a", r#"{"op":"update","biz_attr":"mine"}"#);
    let moved = r#"{"op":"move","dest_fileid":"b","to_over_write":0}"#;
    assert_eq!(
        bench.client.json_once("/dir/a", moved).both(),
        (200, Some(0))
    );
    assert_eq!(bench.client.get("/dir/a", "op=stat").status, 404);
    let data = bench.client.get("/dir/b", "op=stat").json()["data"].clone();
    assert_eq!(
        data["biz_attr"], "mine",
        "relative to the source's directory"
    );
    let query = "op=move&dest_fileid=%2Fe%2Fc&to_over_write=0";
    let target = format!("{}?{query}", bench.client.url("/dir/b"));
    let sign = bench.client.once("/dir/b");
    let request = bench.client.request("POST", &target, &sign, "", b"");
    let answer = exchange(bench.client.address, &request).unwrap();
    assert_eq!(answer.both(), (200, Some(0)), "fields in the query");
    let copied = r#"{"op":"copy","dest_fileid":"/f"}"#;
    let sign = bench.client.multi();
    assert_eq!(
        bench.client.json_signed(&sign, "/e/c", copied).both(),
        (200, Some(0))
    );
    std::fs::write(bench.file("e/c"), b"other").unwrap();
    assert_eq!(
        bench.client.get("/f", "").body,
        b"bytes",
        "a copy of its own"
    );
}

#[test]
fn downloads_in_whole_and_in_part() {
    let bench = Bench::new();
    bench.client.upload("/dir/a b", b"0123456789");
    let fetch = |method: &str, headers: &str| {
        let target = bench.client.url("/dir/a b");
        let request = format!("{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        exchange(bench.client.address, request.as_bytes()).unwrap()
    };
    let whole = fetch("GET", "");
    assert_eq!(
        (whole.status, whole.body.as_slice()),
        (200, &b"0123456789"[..])
    );
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    for (range, status, body, described) in [
        ("bytes=2-4", 206, "234", Some("bytes 2-4/10")),
        ("bytes=-3", 206, "789", Some("bytes 7-9/10")),
        ("bytes=8-", 206, "89", Some("bytes 8-9/10")),
        ("bytes=x", 200, "0123456789", None),
    ] {
        let part = fetch("GET", &format!("Range: {range}\r\n"));
        assert_eq!(part.status, status, "{range}");
        assert_eq!(part.body, body.as_bytes(), "{range}");
        assert_eq!(part.header("content-range"), described, "{range}");
    }
    let past = fetch("GET", "Range: bytes=10-\r\n");
    assert_eq!(past.status, 416);
    assert_eq!(past.header("content-range"), Some("bytes */10"));
    let by_host = "GET /dir/a%20b HTTP/1.1\r\nHost: demo-1250000000.cossh.myqcloud.com\r\n\r\n";
    let answer = exchange(bench.client.address, by_host.as_bytes()).unwrap();
    assert_eq!(answer.body, b"0123456789");
}

#[test]
fn a_private_object_takes_a_signature_of_the_path_alone() {
    let bench = Bench::new();
    bench.client.upload("/a", b"x");
    bench
        .client
        .json_once("/a", r#"{"op":"update","authority":"eWRPrivate"}"#);
    let client = &bench.client;
    let uses = cosup::sign::Uses::Until(crate::raw::now() + 60);
    let sign = cosup::sign::sign(
        &client.credentials,
        &client.bucket,
        "/a",
        uses,
        crate::raw::now(),
        5,
    );
    let sign = sign.replace('+', "%2B").replace('/', "%2F");
    let target = format!("{}?sign={sign}", client.url("/a"));
    let request = client.request("GET", &target, "", "", b"");
    let answer = exchange(client.address, &request).unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"x"[..]));
}

#[test]
fn files_put_by_other_hands_are_objects_too() {
    let bench = Bench::new();
    std::fs::create_dir_all(bench.file("dir")).unwrap();
    std::fs::write(bench.file("dir/a"), b"abc").unwrap();
    let data = bench.client.get("/dir/a", "op=stat").json()["data"].clone();
    assert_eq!(data["sha"], "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_eq!(data["filelen"], 3);
    assert_eq!(names(&bench.client.get("/dir/", "op=list&num=9")), ["a"]);
}
