//! Frames between parent and child: a kind, a length, a payload.
//!
//! ```text
//! +------+--------------+-----------+
//! | kind | length, LE32 | payload   |
//! +------+--------------+-----------+
//! ```
//!
//! Every kind has its own cap, checked before anything is allocated: neither side allocates by the other's word.

use std::io::{self, Read, Write};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Bytes of content in one frame, at most.
pub(crate) const BLOCK: usize = 1 << 20;

macro_rules! tags {
    ($($(#[doc = $doc:literal])* $tag:ident = $byte:literal, $cap:expr;)*) => {
        /// What a frame carries.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Tag { $($(#[doc = $doc])* $tag,)* }

        impl Tag {
            const fn byte(self) -> u8 {
                match self { $(Self::$tag => $byte,)* }
            }

            const fn from_byte(byte: u8) -> Option<Self> {
                match byte { $($byte => Some(Self::$tag),)* _ => None }
            }

            /// The longest payload of this kind, in bytes.
            const fn cap(self) -> usize {
                match self { $(Self::$tag => $cap,)* }
            }
        }
    };
}

tags! {
    /// Child to parent, once: ready, and under which protections (JSON).
    Hello = 1, 4096;
    /// Parent to child: the policy of the jobs that follow (JSON).
    Policy = 2, 1 << 20;
    /// Parent to child: a job, and how many bytes of content follow (JSON).
    Job = 3, 4 << 20;
    /// Content, in both directions.
    Data = 4, BLOCK;
    /// Disarm child to parent: the report, and how many bytes of content follow (JSON).
    Draft = 5, 16 << 20;
    /// Verify child to parent: the verdict (JSON).
    Verdict = 6, 4096;
    /// Probing child to parent: what its attempt came to (JSON).
    Tried = 7, 64;
}

/// The length of a frame's header.
const HEADER: usize = 5;

fn header(tag: Tag, length: usize) -> io::Result<[u8; HEADER]> {
    if length > tag.cap() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "payload over its cap"));
    }
    let [a, b, c, d] = u32::try_from(length).map_err(|_| io::ErrorKind::InvalidInput)?.to_le_bytes();
    Ok([tag.byte(), a, b, c, d])
}

fn parse(header: [u8; HEADER]) -> io::Result<(Tag, usize)> {
    let [byte, a, b, c, d] = header;
    let tag = Tag::from_byte(byte).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "unknown frame"))?;
    let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).map_err(|_| io::ErrorKind::InvalidData)?;
    if length > tag.cap() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "frame over its cap"));
    }
    Ok((tag, length))
}

fn unexpected() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "unexpected frame")
}

/// Writes one frame.
pub(crate) fn write(to: &mut impl Write, tag: Tag, payload: &[u8]) -> io::Result<()> {
    to.write_all(&header(tag, payload.len())?)?;
    to.write_all(payload)
}

/// Writes content as a row of frames.
pub(crate) fn write_content(to: &mut impl Write, content: &[u8]) -> io::Result<()> {
    content.chunks(BLOCK).try_for_each(|block| write(to, Tag::Data, block))
}

/// Reads one frame; `None` at the end of the stream between two frames.
pub(crate) fn read(from: &mut impl Read) -> io::Result<Option<(Tag, Vec<u8>)>> {
    let mut head = [0; HEADER];
    let mut filled = 0;
    while let Some(rest) = head.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest)? {
            0 if filled == 0 => return Ok(None),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => filled = filled.saturating_add(count),
        }
    }
    let (tag, length) = parse(head)?;
    let mut payload = vec![0; length];
    from.read_exact(&mut payload)?;
    Ok(Some((tag, payload)))
}

/// Reads content of `size` bytes.
pub(crate) fn read_content(from: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    while (content.len() as u64) < size {
        let Some((Tag::Data, block)) = read(from)? else { return Err(unexpected()) };
        append(&mut content, &block, size)?;
    }
    Ok(content)
}

/// Writes one frame.
pub(crate) async fn send(to: &mut (impl AsyncWrite + Unpin), tag: Tag, payload: &[u8]) -> io::Result<()> {
    to.write_all(&header(tag, payload.len())?).await?;
    to.write_all(payload).await
}

