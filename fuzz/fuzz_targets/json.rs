//! Bodies that are no multipart: JSON, urlencoded, and anything else, under any content type.
#![no_main]

use cosup::emulator::form::Form;
use cosup::emulator::reading::merge_text;
use cosup::wire::field;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for kind in ["application/json", "application/x-www-form-urlencoded", ""] {
        let mut form = Form::default();
        if merge_text(&mut form, data, kind).is_ok() {
            form.get(field::OP);
            form.number(field::OFFSET);
        }
    }
});
