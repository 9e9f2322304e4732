//! Files hidden in text: uuencode, yEnc, long base64. They are cut out, and a line says so.
//!
//! A run is lines of data with at most a few others between, which stay. Whether a run is a file is known at its end;
//! until then it is written both ways. What stays was in no file and ends where it ended before, so that a second pass
//! finds nothing new.

use super::{
    encoded::{self, Data},
    framed::{self, Frame},
};
use crate::{Action, Context, report::kinds::TextFinding};
use std::borrow::Cow;

/// What stands where a block was.
const PLACEHOLDER: &str = "［符号化されたデータを除きました］";

/// Data of fewer characters than this stays: keys, tokens and hashes are shorter, files that do harm are not.
const LONG: usize = 2000;
/// So many of them must be sure.
const SURE: usize = 500;
/// Lines as long as each other speak for data from this length on.
const EVEN: usize = 60;
/// So many characters of data make up for one other line.
const OTHER: usize = 16;
/// So many bytes may stand between two words of data in one line.
const GAP: usize = 8;

/// Takes every block out.
pub(super) fn take_out(text: &str, cx: &mut Context<'_>) -> String {
    let (out, found) = cut(text);
    for _ in 0..found {
        cx.find(TextFinding::EncodedBlock, Action::Remove);
    }
    out
}

/// The text without blocks, and how many there were.
fn cut(text: &str) -> (String, u32) {
    let mut scan = Scan { out: String::with_capacity(text.len()), ..Scan::default() };
    let last_yend = text.rfind(framed::YEND);
    let mut at = 0_usize;
    // The last first line that was prose: of uuencode a decoder finds the data behind more prose.
    let mut open: Option<Frame<'_>> = None;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line = encoded::first_line(rest);
        let block = if let Some(frame) = Frame::read(line) {
            let block = frame.block(rest, line);
            open = if block.is_none() { Some(frame) } else { open };
            block
        } else {
            let yenc = framed::yenc(rest, line, last_yend.is_some_and(|last| last > at));
            yenc.or_else(|| open?.later(rest))
        };
        if let Some(length) = block {
            scan.found = scan.found.saturating_add(1);
            let item = rest.get(..length).unwrap_or(line);
            scan.other(&format!("{}{PLACEHOLDER}{}", encoded::quoted(line).0, line_end(item)));
        } else {
            scan.line(line);
        }
        at = at.saturating_add(block.unwrap_or(line.len()));
    }
    scan.end_run();
    (scan.out, scan.found)
}

#[derive(Default)]
struct Scan {
    out: String,
    found: u32,
    run: Option<Run>,
}

impl Scan {
    fn line(&mut self, whole: &str) {
        let follows = self.run.as_ref().is_some_and(Run::is_at_data);
        if let Some(line) = encoded::line(whole, follows) {
            self.run.get_or_insert_default().data(whole, &line);
        } else if let Some(run) = self.run.as_mut().filter(|_| encoded::quoted(whole).1.is_empty()) {
            run.blank(whole);
        } else {
            let kept = without_long_words(whole, &mut self.found);
            self.other(&kept);
        }
    }

    fn other(&mut self, text: &str) {
        let Some(run) = &mut self.run else { return self.out.push_str(text) };
        run.other(text);
        if run.score == 0 {
            self.end_run();
        }
    }

    fn end_run(&mut self) {
        let Some(mut run) = self.run.take() else { return };
        run.close();
        let is_file = run.size >= LONG && run.sure >= SURE;
        self.found = self.found.saturating_add(u32::from(is_file));
        self.out.push_str(if is_file { &run.cut } else { &run.kept });
    }
}

/// Lines of data and what stands between them.
#[derive(Default)]
struct Run {
    /// The run as it stands.
    kept: String,
    /// The run without its data.
    cut: String,
    /// What follows the line for data that went, once others follow.
    open: Option<String>,
    /// Blank lines after data.
    blanks: String,
    size: usize,
    sure: usize,
    /// Characters of the last line of data.
    last: usize,
    /// How many characters of data outweigh the other lines. At zero the run ends.
    score: usize,
}

