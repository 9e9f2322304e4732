//! Type 1 programs (Adobe Type 1 Font Format) in the one wording our writer has: no PostScript but this, line by line.

use super::super::{Refusal, bytes::Bytes};
use crate::Budget;
use std::collections::BTreeSet;

const RULE: Refusal = Refusal::new("font.type1");
const CODE: Refusal = Refusal::new("font.type1.charstring");

/// Entries of the Private dictionary, in this order, with how many numbers they have: `None` for a truth value, and 0 for
/// one number without brackets.
const PRIVATE: &[(&str, Option<usize>)] = &[
    ("BlueValues", Some(14)),
    ("OtherBlues", Some(10)),
    ("FamilyBlues", Some(14)),
    ("FamilyOtherBlues", Some(10)),
    ("BlueScale", Some(0)),
    ("BlueShift", Some(0)),
    ("BlueFuzz", Some(0)),
    ("StdHW", Some(1)),
    ("StdVW", Some(1)),
    ("StemSnapH", Some(12)),
    ("StemSnapV", Some(12)),
    ("ForceBold", None),
    ("LanguageGroup", Some(0)),
    ("ExpansionFactor", Some(0)),
    ("RndStemUp", None),
];

/// Reads a program whose parts are as long as its dictionary says.
pub(in super::super) fn read(bytes: &[u8], lengths: [usize; 3], budget: &mut Budget) -> Result<(), Refusal> {
    const LENGTH: Refusal = Refusal::new("font.type1.length");
    let [first, second, third] = lengths;
    let (clear, rest) = bytes.split_at_checked(first).ok_or(LENGTH)?;
    let (private, zeros) = rest.split_at_checked(second).ok_or(LENGTH)?;
    if zeros.len() != third {
        return Err(LENGTH);
    }
    budget.expand(bytes.len() as u64)?;
    budget.objects(bytes.len() as u64 / 16)?;
    in_clear(clear)?;
    private_part(&decrypted(private, 55_665), budget)?;
    let mut zeros = Bytes::new(zeros, "font.type1");
    for _ in 0..8 {
        zeros.expect(&[b'0'; 64])?;
        zeros.expect(b"\n")?;
    }
    zeros.expect(b"cleartomark\n")?;
    end(zeros)
}

fn in_clear(clear: &[u8]) -> Result<(), Refusal> {
    let mut bytes = Bytes::new(clear, "font.type1");
    bytes.expect(b"%!PS-AdobeFont-1.0: Font\n11 dict begin\n/FontType 1 def\n/PaintType 0 def\n/FontName /Font def\n")?;
    bytes.expect(b"/FontMatrix [")?;
    numbers(until(&mut bytes, b']')?, 6, 6)?;
    bytes.expect(b" readonly def\n/FontBBox {")?;
    numbers(until(&mut bytes, b'}')?, 4, 4)?;
    bytes.expect(b" readonly def\n/Encoding ")?;
    if !bytes.have(b"StandardEncoding def\n") {
        bytes.expect(b"256 array\n0 1 255 {1 index exch /.notdef put} for\n")?;
        let mut next = 0;
        while bytes.have(b"dup ") {
            let code = whole(until(&mut bytes, b' ')?)?;
            if code < next || code > 255 {
                return Err(RULE);
            }
            next = code.saturating_add(1);
            bytes.expect(b"/")?;
            name(until(&mut bytes, b' ')?)?;
            bytes.expect(b"put\n")?;
        }
        bytes.expect(b"readonly def\n")?;
    }
    bytes.expect(b"currentdict end\ncurrentfile eexec\n")?;
    end(bytes)
}

