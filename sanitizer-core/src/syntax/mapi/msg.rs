//! An Outlook file ([MS-OXMSG]): a compound file with a storage for the message, for each recipient and each attachment.

use super::{Attached, Content, DEPTH, Letter, Props, Unread, Value, id};
use crate::syntax::cursor::Cursor;
use sanitizer_verify::Budget;
use std::io::{Cursor as Reader, Read as _};

/// What the properties of fixed length stand in (2.4).
const PROPERTIES: &str = "__properties_version1.0";

/// What each property of another length stands in (2.1.3), with type and number behind it.
const STREAM: &str = "__substg1.0_";

/// The least that a compound file grows by ([MS-CFB] 2.2).
const SECTOR: usize = 512;

type File<'a> = cfb::CompoundFile<Reader<&'a [u8]>>;

pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Letter, Unread> {
    // Some programs leave out what would fill the last sector.
    let mut whole = std::borrow::Cow::Borrowed(bytes);
    if !bytes.len().is_multiple_of(SECTOR) {
        budget.expand(bytes.len() as u64)?;
        whole.to_mut().resize(bytes.len().next_multiple_of(SECTOR), 0);
    }
    let mut file = cfb::CompoundFile::open_strict(Reader::new(whole.as_ref())).map_err(|_| Unread::Damaged)?;
    // The top has eight bytes more before its properties than a message inside has (2.4.1.1).
    letter(&mut file, "/", 32, DEPTH, budget)
}

fn letter(file: &mut File<'_>, path: &str, header: usize, depth: u32, budget: &mut Budget) -> Result<Letter, Unread> {
    let depth = depth.checked_sub(1).ok_or(Unread::Damaged)?;
    let mut letter = Letter { props: properties(file, path, header, budget)?, ..Letter::default() };
    let codepage = letter.props.number(id::MESSAGE_CODEPAGE).unwrap_or(0);
    for name in names(file, path, true)? {
        let inner = format!("{path}{name}/");
        if name.starts_with("__recip_version1.0_#") {
            let mut props = properties(file, &inner, 8, budget)?;
            props.codepage = codepage;
            letter.recipients.push(props);
        } else if name.starts_with("__attach_version1.0_#") {
            let mut attached = attachment(file, &inner, depth, budget)?;
            attached.props.codepage = codepage;
            letter.files.push(attached);
        }
    }
    Ok(letter)
}

fn attachment(file: &mut File<'_>, path: &str, depth: u32, budget: &mut Budget) -> Result<Attached, Unread> {
    let props = properties(file, path, 8, budget)?;
    let content = match (props.number(id::ATTACH_METHOD), props.bytes(id::ATTACH_DATA)) {
        (Some(5), _) => {
            let inner = format!("{path}{STREAM}3701000D/");
            Content::Letter(Box::new(letter(file, &inner, 24, depth, budget)?))
        }
        (Some(2..=4 | 7), _) => Content::Elsewhere,
        (Some(1) | None, Some(bytes)) => Content::Bytes(bytes.to_vec()),
        _ => Content::Object,
    };
    Ok(Attached { props, content })
}

/// The names in a storage: of storages, or of streams.
fn names(file: &File<'_>, path: &str, storages: bool) -> Result<Vec<String>, Unread> {
    let entries = file.read_storage(path).map_err(|_| Unread::Damaged)?;
    Ok(entries.filter(|entry| entry.is_storage() == storages).map(|entry| entry.name().to_owned()).collect())
}

fn properties(file: &mut File<'_>, path: &str, header: usize, budget: &mut Budget) -> Result<Props, Unread> {
    let mut props = Props::default();
    let list = format!("{path}{PROPERTIES}");
    // Some writers leave it out where they have none of fixed length.
    let fixed = if file.is_stream(&list) { stream(file, &list, budget)? } else { Vec::new() };
    let (entries, _) = fixed.get(header..).unwrap_or_default().as_chunks::<16>();
    budget.objects(entries.len() as u64)?;
    for entry in entries {
        let mut cursor = Cursor::new(entry);
        let (Some(kind), Some(number), Some(_), Some(raw)) =
            (cursor.u16_le(), cursor.u16_le(), cursor.u32_le(), cursor.array::<8>())
        else {
            continue;
        };
        if let Some(value) = Value::fixed(kind, raw) {
            props.insert(number, value);
        }
    }
    for name in names(file, path, false)? {
        let Some((number, kind)) = name.strip_prefix(STREAM).filter(|tag| tag.len() == 8).and_then(|tag| tag.split_at_checked(4))
        else {
            continue;
        };
        let (Ok(number), Ok(kind)) = (u16::from_str_radix(number, 16), u16::from_str_radix(kind, 16)) else { continue };
        if matches!(kind, 0x001E | 0x001F | 0x0102) {
            let bytes = stream(file, &format!("{path}{name}"), budget)?;
            if let Some(value) = Value::long(kind, &bytes) {
                props.insert(number, value);
            }
        }
    }
    Ok(props)
}

/// A stream, up to what it says and the budget allows.
fn stream(file: &mut File<'_>, path: &str, budget: &mut Budget) -> Result<Vec<u8>, Unread> {
    let mut stream = file.open_stream(path).map_err(|_| Unread::Damaged)?;
    budget.expand(stream.len())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).map_err(|_| Unread::Damaged)?;
    Ok(bytes)
}
