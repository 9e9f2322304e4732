//! ZIP containers: members with what archivers write, and with lies.

use super::{canary, harmless, harmless_bytes};
use arbitrary::Arbitrary;
use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::Write as _;

/// An archive.
#[derive(Arbitrary, Debug)]
pub struct Archive {
    members: Vec<Member>,
    before: bool,
    comment: bool,
    behind: bool,
    count_lies: bool,
}

#[derive(Arbitrary, Debug)]
struct Member {
    name: Name,
    content: Content,
    deflated: bool,
    descriptor: bool,
    utf8: bool,
    comment: bool,
    extra: bool,
    lie: Option<Lie>,
}

#[derive(Arbitrary, Debug)]
enum Name {
    Text(u8),
    Japanese,
    Folder,
    Up,
    Absolute,
    Device,
    Program,
    Nested(u8),
    Raw(Vec<u8>),
}

#[derive(Arbitrary, Debug)]
enum Content {
    Text(String),
    Zip(Box<Archive>),
    Picture,
    Program,
    Zeros(u16),
}

/// How the two headers of a member differ.
#[derive(Arbitrary, Debug, PartialEq, Eq)]
enum Lie {
    Name,
    Size,
    Packed,
    Sum,
    Method,
    Flags,
    Offset,
    Link,
}

impl Name {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(number) => format!("a{number}.txt").into_bytes(),
            Self::Japanese => "庁舎案内.txt".into(),
            Self::Folder => b"folder/".to_vec(),
            Self::Up => b"../../etc/up.txt".to_vec(),
            Self::Absolute => b"/absolute.txt".to_vec(),
            Self::Device => b"CON.txt".to_vec(),
            Self::Program => b"setup.exe".to_vec(),
            Self::Nested(number) => format!("inner{number}.zip").into_bytes(),
            Self::Raw(bytes) => harmless_bytes(bytes, 300),
        }
    }
}

impl Content {
    fn bytes(&self, depth: u32) -> Vec<u8> {
        match self {
            Self::Text(text) => harmless(text).into_bytes(),
            Self::Zip(archive) if depth > 0 => archive.write(depth - 1),
            Self::Zip(_) => b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(),
            Self::Picture => fixtures::png::samples().swap_remove(0).bytes,
            Self::Program => [b"MZ\x90\0", canary().as_bytes()].concat(),
            Self::Zeros(count) => vec![0; usize::from(*count)],
        }
    }
}

/// What the local header and the directory say of a member.
struct Header {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    sum: u32,
    packed: u32,
    size: u32,
    extra: Vec<u8>,
}

impl Header {
    /// The fields both headers share, from "version needed" on.
    fn fields(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for half in [20, self.flags, self.method, 0, 0x5A21] {
            out.extend(u16::to_le_bytes(half));
        }
        for word in [self.sum, self.packed, self.size] {
            out.extend(u32::to_le_bytes(word));
        }
        out.extend(u16::to_le_bytes(self.name.len() as u16));
        out.extend(u16::to_le_bytes(self.extra.len() as u16));
        out
    }
}

impl Archive {
    /// The file.
    pub fn write(&self, depth: u32) -> Vec<u8> {
        let mut out = if self.before { canary().into_bytes() } else { Vec::new() };
        let mut directory = Vec::new();
        let members = self.members.iter().take(8);
        let count = members.len() as u16;
        for member in members {
            member.write(&mut out, &mut directory, depth);
        }
        let start = out.len() as u32;
        out.extend(&directory);
        let comment = if self.comment { canary() } else { String::new() };
        let count = if self.count_lies { count.wrapping_add(1) } else { count };
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
        out.extend([(directory.len() as u32).to_le_bytes(), start.to_le_bytes()].concat());
        out.extend((comment.len() as u16).to_le_bytes());
        out.extend(comment.as_bytes());
        if self.behind {
            out.extend(canary().as_bytes());
        }
        out
    }
}

impl Member {
    fn write(&self, out: &mut Vec<u8>, directory: &mut Vec<u8>, depth: u32) {
        let content = self.content.bytes(depth);
        let mut crc = Crc::new();
        crc.update(&content);
        let data = if self.deflated { deflate(&content) } else { content.clone() };
        let hidden = [&0x6375_u16.to_le_bytes()[..], &(canary().len() as u16).to_le_bytes(), canary().as_bytes()].concat();
        let mut header = Header {
            name: self.name.bytes(),
            flags: u16::from(self.utf8) << 11 | u16::from(self.descriptor) << 3,
            method: if self.deflated { 8 } else { 0 },
            sum: crc.sum(),
            packed: data.len() as u32,
            size: content.len() as u32,
            extra: if self.extra { hidden } else { Vec::new() },
        };
        let offset = out.len() as u32;
        let central = [b"PK\x01\x02\x14\x03".as_slice(), &header.fields()].concat();
        let (name, extra) = (header.name.clone(), header.extra.clone());
        self.falsify(&mut header);
        out.extend([b"PK\x03\x04".as_slice(), &header.fields(), &header.name, &header.extra, &data].concat());
        if self.descriptor {
            out.extend(b"PK\x07\x08");
            out.extend([crc.sum(), data.len() as u32, content.len() as u32].map(u32::to_le_bytes).concat());
        }
        let comment = if self.comment { canary() } else { String::new() };
        let mode: u32 = if self.lie == Some(Lie::Link) { 0o120_777 << 16 } else { 0o100_644 << 16 };
        let offset = if self.lie == Some(Lie::Offset) { offset.wrapping_add(1) } else { offset };
        directory.extend(central);
        directory.extend((comment.len() as u16).to_le_bytes());
        directory.extend([0; 4]);
        directory.extend([mode.to_le_bytes(), offset.to_le_bytes()].concat());
        directory.extend([name.as_slice(), &extra, comment.as_bytes()].concat());
    }

    /// Makes the local header say something else than the directory.
    fn falsify(&self, header: &mut Header) {
        match self.lie {
            Some(Lie::Name) => header.name = b"other.txt".to_vec(),
            Some(Lie::Size) => header.size = header.size.wrapping_add(1),
            Some(Lie::Packed) => header.packed = header.packed.wrapping_sub(1),
            Some(Lie::Sum) => header.sum = !header.sum,
            Some(Lie::Method) => header.method ^= 8,
            Some(Lie::Flags) => header.flags ^= 1,
            Some(Lie::Offset | Lie::Link) | None => {}
        }
    }
}

/// Raw deflate.
pub fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// A sound archive of `parts`, for the models on top of it.
pub fn package(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in parts {
        let mut crc = Crc::new();
        crc.update(content);
        let data = deflate(content);
        let header = Header {
            name: name.clone().into_bytes(),
            flags: 0,
            method: 8,
            sum: crc.sum(),
            packed: data.len() as u32,
            size: content.len() as u32,
            extra: Vec::new(),
        };
        let offset = out.len() as u32;
        out.extend([b"PK\x03\x04".as_slice(), &header.fields(), &header.name, &data].concat());
        directory
            .extend([b"PK\x01\x02\x14\x03".as_slice(), &header.fields(), &[0; 10], &offset.to_le_bytes(), &header.name].concat());
    }
    let start = out.len() as u32;
    out.extend(&directory);
    let count = parts.len() as u16;
    out.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &count.to_le_bytes(), &count.to_le_bytes()].concat());
    out.extend([(directory.len() as u32).to_le_bytes(), start.to_le_bytes()].concat());
    out.extend([0; 2]);
    out
}
