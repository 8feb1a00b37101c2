//! The older way to send slices: one operation opens the session and sends each slice in turn, and the
//! answer to the last one is the object (PROTOCOL §5.5).

use serde_json::{Value, json};

use super::answer::{Outcome, refuse};
use super::service::{Call, Service};
use crate::wire::{code, field};

impl Service {
    /// Opens or goes on with a session, or stores its next slice.
    pub(super) fn single_op(&self, call: Call) -> Outcome {
        if call.form.content.is_some() {
            self.next_slice(call)
        } else {
            self.single_init(call)
        }
    }

    fn single_init(&self, call: Call) -> Outcome {
        if call.form.get(field::SHA).is_none() {
            return refuse(code::NO_SHA);
        }
        let resource = call.resource.clone();
        match self.slice_init(call) {
            Ok(mut data) if data.get(field::SESSION).is_some() => {
                data[field::OFFSET] = 0.into();
                Ok(data)
            }
            Err(refusal) if refusal.code == code::UNFINISHED => match self.session(&resource)? {
                Some(session) => Ok(json!({
                    "session": session.terms().session,
                    "slice_size": session.terms().slice_size,
                    "offset": session.first_missing() * session.terms().slice_size,
                })),
                None => Err(refusal),
            },
            other => other,
        }
    }

    fn next_slice(&self, mut call: Call) -> Outcome {
        let session = self.named_session(&call)?;
        let terms = session.terms();
        let next = session.first_missing() * terms.slice_size;
        if call.form.number(field::OFFSET).is_some_and(|at| at > next) {
            return refuse(code::OFFSET);
        }
        let mut data = self.slice_data(&call)?;
        if !session.is_complete() {
            data["slice_size"] = terms.slice_size.into();
            return Ok(data);
        }
        call.form
            .set(field::FILE_SIZE, terms.file_size.to_string())?;
        if let Some(sha) = &terms.sha {
            call.form.set(field::SHA, sha.clone())?;
        }
        let finished = self.slice_finish(&call)?;
        if let (Value::Object(data), Value::Object(urls)) = (&mut data, finished) {
            data.extend(urls);
        }
        Ok(data)
    }
}
