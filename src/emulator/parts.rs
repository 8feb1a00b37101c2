//! The field `uploadparts`: a list of parts that must tile the file (PROTOCOL §1.8).

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;

use super::answer::Refusal;
use super::form::Content;
use super::items::Items;
use super::proof::Part;
use crate::digest::decode_hex;
use crate::wire::code;

/// The parts in file order; their grid is free, but the last one must end with the file and, where a
/// sha is given, have it.
pub fn parse_parts(
    content: &Content,
    file_size: u64,
    sha: Option<[u8; 20]>,
) -> Result<Vec<Part>, Refusal> {
    let malformed = || Refusal::of(code::UPLOAD_PARTS_FORMAT);
    let mut reader = serde_json::Deserializer::from_reader(Items::new(content.reader()?));
    let parts = (&mut reader)
        .deserialize_seq(Tiles { file_size })
        .map_err(|_| malformed())?;
    reader.end().map_err(|_| malformed())?;
    match (parts.last(), sha) {
        (Some(last), Some(sha)) if last.datasha != sha => Err(malformed()),
        (None, _) => Err(malformed()),
        _ => Ok(parts),
    }
}

#[derive(Deserialize)]
struct PartOnWire {
    #[serde(deserialize_with = "lenient")]
    offset: u64,
    #[serde(deserialize_with = "lenient")]
    datalen: u64,
    datasha: String,
}

fn lenient<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(from)?;
    value
        .as_u64()
        .or_else(|| value.as_str()?.trim().parse().ok())
        .ok_or_else(|| de::Error::custom("no whole number"))
}

struct Tiles {
    file_size: u64,
}

impl<'de> Visitor<'de> for Tiles {
    type Value = Vec<Part>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("parts that tile the file")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut parts = Vec::new();
        let mut start = 0_u64;
        while let Some(item) = items.next_element::<PartOnWire>()? {
            let end = start.checked_add(item.datalen);
            let datasha = decode_hex(&item.datasha);
            let (Some(end), Some(datasha)) = (end, datasha) else {
                return Err(de::Error::custom("no part"));
            };
            if item.offset != start || item.datalen == 0 || end > self.file_size {
                return Err(de::Error::custom("parts do not tile the file"));
            }
            parts.push(Part { end, datasha });
            start = end;
        }
        if start == self.file_size {
            Ok(parts)
        } else {
            Err(de::Error::custom("parts end before the file"))
        }
    }
}
