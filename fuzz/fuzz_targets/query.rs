//! URLs, queries, hosts, destinations and fault orders of any text; no path leads out of the root.
#![no_main]

use std::path::{Component, Path};

use cosup::emulator::Fault;
use cosup::emulator::form::Form;
use cosup::emulator::paths::Resource;
use libfuzzer_sys::fuzz_target;

fn stays_inside(resource: &Resource) {
    let root = Path::new("/nowhere/root");
    if let Ok(path) = resource.on_disk(root) {
        let rest = path.strip_prefix(root).expect("it is below the root");
        assert!(rest.components().all(|c| matches!(c, Component::Normal(_))));
    }
}

fuzz_target!(|data: &[u8]| {
    let mut form = Form::default();
    let _ = form.merge_urlencoded(data);
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = text.parse::<Fault>();
    for url in [text.to_owned(), format!("/files/v2/1/b/{text}")] {
        if let Ok(resource) = Resource::from_api_path(&url) {
            stays_inside(&resource);
            stays_inside(&resource.parent_dir());
        }
    }
    if let Some(Ok(resource)) = Resource::from_host("b-1.file.myqcloud.com", text) {
        stays_inside(&resource);
    }
    Resource::from_host(text, "/a");
    let source = Resource::new("1", "b", "/dir/a").expect("it is sound");
    if let Ok(target) = source.destination(text) {
        stays_inside(&target);
    }
});
