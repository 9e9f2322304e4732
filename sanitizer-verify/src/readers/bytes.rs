//! Taking a byte string apart from the front, for the readers of binary formats.

use super::Refusal;

/// What is left of a byte string, and the rule that is broken when it is too short.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a> {
    pub(super) rest: &'a [u8],
    rule: &'static str,
}

impl<'a> Bytes<'a> {
    pub(super) const fn new(rest: &'a [u8], rule: &'static str) -> Self {
        Self { rest, rule }
    }

    pub(super) const fn refusal(&self) -> Refusal {
        Refusal::new(self.rule)
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Refusal> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Refusal::new(self.rule))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(Refusal::new(self.rule))?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Refusal> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Refusal> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Refusal> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn u16_le(&mut self) -> Result<u16, Refusal> {
        self.array().map(u16::from_le_bytes)
    }

    /// Takes exactly these bytes, or says no.
    pub(super) fn expect(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        if self.take(bytes.len())? == bytes { Ok(()) } else { Err(Refusal::new(self.rule)) }
    }

    /// Takes these bytes if they stand here.
    pub(super) fn have(&mut self, bytes: &[u8]) -> bool {
        self.rest.strip_prefix(bytes).map(|rest| self.rest = rest).is_some()
    }
}
