//! Writing: our own wording around numbers, names and charstrings.

use super::{CHARSTRING, EEXEC, Encoding, Font, Number, Type1, Value, encrypt};
use crate::syntax::font::FontError;
use sanitizer_verify::Budget;

/// `hsbw` without a width, `endchar`.
const EMPTY: &[u8] = &[139, 139, 13, 14];

impl Font {
    pub(super) fn write(&self, budget: &mut Budget) -> Result<Type1, FontError> {
        let clear = self.clear();
        let private = self.private_part();
        budget.expand(private.len() as u64)?;
        let encrypted = encrypt(&private, EEXEC);
        let mut zeros = [b"0".repeat(64).as_slice(), b"\n"].concat().repeat(8);
        zeros.extend_from_slice(b"cleartomark\n");
        let lengths = [clear.len(), encrypted.len(), zeros.len()];
        Ok(Type1 { bytes: [clear, encrypted, zeros].concat(), lengths })
    }

    fn clear(&self) -> Vec<u8> {
        let mut out =
            b"%!PS-AdobeFont-1.0: Font\n11 dict begin\n/FontType 1 def\n/PaintType 0 def\n/FontName /Font def\n".to_vec();
        out.extend_from_slice(b"/FontMatrix [");
        join(&mut out, &self.matrix);
        out.extend_from_slice(b"] readonly def\n/FontBBox {");
        join(&mut out, &self.bounds);
        out.extend_from_slice(b"} readonly def\n");
        match &self.encoding {
            Encoding::Standard => out.extend_from_slice(b"/Encoding StandardEncoding def\n"),
            Encoding::Codes(codes) => {
                out.extend_from_slice(b"/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\n");
                for (code, name) in codes.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
                    out.extend_from_slice(format!("dup {code} /").as_bytes());
                    out.extend_from_slice(name);
                    out.extend_from_slice(b" put\n");
                }
                out.extend_from_slice(b"readonly def\n");
            }
        }
        out.extend_from_slice(b"currentdict end\ncurrentfile eexec\n");
        out
    }

    fn private_part(&self) -> Vec<u8> {
        // With zeros the first encrypted byte is neither blank nor a digit, as 7.2 asks.
        let mut out = vec![0; 4];
        out.extend_from_slice(b"dup /Private 32 dict dup begin\n/RD {string currentfile exch readstring pop} executeonly def\n");
        out.extend_from_slice(b"/ND {noaccess def} executeonly def\n/NP {noaccess put} executeonly def\n");
        for (key, value) in &self.private {
            out.push(b'/');
            out.extend_from_slice(key.as_bytes());
            out.push(b' ');
            match value {
                Value::Flag(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
                Value::Number(number) => out.extend_from_slice(number),
                Value::Numbers(numbers) => {
                    out.push(b'[');
                    join(&mut out, numbers);
                    out.push(b']');
                }
            }
            out.extend_from_slice(b" def\n");
        }
        out.extend_from_slice(b"/MinFeature {16 16} def\n/password 5839 def\n/OtherSubrs [{} {} {} {}] def\n");
        out.extend_from_slice(format!("/Subrs {} array\n", self.subroutines.len()).as_bytes());
        for (number, code) in self.subroutines.iter().enumerate() {
            out.extend_from_slice(format!("dup {number} ").as_bytes());
            charstring(&mut out, code);
            out.extend_from_slice(b" NP\n");
        }
        let missing = !self.glyphs.iter().any(|(name, _)| name == b".notdef");
        let count = self.glyphs.len().saturating_add(usize::from(missing));
        out.extend_from_slice(format!("ND\n2 index /CharStrings {count} dict dup begin\n").as_bytes());
        if missing {
            glyph(&mut out, b".notdef", EMPTY);
        }
        for (name, code) in &self.glyphs {
            glyph(&mut out, name, code);
        }
        out.extend_from_slice(b"end\nend\nreadonly put\nnoaccess put\ndup /FontName get exch definefont pop\n");
        out.extend_from_slice(b"mark currentfile closefile\n");
        out
    }
}

fn glyph(out: &mut Vec<u8>, name: &[u8], code: &[u8]) {
    out.push(b'/');
    out.extend_from_slice(name);
    out.push(b' ');
    charstring(out, code);
    out.extend_from_slice(b" ND\n");
}

/// A charstring behind its length, encrypted behind four zeros (7.3).
fn charstring(out: &mut Vec<u8>, code: &[u8]) {
    let encrypted = encrypt(&[&[0; 4], code].concat(), CHARSTRING);
    out.extend_from_slice(format!("{} RD ", encrypted.len()).as_bytes());
    out.extend_from_slice(&encrypted);
}

fn join(out: &mut Vec<u8>, numbers: &[Number]) {
    out.extend_from_slice(&numbers.join(&b' '));
}
