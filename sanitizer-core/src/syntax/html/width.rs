//! Columns a character takes in a Japanese terminal or mail program (UAX #11, wide and fullwidth).

/// The width of `text` in columns.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(of).sum()
}

/// Whether a character belongs to writing without blanks between words.
pub(super) fn is_wide(c: char) -> bool {
    of(c) == 2
}

fn of(c: char) -> usize {
    match c {
        '\u{0300}'..='\u{036F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{3099}'
        | '\u{309A}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{E0100}'..='\u{E01EF}' => 0,
        // Ambiguous ones are wide in Japanese fonts: ※ ○ → ① and their like.
        '\u{1100}'..='\u{115F}'
        | '\u{203B}'
        | '\u{2190}'..='\u{21FF}'
        | '\u{2460}'..='\u{24FF}'
        | '\u{2500}'..='\u{27BF}'
        | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{1F300}'..='\u{1FAFF}'
        | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    }
}
