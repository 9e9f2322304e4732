//! The content of a message after DATA: dots unstuffed, and its end found by the one strict rule.
//!
//! SMTP smuggling (CVE-2023-51764, -51765, -51766): the server before us takes `<LF>.<CRLF>` for text, we would take it
//! for the end, and what follows becomes commands that it never saw. So only CR LF `.` CR LF ends DATA here. A bare CR
//! or LF does not even make a line: such content is read on to its strict end, refused there, and the connection
//! closed, because whoever sends it may have filled the rest of the stream as well.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

/// Where in a line the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// After CRLF, or at the very start: a dot means something here.
    Start,
    /// Inside a line.
    Middle,
    /// After a CR inside a line.
    Cr,
    /// After a dot at the start of a line.
    Dot,
    /// After a dot and a CR at the start of a line: a LF is the end of all.
    DotCr,
    /// Past the end.
    End,
}

/// Why the content is refused once its end has come, the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A line longer than allowed.
    LineTooLong,
    /// More bytes than allowed.
    TooLarge,
    /// A carriage return without a line feed, or the other way round. The connection is closed.
    BareLineEnding,
}

/// Ceilings for the content of one message.
#[derive(Clone, Copy, Debug)]
pub struct Ceilings {
    /// Bytes of content after unstuffing.
    pub content: u64,
    /// Bytes of a line. RFC 5321, 4.5.3.1.6 says 1000, but real mail has whole pages of HTML in one line and refusing
    /// them would lose it; the ceiling only bounds what a reader behind us has to look at in one piece.
    pub line: u64,
}

/// What became of a block of bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum Decoded {
    /// All of it was taken; more is needed.
    More,
    /// The content ended after this many bytes of the block; the rest are commands.
    End {
        /// Bytes taken from the block.
        taken: usize,
    },
}

/// Unstuffs the content of one message.
#[derive(Clone, Debug)]
pub struct Decoder {
    state: State,
    ceilings: Ceilings,
    content: u64,
    line: u64,
    fault: Option<Fault>,
}

impl Decoder {
    /// A new message.
    pub const fn new(ceilings: Ceilings) -> Self {
        Self { state: State::Start, ceilings, content: 0, line: 0, fault: None }
    }

    /// Why the content is to be refused, as far as is known by now.
    pub const fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Whether the end has come.
    pub fn ended(&self) -> bool {
        self.state == State::End
    }

    /// Whether so much more than allowed has come that waiting for the end is pointless.
    pub const fn is_endless(&self) -> bool {
        self.content > self.ceilings.content.saturating_mul(2).saturating_add(1 << 20)
    }

    /// Takes `block` and appends its content to `out`. After a fault nothing more is appended.
    pub fn decode(&mut self, block: &[u8], out: &mut Vec<u8>) -> Decoded {
        let mut rest = block;
        while let Some((byte, after)) = rest.split_first() {
            // Most of a message is the middle of its lines: take what cannot change the state in one piece.
            let run = if self.state == State::Middle { plain(rest) } else { &[] };
            if run.is_empty() {
                self.step(*byte, out);
                rest = after;
            } else {
                self.push(run, out);
                rest = rest.get(run.len()..).unwrap_or_default();
            }
            if self.state == State::End {
                return Decoded::End { taken: block.len().saturating_sub(rest.len()) };
            }
        }
        Decoded::More
    }

    fn step(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.state = match (self.state, byte) {
            (State::End, _) | (State::DotCr, b'\n') => State::End,
            (State::Start, b'.') => State::Dot,
            (State::Dot, b'\r') => State::DotCr,
            (State::Cr, b'\n') => {
                self.push(b"\r\n", out);
                self.line = 0;
                State::Start
            }
            // The CR that was held back is bare; `byte` is looked at again as part of a line.
            (State::Cr | State::DotCr, _) => {
                self.refuse(Fault::BareLineEnding);
                self.state = State::Middle;
                return self.step(byte, out);
            }
            (State::Start | State::Middle, b'\r') => State::Cr,
            (_, b'\n') => {
                self.refuse(Fault::BareLineEnding);
                State::Middle
            }
            // The first of two dots was stuffed (RFC 5321, 4.5.2); a single one before text is dropped all the same.
            (State::Start | State::Middle | State::Dot, _) => {
                self.push(&[byte], out);
                State::Middle
            }
        };
    }

    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let count = bytes.len() as u64;
        self.content = self.content.saturating_add(count);
        self.line = self.line.saturating_add(count);
        if self.content > self.ceilings.content {
            self.refuse(Fault::TooLarge);
        }
        if self.line > self.ceilings.line {
            self.refuse(Fault::LineTooLong);
        }
        if self.fault.is_none() {
            out.extend_from_slice(bytes);
        }
    }

    /// Keeps the gravest fault, whichever came first: that depends on how the network cut the blocks.
    fn refuse(&mut self, fault: Fault) {
        self.fault = self.fault.max(Some(fault));
    }
}

