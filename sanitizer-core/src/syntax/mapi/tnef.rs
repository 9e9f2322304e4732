//! Transport-neutral encapsulation ([MS-OXTNEF]): attributes one after the other, those of each attachment behind its first.

use super::{Attached, Content, Letter, Props, Unread, Value, id};
use crate::syntax::cursor::Cursor;
use sanitizer_verify::Budget;

/// The first four bytes (2.1.3.1).
const SIGNATURE: u32 = 0x223E_9F78;

/// Attributes (2.1.3.3), as level and number.
mod attribute {
    pub(super) const SUBJECT: u16 = 0x8004;
    pub(super) const DATE_SENT: u16 = 0x8005;
    pub(super) const BODY: u16 = 0x800C;
    pub(super) const ATTACH_DATA: u16 = 0x800F;
    pub(super) const ATTACH_TITLE: u16 = 0x8010;
    pub(super) const RENDERING: u16 = 0x9002;
    pub(super) const MESSAGE_PROPERTIES: u16 = 0x9003;
    pub(super) const RECIPIENTS: u16 = 0x9004;
    pub(super) const ATTACHMENT_PROPERTIES: u16 = 0x9005;
    pub(super) const CODEPAGE: u16 = 0x9007;
}

/// Values of one property, and properties of one list, at most.
const MOST: u32 = 10_000;

pub(super) fn read(bytes: &[u8], depth: u32, budget: &mut Budget) -> Result<Letter, Unread> {
    let mut cursor = Cursor::new(bytes);
    if cursor.u32_le() != Some(SIGNATURE) || cursor.u16_le().is_none() {
        return Err(Unread::Damaged);
    }
    let mut letter = Letter::default();
    let mut codepage = 0;
    while !cursor.is_empty() {
        budget.objects(1)?;
        let rest = bytes.get(cursor.position()..).unwrap_or_default();
        // Neither of a message nor of an attachment: every reader stops here.
        if !rest.starts_with(&[1]) && !rest.starts_with(&[2]) {
            letter.trailing = !rest.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0);
            break;
        }
        let (level, number, data) = attribute(&mut cursor).ok_or(Unread::Damaged)?;
        // All that is read of an attribute is copied from it once.
        budget.expand(data.len() as u64)?;
        match (level, number) {
            (1, attribute::CODEPAGE) => {
                codepage = Cursor::new(data).u32_le().and_then(|page| i32::try_from(page).ok()).unwrap_or(0);
            }
            (1, attribute::SUBJECT) => insert_text(&mut letter.props, id::SUBJECT, data),
            (1, attribute::BODY) => insert_text(&mut letter.props, id::BODY, data),
            (1, attribute::DATE_SENT) => letter.props.date_sent(data),
            (1, attribute::MESSAGE_PROPERTIES) => list(&mut Cursor::new(data), &mut letter.props, budget)?,
            (1, attribute::RECIPIENTS) => recipients(data, &mut letter.recipients, budget)?,
            (2, attribute::RENDERING) => letter.files.push(Attached { props: Props::default(), content: Content::Object }),
            (2, _) => {
                let file = letter.files.last_mut().ok_or(Unread::Damaged)?;
                part_of_file(file, number, data, depth, budget)?;
            }
            _ => {}
        }
    }
    let files = letter.files.iter_mut().map(|file| &mut file.props);
    for props in std::iter::once(&mut letter.props).chain(&mut letter.recipients).chain(files) {
        props.codepage = codepage;
    }
    Ok(letter)
}

/// Level, number and data of the next attribute. Its checksum must hold: cut or changed on the way is not to be guessed at.
fn attribute<'a>(cursor: &mut Cursor<'a>) -> Option<(u8, u16, &'a [u8])> {
    let level = cursor.u8()?;
    let number = cursor.u16_le()?;
    let _kind = cursor.u16_le()?;
    let length = usize::try_from(cursor.u32_le()?).ok()?;
    let data = cursor.take(length)?;
    let sum = data.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
    (cursor.u16_le()? == sum).then_some((level, number, data))
}

fn insert_text(props: &mut Props, id: u16, data: &[u8]) {
    if let Some(text) = Value::long(0x001E, data) {
        props.insert(id, text);
    }
}