fn private_part(plain: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    let mut bytes = Bytes::new(plain, "font.type1.private");
    bytes.expect(&[0; 4])?;
    bytes.expect(b"dup /Private 32 dict dup begin\n/RD {string currentfile exch readstring pop} executeonly def\n")?;
    bytes.expect(b"/ND {noaccess def} executeonly def\n/NP {noaccess put} executeonly def\n")?;
    for (key, form) in PRIVATE {
        if !bytes.have(format!("/{key} ").as_bytes()) {
            continue;
        }
        match form {
            None => {
                if !bytes.have(b"true") {
                    bytes.expect(b"false")?;
                }
                bytes.expect(b" ")?;
            }
            Some(0) => numbers(until(&mut bytes, b' ')?, 1, 1)?,
            Some(most) => {
                bytes.expect(b"[")?;
                numbers(until(&mut bytes, b']')?, 0, *most)?;
                bytes.expect(b" ")?;
            }
        }
        bytes.expect(b"def\n")?;
    }
    bytes.expect(b"/MinFeature {16 16} def\n/password 5839 def\n/OtherSubrs [{} {} {} {}] def\n/Subrs ")?;
    let count = whole(until(&mut bytes, b' ')?)?;
    bytes.expect(b"array\n")?;
    let mut subroutines = Vec::new();
    for number in 0..count {
        bytes.expect(format!("dup {number} ").as_bytes())?;
        budget.objects(1)?;
        subroutines.push(charstring(&mut bytes)?);
        bytes.expect(b" NP\n")?;
    }
    bytes.expect(b"ND\n2 index /CharStrings ")?;
    let count = whole(until(&mut bytes, b' ')?)?;
    bytes.expect(b"dict dup begin\n")?;
    let mut seen = BTreeSet::new();
    for _ in 0..count {
        bytes.expect(b"/")?;
        let glyph = until(&mut bytes, b' ')?;
        name(glyph)?;
        budget.objects(1)?;
        let code = charstring(&mut bytes)?;
        bytes.expect(b" ND\n")?;
        let mut machine = Machine { subroutines: &subroutines, stack: Vec::new(), left: Vec::new(), steps: 0 };
        let ended = machine.code(&code, 0);
        budget.objects(machine.steps / 16)?;
        if !ended? || !seen.insert(glyph) {
            return Err(CODE);
        }
    }
    if !seen.contains(b".notdef".as_slice()) {
        return Err(RULE);
    }
    bytes.expect(b"end\nend\nreadonly put\nnoaccess put\ndup /FontName get exch definefont pop\nmark currentfile closefile\n")?;
    end(bytes)
}

fn end(bytes: Bytes<'_>) -> Result<(), Refusal> {
    if bytes.rest.is_empty() { Ok(()) } else { Err(bytes.refusal()) }
}

/// What stands before `stop`, which is taken too.
fn until<'a>(bytes: &mut Bytes<'a>, stop: u8) -> Result<&'a [u8], Refusal> {
    let at = bytes.rest.iter().take(512).position(|byte| *byte == stop).ok_or(RULE)?;
    let taken = bytes.take(at)?;
    bytes.take(1)?;
    Ok(taken)
}

fn whole(text: &[u8]) -> Result<usize, Refusal> {
    let digits = text.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    number.filter(|number| digits && *number <= 1 << 20).ok_or(RULE)
}

fn numbers(text: &[u8], least: usize, most: usize) -> Result<(), Refusal> {
    let mut count = 0_usize;
    for word in text.split(|byte| *byte == b' ').filter(|_| !text.is_empty()) {
        let plain = word.len() <= 24 && word.iter().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(byte));
        let value = std::str::from_utf8(word).ok().and_then(|word| word.parse::<f64>().ok());
        if !plain || !value.is_some_and(f64::is_finite) {
            return Err(RULE);
        }
        count = count.saturating_add(1);
    }
    if (least..=most).contains(&count) { Ok(()) } else { Err(RULE) }
}

fn name(name: &[u8]) -> Result<(), Refusal> {
    let fits = |byte: &u8| byte.is_ascii_graphic() && !b"()<>[]{}/%".contains(byte);
    if (1..=127).contains(&name.len()) && name.iter().all(fits) { Ok(()) } else { Err(RULE) }
}

/// A charstring: its length, the operator that reads it, and four zeros before the code.
fn charstring(bytes: &mut Bytes<'_>) -> Result<Vec<u8>, Refusal> {
    let length = whole(until(bytes, b' ')?)?;
    bytes.expect(b"RD ")?;
    let plain = decrypted(bytes.take(length)?, 4330);
    plain.strip_prefix(&[0; 4]).map(<[u8]>::to_vec).ok_or(CODE)
}

