//! Type 2 charstrings (5177): every glyph is walked with the subroutines it calls, to its end.
//!
//! No outline is computed. The walk shows that all operators are known, that calls stay within their tables and depth,
//! and where each charstring and subroutine ends: what stands behind that is cut off, and a subroutine no glyph calls
//! becomes an empty one.

use super::{FontError, Private};
use crate::syntax::cursor::Cursor;
use sanitizer_verify::Budget;

/// A glyph with nothing in it, and a subroutine with nothing in it.
const END: &[u8] = &[14];
const RETURN: &[u8] = &[11];

/// Calls within calls (5177, appendix B).
const DEPTH: u32 = 10;
/// Operands at once; the limit of the specification is 48, and some producers run over it.
const STACK: usize = 192;
/// Operators and operands of one glyph.
const STEPS: u32 = 1_000_000;

/// Cuts every charstring and subroutine where it ends. A glyph that cannot be walked becomes an empty one.
pub(super) fn trim<'a>(
    glyphs: &mut [&'a [u8]],
    shared: &mut [&'a [u8]],
    privates: &mut [Private<'a>],
    select: &[u8],
    budget: &mut Budget,
) -> Result<(), FontError> {
    let mut shared_ends: Vec<Option<usize>> = vec![None; shared.len()];
    let mut own_ends: Vec<Vec<Option<usize>>> = privates.iter().map(|private| vec![None; private.subroutines.len()]).collect();
    for (index, glyph) in glyphs.iter_mut().enumerate() {
        let dict = select.get(index).map_or(0, |dict| usize::from(*dict));
        let own = privates.get(dict).ok_or(FontError::Broken)?;
        let mut walk = Walk { shared, own: &own.subroutines, stack: Vec::new(), stems: 0, steps: 0, ends: Vec::new() };
        let end = walk.run(glyph, 0);
        budget.objects(u64::from(walk.steps / 16))?;
        let Some((end, _)) = end else {
            *glyph = END;
            continue;
        };
        *glyph = glyph.get(..end).unwrap_or(END);
        for (table, number, end) in walk.ends {
            let ends = match table {
                Table::Shared => Some(&mut shared_ends),
                Table::Own => own_ends.get_mut(dict),
            };
            if let Some(known) = ends.and_then(|ends| ends.get_mut(number)) {
                *known = Some(known.unwrap_or(0).max(end));
            }
        }
    }
    cut(shared, &shared_ends);
    for (private, ends) in privates.iter_mut().zip(&own_ends) {
        cut(&mut private.subroutines, ends);
    }
    Ok(())
}

fn cut(subroutines: &mut [&[u8]], ends: &[Option<usize>]) {
    for (subroutine, end) in subroutines.iter_mut().zip(ends) {
        *subroutine = end.and_then(|end| subroutine.get(..end)).unwrap_or(RETURN);
    }
}

/// Which table of subroutines.
#[derive(Clone, Copy)]
enum Table {
    Own,
    Shared,
}

struct Walk<'w, 'a> {
    shared: &'w [&'a [u8]],
    own: &'w [&'a [u8]],
    /// Operands; `None` for results of arithmetic.
    stack: Vec<Option<i32>>,
    stems: usize,
    steps: u32,
    /// The subroutines that were called, and where they end.
    ends: Vec<(Table, usize, usize)>,
}

impl<'a> Walk<'_, 'a> {
    /// Walks `code`; gives where it ends and whether the glyph ends there too.
    fn run(&mut self, code: &'a [u8], depth: u32) -> Option<(usize, bool)> {
        let mut cursor = Cursor::new(code);
        while let Some(first) = cursor.u8() {
            self.steps = self.steps.checked_add(1).filter(|steps| *steps < STEPS)?;
            match first {
                // Stems: hints in pairs, perhaps behind a width.
                1 | 3 | 18 | 23 => self.hints(),
                19 | 20 => {
                    self.hints();
                    cursor.take(self.stems.div_ceil(8))?;
                }
                // Moves, lines and curves take all there is.
                4..=8 | 21 | 22 | 24..=27 | 30 | 31 => self.stack.clear(),
                10 | 29 => {
                    let table = if first == 10 { Table::Own } else { Table::Shared };
                    if self.call(table, depth)? {
                        return Some((cursor.position(), true));
                    }
                }
                11 => return Some((cursor.position(), false)),
                14 => return Some((cursor.position(), true)),
                12 => self.escaped(cursor.u8()?)?,
                28 => {
                    let value = i32::from(cursor.i16()?);
                    self.push(Some(value))?;
                }
                32..=246 => self.push(Some(i32::from(first).wrapping_sub(139)))?,
                247..=254 => {
                    let low = i32::from(cursor.u8()?).wrapping_add(108);
                    let value = if first < 251 {
                        i32::from(first).wrapping_sub(247).wrapping_mul(256).wrapping_add(low)
                    } else {
                        i32::from(first).wrapping_sub(251).wrapping_mul(-256).wrapping_sub(low)
                    };
                    self.push(Some(value))?;
                }
                255 => {
                    // 16.16; the whole part may number a subroutine.
                    let [whole, _] = [cursor.i16()?, cursor.i16()?];
                    self.push(Some(i32::from(whole)))?;
                }
                _ => return None,
            }
        }
        // A missing end at the end is forgiven.
        Some((code.len(), false))
    }

    fn push(&mut self, value: Option<i32>) -> Option<()> {
        self.stack.push(value);
        (self.stack.len() <= STACK).then_some(())
    }

    fn hints(&mut self) {
        self.stems = self.stems.saturating_add(self.stack.len() / 2).min(1024);
        self.stack.clear();
    }

    /// Calls the subroutine whose biased number is on the stack (16); says whether the glyph ended in it.
    fn call(&mut self, table: Table, depth: u32) -> Option<bool> {
        let subroutines = match table {
            Table::Own => self.own,
            Table::Shared => self.shared,
        };
        let bias = match subroutines.len() {
            0..1240 => 107,
            1240..33_900 => 1131,
            _ => 32_768,
        };
        let number = usize::try_from(self.stack.pop()??.checked_add(bias)?).ok()?;
        let code = *subroutines.get(number)?;
        if depth >= DEPTH {
            return None;
        }
        let (end, ended) = self.run(code, depth.checked_add(1)?)?;
        self.ends.push((table, number, end));
        Some(ended)
    }

    /// The operators of two bytes: flexes, and arithmetic by how much it takes and leaves.
    fn escaped(&mut self, operator: u8) -> Option<()> {
        let (takes, leaves) = match operator {
            // An old marker without effect.
            0 => (0, 0),
            34..=37 => {
                self.stack.clear();
                return Some(());
            }
            3 | 4 | 10 | 11 | 12 | 15 | 24 => (2, 1),
            5 | 9 | 14 | 21 | 26 => (1, 1),
            18 => (1, 0),
            20 => (2, 0),
            22 => (4, 1),
            23 => (0, 1),
            27 => (1, 2),
            28 => (2, 2),
            // What these move about is not followed.
            29 | 30 => {
                let takes = if operator == 29 { 1 } else { 2 };
                self.stack.truncate(self.stack.len().checked_sub(takes)?);
                self.stack.fill(None);
                return if operator == 29 { self.push(None) } else { Some(()) };
            }
            _ => return None,
        };
        self.stack.truncate(self.stack.len().checked_sub(takes)?);
        for _ in 0..leaves {
            self.push(None)?;
        }
        Some(())
    }
}
