//! Recurrence rules (RFC 5545, 3.3.10): read, bounded, written anew. What repeats by the hour or faster fills a calendar.

use super::values;

/// Entries of one list, at most: a year has so many days.
const ENTRIES: usize = 366;

/// How often something may repeat before its end, at most, and the largest interval.
const COUNT: u32 = 10_000;

/// The rule in its usual form. `None`: it is none, or repeats too often.
pub(super) fn rebuild(rule: &str) -> Option<String> {
    let mut parts = Vec::new();
    let mut frequency = false;
    for part in rule.trim_end_matches(';').split(';') {
        let (name, value) = part.split_once('=')?;
        let (name, value) = (name.trim().to_ascii_uppercase(), value.trim().to_ascii_uppercase());
        if !is_sound(&name, &value) || parts.iter().any(|(known, _)| *known == name) {
            return None;
        }
        frequency |= name == "FREQ";
        parts.push((name, value));
    }
    let written: Vec<String> = parts.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    frequency.then(|| written.join(";"))
}

fn is_sound(name: &str, value: &str) -> bool {
    match name {
        "FREQ" => matches!(value, "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY"),
        "UNTIL" => values::is_date(value),
        "COUNT" | "INTERVAL" => values::is_number(value) && value.parse().is_ok_and(|count: u32| (1..=COUNT).contains(&count)),
        "BYSECOND" | "BYMINUTE" | "BYHOUR" => numbers(value, 0..=60),
        "BYMONTHDAY" => numbers(value, -31..=31),
        "BYYEARDAY" | "BYSETPOS" => numbers(value, -366..=366),
        "BYWEEKNO" => numbers(value, -53..=53),
        "BYMONTH" => numbers(value, 1..=12),
        "BYDAY" => is_list(value, is_weekday),
        "WKST" => is_day(value),
        _ => false,
    }
}

fn is_list(value: &str, one: impl Fn(&str) -> bool) -> bool {
    value.split(',').count() <= ENTRIES && value.split(',').all(one)
}

fn numbers(value: &str, range: std::ops::RangeInclusive<i32>) -> bool {
    is_list(value, |number| number.len() <= 4 && number.parse().is_ok_and(|number: i32| range.contains(&number)))
}

/// `MO`, or `-1FR`.
fn is_weekday(value: &str) -> bool {
    let Some((number, day)) = value.len().checked_sub(2).and_then(|at| value.split_at_checked(at)) else { return false };
    is_day(day) && (number.is_empty() || numbers(number, -53..=53))
}

fn is_day(value: &str) -> bool {
    matches!(value, "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU")
}
