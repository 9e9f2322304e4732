//! One command line into a [`Command`] (RFC 5321, 4.1.1, with SIZE and 8BITMIME).

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

use super::address::{AddressError, ForwardPath, ReversePath, is_domain};
use std::str::FromStr;

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The content follows after the reply.
    Data,
    /// Greeting, extensions wanted.
    Ehlo {
        /// What the client calls itself.
        name: String,
    },
    /// Greeting of old.
    Helo {
        /// What the client calls itself.
        name: String,
    },
    /// What can be said here.
    Help,
    /// Begins a message.
    Mail {
        /// Where failures are reported.
        from: ReversePath,
        /// The size the client announces (RFC 1870).
        size: Option<u64>,
    },
    /// Nothing.
    Noop,
    /// Ends the session.
    Quit,
    /// Adds a recipient.
    Rcpt {
        /// The recipient.
        to: ForwardPath,
    },
    /// Forgets the message begun.
    Rset,
    /// Asks whether a mailbox exists.
    Vrfy,
}

/// Why a line is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// The address in it is no address.
    Address(AddressError),
    /// It stands in a protocol other than SMTP: a browser tricked into talking to us. The connection is closed.
    Foreign,
    /// A parameter that was not offered or is malformed.
    Parameter,
    /// A known command with malformed arguments.
    Syntax,
    /// A command of SMTP that is not offered here.
    Unavailable,
    /// No command at all.
    Unknown,
}

impl Command {
    /// One line without its CRLF.
    pub fn parse(line: &[u8]) -> Result<Self, CommandError> {
        // What is not UTF-8 is not ASCII either, and refused as that.
        String::from_utf8_lossy(line).parse()
    }
}

impl FromStr for Command {
    type Err = CommandError;

    fn from_str(line: &str) -> Result<Self, CommandError> {
        if !line.bytes().all(|byte| matches!(byte, 0x20..=0x7E | b'\t')) {
            // Bytes above ASCII are only legal in addresses, after SMTPUTF8, which is not offered.
            return Err(if line.is_ascii() { CommandError::Unknown } else { CommandError::Address(AddressError::NotAscii) });
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim_end();
        let bare = |command| if rest.is_empty() { Ok(command) } else { Err(CommandError::Syntax) };
        match verb.to_ascii_uppercase().as_str() {
            "DATA" => bare(Self::Data),
            "EHLO" => client(rest).map(|name| Self::Ehlo { name }),
            "HELO" => client(rest).map(|name| Self::Helo { name }),
            "HELP" => Ok(Self::Help),
            "MAIL" => mail(rest),
            "NOOP" => Ok(Self::Noop),
            "QUIT" => bare(Self::Quit),
            "RCPT" => rcpt(rest),
            "RSET" => bare(Self::Rset),
            "VRFY" => Ok(Self::Vrfy),
            // CHUNKING is not offered: BDAT would be a second way to end a message.
            "AUTH" | "BDAT" | "BURL" | "ETRN" | "EXPN" | "SAML" | "SEND" | "SOML" | "STARTTLS" | "TURN" => {
                Err(CommandError::Unavailable)
            }
            "CONNECT" | "DELETE" | "GET" | "HEAD" | "OPTIONS" | "PATCH" | "POST" | "PUT" => Err(CommandError::Foreign),
            _ => Err(CommandError::Unknown),
        }
    }
}

/// A domain, an address literal, or, as real clients send, a host name of printable characters without spaces.
fn client(name: &str) -> Result<String, CommandError> {
    let literal = name.starts_with('[') && name.ends_with(']');
    let plausible = name.len() <= 255 && name.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>()\"\\".contains(&byte));
    if is_domain(name) || (plausible && (literal || !name.is_empty())) { Ok(name.to_owned()) } else { Err(CommandError::Syntax) }
}

fn mail(rest: &str) -> Result<Command, CommandError> {
    let (path, parameters) = path(rest, "FROM:")?;
    let from = path.parse().map_err(CommandError::Address)?;
    let mut size = None;
    let mut body = false;
    for parameter in parameters.split_ascii_whitespace() {
        match parameter.split_once('=') {
            Some((key, value)) if key.eq_ignore_ascii_case("SIZE") && size.is_none() => size = Some(number(value)?),
            Some((key, value)) if key.eq_ignore_ascii_case("BODY") && !body => {
                body = value.eq_ignore_ascii_case("7BIT") || value.eq_ignore_ascii_case("8BITMIME");
                if !body {
                    return Err(CommandError::Parameter);
                }
            }
            _ => return Err(CommandError::Parameter),
        }
    }
    Ok(Command::Mail { from, size })
}

/// RFC 1870, 3: up to 20 digits.
fn number(value: &str) -> Result<u64, CommandError> {
    if value.is_empty() || value.len() > 20 || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CommandError::Parameter);
    }
    // Twenty digits can be more than a u64 holds; that is too large anyway.
    Ok(value.parse().unwrap_or(u64::MAX))
}

