//! Dates (RFC 5322, 3.3): read from a field, written anew.

use crate::syntax::mime::words;
use mail_parser::DateTime;

/// Reads a date field; `None` where it is none.
pub(super) fn parse(value: &[u8]) -> Option<DateTime> {
    let text = words::unfold(value);
    let text = std::str::from_utf8(&text).ok()?;
    let date = DateTime::parse_rfc822(text)?;
    let sound = (1970..=9999).contains(&date.year) && date.is_valid() && date.tz_hour < 24 && date.tz_minute < 60;
    sound.then_some(date)
}

/// The moment `seconds` after 1970-01-01T00:00:00Z, in Japan.
pub(in crate::formats) fn from_seconds(seconds: i64) -> DateTime {
    let seconds = seconds.clamp(0, 253_370_764_800);
    let mut date = DateTime::from_timestamp(seconds.saturating_add(9 * 3600));
    date.tz_hour = 9;
    date
}

/// `Wed, 25 Nov 2026 19:00:00 +0900`.
pub(in crate::formats) fn write(date: &DateTime) -> String {
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}",
        days.get(usize::from(date.day_of_week())).unwrap_or(&"Sun"),
        date.day,
        months.get(usize::from(date.month).saturating_sub(1)).unwrap_or(&"Jan"),
        date.year,
        date.hour,
        date.minute,
        date.second,
        if date.tz_before_gmt { '-' } else { '+' },
        date.tz_hour,
        date.tz_minute
    )
}
