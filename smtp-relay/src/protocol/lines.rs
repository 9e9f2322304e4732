//! Command lines out of a byte stream: CRLF ends one, nothing else does.
//!
//! A line feed or carriage return on its own closes the connection. Whoever sends one does not speak SMTP (a browser
//! tricked into posting to us) or wants a server before us and us to see different lines (SMTP smuggling).

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

/// Longest command line with its CRLF. RFC 5321, 4.5.3.1.4 asks for 512 and each extension adds a little.
pub const MAX_COMMAND_LINE: usize = 1000;

/// Why no line can be had any more. The connection is closed after the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineError {
    /// A carriage return or a line feed without the other.
    BareLineEnding,
    /// Longer than [`MAX_COMMAND_LINE`].
    TooLong,
}

/// The first line in `buffer` without its CRLF, and how many bytes it took; nothing if it is not complete yet.
pub fn take(buffer: &[u8]) -> Result<Option<(&[u8], usize)>, LineError> {
    let Some(end) = buffer.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
        return if buffer.len() >= MAX_COMMAND_LINE { Err(LineError::TooLong) } else { Ok(None) };
    };
    let taken = end.saturating_add(2);
    if taken > MAX_COMMAND_LINE {
        return Err(LineError::TooLong);
    }
    match buffer.split_at_checked(end) {
        Some((line, [b'\r', b'\n', ..])) => Ok(Some((line, taken))),
        Some((_, [b'\r'])) => Ok(None),
        _ => Err(LineError::BareLineEnding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_crlf_ends_a_line() {
        assert_eq!(take(b"NOOP\r\nQUIT\r\n"), Ok(Some((&b"NOOP"[..], 6))));
        assert_eq!(take(b"\r\n"), Ok(Some((&b""[..], 2))));
        for incomplete in [&b""[..], b"NOOP", b"NOOP\r"] {
            assert_eq!(take(incomplete), Ok(None));
        }
        for bare in [&b"NOOP\n"[..], b"NOOP\rQUIT\r\n", b"NOOP\r\r\n", b"\n", b"NOOP\n\r\n"] {
            assert_eq!(take(bare), Err(LineError::BareLineEnding));
        }
    }

    #[test]
    fn a_line_without_end_is_refused_at_the_limit() {
        assert_eq!(take(&[b'a'; MAX_COMMAND_LINE - 1]), Ok(None));
        assert_eq!(take(&[b'a'; MAX_COMMAND_LINE]), Err(LineError::TooLong));
        let mut line = vec![b'a'; MAX_COMMAND_LINE - 1];
        line.extend(b"\r\n");
        assert_eq!(take(&line), Err(LineError::TooLong));
    }
}
