//! What a formula calls, found by its brackets: for each `(`, what stands in front of it (ECMA-376 Part 1, 18.17.2).
//!
//! The other check of a formula goes by names as they come. This one takes constants out and looks back from every
//! bracket, over white space, which programs allow between a function and its bracket.

use super::{
    super::Refusal,
    sheet::{columns, is_known_function, quoted},
};

/// Functions that reach out. As a value, they can be handed to one that calls what it is given.
const REACHING: &[&str] =
    &["CALL", "DDE", "EXEC", "FILTERXML", "HYPERLINK", "IMAGE", "REGISTER", "REGISTER.ID", "RTD", "SQL.REQUEST", "WEBSERVICE"];

/// Whether everything a formula calls only computes.
pub(super) fn judge(formula: &str) -> Result<(), Refusal> {
    escapes(formula)?;
    let (plain, texts) = without_constants(formula)?;
    for (at, _) in plain.match_indices('(') {
        called(plain.get(..at).unwrap_or_default().trim_end())?;
    }
    let mut indirect = false;
    for (word, after) in words(&plain) {
        let upper = word.to_ascii_uppercase();
        let base = ["_XLETA.", "_XLFN.", "_XLL.", "_XLUDF."].iter().find_map(|prefix| upper.strip_prefix(prefix));
        indirect |= base.unwrap_or(&upper) == "INDIRECT";
        let place = after.starts_with(['!', '[', ':', ']']);
        let reaches = match base {
            Some(base) => !is_known_function(base),
            None => REACHING.contains(&upper.as_str()),
        };
        if !place && reaches {
            return Err(Refusal::new("ooxml.formula_value"));
        }
    }
    // INDIRECT makes a reference from text: none may name a file, an address, DDE, or another workbook.
    if indirect && texts.iter().any(|text| names_outside(text)) {
        return Err(Refusal::new("ooxml.formula_indirect"));
    }
    Ok(())
}

/// What stands in front of a bracket is an operator, a separator, another bracket, or a function that only computes.
fn called(before: &str) -> Result<(), Refusal> {
    let name = before.trim_end_matches(is_word);
    let word = before.get(name.len()..).unwrap_or_default();
    let group = name.is_empty() || name.ends_with(['+', '-', '*', '/', '^', '&', '=', '<', '>', '(', ',', ';', ':', '{', '@']);
    let good = if word.is_empty() { group } else { is_known_function(word) };
    if good { Ok(()) } else { Err(Refusal::new("ooxml.formula_call")) }
}

/// The formula with a single mark for each constant text, quoted sheet, and column in brackets; and the texts.
fn without_constants(formula: &str) -> Result<(String, Vec<&str>), Refusal> {
    let mut plain = String::new();
    let mut texts = Vec::new();
    let mut rest = formula;
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '"' | '\'' => {
                let (text, after) = quoted(rest, first).ok_or(Refusal::new("ooxml.formula"))?;
                if first == '"' {
                    texts.push(text);
                }
                plain.push(first);
                after
            }
            '[' => {
                plain.push(']');
                columns(rest)?
            }
            _ => {
                plain.push(first);
                rest.get(first.len_utf8()..).unwrap_or_default()
            }
        };
    }
    Ok((plain, texts))
}

/// The words of a formula, each with what follows it.
fn words(mut rest: &str) -> impl Iterator<Item = (&str, &str)> {
    std::iter::from_fn(move || {
        let start = rest.find(is_word)?;
        let from = rest.get(start..)?;
        let end = from.find(|c| !is_word(c)).unwrap_or(from.len());
        let (word, after) = from.split_at_checked(end)?;
        rest = after;
        Some((word, after))
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.') || (!c.is_ascii() && !c.is_whitespace())
}

fn names_outside(text: &str) -> bool {
    let marks = ["|", "\\", ":/", "//", "#$", "'[", "'#", "'file"];
    let behind = text.split(']').skip(1).any(|after| after.starts_with(|c: char| c == '!' || c == '$' || is_word(c)));
    behind || marks.iter().any(|mark| text.contains(mark))
}

/// Characters written as `_xHHHH_` (22.9.2.19) may be only line ends and the underscore.
fn escapes(formula: &str) -> Result<(), Refusal> {
    const PLAIN: [&[u8]; 4] = [b"0009", b"000A", b"000D", b"005F"];
    let hidden = formula.as_bytes().windows(7).any(|window| match window {
        [b'_', b'x', code @ .., b'_'] => {
            code.iter().all(u8::is_ascii_hexdigit) && !PLAIN.iter().any(|plain| plain.eq_ignore_ascii_case(code))
        }
        _ => false,
    });
    if hidden { Err(Refusal::new("ooxml.formula_escape")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_known_functions_pass() {
        for formula in [
            "SUM (A1,(B1))",
            "IF(A1=1,\n  (A1+B1),\n  MAX\t(C1:C2))",
            "(1+2)*(3+4)",
            "\"WEBSERVICE (\"&A1",
            "表1[金額 (円)]+Table1[[#This Row],[IMAGE (a)]]",
            "'表 (2)'!A1",
            "_xlfn.LET(_xlpm.f,_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1),_xlpm.f(1))",
            "_xlfn.MAP(A1:A2,_xleta.ABS)",
            "INDIRECT($A$2)",
            "INDIRECT(\"表1[\"&B1&\"]\")",
            "SUM(INDIRECT(\"'\"&A1&\"月'!B2:B9\"))",
            "HYPERLINKS+Image!A1",
            "SUBSTITUTE(A1,\"_x000D_\",\"\")",
        ] {
            assert_eq!(judge(formula), Ok(()), "{formula}");
        }
    }

    #[test]
    fn no_white_space_and_no_bracket_hides_a_call() {
        for formula in [
            "WEBSERVICE (\"http://example.com\")",
            "_xlfn.WEBSERVICE (\"http://example.com\")",
            "HYPERLINK  (\"file:///c:/x\",\"x\")",
            "DDE (\"soffice\",\"/etc/passwd\",\"a\")",
            "CALL\t(\"Kernel32\",\"WinExec\",\"JCJ\",\"calc\",0)",
            "IMAGE\r\n(\"http://example.com\")",
            "webService\n(\"http://example.com\")",
            "WEBSERVICE\u{a0}(\"http://example.com\")",
            "WEBSERVICE\u{3000}(\"http://example.com\")",
            "(WEBSERVICE)(\"http://example.com\")",
            "((MyFunction)) (\"http://example.com\")",
            "SUM(1,WEBSERVICE (\"http://example.com\"))",
            "SUM (1)(\"x\")",
            "\"MyFunction\"(\"x\")",
            "Sheet1!(\"x\")",
            "A1 (\"x\")",
            "T[a](\"x\")",
            "_xlfn.LET(_xlpm.f,WEBSERVICE,_xlpm.f(\"http://example.com\"))",
            "_xlfn.MAP(A1:A2,_xleta.WEBSERVICE)",
            "MyFunction_x0028_\"http://example.com\")",
            "\"_x0022_&WEBSERVICE(\"",
            "INDIRECT(\"[http://example.com/x.xlsx]S!A1\")",
            "_xleta.INDIRECT+\"'file:///etc/passwd'#$S.A1\"",
            "INDIRECT (\"[b.xlsx]S!A1\")",
            "INDIRECT(\"'\\\\host\\share\\[b.xlsx]S'!A1\")",
            "INDIRECT(\"'[\"&A1&\"]S'!A1\")",
        ] {
            assert!(judge(formula).is_err(), "{formula}");
        }
    }
}