impl Run {
    fn data(&mut self, whole: &str, line: &encoded::Line<'_>) {
        self.kept.push_str(whole);
        if self.open.is_none() {
            self.cut.push_str(line.lead);
            self.cut.push_str(PLACEHOLDER);
        }
        self.open = Some(format!("{}{}", line.trail, line_end(whole)));
        self.blanks.clear();
        let size = line.data.size;
        // A file with much emptiness in it has few sure characters, but no list has such lines.
        let is_even = size >= EVEN && size == self.last || size >= LONG;
        let sure = if is_even && line.data.mixed { size } else { line.data.sure };
        self.size = self.size.saturating_add(size);
        self.sure = self.sure.saturating_add(sure);
        self.last = size;
        self.score = self.score.saturating_add(size).min(LONG);
    }

    fn is_at_data(&self) -> bool {
        self.open.is_some() && self.blanks.is_empty()
    }

    fn blank(&mut self, whole: &str) {
        self.kept.push_str(whole);
        if self.open.is_some() { self.blanks.push_str(whole) } else { self.cut.push_str(whole) }
    }

    fn other(&mut self, text: &str) {
        self.close();
        self.kept.push_str(text);
        self.cut.push_str(text);
        self.score = self.score.saturating_sub(OTHER);
    }

    fn close(&mut self) {
        if let Some(end) = self.open.take() {
            self.cut.push_str(&end);
            self.cut.push_str(&std::mem::take(&mut self.blanks));
        }
    }
}

fn line_end(text: &str) -> &str {
    text.get(text.trim_end_matches('\n').trim_end_matches('\r').len()..).unwrap_or_default()
}

/// A line without the data inside it, as in a data URI or a string of a program.
fn without_long_words<'a>(line: &'a str, found: &mut u32) -> Cow<'a, str> {
    if line.len() < LONG {
        return line.into();
    }
    let mut out = String::new();
    let mut written = 0_usize;
    let mut group: Option<Group> = None;
    for word in (Words { line, at: 0 }) {
        let joined = group.take_if(|group| word.start.saturating_sub(group.end) <= GAP);
        if let Some(last) = group.replace(joined.map_or(word, |before| before.and(word))).filter(Group::is_file) {
            cut_group(line, last, &mut written, &mut out);
            *found = found.saturating_add(1);
        }
    }
    if let Some(last) = group.filter(Group::is_file) {
        cut_group(line, last, &mut written, &mut out);
        *found = found.saturating_add(1);
    }
    out.push_str(line.get(written..).unwrap_or_default());
    out.into()
}

fn cut_group(line: &str, group: Group, written: &mut usize, out: &mut String) {
    out.push_str(line.get(*written..group.start).unwrap_or_default());
    out.push_str(PLACEHOLDER);
    let after = line.get(group.end..).unwrap_or_default();
    *written = line.len().saturating_sub(after.trim_start_matches('=').len());
}

/// Words of data close to each other.
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
    size: usize,
    sure: usize,
}

impl Group {
    fn and(self, word: Self) -> Self {
        let (size, sure) = (self.size.saturating_add(word.size), self.sure.saturating_add(word.sure));
        Self { start: self.start, end: word.end, size, sure }
    }

    fn is_file(&self) -> bool {
        self.size >= LONG && self.sure >= SURE
    }
}

/// The words of data in a line.
struct Words<'a> {
    line: &'a str,
    at: usize,
}

impl Iterator for Words<'_> {
    type Item = Group;

    fn next(&mut self) -> Option<Group> {
        loop {
            let rest = self.line.as_bytes().get(self.at..)?;
            let start = rest.iter().position(|byte| encoded::is_digit(*byte))?;
            let word = rest.get(start..)?;
            let word = word.get(..word.iter().position(|byte| !encoded::is_digit(*byte)).unwrap_or(word.len()))?;
            let start = self.at.saturating_add(start);
            self.at = start.saturating_add(word.len());
            let Data { size, sure, mixed } = encoded::weigh(word);
            if size >= encoded::SHORT && mixed {
                return Some(Group { start, end: self.at, size, sure: if size >= LONG { size } else { sure } });
            }
        }
    }
}

#[cfg(test)]
#[path = "blocks_tests.rs"]
mod tests;
