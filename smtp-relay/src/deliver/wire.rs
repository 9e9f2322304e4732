//! Bytes for lettre: the envelope as its typed values, the content as its codec needs it.
//!
//! lettre always ends the content with CRLF `.` CRLF, so one final CRLF of ours goes, and it stuffs dots only after CRLF, so
//! content with a bare CR or LF would be read differently by it and by the next hop. Our writers never make such content and the
//! verifier refuses it; whoever gets here with it all the same is not sent.

use crate::protocol::address::Address;
use lettre::Address as Mailbox;
use sanitizer_verify::Clean;

/// Content that does not fit SMTP. Nothing verified is: a bug of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unfit;

/// The content of a verified message without its final CRLF.
pub(super) fn content(clean: &Clean) -> Result<&[u8], Unfit> {
    let bytes = clean.bytes();
    let content = bytes.strip_suffix(b"\r\n").ok_or(Unfit)?;
    if is_canonical(content) && content.is_ascii() { Ok(content) } else { Err(Unfit) }
}

/// Whether every CR is followed by LF and every LF comes after a CR.
fn is_canonical(bytes: &[u8]) -> bool {
    let mut before = 0;
    let paired = bytes.iter().all(|byte| {
        let fits = (before == b'\r') == (*byte == b'\n');
        before = *byte;
        fits
    });
    paired && before != b'\r'
}

/// The address as lettre's value. Its own check knows fewer addresses than RFC 5321 (none in quotes), so it is not asked: an
/// [`Address`] has only printable ASCII, with everything special in quotes.
pub(super) fn mailbox(address: &Address) -> Mailbox {
    let written = address.to_string();
    let (local, domain) = written.rsplit_once('@').unwrap_or((&written, ""));
    Mailbox::new_dangerous(local, domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lettre::transport::smtp::commands::Rcpt;

    #[test]
    fn bare_line_endings_are_not_canonical() {
        for good in [&b""[..], b"a\r\nb", b"a\r\n\r\n", b"\r\n.\r\n"] {
            assert!(is_canonical(good));
        }
        for bad in [&b"a\nb"[..], b"a\rb", b"a\r", b"\n", b"a\r\r\nb", b"a\r\n\n"] {
            assert!(!is_canonical(bad));
        }
    }

    #[test]
    fn every_address_is_written_as_one_path() {
        for text in ["a@b.jp", "\"taro..suzuki.\"@docomo.ne.jp", "\"a@b> x\"@c.jp", "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]"] {
            let command = Rcpt::new(mailbox(&text.parse().unwrap()), Vec::new()).to_string();
            assert_eq!(command, format!("RCPT TO:<{text}>\r\n"));
        }
    }
}
