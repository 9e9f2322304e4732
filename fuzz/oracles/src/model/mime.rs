//! MIME trees: parts within parts, in the encodings and charsets mail comes in, with what no reader shows.

use super::{canary, harmless};
use arbitrary::Arbitrary;

/// A message.
#[derive(Arbitrary, Debug)]
pub struct Message {
    subject: Subject,
    twice: Option<u8>,
    hidden: bool,
    root: Node,
}

#[derive(Arbitrary, Debug)]
enum Subject {
    Plain,
    Encoded,
    Split,
    Raw,
    ControlCharacters,
    Any(String),
}

#[derive(Arbitrary, Debug)]
enum Node {
    Multipart { kind: Multipart, children: Vec<Node>, around: bool, unclosed: bool, shared: bool },
    Text { charset: u8, encoding: u8, text: String },
    Html { pieces: Vec<Html>, encoding: u8 },
    File { name: FileName, content: File, encoding: u8 },
    Message(Box<Message>),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Multipart {
    Mixed,
    Alternative,
    Related,
    Report,
    Signed,
    Digest,
}

#[derive(Arbitrary, Debug)]
enum Html {
    Text(String),
    Open(u8),
    Close(u8),
    Script,
    Hidden,
    Comment,
    Tracker,
    Entity(u16),
}

#[derive(Arbitrary, Debug)]
enum FileName {
    Plain,
    Rfc2231,
    Rfc2047,
    Both,
    Up,
    Any(String),
}

#[derive(Arbitrary, Debug)]
enum File {
    Program,
    Archive(super::zip::Archive),
    Pdf(super::pdf::Document),
    Picture,
}

const TAGS: &[&str] = &[
    "p",
    "div",
    "table",
    "tr",
    "td",
    "ul",
    "li",
    "a href=\"https://example.jp/\"",
    "b",
    "pre",
    "blockquote",
    "h1",
    "span",
    "title",
];
const CHARSETS: &[&str] = &["utf-8", "iso-2022-jp", "shift_jis", "euc-jp", "us-ascii", "utf-7", "windows-1252", "x-unknown"];

impl Message {
    /// The message.
    pub fn write(&self) -> Vec<u8> {
        self.bytes(3, 0)
    }

    fn bytes(&self, depth: u32, number: u32) -> Vec<u8> {
        let mut out =
            b"From: =?UTF-8?B?5bqB6IiO?= <a@example.jp>\r\nTo: b@example.jp\r\nDate: Wed, 25 Nov 2026 10:00:00 +0900\r\n"
                .to_vec();
        out.extend(b"Message-ID: <1@example.jp>\r\nMIME-Version: 1.0\r\nSubject: ");
        out.extend(self.subject.bytes());
        out.extend(b"\r\n");
        if self.hidden {
            out.extend(format!("X-Hidden: {}\r\n", canary()).bytes());
        }
        match self.twice.map(|which| which % 3) {
            Some(0) => out.extend(b"Subject: other\r\n"),
            Some(1) => out.extend(b"From: c@example.com\r\n"),
            Some(_) => out.extend(b"Content-Type: text/plain\r\n"),
            None => {}
        }
        self.root.write(&mut out, depth, number);
        out
    }
}

impl Subject {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Plain => b"Notice".to_vec(),
            Self::Encoded => b"=?ISO-2022-JP?B?GyRCRDQ6OhsoQg==?=".to_vec(),
            Self::Split => b"=?UTF-8?B?5bqB?=\r\n =?UTF-8?B?6IiO?=".to_vec(),
            Self::Raw => "庁舎案内".as_bytes().to_vec(),
            Self::ControlCharacters => b"=?UTF-8?Q?a=0D=0ABcc:_x@example.com=00?=".to_vec(),
            Self::Any(text) => harmless(text).into_bytes(),
        }
    }
}

