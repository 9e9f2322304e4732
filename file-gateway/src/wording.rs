//! Words and figures of the pages that belong to no format: states, sizes, times.

use custody::State;
use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};

/// A size as people read it.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")];
    match UNITS.into_iter().find(|(unit, _)| bytes >= *unit) {
        None => format!("{bytes} B"),
        Some((unit, name)) => {
            // Rounded down to a tenth, without floating point.
            let tenths = bytes.saturating_mul(10).checked_div(unit).unwrap_or(u64::MAX);
            let (whole, rest) = (tenths.checked_div(10).unwrap_or_default(), tenths.checked_rem(10).unwrap_or_default());
            if rest == 0 { format!("{whole} {name}") } else { format!("{whole}.{rest} {name}") }
        }
    }
}

/// A moment as people in Japan read it.
pub(crate) fn moment(at: Timestamp) -> String {
    let japan = TimeZone::fixed(Offset::constant(9));
    at.to_zoned_datetime(japan).strftime("%Y年%-m月%-d日 %H:%M").to_string()
}

/// A state in the words of §4 and a class for its colour; words and icon carry the meaning, colour only repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Badge {
    /// The words.
    pub(crate) words: &'static str,
    /// Its mark.
    pub(crate) icon: &'static str,
    /// Its class in the style sheet.
    pub(crate) class: &'static str,
}

/// What a file's state and verdict come to.
pub(crate) fn badge(state: State, verdict: Option<&str>) -> Badge {
    match (state, verdict) {
        (State::Received, _) => Badge { words: "順番待ち", icon: "…", class: "wait" },
        (State::Sanitizing, _) => Badge { words: "無害化中", icon: "…", class: "wait" },
        (State::Held, _) | (_, Some("held")) => Badge { words: "止めました", icon: "■", class: "held" },
        (State::Expired, _) => Badge { words: "期限切れ", icon: "－", class: "over" },
        (State::Bounced, _) => Badge { words: "送れませんでした", icon: "■", class: "held" },
        (_, Some("modified")) => Badge { words: "一部を除きました", icon: "▲", class: "modified" },
        (_, _) => Badge { words: "無害化しました", icon: "✓", class: "clean" },
    }
}

/// Whether more will happen without anybody doing anything.
pub(crate) fn is_pending(state: State) -> bool {
    matches!(state, State::Received | State::Sanitizing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        for (bytes, text) in
            [(0, "0 B"), (999, "999 B"), (1_000, "1 KB"), (1_550, "1.5 KB"), (500_000_000, "500 MB"), (1_200_000_000, "1.2 GB")]
        {
            assert_eq!(size(bytes), text);
        }
        assert!(size(u64::MAX).ends_with("GB"));
    }

    #[test]
    fn moments_are_in_japan() {
        assert_eq!(moment("2026-11-24T16:05:00Z".parse().unwrap()), "2026年11月25日 01:05");
    }

    #[test]
    fn a_held_item_never_reads_as_harmless() {
        for state in State::ALL {
            assert_ne!(badge(state, Some("held")).words, "無害化しました");
        }
        assert_eq!(badge(State::Held, Some("rebuilt")).words, "止めました");
    }
}
