//! What a converter is asked for and what it made, on its way between parent and disarm child.

use crate::{
    child::Broken,
    frame,
    job::{ConvertedPart, WantedPart},
};
use sanitizer_core::{Converted, Wanted, convert, formats};
use std::{
    io::{self, Read},
    sync::Arc,
};
use tokio::io::{AsyncRead, AsyncWrite};

/// Parent: what follows a job's content.
pub(crate) fn announce(converted: &Converted) -> Vec<ConvertedPart> {
    let made = |made: &Result<Arc<[u8]>, _>| made.as_ref().map(|bytes| bytes.len() as u64).map_err(|reason| *reason);
    converted.iter().map(|(at, result)| ConvertedPart { at: at.clone(), made: made(result) }).collect()
}

/// Parent: sends it.
pub(crate) async fn send_converted(to: &mut (impl AsyncWrite + Unpin), converted: &Converted) -> io::Result<()> {
    for bytes in converted.iter().filter_map(|(_, made)| made.as_ref().ok()) {
        frame::send_content(to, bytes).await?;
    }
    Ok(())
}

/// Child: reads it.
pub(crate) fn read_converted(from: &mut impl Read, announced: &[ConvertedPart]) -> io::Result<Converted> {
    let mut converted = Converted::default();
    for ConvertedPart { at, made } in announced {
        let made = match made {
            Ok(size) => Ok(Arc::from(frame::read_content(from, *size)?)),
            Err(reason) => Err(*reason),
        };
        converted.insert(at.clone(), made);
    }
    Ok(converted)
}

/// Child: what follows a draft's content.
pub(crate) fn announce_wanted(wanted: &Wanted) -> WantedPart {
    WantedPart { at: wanted.at.clone(), format: wanted.format, size: wanted.bytes.len() as u64 }
}

/// Parent: receives it. The child's word about sizes is believed only up to what a sound one may ask for.
pub(crate) async fn receive_wanted(from: &mut (impl AsyncRead + Unpin), announced: &[WantedPart]) -> Result<Vec<Wanted>, Broken> {
    let total = announced.iter().fold(0_u64, |sum, part| sum.saturating_add(part.size));
    let sound = |part: &WantedPart| formats::converted_to(part.format).is_some() && (part.size == 0 || !part.at.is_root());
    if announced.len() > convert::MOST || total > convert::MOST_BYTES || !announced.iter().all(sound) {
        return Err(Broken::Garbage);
    }
    let mut wanted = Vec::new();
    for WantedPart { at, format, size } in announced {
        let bytes = frame::receive_content(from, *size).await?;
        wanted.push(Wanted { at: at.clone(), format: *format, bytes });
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sanitizer_verify::{Format, Location, Reason};

    fn received(announced: &[WantedPart], wire: &[u8]) -> Result<Vec<Wanted>, Broken> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(receive_wanted(&mut &*wire, announced))
    }

    fn part(at: &[u32], format: Format, size: u64) -> WantedPart {
        WantedPart { at: Location::from(at.to_vec()), format, size }
    }

    #[test]
    fn what_is_wanted_arrives_with_its_place() {
        let mut wire = Vec::new();
        frame::write_content(&mut wire, b"one").unwrap();
        frame::write_content(&mut wire, b"three").unwrap();
        let announced = [part(&[1], Format::Doc, 3), part(&[], Format::Xls, 0), part(&[2, 0], Format::Rtf, 5)];
        let wanted = received(&announced, &wire).unwrap();
        assert_eq!(wanted.iter().map(|wanted| wanted.bytes.as_slice()).collect::<Vec<_>>(), [&b"one"[..], b"", b"three"]);
        assert_eq!(wanted[2].at, Location::from(vec![2, 0]));
    }

    #[test]
    fn a_child_that_wants_what_no_sound_child_wants_is_refused_before_anything_is_read() {
        for announced in [
            vec![part(&[1], Format::Executable, 3)],
            vec![part(&[], Format::Doc, 3)],
            vec![part(&[1], Format::Doc, u64::MAX), part(&[2], Format::Doc, 1)],
            (0..200).map(|index| part(&[index], Format::Doc, 0)).collect(),
        ] {
            assert_eq!(received(&announced, b"").unwrap_err(), Broken::Garbage);
        }
    }

    #[test]
    fn what_was_made_arrives_with_its_place() {
        let mut converted = Converted::default();
        converted.insert(Location::from(vec![3]), Ok(Arc::from(&b"made"[..])));
        converted.insert(Location::from(vec![1]), Err(Reason::Timeout));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut wire = Vec::new();
        runtime.block_on(send_converted(&mut wire, &converted)).unwrap();
        assert_eq!(read_converted(&mut wire.as_slice(), &announce(&converted)).unwrap(), converted);
    }
}