/// The bytes before the first CR or LF.
fn plain(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CEILINGS: Ceilings = Ceilings { content: 1000, line: 100 };

    /// Decodes `input` in one block and byte by byte, which must agree.
    fn decode(input: &[u8]) -> (Vec<u8>, Option<Fault>, Option<usize>) {
        let mut whole = (Vec::new(), None, None);
        let mut decoder = Decoder::new(CEILINGS);
        if let Decoded::End { taken } = decoder.decode(input, &mut whole.0) {
            whole.2 = Some(taken);
        }
        whole.1 = decoder.fault();
        let mut split = (Vec::new(), None, None);
        let mut decoder = Decoder::new(CEILINGS);
        for (at, byte) in (1..).zip(input) {
            if decoder.decode(&[*byte], &mut split.0) != Decoded::More {
                split.2 = Some(at);
                break;
            }
        }
        split.1 = decoder.fault();
        if whole.1.is_some() {
            // How much was handed on before a fault depends on the blocks; whoever takes it drops it.
            split.0.clone_from(&whole.0);
        }
        assert_eq!(whole, split, "{:?}", String::from_utf8_lossy(input));
        whole
    }

    #[test]
    fn the_gravest_fault_is_told_however_the_blocks_are_cut() {
        let too_much = [b"x".repeat(1200), b"\r\n.\r\n".to_vec()].concat();
        assert_eq!(decode(&too_much).1, Some(Fault::TooLarge));
        let bare = [b"x".repeat(1200), b"\ny\r\n.\r\n".to_vec()].concat();
        assert_eq!(decode(&bare).1, Some(Fault::BareLineEnding));
    }

    #[test]
    fn only_crlf_dot_crlf_ends_data() {
        let endings = ["\r\n", "\n", "\r", "\n\r", "\r\r\n", "\r\n\n", "\n\n", "\r\r", "\0\r\n", "\r\0\n", "", " \r\n", "\t\r\n"];
        let dots = [".", "..", "...", " .", ". ", "\0.", ".\0"];
        for before in endings {
            for dot in dots {
                for after in endings {
                    let input = format!("a{before}{dot}{after}RCPT TO:<x@y>\r\n.\r\nNOOP\r\n");
                    let (content, fault, taken) = decode(input.as_bytes());
                    let strict = input.find("\r\n.\r\n").map(|at| at + 5);
                    assert_eq!(taken, strict, "{input:?}");
                    let message = input.get(..strict.unwrap()).unwrap();
                    let bare = message.replace("\r\n", "").contains(['\r', '\n']);
                    assert_eq!(fault == Some(Fault::BareLineEnding), bare, "{input:?}");
                    assert!(content.windows(2).all(|pair| (pair[0] == b'\r') == (pair[1] == b'\n')), "{input:?}");
                }
            }
        }
    }

    #[test]
    fn known_smuggling_sequences_do_not_end_data() {
        let smuggled = "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx";
        for end in [
            "\n.\n",
            "\n.\r\n",
            "\r\n.\n",
            "\r.\r",
            "\r\n.\r",
            "\r.\r\n",
            "\n\n.\r\n",
            "\r\n.\r\r\n",
            "\r\n\x00.\r\n",
            "\r\n.\0\r\n",
            "\n.\r",
            "\r.\n",
            "\r\r\n.\r\r\n",
            "\n\r.\n\r",
            "\r\n.\n\r",
        ] {
            let input = format!("text{end}{smuggled}\r\n.\r\n");
            let (_, _, taken) = decode(input.as_bytes());
            assert_eq!(taken, Some(input.len()), "{end:?}");
        }
    }

    #[test]
    fn dots_are_unstuffed() {
        assert_eq!(decode(b".\r\n"), (vec![], None, Some(3)));
        assert_eq!(decode(b"..\r\n.\r\n"), (b".\r\n".to_vec(), None, Some(7)));
        assert_eq!(decode(b"a\r\n..b\r\n.c\r\n.\r\n").0, b"a\r\n.b\r\nc\r\n");
        assert_eq!(decode(b"a\r\n.\r\nQUIT\r\n"), (b"a\r\n".to_vec(), None, Some(6)));
    }

    #[test]
    fn ceilings_refuse_but_the_end_is_still_found() {
        let long = [vec![b'a'; 200], b"\r\n.\r\n".to_vec()].concat();
        assert_eq!(decode(&long).1, Some(Fault::LineTooLong));
        assert_eq!(decode(&long).2, Some(long.len()));
        let large = [b"0123456789\r\n".repeat(100), b".\r\n".to_vec()].concat();
        let (content, fault, taken) = decode(&large);
        assert!(content.len() <= 1000);
        assert_eq!((fault, taken), (Some(Fault::TooLarge), Some(large.len())));
        let both = [b"0123456789\r\n".repeat(100), b"a\n\r\n.\r\n".to_vec()].concat();
        assert_eq!(decode(&both).1, Some(Fault::BareLineEnding));
    }
}