/// Takes the encryption off (7.1).
fn decrypted(cipher: &[u8], key: u16) -> Vec<u8> {
    let mut state = u32::from(key);
    let mut plain = Vec::with_capacity(cipher.len());
    for byte in cipher {
        let [_, _, high, _] = state.to_be_bytes();
        plain.push(byte ^ high);
        state = state.wrapping_add(u32::from(*byte)).wrapping_mul(52_845).wrapping_add(22_719) & 0xFFFF;
    }
    plain
}

/// Runs a charstring as far as its form goes: how many operands there are, and which subroutine is called.
struct Machine<'m> {
    subroutines: &'m [Vec<u8>],
    stack: Vec<Option<i64>>,
    left: Vec<Option<i64>>,
    steps: u64,
}

impl Machine<'_> {
    /// Runs `code`; says whether the glyph ended in it. Nothing may stand behind an end.
    fn code(&mut self, code: &[u8], depth: u32) -> Result<bool, Refusal> {
        let mut bytes = Bytes::new(code, "font.type1.charstring");
        while !bytes.rest.is_empty() {
            self.steps = self.steps.saturating_add(1);
            if self.steps > 1_000_000 || self.stack.len() > 48 || depth > 10 {
                return Err(CODE);
            }
            let first = bytes.u8()?;
            let takes = match first {
                32..=246 => {
                    self.stack.push(Some(i64::from(first).saturating_sub(139)));
                    continue;
                }
                247..=254 => {
                    let low = i64::from(bytes.u8()?).saturating_add(108);
                    let (base, sign) = if first < 251 { (247, 1) } else { (251, -1) };
                    let value = i64::from(first).saturating_sub(base).saturating_mul(256).saturating_add(low);
                    self.stack.push(Some(value.saturating_mul(sign)));
                    continue;
                }
                255 => {
                    self.stack.push(Some(i64::from(bytes.u32()?.cast_signed())));
                    continue;
                }
                10 => {
                    let number = self.stack.pop().flatten().and_then(|number| usize::try_from(number).ok()).ok_or(CODE)?;
                    let subroutines = self.subroutines;
                    if self.code(subroutines.get(number).ok_or(CODE)?, depth.saturating_add(1))? {
                        return if depth > 0 || bytes.rest.is_empty() { Ok(true) } else { Err(CODE) };
                    }
                    continue;
                }
                11 if depth > 0 => return if bytes.rest.is_empty() { Ok(false) } else { Err(CODE) },
                14 => return if bytes.rest.is_empty() { Ok(true) } else { Err(CODE) },
                12 => match bytes.u8()? {
                    6 => return if bytes.rest.is_empty() && self.stack.len() >= 5 { Ok(true) } else { Err(CODE) },
                    operator @ (12 | 16 | 17) => {
                        self.computed(operator)?;
                        continue;
                    }
                    0 => 0,
                    1 | 2 => 6,
                    7 => 4,
                    33 => 2,
                    _ => return Err(CODE),
                },
                9 => 0,
                4 | 6 | 7 | 22 => 1,
                1 | 3 | 5 | 13 | 21 => 2,
                30 | 31 => 4,
                8 => 6,
                _ => return Err(CODE),
            };
            if self.stack.len() < takes {
                return Err(CODE);
            }
            self.stack.clear();
        }
        if depth == 0 { Ok(true) } else { Err(CODE) }
    }

    /// `div`, `callothersubr` and `pop`.
    fn computed(&mut self, operator: u8) -> Result<(), Refusal> {
        if operator == 17 {
            self.stack.push(self.left.pop().ok_or(CODE)?);
            return Ok(());
        }
        let (last, before) = (self.stack.pop().ok_or(CODE)?, self.stack.pop().ok_or(CODE)?);
        if operator == 12 {
            self.stack.push(None);
            return Ok(());
        }
        let count = before.and_then(|count| usize::try_from(count).ok()).ok_or(CODE)?;
        let kept = self.stack.len().checked_sub(count).ok_or(CODE)?;
        let operands = self.stack.split_off(kept);
        self.left = match (last, count) {
            (Some(0), 3) => vec![None; 2],
            (Some(1 | 2), 0) | (Some(12 | 13), _) => Vec::new(),
            (Some(3), 1) => operands,
            _ => return Err(CODE),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn encrypted(plain: &[u8], key: u16) -> Vec<u8> {
        let mut state = key;
        let mut out = Vec::new();
        for byte in plain {
            let cipher = byte ^ state.to_be_bytes()[0];
            state = state.wrapping_add(u16::from(cipher)).wrapping_mul(52_845).wrapping_add(22_719);
            out.push(cipher);
        }
        out
    }

    const CLEAR: &str = "%!PS-AdobeFont-1.0: Font\n11 dict begin\n/FontType 1 def\n/PaintType 0 def\n/FontName /Font def\n\
        /FontMatrix [0.001 0 0 0.001 0 0] readonly def\n/FontBBox {0 0 9 9} readonly def\n/Encoding StandardEncoding def\n\
        currentdict end\ncurrentfile eexec\n";

    /// A font whose one glyph is `code`, with this before its subroutine.
    fn judge(clear: &str, private: &str, code: &[u8], tail: &str) -> Result<(), &'static str> {
        let charstring = |code: &[u8]| {
            let cipher = encrypted(&[&[0; 4], code].concat(), 4330);
            [format!("{} RD ", cipher.len()).as_bytes(), &cipher].concat()
        };
        let head = format!(
            "\0\0\0\0dup /Private 32 dict dup begin\n/RD {{string currentfile exch readstring pop}} executeonly def\n\
             /ND {{noaccess def}} executeonly def\n/NP {{noaccess put}} executeonly def\n{private}\
             /MinFeature {{16 16}} def\n/password 5839 def\n/OtherSubrs [{{}} {{}} {{}} {{}}] def\n/Subrs 1 array\ndup 0 "
        );
        let plain = [
            head.as_bytes(),
            &charstring(&[11]),
            b" NP\nND\n2 index /CharStrings 1 dict dup begin\n/.notdef ",
            &charstring(code),
            b" ND\nend\nend\nreadonly put\nnoaccess put\ndup /FontName get exch definefont pop\nmark currentfile closefile\n",
        ]
        .concat();
        let private = encrypted(&plain, 55_665);
        let zeros = format!("{}cleartomark\n{tail}", format!("{}\n", "0".repeat(64)).repeat(8));
        let lengths = [clear.len(), private.len(), zeros.len()];
        let bytes = [clear.as_bytes(), &private, zeros.as_bytes()].concat();
        read(&bytes, lengths, &mut Budget::new(&Limits::default())).map_err(|refusal| refusal.rule)
    }

    const GLYPH: &[u8] = &[139, 139, 13, 139, 10, 14];

    #[test]
    fn what_is_allowed_passes() {
        assert_eq!(judge(CLEAR, "/BlueValues [-10 0] def\n/BlueScale 0.04 def\n/ForceBold false def\n", GLYPH, ""), Ok(()));
        // Flex: three numbers to procedure 0, of which two come back.
        let flex = [139, 139, 13, 139, 139, 139, 142, 139, 12, 16, 12, 17, 12, 17, 12, 33, 14];
        assert_eq!(judge(CLEAR, "", &flex, ""), Ok(()));
    }

    #[test]
    fn what_is_not_allowed_does_not() {
        assert_eq!(judge(&CLEAR.replace("0 0.001 0 0]", "0 0.001 0 (x)]"), "", GLYPH, ""), Err("font.type1"), "a string");
        assert_eq!(judge(&CLEAR.replace("/Enc", "{quit} exec\n/Enc"), "", GLYPH, ""), Err("font.type1"), "code in clear");
        assert_eq!(judge(CLEAR, "/Other 1 def\n", GLYPH, ""), Err("font.type1.private"), "an unknown entry");
        assert_eq!(judge(CLEAR, "", GLYPH, "quit"), Err("font.type1"), "something behind the end");
        let unknown = Err("font.type1.charstring");
        assert_eq!(judge(CLEAR, "", &[14, 66], ""), unknown, "something behind the end of a glyph");
        assert_eq!(judge(CLEAR, "", &[139, 139, 13, 2, 14], ""), unknown, "an operator that is none");
        assert_eq!(judge(CLEAR, "", &[139, 139, 13, 140, 10, 14], ""), unknown, "a subroutine that is not there");
        assert_eq!(judge(CLEAR, "", &[139, 153, 12, 16, 14], ""), unknown, "a procedure for multiple masters");
        assert_eq!(judge(CLEAR, "", &[13, 14], ""), unknown, "too few operands");
    }
}
