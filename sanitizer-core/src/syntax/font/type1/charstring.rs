//! Type 1 charstrings (chapter 6): every glyph is walked with the subroutines it calls, to its end.
//!
//! No outline is computed. The walk shows that all operators are known, that calls stay within their table and depth, and
//! where each charstring ends: what stands behind is cut off, and a subroutine no glyph calls becomes an empty one. What
//! it cannot follow is not guessed, since readers would draw different shapes.

use crate::syntax::{cursor::Cursor, font::FontError};
use sanitizer_verify::Budget;

/// A subroutine with nothing in it.
const RETURN: &[u8] = &[11];

/// Calls within calls (6.3).
const DEPTH: u32 = 10;
/// Operands at once; the limit of the specification is 24.
const STACK: usize = 48;
/// Operators and operands of one glyph.
const STEPS: u32 = 1_000_000;

/// Cuts every charstring where it ends, and empties the subroutines that are not called.
pub(super) fn trim(glyphs: &mut [(Vec<u8>, Vec<u8>)], subroutines: &mut [Vec<u8>], budget: &mut Budget) -> Result<(), FontError> {
    let mut ends = vec![0; subroutines.len()];
    for (_, code) in glyphs.iter_mut() {
        let mut walk = Walk { subroutines, ends: &mut ends, stack: Vec::new(), results: Vec::new(), steps: 0 };
        let ended = walk.run(code, 0);
        budget.objects(u64::from(walk.steps / 16))?;
        match ended? {
            (End::Glyph, end) => code.truncate(end),
            (End::Return, _) => return Err(FontError::Broken),
        }
    }
    for (code, end) in subroutines.iter_mut().zip(ends) {
        code.truncate(end);
        if code.is_empty() {
            code.extend_from_slice(RETURN);
        }
    }
    Ok(())
}

enum Token {
    Number(i32),
    Operator(u8),
    Escaped(u8),
}

fn token(cursor: &mut Cursor<'_>) -> Option<Token> {
    let first = cursor.u8()?;
    let wide = i32::from(first);
    Some(match first {
        12 => Token::Escaped(cursor.u8()?),
        0..=31 => Token::Operator(first),
        32..=246 => Token::Number(wide.wrapping_sub(139)),
        247..=250 => {
            Token::Number(wide.wrapping_sub(247).wrapping_mul(256).wrapping_add(i32::from(cursor.u8()?)).wrapping_add(108))
        }
        251..=254 => {
            Token::Number(wide.wrapping_sub(251).wrapping_mul(-256).wrapping_sub(i32::from(cursor.u8()?)).wrapping_sub(108))
        }
        255 => Token::Number(cursor.u32()?.cast_signed()),
    })
}

/// How a charstring ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Glyph,
    Return,
}

struct Walk<'w> {
    subroutines: &'w [Vec<u8>],
    /// Where each subroutine ended at the latest; nowhere if it was not called.
    ends: &'w mut [usize],
    /// Operands; `None` for results of divisions and of flex.
    stack: Vec<Option<i32>>,
    /// What the procedures left for `pop` (8.4).
    results: Vec<Option<i32>>,
    steps: u32,
}

impl Walk<'_> {
    /// Walks `code`; says how and where it ends.
    fn run(&mut self, code: &[u8], depth: u32) -> Result<(End, usize), FontError> {
        let mut cursor = Cursor::new(code);
        while !cursor.is_empty() {
            let token = token(&mut cursor).ok_or(FontError::Broken)?;
            self.steps = self.steps.checked_add(1).filter(|steps| *steps < STEPS).ok_or(FontError::Broken)?;
            match token {
                Token::Number(number) => self.push(Some(number))?,
                Token::Operator(10) => {
                    if self.call(depth)? == End::Glyph {
                        return Ok((End::Glyph, cursor.position()));
                    }
                }
                Token::Operator(11) => return Ok((End::Return, cursor.position())),
                Token::Operator(14) => return Ok((End::Glyph, cursor.position())),
                Token::Operator(operator) => self.clear(match operator {
                    9 => 0,
                    4 | 6 | 7 | 22 => 1,
                    1 | 3 | 5 | 13 | 21 => 2,
                    30 | 31 => 4,
                    8 => 6,
                    _ => return Err(FontError::Broken),
                })?,
                Token::Escaped(6) => {
                    self.clear(5)?;
                    return Ok((End::Glyph, cursor.position()));
                }
                Token::Escaped(operator) => self.escaped(operator)?,
            }
        }
        // A glyph whose `endchar` is missing ends here for some readers; a subroutine goes on for some and ends for others.
        if depth == 0 { Ok((End::Glyph, code.len())) } else { Err(FontError::Broken) }
    }

    fn push(&mut self, value: Option<i32>) -> Result<(), FontError> {
        self.stack.push(value);
        if self.stack.len() <= STACK { Ok(()) } else { Err(FontError::Broken) }
    }

    fn pop(&mut self) -> Result<Option<i32>, FontError> {
        self.stack.pop().ok_or(FontError::Broken)
    }

    /// An operator that takes at least so many operands, and leaves none.
    fn clear(&mut self, takes: usize) -> Result<(), FontError> {
        if self.stack.len() < takes {
            return Err(FontError::Broken);
        }
        self.stack.clear();
        Ok(())
    }

    fn call(&mut self, depth: u32) -> Result<End, FontError> {
        let number = self.pop()?.and_then(|number| usize::try_from(number).ok()).ok_or(FontError::Broken)?;
        let subroutines = self.subroutines;
        let code = subroutines.get(number).ok_or(FontError::Broken)?;
        if depth >= DEPTH {
            return Err(FontError::Broken);
        }
        let (how, end) = self.run(code, depth.saturating_add(1))?;
        if let Some(known) = self.ends.get_mut(number) {
            *known = end.max(*known);
        }
        Ok(how)
    }

    fn escaped(&mut self, operator: u8) -> Result<(), FontError> {
        match operator {
            0 => self.clear(0),
            1 | 2 => self.clear(6),
            7 => self.clear(4),
            12 => {
                self.pop()?;
                self.pop()?;
                self.push(None)
            }
            16 => self.other(),
            17 => {
                let result = self.results.pop().ok_or(FontError::Broken)?;
                self.push(result)
            }
            33 => self.clear(2),
            _ => Err(FontError::Broken),
        }
    }

    /// `callothersubr` (8.3, and counter control of Technical Note 5015): only what every reader has built in.
    fn other(&mut self) -> Result<(), FontError> {
        let procedure = self.pop()?;
        let count = self.pop()?.and_then(|count| usize::try_from(count).ok()).ok_or(FontError::Broken)?;
        let at = self.stack.len().checked_sub(count).ok_or(FontError::Broken)?;
        let operands = self.stack.split_off(at);
        self.results = match (procedure, operands.as_slice()) {
            (Some(0), [_, _, _]) => vec![None, None],
            (Some(1 | 2), []) | (Some(12 | 13), _) => Vec::new(),
            (Some(3), [number]) => vec![*number],
            _ => return Err(FontError::Unsupported),
        };
        Ok(())
    }
}
