//! The development mailbox: a Maildir that `smtp-relay mailbox` writes, read for people who try the product out.
//!
//! What lies there came over SMTP from a next hop's point of view, so nothing about it is believed: each message goes
//! through the pool once more, and only the `Clean` that comes of it is taken apart and shown, as text.

use crate::{problem::Failure, state::blocking, wording};
use jiff::Timestamp;
use mail_parser::{Address, Message, MessageParser, MimeHeaders as _};
use sanitizer_core::{DisplayName, Envelope, Policy, Role, Run};
use sanitizer_pool::{Job, OwnedClaim, Pool};
use sanitizer_verify::{Clean, Reason};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A message as it lies there.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// Its file name.
    pub(crate) key: String,
    /// When it was delivered.
    pub(crate) at: Timestamp,
    path: PathBuf,
    envelope: Envelope,
}

/// Messages listed, newest first.
const MOST: usize = 30;

/// A larger message is not shown.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The newest messages; with `own`, only those delivered to one of these addresses.
pub(crate) async fn list(dir: PathBuf, own: Option<Vec<String>>) -> Result<Vec<Stored>, Failure> {
    let found = blocking(move || read(&dir, own.as_deref())).await?;
    found.map_err(|error| {
        tracing::error!(kind = %error.kind(), "the development mailbox cannot be read");
        Failure::Internal
    })
}

fn read(dir: &Path, own: Option<&[String]>) -> io::Result<Vec<Stored>> {
    let mut found = Vec::new();
    for folder in ["new", "cur"] {
        let folder = match fs::read_dir(dir.join(folder)) {
            Ok(folder) => folder,
            // The sink has not been started yet.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in folder {
            found.extend(stored(&entry?.path()));
        }
    }
    found.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.key.cmp(&a.key)));
    found.retain(|message| own.is_none_or(|own| message.is_for(own)));
    found.truncate(MOST);
    Ok(found)
}

/// A file that is not a message of the sink's is not listed.
fn stored(path: &Path) -> Option<Stored> {
    let key = path.file_name()?.to_str()?.to_owned();
    if !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".,=_-".contains(&byte)) {
        return None;
    }
    let at = Timestamp::from_second(key.split('.').next()?.parse().ok()?).ok()?;
    let envelope = envelope(&head(path)?);
    Some(Stored { key, at, path: path.to_owned(), envelope })
}

fn head(path: &Path) -> Option<Vec<u8>> {
    use io::Read as _;
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(16 * 1024).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The envelope as the sink recorded it (RFC 5321, 4.4): its lines stand before anything the message brought along.
fn envelope(head: &[u8]) -> Envelope {
    let text = String::from_utf8_lossy(head);
    let mut lines = text.lines();
    let from =
        lines.next().and_then(|line| line.strip_prefix("Return-Path: <")?.strip_suffix('>')).unwrap_or_default().to_owned();
    let to = lines.map_while(|line| line.strip_prefix("Delivered-To: ")).map(str::to_owned).collect();
    Envelope { from, to }
}

impl Stored {
    fn is_for(&self, own: &[String]) -> bool {
        self.envelope.to.iter().any(|to| own.iter().any(|mine| mine.eq_ignore_ascii_case(to)))
    }

    /// Makes the message clean again.
    pub(crate) async fn clean(&self, pool: &Pool, policy: &Arc<Policy>) -> Result<Clean, Failure> {
        let path = self.path.clone();
        let bytes = blocking(move || match fs::metadata(&path)?.len() {
            0..=LARGEST => fs::read(&path),
            _ => Err(io::ErrorKind::FileTooLarge.into()),
        });
        let bytes = bytes.await?.map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => Failure::Held(Reason::SizeLimit),
            _ => Failure::NotFound,
        })?;
        // No item of custody's: the notice of this second pass says so where a receipt number would stand.
        let receipt = "（表示用）".to_owned();
        let run = Run { receipt, now: self.at.as_second(), envelope: Some(self.envelope.clone()), ..Run::default() };
        let claim = OwnedClaim { role: Role::Message, ..OwnedClaim::default() };
        let job = Job { bytes: Arc::from(bytes), claim, policy: Arc::clone(policy), run };
        let (clean, _) = pool.sanitize(job).await.part.map_err(Failure::Held)?;
        Ok(clean)
    }
}

