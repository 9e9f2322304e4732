//! Content lines of iCalendar and vCard (RFC 5545, 3.1; RFC 6350, 3.3; vCard 2.1): folded, with parameters.

#[cfg(test)]
#[path = "contentline_tests.rs"]
mod tests;

/// The longest line we write, in bytes, without its line end (RFC 5545, 3.1; RFC 6350, 3.2).
const WIDTH: usize = 75;

/// A line, unfolded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentLine {
    /// What stands before a dot in front of the name; vCard groups lines by it.
    pub group: String,
    /// The name, in upper case.
    pub name: String,
    /// Parameters in order.
    pub params: Vec<Param>,
    /// The value as it stands, escapes and all.
    pub value: String,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// The name, in upper case.
    pub name: String,
    /// The values, without quotes.
    pub values: Vec<String>,
}

impl ContentLine {
    /// A line without parameters.
    pub fn new(name: &str, value: impl Into<String>) -> Self {
        Self { name: name.to_owned(), value: value.into(), ..Self::default() }
    }

    /// Reads a line that has been unfolded. `None`: it is not one.
    pub fn parse(line: &str) -> Option<Self> {
        let end = line.find([';', ':'])?;
        let (name, mut rest) = line.split_at_checked(end)?;
        let (group, name) = name.trim().rsplit_once('.').unwrap_or(("", name.trim()));
        if !is_token(name) || !group.is_empty() && !is_token(group) {
            return None;
        }
        let mut params = Vec::new();
        while let Some(after) = rest.strip_prefix(';') {
            let (param, behind) = Param::parse(after)?;
            params.extend(param);
            rest = behind;
        }
        let value = rest.strip_prefix(':')?.to_owned();
        Some(Self { group: group.to_owned(), name: name.to_ascii_uppercase(), params, value })
    }

    /// The first value of a parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|param| param.name == name)?.values.first().map(String::as_str)
    }

    /// Appends the line, folded.
    pub fn write(&self, out: &mut String) {
        let mut line = String::new();
        if !self.group.is_empty() {
            line.push_str(&self.group);
            line.push('.');
        }
        line.push_str(&self.name);
        for param in &self.params {
            line.push(';');
            line.push_str(&param.name);
            for (index, value) in param.values.iter().enumerate() {
                line.push(if index == 0 { '=' } else { ',' });
                push_param(&mut line, value);
            }
        }
        line.push(':');
        line.push_str(&self.value);
        fold(&line, out);
    }
}

impl Param {
    /// A parameter of one value.
    pub fn new(name: &str, value: impl Into<String>) -> Self {
        Self { name: name.to_owned(), values: vec![value.into()] }
    }

    /// Reads a parameter and gives what stands behind it. A bare word of vCard 2.1 is a type or an encoding.
    fn parse(text: &str) -> Option<(Option<Self>, &str)> {
        let end = text.find(['=', ';', ':'])?;
        let (name, rest) = text.split_at_checked(end)?;
        let name = name.trim().to_ascii_uppercase();
        let Some(mut rest) = rest.strip_prefix('=') else {
            let known =
                if matches!(name.as_str(), "QUOTED-PRINTABLE" | "BASE64" | "8BIT" | "7BIT") { "ENCODING" } else { "TYPE" };
            return Some(((!name.is_empty()).then(|| Self::new(known, name)), rest));
        };
        let mut values = Vec::new();
        loop {
            let (value, behind) = param_value(rest)?;
            values.push(value);
            match behind.strip_prefix(',') {
                Some(next) => rest = next,
                None => return is_token(&name).then_some((Some(Self { name, values }), behind)),
            }
        }
    }
}

/// A value in quotes, or up to what ends one.
fn param_value(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start_matches(' ');
    if let Some(quoted) = text.strip_prefix('"') {
        let (value, behind) = quoted.split_once('"')?;
        return Some((value.to_owned(), behind.trim_start_matches(' ')));
    }
    let end = text.find([',', ';', ':'])?;
    let (value, behind) = text.split_at_checked(end)?;
    Some((value.trim_end().to_owned(), behind))
}

fn push_param(out: &mut String, value: &str) {
    let quote = value.contains([',', ';', ':']);
    if quote {
        out.push('"');
    }
    out.extend(value.chars().filter(|c| *c != '"' && !c.is_control()));
    if quote {
        out.push('"');
    }
}

/// Names of lines, parameters and groups.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The lines of a text, unfolded, in order; those of nothing but blanks left out.
pub fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut soft = false;
    for physical in text.split('\n') {
        let physical = physical.strip_suffix('\r').unwrap_or(physical);
        match lines.last_mut() {
            // A soft break of quoted-printable (vCard 2.1): the equals sign goes, the line goes on.
            Some(last) if soft => {
                last.pop();
                last.push_str(physical);
            }
            Some(last) if physical.starts_with([' ', '\t']) => last.push_str(physical.get(1..).unwrap_or_default()),
            _ if physical.trim().is_empty() => continue,
            _ => lines.push(physical.to_owned()),
        }
        soft = lines.last().is_some_and(|line| line.ends_with('=') && is_quoted_printable(line));
    }
    lines
}

/// Looks no further than a name with its parameters is long: a line that grows by pieces is asked about at each.
fn is_quoted_printable(line: &str) -> bool {
    let start = line.as_bytes().get(..256).unwrap_or(line.as_bytes());
    let head = start.split(|byte| *byte == b':').next().unwrap_or_default();
    head.len() < start.len() && head.to_ascii_uppercase().windows(16).any(|word| word == b"QUOTED-PRINTABLE")
}

/// Appends a line in pieces of at most 75 bytes, each but the first behind a blank.
fn fold(line: &str, out: &mut String) {
    let mut width = 0_usize;
    for c in line.chars() {
        if width.saturating_add(c.len_utf8()) > WIDTH {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width = width.saturating_add(c.len_utf8());
    }
    out.push_str("\r\n");
}

/// A text value without its escapes (RFC 5545, 3.3.11; RFC 6350, 3.4).
pub fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(escaped @ ('\\' | ',' | ';' | ':' | '"')) => out.push(escaped),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

/// A text as a value.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\n' | '\r' => out.push_str("\\n"),
            '\\' | ',' | ';' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// The pieces of a value between `separator`, where it is not escaped.
pub fn split(value: &str, separator: char) -> Vec<&str> {
    let (mut pieces, mut from, mut escaped) = (Vec::new(), 0_usize, false);
    for (at, c) in value.char_indices() {
        if c == separator && !escaped {
            pieces.push(value.get(from..at).unwrap_or_default());
            from = at.saturating_add(c.len_utf8());
        }
        escaped = c == '\\' && !escaped;
    }
    pieces.push(value.get(from..).unwrap_or_default());
    pieces
}
