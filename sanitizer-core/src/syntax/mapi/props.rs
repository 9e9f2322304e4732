//! Properties: a number, and a value of one of a few types ([MS-OXCDATA] 2.11).

use crate::syntax::charset;
use std::collections::BTreeMap;

/// Numbers of the properties that are read ([MS-OXPROPS]).
pub mod id {
    #![allow(missing_docs, reason = "the names are those of the source, without PidTag")]
    pub const IMPORTANCE: u16 = 0x0017;
    pub const MESSAGE_CLASS: u16 = 0x001A;
    pub const SUBJECT: u16 = 0x0037;
    pub const CLIENT_SUBMIT_TIME: u16 = 0x0039;
    pub const SENT_REPRESENTING_NAME: u16 = 0x0042;
    pub const SENT_REPRESENTING_EMAIL_ADDRESS: u16 = 0x0065;
    pub const TRANSPORT_MESSAGE_HEADERS: u16 = 0x007D;
    pub const RECIPIENT_TYPE: u16 = 0x0C15;
    pub const SENDER_NAME: u16 = 0x0C1A;
    pub const SENDER_EMAIL_ADDRESS: u16 = 0x0C1F;
    pub const DISPLAY_CC: u16 = 0x0E03;
    pub const DISPLAY_TO: u16 = 0x0E04;
    pub const MESSAGE_DELIVERY_TIME: u16 = 0x0E06;
    pub const BODY: u16 = 0x1000;
    pub const RTF_COMPRESSED: u16 = 0x1009;
    pub const HTML: u16 = 0x1013;
    pub const INTERNET_MESSAGE_ID: u16 = 0x1035;
    pub const INTERNET_REFERENCES: u16 = 0x1039;
    pub const IN_REPLY_TO_ID: u16 = 0x1042;
    pub const DISPLAY_NAME: u16 = 0x3001;
    pub const EMAIL_ADDRESS: u16 = 0x3003;
    pub const ATTACH_DATA: u16 = 0x3701;
    pub const ATTACH_FILENAME: u16 = 0x3704;
    pub const ATTACH_METHOD: u16 = 0x3705;
    pub const ATTACH_LONG_FILENAME: u16 = 0x3707;
    pub const ATTACH_MIME_TAG: u16 = 0x370E;
    pub const ATTACH_CONTENT_ID: u16 = 0x3712;
    pub const SMTP_ADDRESS: u16 = 0x39FE;
    pub const INTERNET_CODEPAGE: u16 = 0x3FDE;
    pub const MESSAGE_CODEPAGE: u16 = 0x3FFD;
    pub const SENDER_SMTP_ADDRESS: u16 = 0x5D01;
    pub const SENT_REPRESENTING_SMTP_ADDRESS: u16 = 0x5D02;
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Binary.
    Bytes(Vec<u8>),
    /// Text in the code page of the message.
    Narrow(Vec<u8>),
    /// A whole number, or a truth.
    Number(i32),
    /// Seconds since 1970.
    Time(i64),
    /// Text.
    Wide(String),
}

/// 100 ns steps from 1601 to 1970.
const EPOCH: i64 = 116_444_736_000_000_000;

impl Value {
    /// A value of a fixed type, from its first eight bytes. `None`: a type that nothing here asks for.
    pub(super) fn fixed(kind: u16, raw: [u8; 8]) -> Option<Self> {
        let [a, b, c, d, ..] = raw;
        match kind {
            0x0002 => Some(Self::Number(i32::from(i16::from_le_bytes([a, b])))),
            0x0003 => Some(Self::Number(i32::from_le_bytes([a, b, c, d]))),
            0x000B => Some(Self::Number(i32::from(a != 0))),
            0x0040 => Some(Self::Time(i64::from_le_bytes(raw).saturating_sub(EPOCH) / 10_000_000)),
            _ => None,
        }
    }

    /// A value of a type of any length. `None`: another type.
    pub(super) fn long(kind: u16, raw: &[u8]) -> Option<Self> {
        match kind {
            0x001E => Some(Self::Narrow(raw.split(|byte| *byte == 0).next().unwrap_or_default().to_vec())),
            0x001F => {
                let (units, _) = raw.as_chunks::<2>();
                let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).take_while(|unit| *unit != 0).collect();
                Some(Self::Wide(String::from_utf16_lossy(&units)))
            }
            0x000D | 0x0102 => Some(Self::Bytes(raw.to_vec())),
            _ => None,
        }
    }
}

/// Properties by number. Of two with the same number the first counts.
#[derive(Clone, Debug, Default)]
pub struct Props {
    values: BTreeMap<u16, Value>,
    /// The code page of narrow text where the message does not name one.
    pub(super) codepage: i32,
}

impl Props {
    pub(super) fn insert(&mut self, id: u16, value: Value) {
        self.values.entry(id).or_insert(value);
    }

    /// A text; an empty one is none.
    pub fn text(&self, id: u16) -> Option<String> {
        let text = match self.values.get(&id)? {
            Value::Wide(text) => text.clone(),
            Value::Narrow(bytes) => charset::decode(bytes, self.charset(id::MESSAGE_CODEPAGE).as_deref()).text,
            Value::Bytes(_) | Value::Number(_) | Value::Time(_) => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The first of several texts that is there.
    pub fn first(&self, ids: &[u16]) -> Option<String> {
        ids.iter().find_map(|id| self.text(*id))
    }

    /// Bytes, also of narrow text.
    pub fn bytes(&self, id: u16) -> Option<&[u8]> {
        match self.values.get(&id)? {
            Value::Bytes(bytes) | Value::Narrow(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The bytes of a text that is ASCII where it is what it should be.
    pub fn bytes_of_text(&self, id: u16) -> Vec<u8> {
        self.text(id).unwrap_or_default().into_bytes()
    }

    /// A number.
    pub fn number(&self, id: u16) -> Option<i32> {
        if let Value::Number(number) = self.values.get(&id)? { Some(*number) } else { None }
    }

    /// A time, in seconds since 1970.
    pub fn time(&self, id: u16) -> Option<i64> {
        if let Value::Time(seconds) = self.values.get(&id)? { Some(*seconds) } else { None }
    }

    /// The label of the charset that a code page property names.
    pub fn charset(&self, id: u16) -> Option<String> {
        let page = self.number(id).unwrap_or(self.codepage);
        Some(match page {
            0 | 1200 => return None,
            932 => "shift_jis".to_owned(),
            50_220..=50_222 => "iso-2022-jp".to_owned(),
            51_932 => "euc-jp".to_owned(),
            936 | 54_936 => "gb18030".to_owned(),
            949 => "euc-kr".to_owned(),
            950 => "big5".to_owned(),
            20_127 | 65_001 => "utf-8".to_owned(),
            28_591..=28_606 => format!("iso-8859-{}", page.saturating_sub(28_590)),
            page => format!("windows-{page}"),
        })
    }
}
