//! PostScript tokens (PLRM, 3.2), as far as fonts need them; procedures and strings are stepped over whole.

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Word(&'a [u8]),
    /// A name without its slash.
    Name(&'a [u8]),
    /// What stands between braces.
    Procedure(&'a [u8]),
    Open,
    Close,
    /// Strings, dictionaries, stray brackets: nothing of them is used.
    Other,
}

/// Runs through a program once.
#[derive(Clone)]
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The bytes behind one blank.
    pub(super) fn blob(&mut self, length: usize) -> Option<&'a [u8]> {
        let (blank, rest) = self.rest.split_first()?;
        let (blob, rest) = rest.split_at_checked(length).filter(|_| is_blank(*blank))?;
        self.rest = rest;
        Some(blob)
    }

    pub(super) fn word(&mut self) -> Option<&'a [u8]> {
        if let Token::Word(word) = self.next()? { Some(word) } else { None }
    }

    pub(super) fn name(&mut self) -> Option<&'a [u8]> {
        if let Token::Name(name) = self.next()? { Some(name) } else { None }
    }

    /// A whole number, perhaps with a radix of 8 or 16.
    pub(super) fn integer(&mut self) -> Option<i32> {
        let word = std::str::from_utf8(self.word()?).ok()?;
        match word.split_once('#') {
            None => word.parse().ok(),
            Some(("8", digits)) => i32::from_str_radix(digits, 8).ok(),
            Some(("16", digits)) => i32::from_str_radix(digits, 16).ok(),
            Some(_) => None,
        }
    }

    pub(super) fn length(&mut self) -> Option<usize> {
        self.integer().and_then(|number| usize::try_from(number).ok())
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn take_while(&mut self, fits: impl Fn(u8) -> bool) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| !fits(*byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, &[]));
        self.rest = rest;
        taken
    }

    /// Blanks and comments.
    fn skip_blanks(&mut self) {
        loop {
            self.take_while(is_blank);
            if self.rest.first() != Some(&b'%') {
                return;
            }
            self.take_while(|byte| !matches!(byte, b'\r' | b'\n'));
        }
    }

    /// A string in parentheses, which stand in it in pairs or behind a backslash.
    fn skip_string(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.rest.first() {
            self.skip(if *byte == b'\\' { 2 } else { 1 });
            match byte {
                b'(' => depth = depth.saturating_add(1),
                b')' if depth <= 1 => return,
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    fn procedure(&mut self) -> &'a [u8] {
        let whole = self.rest;
        let mut depth = 0_usize;
        loop {
            self.skip_blanks();
            match self.rest.first() {
                None => return whole,
                Some(b'(') => {
                    self.skip_string();
                    continue;
                }
                Some(b'{') => depth = depth.saturating_add(1),
                Some(b'}') if depth <= 1 => {
                    let length = whole.len().saturating_sub(self.rest.len());
                    self.skip(1);
                    return whole.get(1..length).unwrap_or_default();
                }
                Some(b'}') => depth = depth.saturating_sub(1),
                Some(_) => {}
            }
            self.skip(1);
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        let token = match self.rest.first()? {
            b'(' => {
                self.skip_string();
                return Some(Token::Other);
            }
            b'{' => return Some(Token::Procedure(self.procedure())),
            b'/' => {
                self.skip(1);
                return Some(Token::Name(self.take_while(is_regular)));
            }
            b'[' => Token::Open,
            b']' => Token::Close,
            b'<' | b'>' | b')' | b'}' => Token::Other,
            _ => return Some(Token::Word(self.take_while(is_regular))),
        };
        self.skip(1);
        Some(token)
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

pub(super) fn is_regular(byte: u8) -> bool {
    !is_blank(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}
