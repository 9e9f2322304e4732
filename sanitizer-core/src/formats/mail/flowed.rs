//! `format=flowed` text (RFC 3676): soft line breaks joined, stuffing undone.

use crate::syntax::mime::Structured;

/// The text as its writer saw it.
pub(super) fn read(text: &str, media: &Structured) -> String {
    let is = |name: &str, value: &str| media.token(name).is_some_and(|given| given.eq_ignore_ascii_case(value));
    if !is("format", "flowed") {
        return text.to_owned();
    }
    let delete_space = is("delsp", "yes");
    let mut out = String::with_capacity(text.len());
    // The quote depth of the line before, if it goes on.
    let mut open: Option<usize> = None;
    for line in text.replace("\r\n", "\n").split('\n') {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let content = line.get(depth..).unwrap_or_default();
        let content = content.strip_prefix(' ').unwrap_or(content);
        // The line before a signature is never joined to it (RFC 3676, 4.3).
        let is_signature = content == "-- ";
        if open != Some(depth) || is_signature {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&">".repeat(depth));
            if depth > 0 {
                out.push(' ');
            }
        }
        let flows = content.ends_with(' ') && !is_signature;
        let shown =
            if flows && delete_space { content.get(..content.len().saturating_sub(1)).unwrap_or_default() } else { content };
        out.push_str(shown);
        open = flows.then_some(depth);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_breaks_are_joined_within_one_quote_depth() {
        let media = Structured::parse(b"text/plain; format=flowed");
        assert_eq!(read("one \r\ntwo\r\n> a \r\n> b\r\n from\r\n-- \r\nx", &media), "one two\n> a b\nfrom\n-- \nx");
        let media = Structured::parse(b"text/plain; format=flowed; delsp=yes");
        assert_eq!(read("日本 \r\n語", &media), "日本語");
        assert_eq!(read("a \r\nb", &Structured::parse(b"text/plain")), "a \r\nb");
    }
}
