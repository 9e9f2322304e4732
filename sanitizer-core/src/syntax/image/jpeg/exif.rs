//! The one tag of EXIF a reader of the picture needs: Orientation (CIPA DC-008, 4.6.4 A).

/// The start of an APP1 segment that holds EXIF.
pub(super) const HEADER: &[u8] = b"Exif\0\0";

/// The orientation in an EXIF segment, if it is one that changes anything (2 to 8).
pub(super) fn orientation(segment: &[u8]) -> Option<u8> {
    let tiff = segment.strip_prefix(HEADER)?;
    let little = match tiff.get(..4)? {
        [b'I', b'I', 42, 0] => true,
        [b'M', b'M', 0, 42] => false,
        _ => return None,
    };
    let short = |at: usize| {
        let pair = [*tiff.get(at)?, *tiff.get(at.checked_add(1)?)?];
        Some(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let long = |at: usize| {
        let four: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    };
    let directory = usize::try_from(long(4)?).ok()?;
    let first = directory.checked_add(2)?;
    for index in 0..usize::from(short(directory)?) {
        let entry = first.checked_add(index.checked_mul(12)?)?;
        // Tag 0x0112, type SHORT, one value.
        if (short(entry)?, short(entry.checked_add(2)?)?, long(entry.checked_add(4)?)?) == (0x0112, 3, 1) {
            let value = u8::try_from(short(entry.checked_add(8)?)?).ok()?;
            return (2..=8).contains(&value).then_some(value);
        }
    }
    None
}

/// A segment's content with this orientation and nothing else.
pub(super) fn segment(orientation: u8) -> Vec<u8> {
    let mut out = HEADER.to_vec();
    // Big-endian header, directory at 8, one entry, no further directory.
    out.extend_from_slice(b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    out.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for value in 2..=8 {
            assert_eq!(orientation(&segment(value)), Some(value));
        }
        assert_eq!(segment(6).len(), 32);
        assert_eq!(orientation(&segment(1)), None);
        assert_eq!(orientation(&segment(9)), None);
        assert_eq!(orientation(b"Exif\0\0II*\0\xFF\xFF\xFF\xFF"), None);
    }

    #[test]
    fn little_endian_is_read_too() {
        let tiff = b"Exif\0\0II*\0\x08\0\0\0\x02\0\x0F\x01\x02\0\x04\0\0\0abc\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        assert_eq!(orientation(tiff), Some(6));
    }
}