/// Writes content as a row of frames.
pub(crate) async fn send_content(to: &mut (impl AsyncWrite + Unpin), content: &[u8]) -> io::Result<()> {
    for block in content.chunks(BLOCK) {
        send(to, Tag::Data, block).await?;
    }
    Ok(())
}

/// Reads one frame, which must be of the kind `want`.
pub(crate) async fn receive(from: &mut (impl AsyncRead + Unpin), want: Tag) -> io::Result<Vec<u8>> {
    let mut head = [0; HEADER];
    from.read_exact(&mut head).await?;
    let (tag, length) = parse(head)?;
    if tag != want {
        return Err(unexpected());
    }
    // Grows by what arrives: a length is only the other side's word.
    let mut payload = Vec::new();
    from.take(length as u64).read_to_end(&mut payload).await?;
    if payload.len() == length { Ok(payload) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Reads content of `size` bytes, growing only by what arrives.
pub(crate) async fn receive_content(from: &mut (impl AsyncRead + Unpin), size: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    while (content.len() as u64) < size {
        let block = receive(from, Tag::Data).await?;
        append(&mut content, &block, size)?;
    }
    Ok(content)
}

fn append(content: &mut Vec<u8>, block: &[u8], size: u64) -> io::Result<()> {
    // An empty block would let a hostile side keep us here for ever.
    if block.is_empty() || (content.len().saturating_add(block.len()) as u64) > size {
        return Err(unexpected());
    }
    content.extend_from_slice(block);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_round_trip() {
        let mut wire = Vec::new();
        write(&mut wire, Tag::Job, b"{}").unwrap();
        write_content(&mut wire, &vec![7; BLOCK + 3]).unwrap();
        let mut from = wire.as_slice();
        assert_eq!(read(&mut from).unwrap(), Some((Tag::Job, b"{}".to_vec())));
        assert_eq!(read_content(&mut from, (BLOCK + 3) as u64).unwrap(), vec![7; BLOCK + 3]);
        assert_eq!(read(&mut from).unwrap(), None);
    }

    #[test]
    fn a_length_over_the_cap_is_refused_before_it_is_allocated() {
        let wire = [Tag::Verdict.byte(), 0xFF, 0xFF, 0xFF, 0xFF];
        assert!(read(&mut wire.as_slice()).is_err());
        assert!(read(&mut [99, 0, 0, 0, 0].as_slice()).is_err());
        assert!(read(&mut [Tag::Job.byte(), 4, 0].as_slice()).is_err());
    }

    fn received(wire: &[u8], want: Tag) -> io::Result<Vec<u8>> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(receive(&mut &*wire, want))
    }

    #[test]
    fn the_parent_takes_one_kind_of_frame_at_a_time_and_no_half_of_one() {
        let mut wire = Vec::new();
        write(&mut wire, Tag::Draft, b"{}").unwrap();
        assert_eq!(received(&wire, Tag::Draft).unwrap(), b"{}");
        assert_eq!(received(&wire, Tag::Verdict).unwrap_err().kind(), io::ErrorKind::InvalidData);
        for cut in 0..wire.len() {
            assert_eq!(received(&wire[..cut], Tag::Draft).unwrap_err().kind(), io::ErrorKind::UnexpectedEof, "{cut}");
        }
        let promised = [Tag::Draft.byte(), 0, 0, 0, 1];
        assert_eq!(received(&promised, Tag::Draft).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        let four_gigabytes = [Tag::Draft.byte(), 0xFF, 0xFF, 0xFF, 0xFF];
        assert_eq!(received(&four_gigabytes, Tag::Draft).unwrap_err().kind(), io::ErrorKind::InvalidData);
        let from_the_parent_only = [Tag::Job.byte(), 0, 0, 0, 0];
        assert_eq!(received(&from_the_parent_only, Tag::Draft).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn more_content_than_announced_or_none_is_refused() {
        let mut wire = Vec::new();
        write_content(&mut wire, b"12345").unwrap();
        assert!(read_content(&mut wire.as_slice(), 4).is_err());
        let mut empty = Vec::new();
        write(&mut empty, Tag::Data, b"").unwrap();
        assert!(read_content(&mut empty.as_slice(), 4).is_err());
    }
}
