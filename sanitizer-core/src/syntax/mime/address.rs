//! Address lists (RFC 5322, 3.4), read as forgivingly as people need and written strictly.

use super::words;

/// One mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name, decoded; empty if there is none.
    pub name: String,
    /// The address, ASCII; empty if what was there is none.
    pub address: String,
}

/// More addresses in one field than this are left out.
const MAILBOXES: usize = 2000;

/// Reads a field's value. Groups lose their name and keep their members.
pub fn parse(value: &[u8]) -> Vec<Mailbox> {
    let raw = words::unfold(value);
    let text = if raw.is_ascii() && !raw.contains(&0x1B) {
        String::from_utf8_lossy(&raw).into_owned()
    } else {
        crate::syntax::charset::decode_undeclared(&raw)
    };
    let mut mailboxes = Vec::new();
    let mut waiting = String::new();
    for piece in pieces(&text) {
        let mailbox = piece.mailbox();
        if mailbox.address.is_empty() && !mailbox.name.contains('@') {
            // An unquoted comma in a name: `山田, 太郎 <a@example.jp>`.
            if !waiting.is_empty() {
                waiting.push_str(", ");
            }
            waiting.push_str(&mailbox.name);
            continue;
        }
        let name = match (waiting.is_empty(), mailbox.name.is_empty()) {
            (true, _) => mailbox.name,
            (false, true) => std::mem::take(&mut waiting),
            (false, false) => format!("{}, {}", std::mem::take(&mut waiting), mailbox.name),
        };
        mailboxes.push(Mailbox { name, address: mailbox.address });
        if mailboxes.len() >= MAILBOXES {
            break;
        }
    }
    if !waiting.trim().is_empty() {
        mailboxes.push(Mailbox { name: waiting, address: String::new() });
    }
    mailboxes
}

/// What stands between two commas.
#[derive(Default)]
struct Piece {
    phrase: String,
    comment: String,
    angle: Option<String>,
}

impl Piece {
    fn is_empty(&self) -> bool {
        self.phrase.trim().is_empty() && self.comment.is_empty() && self.angle.is_none()
    }

    fn mailbox(&self) -> Mailbox {
        let phrase = self.phrase.trim();
        let (name, address) = match &self.angle {
            Some(angle) => (phrase, angle.trim()),
            None if is_address(phrase) => (self.comment.trim(), phrase),
            None => (phrase, ""),
        };
        // A source route (`<@a,@b:c@d>`) is left out (RFC 5322, 4.4).
        let address = address.rsplit_once(':').map_or(address, |(_, address)| address).trim();
        let address = if is_address(address) { address } else { "" };
        Mailbox { name: words::decode_str(name).trim().to_owned(), address: address.to_owned() }
    }
}

/// Splits at the commas and semicolons that are not inside quotes, comments, brackets or encoded words.
fn pieces(text: &str) -> Vec<Piece> {
    let mut done = Vec::new();
    let mut piece = Piece::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                let quoted = until(&mut chars, '"');
                // A quoted local part belongs to its address and keeps its quotes.
                if chars.peek() == Some(&'@') {
                    piece.phrase.push('"');
                    piece.phrase.push_str(&quoted);
                    piece.phrase.push('"');
                } else {
                    piece.phrase.push_str(&quoted);
                }
            }
            '(' => piece.comment.push_str(&until(&mut chars, ')')),
            '<' => piece.angle = Some(until(&mut chars, '>')),
            '=' if chars.peek() == Some(&'?') => {
                piece.phrase.push('=');
                encoded_word(&mut chars, &mut piece.phrase);
            }
            // `group: a@b, c@d;`
            ':' if piece.angle.is_none() && !piece.phrase.contains('@') => piece = Piece::default(),
            ',' | ';' => {
                let finished = std::mem::take(&mut piece);
                if !finished.is_empty() {
                    done.push(finished);
                }
            }
            c => piece.phrase.push(c),
        }
    }
    if !piece.is_empty() {
        done.push(piece);
    }
    done
}

fn until(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, close: char) -> String {
    let mut out = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c if c == close => break,
            c => out.push(c),
        }
    }
    out
}

/// Copies the rest of an encoded word, so that a comma in it is no separator.
fn encoded_word(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    let mut marks: u8 = 0;
    for c in chars.by_ref() {
        out.push(c);
        marks = marks.saturating_add(u8::from(c == '?'));
        if c.is_whitespace() || marks == 4 {
            break;
        }
    }
    if marks == 4 && chars.peek() == Some(&'=') {
        out.extend(chars.next());
    }
}

/// Whether this can stand as an address: ASCII, one `@` outside quotes, a domain of letters, digits, dots and hyphens.
/// A local part with dots at odd places stays: Japanese mobile carriers gave out such addresses.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_domain =
        domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'[' | b']' | b':'));
    let atext = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    let is_local = match local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.bytes().all(|byte| (0x20..0x7F).contains(&byte) && !matches!(byte, b'"' | b'\\')),
        None => local.bytes().all(atext),
    };
    !text.contains("=?") && !local.is_empty() && !domain.is_empty() && text.len() <= 320 && is_domain && is_local
}

/// Writes mailboxes for a field after `used` characters of its line: one a line where they are many.
pub fn write(mailboxes: &[Mailbox], used: usize) -> String {
    let mut out = String::new();
    let mut column = used;
    for (index, mailbox) in mailboxes.iter().enumerate() {
        if index > 0 {
            out.push_str(",\r\n ");
            column = 1;
        }
        let name = phrase(&mailbox.name, column);
        let last = name.rsplit("\r\n").next().map_or(0, str::len);
        column = if name.contains("\r\n") { last } else { column.saturating_add(last) };
        out.push_str(&name);
        if name.is_empty() {
            out.push_str(&mailbox.address);
        } else {
            let room = column.saturating_add(mailbox.address.len()).saturating_add(3);
            out.push_str(if room > 78 { "\r\n <" } else { " <" });
            out.push_str(&mailbox.address);
            out.push('>');
        }
    }
    out
}

/// A display name: bare, quoted or in encoded words.
fn phrase(name: &str, used: usize) -> String {
    let printable = name.bytes().all(|byte| (0x20..0x7F).contains(&byte));
    if !printable || name.contains("=?") || name.len() > 60 {
        return if name.is_empty() { String::new() } else { words::encoded_words(name, used) };
    }
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" !#$%&'*+-/=?^_`{|}~".contains(&byte)) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}