impl Node {
    /// Writes the fields of the part, the empty line and the body.
    fn write(&self, out: &mut Vec<u8>, depth: u32, number: u32) {
        match self {
            Self::Multipart { kind, children, around, unclosed, shared } if depth > 0 => {
                let boundary = if *shared { "same".to_owned() } else { format!("b{depth}x{number}") };
                out.extend(format!("Content-Type: multipart/{}; boundary=\"{boundary}\"\r\n\r\n", kind.name()).bytes());
                let around = if *around { canary() } else { String::new() };
                out.extend(around.bytes());
                for (index, child) in (0_u32..).zip(children.iter().take(6)) {
                    out.extend(format!("\r\n--{boundary}\r\n").bytes());
                    child.write(out, depth - 1, number * 8 + index);
                }
                if !unclosed {
                    out.extend(format!("\r\n--{boundary}--\r\n{around}").bytes());
                }
            }
            Self::Multipart { .. } => out.extend(b"Content-Type: text/plain\r\n\r\n\r\n"),
            Self::Text { charset, encoding, text } => {
                let charset = CHARSETS[usize::from(*charset) % CHARSETS.len()];
                out.extend(format!("Content-Type: text/plain; charset={charset}\r\n").bytes());
                encoded(out, *encoding, harmless(text).as_bytes());
            }
            Self::Html { pieces, encoding } => {
                out.extend(b"Content-Type: text/html; charset=utf-8\r\n");
                encoded(out, *encoding, html(pieces).as_bytes());
            }
            Self::File { name, content, encoding } => {
                out.extend(
                    format!("Content-Type: application/octet-stream\r\nContent-Disposition: attachment{}\r\n", name.field())
                        .bytes(),
                );
                encoded(out, *encoding, &content.bytes());
            }
            Self::Message(message) if depth > 0 => {
                out.extend(b"Content-Type: message/rfc822\r\n\r\n");
                out.extend(message.bytes(depth - 1, number * 8 + 7));
            }
            Self::Message(_) => out.extend(b"Content-Type: message/rfc822\r\n\r\nSubject: end\r\n\r\n"),
        }
    }
}

impl Multipart {
    fn name(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::Alternative => "alternative",
            Self::Related => "related",
            Self::Report => "report; report-type=delivery-status",
            Self::Signed => "signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256",
            Self::Digest => "digest",
        }
    }
}

fn html(pieces: &[Html]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            // Text that would open an element of its own is no text.
            Html::Text(text) => out.push_str(&harmless(text).replace('<', "&lt;")),
            Html::Open(tag) => out.push_str(&format!("<{}>", TAGS[usize::from(*tag) % TAGS.len()])),
            Html::Close(tag) => {
                out.push_str(&format!("</{}>", TAGS[usize::from(*tag) % TAGS.len()].split(' ').next().unwrap_or_default()));
            }
            Html::Script => out.push_str(&format!("<script>{}</script>", canary())),
            // No payload: where all text of a part is hidden, it is shown rather than lost.
            Html::Hidden => out.push_str("<div style=\"display:none\">hidden</div>"),
            Html::Comment => out.push_str(&format!("<!-- {} -->", canary())),
            Html::Tracker => out.push_str(&format!("<img src=\"https://example.com/{}\" width=1 height=1>", canary())),
            Html::Entity(code) => out.push_str(&format!("&#{code};")),
        }
    }
    out
}

impl FileName {
    fn field(&self) -> String {
        match self {
            Self::Plain => "; filename=\"a.bin\"".to_owned(),
            Self::Rfc2231 => "; filename*=UTF-8''%E5%BA%81%E8%88%8E.zip".to_owned(),
            Self::Rfc2047 => "; filename=\"=?UTF-8?B?5bqB6IiO?=.pdf\"".to_owned(),
            Self::Both => "; filename=\"a.pdf\"; filename*=UTF-8''b.exe".to_owned(),
            Self::Up => "; filename=\"../../a.zip\"".to_owned(),
            Self::Any(name) => format!("; filename=\"{}\"", harmless(name).replace(['"', '\\'], "_")),
        }
    }
}

impl File {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Program => [b"MZ\x90\0", canary().as_bytes()].concat(),
            Self::Archive(archive) => archive.write(1),
            Self::Pdf(document) => document.write(),
            Self::Picture => fixtures::png::samples().swap_remove(0).bytes,
        }
    }
}

/// The rest of the fields and the body.
fn encoded(out: &mut Vec<u8>, encoding: u8, body: &[u8]) {
    match encoding % 4 {
        0 => {
            out.extend(b"Content-Transfer-Encoding: base64\r\n\r\n");
            for line in base64(body).as_bytes().chunks(76) {
                out.extend(line);
                out.extend(b"\r\n");
            }
        }
        1 => {
            out.extend(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n");
            for chunk in body.chunks(20) {
                out.extend(chunk.iter().flat_map(|byte| format!("={byte:02X}").into_bytes()));
                out.extend(b"=\r\n");
            }
        }
        2 => {
            out.extend(b"Content-Transfer-Encoding: 8bit\r\n\r\n");
            out.extend(body);
        }
        _ => {
            out.extend(b"\r\n");
            out.extend(body);
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or_default();
            out.push(if place > group.len() { '=' } else { char::from(ALPHABET[digit]) });
        }
    }
    out
}