fn rcpt(rest: &str) -> Result<Command, CommandError> {
    let (path, parameters) = path(rest, "TO:")?;
    if !parameters.trim().is_empty() {
        return Err(CommandError::Parameter);
    }
    Ok(Command::Rcpt { to: path.parse().map_err(CommandError::Address)? })
}

/// The text between the angle brackets after `keyword`, and what follows them. A source route is dropped, as RFC 5321,
/// 4.1.1.3 asks. The space that some clients put after the colon is taken: it cannot be read in two ways.
fn path<'a>(rest: &'a str, keyword: &str) -> Result<(&'a str, &'a str), CommandError> {
    let (head, rest) = rest.split_at_checked(keyword.len()).ok_or(CommandError::Syntax)?;
    if !head.eq_ignore_ascii_case(keyword) {
        return Err(CommandError::Syntax);
    }
    let inner = rest.trim_start_matches(' ').strip_prefix('<').ok_or(CommandError::Syntax)?;
    let end = closing(inner).ok_or(CommandError::Syntax)?;
    let (path, after) = inner.split_at_checked(end).ok_or(CommandError::Syntax)?;
    let after = after.strip_prefix('>').ok_or(CommandError::Syntax)?;
    if !after.is_empty() && !after.starts_with(' ') {
        return Err(CommandError::Syntax);
    }
    match path.strip_prefix('@') {
        None => Ok((path, after)),
        Some(route) => {
            let (hosts, path) = route.split_once(':').ok_or(CommandError::Syntax)?;
            let legal = hosts.split(",@").all(is_domain);
            if legal { Ok((path, after)) } else { Err(CommandError::Syntax) }
        }
    }
}

/// Where the bracket closes; one inside a quoted-string does not.
fn closing(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    text.bytes().position(|byte| {
        let close = byte == b'>' && !quoted;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        close
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        match line.parse() {
            Ok(Command::Mail { from, size }) => format!("mail {from} {size:?}"),
            Ok(Command::Rcpt { to: ForwardPath::Mailbox(to) }) => format!("rcpt {to}"),
            Ok(command) => format!("{command:?}"),
            Err(error) => format!("{error:?}"),
        }
    }

    #[test]
    fn commands() {
        for (line, expected) in [
            ("ehlo mx.example.jp", "Ehlo { name: \"mx.example.jp\" }"),
            ("EHLO [192.0.2.1]", "Ehlo { name: \"[192.0.2.1]\" }"),
            ("HELO TARO_PC", "Helo { name: \"TARO_PC\" }"),
            ("EHLO", "Syntax"),
            ("EHLO a b", "Syntax"),
            ("EHLO <script>", "Syntax"),
            ("MAIL FROM:<>", "mail  None"),
            ("mail from:<a@b.jp> size=1000 body=8bitmime", "mail a@b.jp Some(1000)"),
            ("MAIL FROM: <a@b.jp>", "mail a@b.jp None"),
            ("MAIL FROM:<@x.jp,@y.jp:a@b.jp>", "mail a@b.jp None"),
            ("MAIL FROM:<\"a>b\"@c.jp>", "mail \"a>b\"@c.jp None"),
            ("MAIL FROM:<a@b.jp> SIZE=99999999999999999999", "mail a@b.jp Some(18446744073709551615)"),
            ("MAIL FROM:<a@b.jp> SIZE=-1", "Parameter"),
            ("MAIL FROM:<a@b.jp> SIZE=1 SIZE=2", "Parameter"),
            ("MAIL FROM:<a@b.jp> BODY=BINARYMIME", "Parameter"),
            ("MAIL FROM:<a@b.jp> SMTPUTF8", "Parameter"),
            ("MAIL FROM:<a@b.jp>SIZE=1", "Syntax"),
            ("MAIL FROM:a@b.jp", "Syntax"),
            ("MAIL FROM:<a@b.jp", "Syntax"),
            ("MAIL FROM:<a b@c.jp>", "Address(Local)"),
            ("MAIL", "Syntax"),
            ("RCPT TO:<taro..a.@docomo.ne.jp>", "rcpt \"taro..a.\"@docomo.ne.jp"),
            ("RCPT TO:<postmaster>", "Rcpt { to: Postmaster }"),
            ("RCPT TO:<>", "Address(Domain)"),
            ("RCPT TO:<a@b.jp> NOTIFY=NEVER", "Parameter"),
            ("RCPT TO:<太郎@b.jp>", "Address(NotAscii)"),
            ("DATA", "Data"),
            ("DATA x", "Syntax"),
            ("BDAT 100 LAST", "Unavailable"),
            ("STARTTLS", "Unavailable"),
            ("POST / HTTP/1.1", "Foreign"),
            ("", "Unknown"),
            ("\u{7}", "Unknown"),
            ("QUIT", "Quit"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }
}
