//! What an item is called inside, and which face it belongs to.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The name of one item: a UUID version 7 (RFC 9562 §5.7), so that ids sort by the time of intake.
///
/// Users never see it; they see the [`ReceiptNumber`](crate::ReceiptNumber) made from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(Uuid);

impl ItemId {
    /// A new id of this moment; 74 bits of it are random.
    pub(crate) fn at(now: Timestamp) -> Self {
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
        Self(Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos)))
    }

    /// When the id was made, to the millisecond.
    pub fn made_at(self) -> Timestamp {
        let (seconds, nanos) = self.0.get_timestamp().map_or((0, 0), |t| t.to_unix());
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        Timestamp::new(seconds, i32::try_from(nanos).unwrap_or_default()).unwrap_or(Timestamp::MAX)
    }

    /// The sixteen bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// From sixteen stored bytes.
    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

/// The text is not an item id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an item id")]
pub struct NotAnId;

impl FromStr for ItemId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let id = Uuid::try_parse(text).map_err(|_| NotAnId)?;
        if id.get_version_num() == 7 { Ok(Self(id)) } else { Err(NotAnId) }
    }
}

impl Serialize for ItemId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Which face an item came in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A file that someone uploaded.
    File,
    /// A mail, the message as it came after DATA.
    Mail,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 2] = [Kind::File, Kind::Mail];

    /// The stable word, as in metrics and audit events.
    pub fn code(self) -> &'static str {
        match self {
            Kind::File => "file",
            Kind::Mail => "mail",
        }
    }

    pub(crate) fn number(self) -> i64 {
        match self {
            Kind::File => 1,
            Kind::Mail => 2,
        }
    }

    pub(crate) fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_from_text_and_keep_their_time() {
        let now: Timestamp = "2026-11-25T01:02:03.456Z".parse().unwrap();
        let id = ItemId::at(now);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.made_at(), now);
        assert_eq!(ItemId::from_bytes(*id.as_bytes()), id);
    }

    #[test]
    fn other_uuids_are_no_ids() {
        assert_eq!("f47ac10b-58cc-4372-a567-0e02b2c3d479".parse::<ItemId>(), Err(NotAnId));
        assert_eq!("".parse::<ItemId>(), Err(NotAnId));
    }
}
