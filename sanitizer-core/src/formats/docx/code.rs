//! Field codes: what a field would do, told from its code (ECMA-376 Part 1, 17.16.5).

use crate::{Action, Context, formats::ooxml::link, report::kinds::OoxmlFinding};

/// What a code allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Judgment {
    /// The field may stay alive, with this code.
    Keep(String),
    /// Only its result may stay; with this text in its place if there is none.
    Freeze(Option<String>),
}

/// Fields whose result comes from the document itself, or from the clock.
///
/// Fields that show properties (TITLE, AUTHOR, SAVEDATE, …) are not among them: the properties are not kept, and an
/// update would lose what the page shows.
const ALIVE: &[&str] = &[
    "=",
    "ADVANCE",
    "AUTONUM",
    "AUTONUMLGL",
    "AUTONUMOUT",
    "BIDIOUTLINE",
    "COMPARE",
    "DATE",
    "EQ",
    "FILENAME",
    "FORMCHECKBOX",
    "FORMDROPDOWN",
    "FORMTEXT",
    "IF",
    "INDEX",
    "LISTNUM",
    "NOTEREF",
    "NUMCHARS",
    "NUMPAGES",
    "NUMWORDS",
    "PAGE",
    "PAGEREF",
    "SECTION",
    "SECTIONPAGES",
    "SEQ",
    "STYLEREF",
    "SYMBOL",
    "TA",
    "TC",
    "TIME",
    "TOA",
    "TOC",
    "XE",
];

/// Fields that fetch, run or include: their loss is told.
const ACTIVE: &[&str] = &[
    "ADDIN",
    "AUTOTEXT",
    "AUTOTEXTLIST",
    "CONTROL",
    "DATABASE",
    "DDE",
    "DDEAUTO",
    "GLOSSARY",
    "HTMLCONTROL",
    "IMPORT",
    "INCLUDE",
    "INCLUDEPICTURE",
    "INCLUDETEXT",
    "LINK",
    "PRINT",
    "QUOTE",
    "RD",
];

/// Judges a code in which `nested` stands where another field stands, and names what is taken out.
pub(super) fn judge(code: &str, nested: char, cx: &mut Context<'_>) -> Judgment {
    let code = code.trim();
    let (keyword, rest) = keyword(code);
    if keyword.contains(nested) {
        cx.find(OoxmlFinding::ActiveField, Action::Neutralize);
        return Judgment::Freeze(None);
    }
    match keyword.as_str() {
        "HYPERLINK" => match hyperlink(rest, nested) {
            Some(code) => Judgment::Keep(code),
            None => freeze(OoxmlFinding::Link, Action::Neutralize, cx),
        },
        "REF" if is_reference(rest) => Judgment::Keep(spaced(code)),
        // The text of a button is its code; a button that calls nothing is a prompt for the one who fills in.
        "MACROBUTTON" | "GOTOBUTTON" => {
            let (target, text) = word(rest);
            let harmless = keyword == "GOTOBUTTON" || ["nomacro", "abort"].contains(&target.to_lowercase().as_str());
            let (finding, action) = if harmless {
                (OoxmlFinding::FrozenField, Action::Rebuild)
            } else {
                (OoxmlFinding::ActiveField, Action::Neutralize)
            };
            cx.find(finding, action);
            Judgment::Freeze(Some(text.trim().to_owned()).filter(|text| !text.is_empty() && !text.contains(nested)))
        }
        known if ALIVE.contains(&known) => Judgment::Keep(spaced(code)),
        known if ACTIVE.contains(&known) => freeze(OoxmlFinding::ActiveField, Action::Neutralize, cx),
        _ => freeze(OoxmlFinding::FrozenField, Action::Rebuild, cx),
    }
}

fn freeze(finding: OoxmlFinding, action: Action, cx: &mut Context<'_>) -> Judgment {
    cx.find(finding, action);
    Judgment::Freeze(None)
}

fn spaced(code: &str) -> String {
    format!(" {code} ")
}

/// The name of the field, in upper case, and what follows.
fn keyword(code: &str) -> (String, &str) {
    if let Some(rest) = code.strip_prefix('=') {
        return ("=".to_owned(), rest);
    }
    let end = code.find(|c: char| c.is_whitespace() || c == '\\' || c == '"').unwrap_or(code.len());
    let (keyword, rest) = code.split_at_checked(end).unwrap_or((code, ""));
    (keyword.to_uppercase(), rest)
}

/// A bookmark and switches: `REF` with anything else would quote.
fn is_reference(rest: &str) -> bool {
    let (bookmark, _) = word(rest);
    !bookmark.is_empty() && bookmark.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

/// The next argument, unquoted, and what follows (17.16.3).
fn word(text: &str) -> (String, &str) {
    let text = text.trim_start();
    if let Some(quoted) = text.strip_prefix('"') {
        let mut out = String::new();
        let mut characters = quoted.chars();
        while let Some(c) = characters.next() {
            match c {
                '"' => return (out, characters.as_str()),
                '\\' => out.extend(characters.next()),
                _ => out.push(c),
            }
        }
        return (out, "");
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (word.to_owned(), rest)
}

/// A `HYPERLINK` code with nothing but an allowed target, a bookmark and a tip.
fn hyperlink(rest: &str, nested: char) -> Option<String> {
    if rest.contains(nested) {
        return None;
    }
    let mut target = None;
    let mut anchor = None;
    let mut tip = None;
    let mut rest = rest;
    loop {
        let quoted = rest.trim_start().starts_with('"');
        let (argument, after) = word(rest);
        rest = after;
        match argument.as_str() {
            "" if !quoted => break,
            "\\l" | "\\o" | "\\t" if !quoted => {
                let (value, after) = word(rest);
                rest = after;
                match argument.as_str() {
                    "\\l" => anchor = Some(value),
                    "\\o" => tip = Some(value),
                    _ => {}
                }
            }
            switch if switch.starts_with('\\') && !quoted => {}
            _ if target.is_none() => target = Some(argument),
            _ => return None,
        }
    }
    let target = match target {
        Some(target) if !target.is_empty() => Some(link::allowed(&target)?),
        _ => None,
    };
    if target.is_none() && anchor.is_none() {
        return None;
    }
    let mut code = "HYPERLINK".to_owned();
    for (switch, value) in [("", target), (" \\l", anchor), (" \\o", tip)] {
        if let Some(value) = value {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            code.push_str(switch);
            code.push_str(" \"");
            code.push_str(&value);
            code.push('"');
        }
    }
    Some(spaced(&code))
}
