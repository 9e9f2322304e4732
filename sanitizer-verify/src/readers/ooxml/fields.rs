//! Fields of a Word document, put together from their pieces and judged by their names (ECMA-376 Part 1, 17.16).

use super::super::{
    Refusal,
    xml::{Element, Token},
};

/// What may be alive. Everything else must have been reduced to its result.
const ALIVE: &[&str] = &[
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
    "HYPERLINK",
    "IF",
    "INDEX",
    "LISTNUM",
    "NOTEREF",
    "NUMCHARS",
    "NUMPAGES",
    "NUMWORDS",
    "PAGE",
    "PAGEREF",
    "REF",
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

/// The fields of one part.
#[derive(Default)]
pub(super) struct Fields {
    /// Fields that are open, by story: a text box in a field is a story of its own.
    stories: Vec<Vec<Open>>,
    /// Names of open elements, to know where a story ends and what text is.
    elements: Vec<Kind>,
}

struct Open {
    code: String,
    in_code: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Other,
    Story,
    Text,
}

impl Fields {
    /// Takes one piece of the part.
    pub(super) fn token(&mut self, token: &Token<'_>) -> Result<(), Refusal> {
        if self.stories.is_empty() {
            self.stories.push(Vec::new());
        }
        match token {
            Token::Start(element) => self.start(element),
            Token::Text(text) => match self.elements.last().copied() {
                Some(Kind::Code) => match self.top() {
                    Some(field) if field.in_code => {
                        field.code.push_str(text);
                        Ok(())
                    }
                    _ => Err(Refusal::new("ooxml.field_code")),
                },
                // Readers take text among the code as code.
                Some(Kind::Text) if self.top().is_some_and(|field| field.in_code) => Err(Refusal::new("ooxml.field_text")),
                _ => Ok(()),
            },
            Token::End => match self.elements.pop() {
                Some(Kind::Story) => self.end_story(),
                _ => Ok(()),
            },
        }
    }

    /// The part ends.
    pub(super) fn finish(mut self) -> Result<(), Refusal> {
        self.end_story()
    }

    fn end_story(&mut self) -> Result<(), Refusal> {
        match self.stories.pop() {
            Some(open) if !open.is_empty() => Err(Refusal::new("ooxml.field_open")),
            _ => Ok(()),
        }
    }

    fn top(&mut self) -> Option<&mut Open> {
        self.stories.last_mut()?.last_mut()
    }

    fn start(&mut self, element: &Element<'_>) -> Result<(), Refusal> {
        let kind = match element.name {
            "w:instrText" | "w:delInstrText" => Kind::Code,
            "w:t" | "w:delText" => Kind::Text,
            "w:txbxContent" => Kind::Story,
            _ => Kind::Other,
        };
        self.elements.push(kind);
        match element.name {
            "w:txbxContent" => self.stories.push(Vec::new()),
            "w:fldSimple" => judge(element.attr("w:instr").unwrap_or_default())?,
            "w:fldChar" => return self.mark(element.attr("w:fldCharType")),
            _ => {}
        }
        Ok(())
    }

    fn mark(&mut self, mark: Option<&str>) -> Result<(), Refusal> {
        let lone = Refusal::new("ooxml.field_mark");
        match mark {
            Some("begin") => {
                if let Some(outer) = self.top().filter(|outer| outer.in_code) {
                    outer.code.push(NESTED);
                }
                let story = self.stories.last_mut().ok_or(lone)?;
                story.push(Open { code: String::new(), in_code: true });
                Ok(())
            }
            Some("separate") => {
                let field = self.top().filter(|field| field.in_code).ok_or(lone)?;
                field.in_code = false;
                judge(&field.code)
            }
            Some("end") => {
                let field = self.stories.last_mut().and_then(Vec::pop).ok_or(lone)?;
                if field.in_code { judge(&field.code) } else { Ok(()) }
            }
            _ => Err(lone),
        }
    }
}

/// Stands where another field stands in a code: no part can contain the character.
const NESTED: char = '\0';

fn judge(code: &str) -> Result<(), Refusal> {
    let code = code.trim();
    if code.starts_with('=') {
        return Ok(());
    }
    let end = code.find(|c: char| c.is_whitespace() || matches!(c, '\\' | '"')).unwrap_or(code.len());
    let (name, rest) = code.split_at_checked(end).unwrap_or((code, ""));
    if !ALIVE.contains(&name.to_ascii_uppercase().as_str()) {
        return Err(Refusal::new("ooxml.field"));
    }
    if name.eq_ignore_ascii_case("HYPERLINK") {
        let target = rest.trim_start();
        let inside = target.starts_with("\\l ");
        let link = target.strip_prefix('"').and_then(|target| target.split('"').next()).is_some_and(is_allowed_link);
        if !(inside || link) || rest.contains(NESTED) {
            return Err(Refusal::new("ooxml.field_link"));
        }
    }
    Ok(())
}

/// Whether a link leads to a public name on the web, or to mail.
pub(super) fn is_allowed_link(target: &str) -> bool {
    if target.bytes().any(|byte| byte.is_ascii_control() || matches!(byte, b' ' | b'\\' | b'"' | b'<' | b'>')) {
        return false;
    }
    if let Some(address) = target.strip_prefix("mailto:") {
        return !address.is_empty() && !address.starts_with('/');
    }
    let Some(rest) = target.strip_prefix("https://").or_else(|| target.strip_prefix("http://")) else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default().trim_end_matches('.');
    let last = host.rsplit('.').next().unwrap_or_default();
    let private = ["arpa", "corp", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost", "onion"];
    !authority.contains(['@', '['])
        && host.contains('.')
        && last.chars().next().is_some_and(char::is_alphabetic)
        && !private.contains(&last.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_decide() {
        for code in [" PAGE ", "TOC \\o \"1-3\"", "= 1 + 2", "hyperlink \"https://example.com/\"", "HYPERLINK \\l \"a\""] {
            assert!(judge(code).is_ok(), "{code}");
        }
        let dangerous = [
            "DDEAUTO c:\\x",
            "",
            "\0 x",
            "INCLUDEPICTURE \"http://a.example/\"",
            "QUOTE 68 68 69",
            "HYPERLINK \"file:///c:/x\"",
            "HYPERLINK \"\0\"",
            "MACROBUTTON x",
            "LINK",
        ];
        for code in dangerous {
            assert!(judge(code).is_err(), "{code}");
        }
    }

    #[test]
    fn links_lead_to_public_names() {
        for link in ["https://www.city.example.lg.jp/a?b#c", "http://example.com:8080", "mailto:a@example.com"] {
            assert!(is_allowed_link(link), "{link}");
        }
        for link in ["javascript:x", "file:///x", "\\\\h\\s", "http://localhost/", "http://10.0.0.1/", "ms-word:x", "x.docx"] {
            assert!(!is_allowed_link(link), "{link}");
        }
    }
}