impl Props {
    /// Year, month, day, hour, minute, second, each in two bytes (2.1.3.3.8); in UTC, as far as anybody knows.
    fn date_sent(&mut self, data: &[u8]) {
        let mut cursor = Cursor::new(data);
        let mut next = || cursor.u16_le();
        let (Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)) =
            (next(), next(), next(), next(), next(), next())
        else {
            return;
        };
        let small = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
        let date = mail_parser::DateTime {
            year,
            month: small(month),
            day: small(day),
            hour: small(hour),
            minute: small(minute),
            second: small(second),
            tz_before_gmt: false,
            tz_hour: 0,
            tz_minute: 0,
        };
        if date.is_valid() {
            self.insert(id::CLIENT_SUBMIT_TIME, Value::Time(date.to_timestamp()));
        }
    }
}

fn part_of_file(file: &mut Attached, number: u16, data: &[u8], depth: u32, budget: &mut Budget) -> Result<(), Unread> {
    match number {
        attribute::ATTACH_DATA => {
            file.content = Content::Bytes(data.to_vec());
        }
        attribute::ATTACH_TITLE => insert_text(&mut file.props, id::ATTACH_FILENAME, data),
        attribute::ATTACHMENT_PROPERTIES => {
            list(&mut Cursor::new(data), &mut file.props, budget)?;
            match (file.props.number(id::ATTACH_METHOD), file.props.bytes(id::ATTACH_DATA)) {
                // An embedded message: the id of its interface, then an encapsulation.
                (Some(5), Some(data)) => {
                    let depth = depth.checked_sub(1).ok_or(Unread::Damaged)?;
                    let inner = read(data.get(16..).unwrap_or_default(), depth, budget)?;
                    file.content = Content::Letter(Box::new(inner));
                }
                (Some(2..=4 | 7), _) => file.content = Content::Elsewhere,
                (Some(6), _) => file.content = Content::Object,
                (_, Some(data)) => {
                    budget.expand(data.len() as u64)?;
                    file.content = Content::Bytes(data.to_vec());
                }
                _ => {}
            }
        }
        _ => {}
    }
    Ok(())
}

fn recipients(data: &[u8], out: &mut Vec<Props>, budget: &mut Budget) -> Result<(), Unread> {
    let mut cursor = Cursor::new(data);
    let count = cursor.u32_le().filter(|count| *count <= MOST).ok_or(Unread::Damaged)?;
    for _ in 0..count {
        let mut props = Props::default();
        list(&mut cursor, &mut props, budget)?;
        out.push(props);
    }
    Ok(())
}

/// A counted list of properties (2.1.3.4).
fn list(cursor: &mut Cursor<'_>, props: &mut Props, budget: &mut Budget) -> Result<(), Unread> {
    let count = cursor.u32_le().filter(|count| *count <= MOST).ok_or(Unread::Damaged)?;
    for _ in 0..count {
        budget.objects(1)?;
        let (id, value) = property(cursor).ok_or(Unread::Damaged)?;
        if let Some(value) = value {
            props.insert(id, value);
        }
    }
    Ok(())
}

/// A property; without a value where it is of a type that is not read. Numbers of names are those of nobody.
fn property(cursor: &mut Cursor<'_>) -> Option<(u16, Option<Value>)> {
    let kind = cursor.u16_le()?;
    let id = cursor.u16_le()?;
    if id >= 0x8000 {
        skip_name(cursor)?;
    }
    let (base, many) = (kind & !0x1000, kind & 0x1000 != 0);
    let width: usize = match base {
        0x0002 | 0x0003 | 0x0004 | 0x000A | 0x000B => 4,
        0x0005..=0x0007 | 0x0014 | 0x0040 => 8,
        0x0048 => 16,
        0x000D | 0x001E | 0x001F | 0x0102 => 0,
        _ => return None,
    };
    let count = if many || width == 0 { cursor.u32_le().filter(|count| *count <= MOST)? } else { 1 };
    let mut first = None;
    for _ in 0..count {
        let value = if width == 0 {
            let length = usize::try_from(cursor.u32_le()?).ok()?;
            let data = cursor.take(length)?;
            cursor.take(length.wrapping_neg() % 4)?;
            Value::long(base, data)
        } else {
            let mut raw = [0; 8];
            let data = cursor.take(width)?;
            raw.iter_mut().zip(data).for_each(|(to, from)| *to = *from);
            Value::fixed(base, raw)
        };
        first = first.or(value);
    }
    Some((id, first.filter(|_| id < 0x8000 && !many)))
}

/// What stands before the value of a named property: a set, and a number or a name.
fn skip_name(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.take(16)?;
    if cursor.u32_le()? == 0 {
        cursor.u32_le()?;
    } else {
        let length = usize::try_from(cursor.u32_le()?).ok()?;
        cursor.take(length)?;
        cursor.take(length.wrapping_neg() % 4)?;
    }
    Some(())
}
