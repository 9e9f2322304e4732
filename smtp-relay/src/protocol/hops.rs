//! How many hosts a message has passed, by its Received fields, counted while it comes in (RFC 5321, 6.3).
//!
//! Two servers that send each other the same message do so until one of them counts. Only names at the start of header
//! lines are looked at; what stands in the fields is nobody's business here. What we send on keeps its Received fields
//! for this (`policy.mail.received`), so that whoever comes after us can count as well.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

const NAME: &[u8] = b"received";

/// Counts the Received fields of one message.
#[derive(Clone, Debug)]
pub struct Hops {
    state: State,
    count: u32,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug)]
enum State {
    /// A line that could still begin with the name; this much of it has come.
    Name(usize),
    /// A line that is of no interest.
    Line,
    /// The body.
    Body,
}

impl Default for Hops {
    fn default() -> Self {
        Self { state: State::Name(0), count: 0 }
    }
}

impl Hops {
    /// Reads on; `content` has no line ends but CRLF (see [`super::data`]).
    pub fn read(&mut self, content: &[u8]) {
        for byte in content {
            self.state = match (self.state, byte) {
                // An empty line ends the header.
                (State::Body, _) | (State::Name(0), b'\r') => return self.state = State::Body,
                (_, b'\n') => State::Name(0),
                (State::Line, _) => State::Line,
                (State::Name(at), byte) => match NAME.get(at) {
                    Some(expected) if byte.eq_ignore_ascii_case(expected) => State::Name(at.saturating_add(1)),
                    // Blanks before the colon: RFC 5322, 4.5.
                    None if matches!(byte, b' ' | b'\t') => State::Name(at),
                    None if *byte == b':' => {
                        self.count = self.count.saturating_add(1);
                        State::Line
                    }
                    _ => State::Line,
                },
            };
        }
    }

    /// The fields so far.
    pub const fn count(&self) -> u32 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(content: &str, block: usize) -> u32 {
        let mut hops = Hops::default();
        content.as_bytes().chunks(block).for_each(|block| hops.read(block));
        hops.count()
    }

    #[test]
    fn received_fields_of_the_header_are_counted_however_the_bytes_are_cut() {
        for (content, expected) in [
            ("", 0),
            ("Received: x", 1),
            ("Received: from a\r\n\tby b; date\r\nRECEIVED : x\r\nreceived\t:\r\n\r\nReceived: in the body\r\n", 3),
            ("X-Received: x\r\nReceived-SPF: x\r\nReceive: x\r\nReceivedd: x\r\nReceived x: y\r\n", 0),
            ("Subject: x\r\n Received: folded\r\nReceived: x\r\n", 1),
            ("\r\nReceived: in the body", 0),
            ("Subject: x\r\n\r\nReceived: x\r\n\r\nReceived: x\r\n", 0),
        ] {
            for block in 1..=content.len().max(1) {
                assert_eq!(count(content, block), expected, "{content:?} in blocks of {block}");
            }
        }
    }
}