/// A clean message as text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    /// From.
    pub(crate) from: DisplayName,
    /// To.
    pub(crate) to: DisplayName,
    /// Date, as in the message.
    pub(crate) date: Option<String>,
    /// Subject.
    pub(crate) subject: DisplayName,
    /// The body.
    pub(crate) text: String,
    /// Name and size of each attachment.
    pub(crate) attachments: Vec<(DisplayName, String)>,
}

/// Takes a clean message apart.
pub(crate) fn letter(clean: &Clean) -> Option<Letter> {
    let message = MessageParser::default().parse(clean.bytes())?;
    let subject = message.subject().filter(|subject| !subject.trim().is_empty()).unwrap_or("（件名なし）");
    Some(Letter {
        from: people(message.from()),
        to: people(message.to()),
        date: message.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok()).map(wording::moment),
        subject: DisplayName::new(subject),
        text: message.body_text(0).map(|text| visible(&text)).unwrap_or_default(),
        attachments: attachments(&message),
    })
}

fn attachments(message: &Message<'_>) -> Vec<(DisplayName, String)> {
    let one = |part: &mail_parser::MessagePart<'_>| {
        let name = DisplayName::new(part.attachment_name().unwrap_or("（名前なし）"));
        (name, wording::size(part.contents().len() as u64))
    };
    message.attachments().map(one).collect()
}

fn people(address: Option<&Address<'_>>) -> DisplayName {
    let one = |person: &mail_parser::Addr<'_>| match (person.name(), person.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (None, Some(text)) | (Some(text), None) => text.to_owned(),
        (None, None) => String::new(),
    };
    let all: Vec<_> = address.into_iter().flat_map(|address| address.iter().map(one)).collect();
    DisplayName::new(&all.join("、"))
}

/// A body keeps its lines and loses what does not show.
fn visible(text: &str) -> String {
    let shown = |line: &str| -> String {
        line.chars()
            .filter(|c| {
                *c == '\t'
                    || !(c.is_control()
                        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
            })
            .collect()
    };
    text.lines().map(shown).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maildir(messages: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("new")).unwrap();
        for (name, text) in messages {
            fs::write(dir.path().join("new").join(name), text).unwrap();
        }
        dir
    }

    #[test]
    fn only_the_recipients_see_a_message() {
        let text =
            "Return-Path: <a@x.jp>\r\nDelivered-To: Yamada@city.lg.jp\r\nSubject: x\r\nDelivered-To: suzuki@city.lg.jp\r\n\r\n";
        let dir = maildir(&[("1700000000.M1P2Q0.mailbox", text)]);
        let seen_by = |own: &str| read(dir.path(), Some(&[own.to_owned()])).unwrap().len();
        assert_eq!(seen_by("yamada@city.lg.jp"), 1);
        assert_eq!(seen_by("suzuki@city.lg.jp"), 0, "a header of the message is not the envelope");
        assert_eq!(read(dir.path(), None).unwrap().len(), 1);
    }

    #[test]
    fn newest_first_and_nothing_that_is_no_message() {
        let dir = maildir(&[
            ("1.a.mailbox", ""),
            ("3.b.mailbox", ""),
            ("2.c.mailbox", ""),
            ("x y", ""),
            ("notes.txt", ""),
            ("4<b>", ""),
        ]);
        let keys: Vec<_> = read(dir.path(), None).unwrap().into_iter().map(|stored| stored.key).collect();
        assert_eq!(keys, ["3.b.mailbox", "2.c.mailbox", "1.a.mailbox"]);
        assert_eq!(read(&dir.path().join("absent"), None).unwrap().len(), 0);
    }
}
