//! What makes it safe to send a request twice: a key that names it, a window in which it is fresh, and a store of what became of it.
//!
//! None of it knows the map, HTTP or Kafka. A server does this with each request:
//!
//! ```
//! use std::time::{Duration, SystemTime, UNIX_EPOCH};
//!
//! use putall::ManualClock;
//! use putall::fingerprint::PayloadHash;
//! use putall::idempotency::{
//!     Freshness, FreshnessWindow, IdempotencyKey, Outcome, Settings, Store, Timestamp,
//! };
//!
//! let clock = ManualClock::new(UNIX_EPOCH + Duration::from_millis(1_700_000_000_000));
//! let freshness = Freshness::with_clock(FreshnessWindow::default(), &clock);
//! // A record is there for as long as its request is fresh.
//! let store = Store::with_settings(Settings { window: freshness.keep(), ..Settings::default() });
//!
//! let handle = |key: &str, timestamp: &str, body: &str| -> Result<String, Box<dyn std::error::Error>> {
//!     let key: IdempotencyKey = key.parse()?;
//!     let now = freshness.check(timestamp.parse()?)?;
//!     match store.claim(&key, PayloadHash::of_bytes(body), now) {
//!         Outcome::Claimed(claim) => {
//!             let receipt = format!("done: {body}");
//!             store.complete(claim, receipt.clone(), now)?;
//!             Ok(receipt)
//!         }
//!         Outcome::Replay(receipt) => Ok(receipt),
//!         Outcome::InProgress { .. } => Err("409: still running".into()),
//!         Outcome::Mismatch => Err("422: the key was used for something else".into()),
//!     }
//! };
//! assert_eq!(handle("order-1", "1700000000000", "buy")?, "done: buy");
//! assert_eq!(handle("order-1", "1700000000000", "buy")?, "done: buy");
//! assert!(handle("order-1", "1700000000000", "sell").is_err());
//! assert!(handle("order-2", "1600000000000", "buy").is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod expiring;
mod freshness;
mod key;
mod store;
mod timeline;
mod timestamp;

pub use freshness::{Freshness, FreshnessWindow, NotFresh};
pub use key::{IdempotencyKey, InvalidKey};
pub use store::{Claim, Outcome, Settings, StaleClaim, Store};
pub use timestamp::{ParseTimestampError, Timestamp};
