//! The operations as requests: which fields go out, and what the data of an answer says (PROTOCOL §1).

use serde_json::{Value, json};

use super::{Call, Http, Load, PAGE, answer};
use crate::digest::Sha1Sum;
use crate::remote::{
    Existing, InitRequest, Initiated, Kind, Listed, Location, Op, Page, Part, Remote, RemoteError,
    Session, SliceRequest, Stat, Stored, Target, Unfinished, WholeRequest,
};
use crate::wire::{self, field, op};

fn common_fields(existing: Existing, biz_attr: Option<&str>) -> Vec<(&'static str, String)> {
    let insert_only = match existing {
        Existing::Keep => "1",
        Existing::Replace => "0",
    };
    let mut fields = vec![(field::INSERT_ONLY, insert_only.to_owned())];
    if let Some(attr) = biz_attr {
        fields.push((field::BIZ_ATTR, attr.to_owned()));
    }
    fields
}

impl Remote for Http<'_> {
    fn init(&self, target: &Target, request: &InitRequest<'_>) -> Result<Initiated, RemoteError> {
        let mut fields = vec![
            (field::FILE_SIZE, request.chain.file_len().to_string()),
            (field::SLICE_SIZE, request.slice_size.to_string()),
            (field::SHA, request.chain.sha1().to_string()),
        ];
        fields.extend(common_fields(request.existing, request.biz_attr));
        let data = self.call(&Call {
            op: Op::Init,
            target,
            offset: None,
            load: Load::Chain(fields, request.chain),
        })?;
        let location = answer::location(&data);
        Ok(if location.is_named() {
            Initiated::Instant(location)
        } else if let Some(session) = session(&data) {
            Initiated::Session(session)
        } else {
            Initiated::Unnamed
        })
    }

    fn list(&self, target: &Target) -> Result<Listed, RemoteError> {
        let call = Call {
            op: Op::List,
            target,
            offset: None,
            load: Load::Form(Vec::new()),
        };
        let data = match self.call(&call) {
            Ok(data) => data,
            Err(error) if error.kind == Kind::NotFound => return Ok(Listed::Nothing),
            Err(error) => return Err(error),
        };
        // A session outweighs URLs: what is being replaced may still be named beside it.
        if let Some(session) = session(&data) {
            return Ok(Listed::Unfinished(Unfinished {
                session,
                file_len: wire::number(&data, field::FILE_SIZE),
                sha: wire::text(&data, field::SHA),
                parts: wire::list_parts(&data)
                    .into_iter()
                    .map(|(offset, len)| Part { offset, len })
                    .collect(),
            }));
        }
        let location = answer::location(&data);
        if location.is_named() {
            Ok(Listed::Complete(location))
        } else {
            Err(RemoteError::new(
                Op::List,
                Kind::Garbage,
                "the answer names neither a session nor an object",
            ))
        }
    }

    fn put_slice(
        &self,
        target: &Target,
        request: &SliceRequest<'_>,
    ) -> Result<Stored, RemoteError> {
        let slice = request.slice;
        let fields = vec![
            (field::SESSION, request.session.to_owned()),
            (field::OFFSET, slice.offset.to_string()),
            (field::SHA, request.sha1.to_string()),
        ];
        let data = self.call(&Call {
            op: Op::Slice,
            target,
            offset: Some(slice.offset),
            load: Load::File(fields, request.bytes.clone(), request.sent.clone()),
        })?;
        let location = answer::location(&data);
        if location.is_named() {
            return Ok(Stored::Complete(location));
        }
        let echoed = [
            wire::text(&data, field::SESSION).is_none_or(|id| id == request.session),
            wire::number(&data, field::OFFSET).is_none_or(|offset| offset == slice.offset),
            wire::number(&data, "datalen").is_none_or(|len| len == slice.len),
        ];
        if echoed.contains(&false) {
            return Err(RemoteError::new(
                Op::Slice,
                Kind::ListFirst,
                "the answer speaks of another slice",
            ));
        }
        Ok(Stored::Held {
            serial: answer::serial(&data),
        })
    }

    fn finish(
        &self,
        target: &Target,
        session: &str,
        file_len: u64,
        sha1: Sha1Sum,
    ) -> Result<Location, RemoteError> {
        let fields = vec![
            (field::SESSION, session.to_owned()),
            (field::FILE_SIZE, file_len.to_string()),
            (field::SHA, sha1.to_string()),
        ];
        let data = self.call(&Call {
            op: Op::Finish,
            target,
            offset: None,
            load: Load::Form(fields),
        })?;
        Ok(answer::location(&data))
    }

    fn put_whole(
        &self,
        target: &Target,
        request: &WholeRequest<'_>,
    ) -> Result<Location, RemoteError> {
        let mut fields = vec![(field::SHA, request.sha1.to_string())];
        fields.extend(common_fields(request.existing, request.biz_attr));
        let data = self.call(&Call {
            op: Op::Whole,
            target,
            offset: None,
            load: Load::File(fields, request.bytes.clone(), request.sent.clone()),
        })?;
        Ok(answer::location(&data))
    }

    fn stat(&self, target: &Target) -> Result<Stat, RemoteError> {
        let data = self.call(&Call {
            op: Op::Stat,
            target,
            offset: None,
            load: Load::Query(format!("{}={}", field::OP, op::STAT)),
        })?;
        if data.as_object().is_none_or(serde_json::Map::is_empty) {
            return Err(RemoteError::new(
                Op::Stat,
                Kind::Garbage,
                "the answer describes nothing",
            ));
        }
        Ok(answer::stat(&data, target.path.ends_with('/')))
    }

    fn make_dir(&self, target: &Target) -> Result<(), RemoteError> {
        self.call(&Call {
            op: Op::MakeDir,
            target,
            offset: None,
            load: Load::Json(json!({ field::OP: op::CREATE, field::BIZ_ATTR: "" })),
        })
        .map(drop)
    }

    fn delete(&self, target: &Target) -> Result<(), RemoteError> {
        self.call(&Call {
            op: Op::Delete,
            target,
            offset: None,
            load: Load::Json(json!({ field::OP: op::DELETE })),
        })
        .map(drop)
    }

    fn list_dir(&self, target: &Target, context: &str) -> Result<Page, RemoteError> {
        let context =
            percent_encoding::utf8_percent_encode(context, percent_encoding::NON_ALPHANUMERIC);
        let data = self.call(&Call {
            op: Op::ListDir,
            target,
            offset: None,
            load: Load::Query(format!(
                "{}={}&num={PAGE}&context={context}",
                field::OP,
                op::LIST_DIR
            )),
        })?;
        let infos = data.get("infos").and_then(Value::as_array);
        let entries = infos
            .into_iter()
            .flatten()
            .filter_map(|info| {
                let name = wire::text(info, "name")?;
                let is_dir = name.ends_with('/');
                Some((name, answer::stat(info, is_dir)))
            })
            .collect();
        let over = data.get("listover").and_then(Value::as_bool) == Some(true);
        Ok(Page {
            entries,
            next: wire::text(&data, "context").filter(|_| !over),
        })
    }
}

fn session(data: &Value) -> Option<Session> {
    Some(Session {
        id: wire::text(data, field::SESSION)?,
        slice_size: wire::number(data, field::SLICE_SIZE),
        serial: answer::serial(data),
    })
}
