//! ZIP: read strictly, members sanitized, written anew (APPNOTE 6.3).
//!
//! ```text
//!  entries ─► paths   no escape, no device, no invisible characters, none twice
//!          ─► descend every file by what it is, on the budget of the whole item
//!          ─► Writer  folders, rebuilt members under the extension of what they became, a notice of what is missing
//! ```
//!
//! A member that cannot be built holds no neighbour. The archive is held if readers could see different members in it,
//! if all of it is encrypted, or if nothing is left.

mod notice;
mod paths;

#[cfg(test)]
mod tests;

use crate::{
    Action, Claim, Context, Disarm, DisarmError, Role,
    report::kinds::ZipFinding,
    syntax::zip::{Archive, Entry, Kind, Method, Writer, ZipError},
};
use paths::{Paths, Place};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// ZIP: read strictly, members sanitized, written anew (APPNOTE 6.3).
#[derive(Clone, Copy, Debug)]
pub(super) struct Zip;

impl Disarm for Zip {
    fn formats(&self) -> &'static [Format] {
        &[Format::Zip]
    }

    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        let bytes = input.load(cx.budget())?;
        let mut archive = Archive::open(&bytes, cx.budget()).map_err(|error| refused(error, cx))?;
        let entries = archive.entries().to_vec();
        let files = || entries.iter().filter(|entry| entry.kind == Kind::File);
        if files().next().is_some() && files().all(|entry| entry.encrypted) {
            return Err(cx.hold(ZipFinding::Encrypted, Reason::PasswordRequired));
        }
        let mut building = Building {
            out: Writer::new(),
            paths: Paths::new(&entries),
            written: 0,
            held: Vec::new(),
            folders: 0,
            left_out: None,
        };
        for (index, entry) in entries.iter().enumerate() {
            building.entry(&mut archive, index, entry, cx)?;
        }
        building.finish(cx)
    }
}

/// The new archive as it grows.
struct Building {
    out: Writer,
    paths: Paths,
    /// How many files were written.
    written: usize,
    /// Names and reasons of what was held.
    held: Vec<(String, Reason)>,
    /// How many folders were written.
    folders: usize,
    /// What was left out without a hold: a link or the like before what an operating system keeps.
    left_out: Option<ZipFinding>,
}

impl Building {
    fn entry(&mut self, archive: &mut Archive<'_>, index: usize, entry: &Entry, cx: &mut Context<'_>) -> Result<(), DisarmError> {
        let claim = Claim { name: Some(&entry.name), media_type: None, role: Role::Member };
        match paths::place(entry) {
            Place::System => {
                cx.find(ZipFinding::SystemFile, Action::Rebuild);
                self.left_out.get_or_insert(ZipFinding::SystemFile);
            }
            _ if entry.kind == Kind::Special => {
                cx.find(ZipFinding::NotAFile, Action::Remove);
                self.left_out = Some(ZipFinding::NotAFile);
            }
            Place::Escape => self.hold(&claim, entry, ZipFinding::PathEscape, Reason::Ambiguous, cx),
            Place::Nowhere => {}
            Place::At(path) if entry.kind == Kind::Directory => {
                if let Some(name) = self.paths.directory(&path) {
                    self.out.directory(&name).map_err(|error| refused(error, cx))?;
                    self.folders = self.folders.saturating_add(1);
                }
            }
            Place::At(path) => match archive.read(index, cx.budget()) {
                Ok(content) => match cx.descend(Untrusted::new(&content), &claim) {
                    Ok(rebuilt) => {
                        let child = cx.last_child();
                        let name = self.paths.file(&path, rebuilt.format());
                        let place = self.write(&name, rebuilt.bytes(), rebuilt.format(), cx)?;
                        cx.placed(child, place);
                    }
                    Err(reason) => self.held.push((entry.name.clone(), reason)),
                },
                Err(error) => self.hold(&claim, entry, finding(error), error.reason(), cx),
            },
        }
        Ok(())
    }

    fn hold(&mut self, claim: &Claim<'_>, entry: &Entry, kind: ZipFinding, reason: Reason, cx: &mut Context<'_>) {
        cx.hold_child(claim, entry.size, kind, reason);
        self.held.push((entry.name.clone(), reason));
    }

    fn write(&mut self, name: &str, content: &[u8], format: Format, cx: &mut Context<'_>) -> Result<u32, DisarmError> {
        let method = match format {
            // Compressed already.
            Format::Docx | Format::Gif | Format::Jpeg | Format::Png | Format::Xlsx | Format::Zip => Method::Store,
            _ => Method::Deflate,
        };
        self.written = self.written.saturating_add(1);
        self.out.file(name, content, method).map_err(|error| refused(error, cx))
    }

    /// Adds the notice and ends the archive; with nothing to deliver, the reason of the first member stands for all.
    fn finish(mut self, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        if let Some((_, reason)) = self.held.first() {
            if self.written == 0 {
                return Err(DisarmError::nothing_left(*reason));
            }
            let language = cx.policy().mail.notice;
            let text = notice::text(&self.held, &cx.run().receipt, language);
            let name = self.paths.notice(notice::name(language));
            self.write(&name, text.as_bytes(), Format::Text, cx)?;
        }
        // Nobody sends an empty archive for what is not in it: a link that was all there was, or a thumbnail.
        if let Some(kind) = self.left_out.filter(|kind| self.written == 0 && (self.folders == 0 || *kind == ZipFinding::NotAFile))
        {
            return Err(cx.hold(kind, Reason::TypeUnsupported));
        }
        let bytes = self.out.finish().map_err(|error| refused(error, cx))?;
        Ok(Rebuilt::new(Format::Zip, bytes))
    }
}

fn refused(error: ZipError, cx: &mut Context<'_>) -> DisarmError {
    cx.hold(finding(error), error.reason())
}

fn finding(error: ZipError) -> ZipFinding {
    match (error, error.reason()) {
        (ZipError::Method, _) => ZipFinding::MethodNotHandled,
        (ZipError::MultiVolume, _) => ZipFinding::MultiVolume,
        (ZipError::Exceeded(_), _) => ZipFinding::OverLimit,
        (_, Reason::PasswordRequired) => ZipFinding::Encrypted,
        (_, Reason::Ambiguous) => ZipFinding::Ambiguous,
        _ => ZipFinding::Damaged,
    }
}
