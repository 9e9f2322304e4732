//! 受付番号: the number a clerk reads out on the telephone, made from the item's id.
//!
//! `20261125-7K3M-Q9XD-2FHC`: the day of intake in Japan, then 55 random bits of the id in Crockford's base 32 (no I, L, O, U)
//! and one check symbol. The check is a Reed-Solomon sum over GF(32) with the generator x⁵+x²+1: it notices every single wrong
//! symbol and every exchange of two symbols, in the day too. 55 bits a day keep a prefecture's 1.25 million mails apart.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use crate::ItemId;

const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P', 'Q', 'R',
    'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// Symbols that carry the id, without the check symbol.
const SYMBOLS: u32 = 11;

/// A receipt number. Equal ids give equal numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptNumber {
    day: Date,
    bits: u64,
}

impl ReceiptNumber {
    /// The number of an item.
    pub fn of(id: ItemId) -> Self {
        // Japan has no summer time (the last was 1951), so a fixed offset is right and needs no time zone database.
        let japan = Offset::constant(9);
        let low = u64::from_be_bytes(*id.as_bytes().last_chunk().unwrap_or(&[0; 8]));
        Self { day: japan.to_datetime(id.made_at()).date(), bits: low & ((1 << (5 * SYMBOLS)) - 1) }
    }

    /// The part that is not the day, for an index.
    pub(crate) fn number(self) -> i64 {
        i64::try_from(self.bits).unwrap_or_default()
    }

    fn symbols(self) -> impl Iterator<Item = u8> {
        (0..SYMBOLS).rev().map(move |place| u8::try_from((self.bits >> (5 * place)) & 31).unwrap_or_default())
    }

    fn day_digits(self) -> String {
        self.day.strftime("%Y%m%d").to_string()
    }

    fn check(self) -> u8 {
        let digits = self.day_digits();
        let digits = digits.bytes().map(|digit| digit.wrapping_sub(b'0'));
        digits.chain(self.symbols()).fold(0, |sum, symbol| times_generator(sum ^ symbol))
    }
}

/// Multiplies by the generator of GF(32).
fn times_generator(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0x20 == 0 { shifted } else { shifted ^ 0x25 }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.day_digits())?;
        for (place, symbol) in self.symbols().chain([self.check()]).enumerate() {
            if place % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", ALPHABET.get(usize::from(symbol)).copied().unwrap_or('0'))?;
        }
        Ok(())
    }
}

/// The text is no receipt number: the form is wrong, or the check symbol says that it was mistyped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a receipt number")]
pub struct NotAReceipt;

impl FromStr for ReceiptNumber {
    type Err = NotAReceipt;

    /// Reads what people type: small letters, full-width forms, any dashes or spaces or none, O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, NotAReceipt> {
        let mut symbols = Vec::with_capacity(20);
        for typed in text.chars().take(64) {
            match symbol(typed) {
                Some(symbol) => symbols.push(symbol),
                None if is_separator(typed) => {}
                None => return Err(NotAReceipt),
            }
        }
        let [y1, y2, y3, y4, m1, m2, d1, d2, rest @ .., check] = symbols.as_slice() else { return Err(NotAReceipt) };
        if u32::try_from(rest.len()) != Ok(SYMBOLS) {
            return Err(NotAReceipt);
        }
        let number = |digits: &[&u8]| digits.iter().try_fold(0_i16, |sum, &&d| (d < 10).then(|| sum * 10 + i16::from(d)));
        let year = number(&[y1, y2, y3, y4]).ok_or(NotAReceipt)?;
        let month = number(&[m1, m2]).and_then(|n| i8::try_from(n).ok()).ok_or(NotAReceipt)?;
        let day = number(&[d1, d2]).and_then(|n| i8::try_from(n).ok()).ok_or(NotAReceipt)?;
        let day = Date::new(year, month, day).map_err(|_| NotAReceipt)?;
        let bits = rest.iter().fold(0_u64, |bits, &symbol| (bits << 5) | u64::from(symbol));
        let receipt = Self { day, bits };
        if receipt.check() == *check { Ok(receipt) } else { Err(NotAReceipt) }
    }
}

fn symbol(typed: char) -> Option<u8> {
    let half_width = match typed {
        '！'..='～' => char::from_u32(u32::from(typed).wrapping_sub(0xFEE0))?,
        other => other,
    };
    let plain = match half_width.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|&known| known == plain).and_then(|place| u8::try_from(place).ok())
}

fn is_separator(typed: char) -> bool {
    typed.is_whitespace() || matches!(typed, '-' | '‐' | '‑' | '–' | '—' | '―' | '−' | 'ー' | 'ｰ' | '－')
}

impl Serialize for ReceiptNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ReceiptNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> ReceiptNumber {
        // 16:00 UTC is already the next day in Japan.
        ReceiptNumber::of(ItemId::at("2026-11-24T16:00:00Z".parse().unwrap()))
    }

    #[test]
    fn a_number_has_the_day_in_japan_and_comes_back() {
        let text = sample().to_string();
        assert!(text.starts_with("20261125-"), "{text}");
        assert_eq!(text.len(), 23);
        assert_eq!(text.parse(), Ok(sample_of(&text)));
        assert_eq!(sample_of(&text).to_string(), text);
    }

    fn sample_of(text: &str) -> ReceiptNumber {
        text.parse().unwrap()
    }

    #[test]
    fn what_people_type_is_read() {
        let number = sample();
        let text = number.to_string();
        let full_width: String =
            text.chars().map(|c| if c == '-' { 'ー' } else { char::from_u32(u32::from(c) + 0xFEE0).unwrap() }).collect();
        let typed = [
            text.to_lowercase(),
            text.replace('-', ""),
            text.replace('-', " "),
            text.replace('0', "o").replace('1', "l"),
            full_width,
        ];
        for typed in typed {
            assert_eq!(typed.parse(), Ok(number), "{typed}");
        }
    }

    #[test]
    fn every_single_slip_and_every_exchange_is_noticed() {
        let text: Vec<char> = sample().to_string().replace('-', "").chars().collect();
        for place in 0..text.len() {
            for wrong in ALPHABET {
                let mut slip = text.clone();
                slip[place] = wrong;
                let parsed = String::from_iter(&slip).parse::<ReceiptNumber>();
                assert_eq!(parsed.is_ok(), slip == text, "{slip:?}");
            }
            for other in 0..text.len() {
                let mut exchanged = text.clone();
                exchanged.swap(place, other);
                let parsed = String::from_iter(&exchanged).parse::<ReceiptNumber>();
                assert_eq!(parsed.is_ok(), exchanged == text, "{exchanged:?}");
            }
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "20261125", "20261325-AAAA-AAAA-AAAA", "20261125-7K3M-Q9XD-2FHC-1", "受付番号", "2026_1125"] {
            assert_eq!(text.parse::<ReceiptNumber>(), Err(NotAReceipt), "{text}");
        }
    }
}
