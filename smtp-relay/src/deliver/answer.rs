//! What a next hop said about one recipient, and what follows from it.

use lettre::transport::smtp::{Error as SmtpError, response::Response};
use std::{error::Error as _, fmt, str::FromStr};

/// An enhanced status code (RFC 3463): class, subject, detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnhancedCode {
    class: u8,
    subject: u16,
    detail: u16,
}

impl EnhancedCode {
    /// A code of ours.
    pub const fn new(class: u8, subject: u16, detail: u16) -> Self {
        Self { class, subject, detail }
    }

    /// Class, subject, detail.
    pub const fn numbers(self) -> (u8, u16, u16) {
        (self.class, self.subject, self.detail)
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl FromStr for EnhancedCode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.');
        let class = parts.next().filter(|class| matches!(*class, "2" | "4" | "5")).ok_or(())?;
        let mut number = || {
            let part = parts.next().filter(|part| (1..=3).contains(&part.len())).ok_or(())?;
            if part.bytes().all(|byte| byte.is_ascii_digit()) { part.parse::<u16>().map_err(|_| ()) } else { Err(()) }
        };
        let (subject, detail) = (number()?, number()?);
        if parts.next().is_some() {
            return Err(());
        }
        Ok(Self { class: class.parse().map_err(|_| ())?, subject, detail })
    }
}

/// What came of one try for one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The next hop has it.
    Accepted(EnhancedCode),
    /// Not now.
    Later(EnhancedCode),
    /// Never.
    Never(EnhancedCode),
    /// No answer: the connection failed. It may have been taken; it is sent again (at-least-once).
    Unknown,
}

impl Answer {
    /// The answer in a positive response.
    pub fn taken(response: &Response) -> Self {
        let code = response.first_word().and_then(|word| word.parse().ok());
        Self::Accepted(code.filter(|code: &EnhancedCode| code.class == 2).unwrap_or(EnhancedCode::new(2, 0, 0)))
    }

    /// The answer in an error. Only a reply with a status is an answer; everything else is [`Answer::Unknown`].
    pub fn refused(error: &SmtpError) -> Self {
        let Some(status) = error.status() else { return Self::Unknown };
        let class = if error.is_permanent() { 5 } else { 4 };
        // The text after the enhanced code is the next hop's and goes nowhere.
        let said = error.source().map(ToString::to_string).unwrap_or_default();
        let code = said.split_ascii_whitespace().next().and_then(|word| word.parse().ok());
        let code = code.filter(|code: &EnhancedCode| code.class == class).unwrap_or(EnhancedCode::new(class, 0, 0));
        // RFC 5321, 4.5.3.1.10: 552 to RCPT is an old way to say 452.
        if class == 5 && u16::from(status) != 552 { Self::Never(code) } else { Self::Later(code) }
    }

    /// The status to record.
    pub fn code(self) -> Option<EnhancedCode> {
        match self {
            Self::Accepted(code) | Self::Later(code) | Self::Never(code) => Some(code),
            Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enhanced_codes_are_read_strictly() {
        for text in ["5.1.1", "4.0.0", "2.999.123"] {
            assert_eq!(text.parse::<EnhancedCode>().unwrap().to_string(), text);
        }
        for text in ["", "5", "5.1", "5.1.1.1", "3.1.1", "5.1111.1", "5.+1.1", "5..1", "5.1.x"] {
            assert!(text.parse::<EnhancedCode>().is_err(), "{text}");
        }
    }
}
