//! What became of a batch with an idempotency key, as bytes: see frame.rs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Malformed;
use super::change::{Reader, write_number};
use crate::fingerprint::PayloadHash;
use crate::idempotency::IdempotencyKey;
use crate::{Map, Receipt};

/// A batch that is done, so that it is not done again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Request {
    pub(super) key: IdempotencyKey,
    pub(super) payload: PayloadHash,
    pub(super) receipt: Receipt,
    /// When it was done. To the millisecond.
    pub(super) time: SystemTime,
}

const REQUEST: Malformed = Malformed::not("request");

impl Request {
    /// Those of a map up to a revision, that it still remembers. What was committed before is among them: a batch and its request are
    /// committed with one lock, which this takes.
    pub(super) fn all<K, V, S>(map: &Map<K, V, S>, until: u64) -> impl Iterator<Item = Request> {
        let requests = map.all_requests();
        let done = requests.store.done(requests.now());
        let all = done.map(|(key, payload, receipt, time)| Request { key, payload, receipt, time });
        all.filter(move |request| request.receipt.revision <= until)
    }

    /// Appends it, but for the revision.
    pub(super) fn write_to(&self, out: &mut Vec<u8>) {
        let millis = self.time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        write_number(u64::try_from(millis).unwrap_or(u64::MAX), out);
        let key = self.key.as_str();
        write_number(key.len() as u64, out);
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(self.payload.as_bytes());
        let Receipt { inserted, replaced, removed, .. } = self.receipt;
        [inserted, replaced, removed].into_iter().for_each(|count| write_number(count as u64, out));
    }

    /// Reads one of a revision.
    pub(super) fn read(reader: &mut Reader<'_>, revision: u64) -> Result<Request, Malformed> {
        let millis = reader.number()?;
        let key = str::from_utf8(reader.part()?).ok().and_then(|key| IdempotencyKey::new(key).ok());
        let payload = *reader.bytes::<32>()?;
        let mut count = || usize::try_from(reader.number()?).map_err(|_| REQUEST);
        let (inserted, replaced, removed) = (count()?, count()?, count()?);
        Ok(Request {
            key: key.ok_or(REQUEST)?,
            payload: PayloadHash::new(payload),
            receipt: Receipt { revision, inserted, replaced, removed },
            time: UNIX_EPOCH.checked_add(Duration::from_millis(millis)).ok_or(REQUEST)?,
        })
    }
}

impl<K, V, S> Map<K, V, S> {
    /// Whoever sends it again gets its receipt.
    pub(super) fn remember(&self, request: Request) {
        let Request { key, payload, receipt, time } = request;
        self.all_requests().remember(key, payload, receipt, time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote() {
        let request = Request {
            key: IdempotencyKey::new("order-1").unwrap(),
            payload: PayloadHash::of_bytes("buy"),
            receipt: Receipt { revision: 7, inserted: 300, replaced: 1, removed: 0 },
            time: UNIX_EPOCH + Duration::from_millis(1_700_000_000_123),
        };
        let mut out = Vec::new();
        request.write_to(&mut out);
        let mut reader = Reader(&out);
        assert_eq!(Request::read(&mut reader, 7), Ok(request));
        assert!(reader.is_empty());
        for end in 0..out.len() {
            assert!(Request::read(&mut Reader(&out[..end]), 7).is_err());
        }
    }
}
