//! Writes a document: one revision, one table, objects in the order of their numbers (ISO 32000-2, 7.5).

use super::lexer::is_regular;
use lopdf::{Dictionary, Object};
use sha2::{Digest, Sha256};

/// Writes `objects`, numbered from one; the first is the catalog.
pub fn document(objects: &[Object]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::with_capacity(objects.len());
    for (number, body) in (1u32..).zip(objects) {
        offsets.push(out.len());
        out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        object(body, &mut out);
        out.extend_from_slice(b"\nendobj\n");
    }
    let hash = Sha256::digest(&out);
    let id: String = hash.iter().take(16).fold(String::new(), |id, byte| id + &format!("{byte:02x}"));
    let start = out.len();
    let size = objects.len().saturating_add(1);
    out.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
    for offset in offsets {
        out.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let trailer = format!("trailer\n<</Size {size}/Root 1 0 R/ID[<{id}><{id}>]>>\nstartxref\n{start}\n%%EOF\n");
    out.extend_from_slice(trailer.as_bytes());
    out
}

/// Writes one object.
pub fn object(object: &Object, out: &mut Vec<u8>) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Object::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Object::Real(number) => real(*number, out),
        Object::Name(bytes) => name(bytes, out),
        Object::String(bytes, _) => string(bytes, out),
        Object::Array(items) => array(items, out),
        Object::Dictionary(dict) => dictionary(dict, out),
        Object::Stream(stream) => {
            dictionary(&stream.dict, out);
            out.extend_from_slice(b"\nstream\n");
            out.extend_from_slice(&stream.content);
            out.extend_from_slice(b"\nendstream");
        }
        Object::Reference((number, generation)) => out.extend_from_slice(format!("{number} {generation} R").as_bytes()),
    }
}

/// The shortest text that reads back as the same number.
fn real(number: f32, out: &mut Vec<u8>) {
    let number = if number == 0.0 { 0.0 } else { number };
    out.extend_from_slice(number.to_string().as_bytes());
}

fn name(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in bytes {
        if is_regular(*byte) && byte.is_ascii_graphic() && *byte != b'#' {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
}

fn string(bytes: &[u8], out: &mut Vec<u8>) {
    let literal = bytes.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'(' | b')' | b'\\'));
    if literal {
        out.push(b'(');
        out.extend_from_slice(bytes);
        out.push(b')');
    } else {
        out.push(b'<');
        for byte in bytes {
            out.extend_from_slice(format!("{byte:02x}").as_bytes());
        }
        out.push(b'>');
    }
}

fn array(items: &[Object], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        object(item, out);
    }
    out.push(b']');
}

fn dictionary(dict: &Dictionary, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<<");
    for (key, value) in dict {
        name(key, out);
        if !matches!(value, Object::Name(_) | Object::String(..) | Object::Array(_) | Object::Dictionary(_)) {
            out.push(b' ');
        }
        object(value, out);
    }
    out.extend_from_slice(b">>");
}
