//! Values of properties and parameters, each by its grammar.

use crate::{
    Context,
    formats::text::{self, links::is_public},
    syntax::contentline,
};

/// Dates of one list, at most.
const DATES: usize = 4000;

/// A text value, cleaned and escaped.
pub(crate) fn text(value: &str, cx: &mut Context<'_>) -> String {
    contentline::escape(&clean(&contentline::text(value), cx))
}

/// A text, cleaned as that of a mail is.
pub(super) fn clean(plain: &str, cx: &mut Context<'_>) -> String {
    text::clean(plain, cx).trim_end_matches('\n').to_owned()
}

/// A parameter's text: one line.
pub(crate) fn label(value: &str, cx: &mut Context<'_>) -> String {
    clean(value, cx).chars().filter(|c| !matches!(c, '"' | '\r' | '\n' | '\t')).take(255).collect::<String>().trim().to_owned()
}

/// A `mailto:` address. No percent signs: nothing an address needs hides behind one.
pub(crate) fn address(value: &str) -> Option<String> {
    let (scheme, address) = value.split_once(':')?;
    let address = address.trim();
    let (local, host) = address.rsplit_once('@')?;
    let sound = !local.is_empty()
        && !host.is_empty()
        && address.len() <= 320
        && address.chars().all(|c| {
            c.is_alphanumeric()
                || matches!(
                    c,
                    '!' | '#'
                        | '$'
                        | '&'
                        | '\''
                        | '*'
                        | '+'
                        | '-'
                        | '.'
                        | '/'
                        | '='
                        | '@'
                        | '^'
                        | '_'
                        | '`'
                        | '{'
                        | '|'
                        | '}'
                        | '~'
                )
        });
    (scheme.trim().eq_ignore_ascii_case("mailto") && sound).then(|| format!("mailto:{address}"))
}

/// `20260401`, `20260401T090000`, `20260401T000000Z`.
pub(crate) fn is_date(value: &str) -> bool {
    let value = value.strip_suffix('Z').unwrap_or(value);
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    match value.split_once('T') {
        None => digits(value, 8),
        Some((date, time)) => digits(date, 8) && digits(time, 6),
    }
}

/// Dates and periods that commas part.
pub(super) fn dates(value: &str) -> Option<String> {
    let one = |value: &str| match value.split_once('/') {
        None => is_date(value),
        Some((from, to)) => is_date(from) && (is_date(to) || is_duration(to)),
    };
    let dates: Vec<&str> = value.split(',').map(str::trim).collect();
    (dates.len() <= DATES && dates.iter().all(|date| one(date))).then(|| dates.join(","))
}

/// `-P1DT2H30M`, `PT15M`, `P2W`.
pub(super) fn is_duration(value: &str) -> bool {
    let Some(rest) = value.strip_prefix(['+', '-']).unwrap_or(value).strip_prefix('P') else { return false };
    let (mut digits, mut units) = (0_u32, 0_u32);
    for c in rest.chars() {
        match c {
            '0'..='9' if digits < 9 => digits = digits.saturating_add(1),
            'W' | 'D' | 'H' | 'M' | 'S' if digits > 0 => {
                digits = 0;
                units = units.saturating_add(1);
            }
            'T' if digits == 0 => {}
            _ => return false,
        }
    }
    digits == 0 && (1..=5).contains(&units)
}

pub(super) fn is_geo(value: &str) -> bool {
    let is_degree = |text: &str| {
        let text = text.trim();
        text.len() <= 20
            && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'))
            && text.parse::<f64>().is_ok()
    };
    value.split_once(';').is_some_and(|(latitude, longitude)| is_degree(latitude) && is_degree(longitude))
}

/// A link that stays one (also that of a card): http or https to a public host, nothing in it but what an address is made of.
pub(crate) fn is_public_link(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once("://") else { return false };
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        && value.len() <= 2048
        && is_public(rest)
        && !rest.contains('\\')
        && value
            .chars()
            .all(|c| c.is_alphanumeric() || c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '`' | '{' | '}' | '|' | '^'))
}

pub(super) fn is_number(value: &str) -> bool {
    (1..=9).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// `+0900`, `-033000`.
pub(super) fn is_offset(value: &str) -> bool {
    let digits = value.strip_prefix(['+', '-']).unwrap_or_default();
    matches!(digits.len(), 4 | 6) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `2.0;Success` and what else explains it.
pub(super) fn status(value: &str, cx: &mut Context<'_>) -> Option<String> {
    let pieces = contentline::split(value, ';');
    let code = pieces.first().filter(|code| code.len() <= 9 && code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))?;
    let words = pieces.iter().skip(1).take(2).map(|piece| text(piece, cx));
    Some(std::iter::once((*code).to_owned()).chain(words).collect::<Vec<_>>().join(";"))
}

/// A word of the standard, or of whoever made one up; never text.
pub(crate) fn is_token(value: &str) -> bool {
    (1..=40).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
