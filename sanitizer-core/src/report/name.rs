//! Names and subjects, made safe to show.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Text an attacker may have written, safe to show on a page, in a notice or a log: no control characters, no
/// direction overrides, no invisible characters, no more than [`DisplayName::MAX_CHARS`] characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String")]
pub struct DisplayName(String);

impl DisplayName {
    /// More than this is cut, with an ellipsis.
    pub const MAX_CHARS: usize = 200;

    /// Makes `raw` safe.
    pub fn new(raw: &str) -> Self {
        let mut safe: String = raw.chars().filter(|c| is_visible(*c)).take(Self::MAX_CHARS).collect();
        if raw.chars().filter(|c| is_visible(*c)).nth(Self::MAX_CHARS).is_some() {
            safe.push('…');
        }
        Self(safe)
    }

    /// The safe text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for DisplayName {
    /// Safe again after a way through another process.
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl std::fmt::Display for DisplayName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a character shows, and shows where it stands.
pub(crate) fn is_visible(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_show_is_left_out() {
        assert_eq!(DisplayName::new("請求書\u{202E}fdp.exe\r\n").as_str(), "請求書fdp.exe");
        assert_eq!(DisplayName::new(&"あ".repeat(300)).as_str().chars().count(), 201);
    }

    #[test]
    fn twice_is_once() {
        let once = DisplayName::new(&"x".repeat(250));
        assert_eq!(DisplayName::new(once.as_str()).as_str(), once.as_str());
    }
}
