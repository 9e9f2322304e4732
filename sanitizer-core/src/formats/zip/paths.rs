//! Where members go: names that unpack below the chosen folder, on every system, and to one file each.

use crate::{DisplayName, syntax::zip::Entry};
use sanitizer_verify::Format;
use std::collections::{BTreeMap, BTreeSet};

/// Longer paths do not unpack on Windows; the folders are left out then.
const MAX_PATH: usize = 900;

/// Where an entry's name leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A place below the folder.
    At(Path),
    /// Out of the folder.
    Escape,
    /// Nowhere: `./`.
    Nowhere,
    /// To what an operating system keeps for itself.
    System,
}

/// A path below the folder the archive is unpacked to: its folders cleaned, its last component as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Each with a `/` behind.
    folders: String,
    last: String,
}

/// Where an entry goes.
pub(super) fn place(entry: &Entry) -> Place {
    let name = entry.name.as_str();
    let drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if name.starts_with('/') || drive {
        return Place::Escape;
    }
    let components: Vec<&str> = name.split('/').filter(|component| !matches!(component.trim(), "" | ".")).collect();
    // Windows drops blanks and dots at the end: ".. " and "..." climb too.
    let climbs = |component: &&str| component.len() > 1 && component.trim_end_matches([' ', '.']).is_empty();
    if components.iter().any(climbs) {
        return Place::Escape;
    }
    let Some((last, folders)) = components.split_last() else { return Place::Nowhere };
    if is_system(last, folders) {
        return Place::System;
    }
    let mut clean: String = folders.iter().flat_map(|folder| [cleaned(folder), "/".to_owned()]).collect();
    if clean.len() > MAX_PATH {
        clean.clear();
    }
    Place::At(Path { folders: clean, last: (*last).to_owned() })
}

/// macOS keeps resource forks and view settings, Windows thumbnails and `desktop.ini`, which can name an icon on
/// another machine.
fn is_system(last: &str, folders: &[&str]) -> bool {
    let name = last.to_ascii_lowercase();
    folders.first() == Some(&"__MACOSX")
        || last == "__MACOSX"
        || last.starts_with("._")
        || matches!(name.as_str(), ".ds_store" | "thumbs.db" | "desktop.ini")
}

fn cleaned(folder: &str) -> String {
    // No extension is put on a folder: the format of nothing has none.
    DisplayName::new(folder).file_name(Format::Empty)
}

/// The names given so far.
#[derive(Debug)]
pub(super) struct Paths {
    /// In lower case: Windows and macOS take `A` and `a` for one.
    taken: BTreeMap<String, Taken>,
    /// The number to try next for a name that was wanted before: without it many equal names take quadratic time.
    next: BTreeMap<String, u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// A folder that files go into, or that is still to be written.
    Folder,
    /// A folder that is written.
    Written,
    File,
}

impl Paths {
    /// Reserves every folder, so that no file takes its name.
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut folders = BTreeSet::new();
        for entry in entries {
            let Place::At(path) = place(entry) else { continue };
            folders.extend(path.folders.match_indices('/').filter_map(|(at, _)| path.folders.get(..at)).map(key));
            if entry.kind == crate::syntax::zip::Kind::Directory {
                folders.insert(key(&format!("{}{}", path.folders, cleaned(&path.last))));
            }
        }
        let taken = folders.into_iter().map(|folder| (folder, Taken::Folder)).collect();
        Self { taken, next: BTreeMap::new() }
    }

    /// The name of a folder, once.
    pub(super) fn directory(&mut self, path: &Path) -> Option<String> {
        let name = format!("{}{}", path.folders, cleaned(&path.last));
        let before = self.taken.insert(key(&name), Taken::Written);
        (before != Some(Taken::Written)).then(|| format!("{name}/"))
    }

    /// The name of a file that became `format`.
    pub(super) fn file(&mut self, path: &Path, format: Format) -> String {
        self.free(&path.folders, &DisplayName::new(&path.last).file_name(format))
    }

    /// The name of the notice.
    pub(super) fn notice(&mut self, name: &str) -> String {
        self.free("", name)
    }

    fn free(&mut self, folders: &str, name: &str) -> String {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let mut full = format!("{folders}{name}");
        let number = self.next.entry(key(&full)).or_insert(2);
        while self.taken.contains_key(&key(&full)) {
            full = format!("{folders}{stem} ({number}).{extension}");
            *number = number.saturating_add(1);
        }
        self.taken.insert(key(&full), Taken::File);
        full
    }
}

fn key(name: &str) -> String {
    name.to_lowercase()
}
