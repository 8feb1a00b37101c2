//! `uploadparts` of any text is refused, or tiles the file.
#![no_main]

use cosup::emulator::form::Content;
use cosup::emulator::parts::parse_parts;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((size, text)) = data.split_first_chunk::<2>() else {
        return;
    };
    let size = u64::from(u16::from_le_bytes(*size));
    if let Ok(parts) = parse_parts(&Content::Memory(text.to_vec()), size, None) {
        assert_eq!(parts.last().map(|part| part.end), Some(size));
        assert!(parts.windows(2).all(|pair| pair[0].end < pair[1].end));
    }
});
