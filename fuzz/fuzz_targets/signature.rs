//! A signature made of any bytes is refused; one made of any fields with the right key never panics.
#![no_main]

use cosup::emulator::Config;
use cosup::emulator::auth::{Purpose, verify};
use cosup::emulator::paths::Resource;
use cosup::sign::{Uses, sign};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let credentials = Config::demo_credentials();
    let accounts = [credentials.clone()];
    let resource = Resource::new(&credentials.appid, "demo", "/dir/file").expect("it is sound");
    let text = String::from_utf8_lossy(data);
    for purpose in [Purpose::Operation, Purpose::Download] {
        assert!(verify(&accounts, Some(&text), &resource, purpose, 1_500_000_000).is_err());
        for uses in [Uses::Once, Uses::Until(1_500_000_600)] {
            let signed = sign(&credentials, "demo", &text, uses, 1_500_000_000, 1);
            let _ = verify(&accounts, Some(&signed), &resource, purpose, 1_500_000_000);
        }
    }
});
