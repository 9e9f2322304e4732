//! Bits of entropy-coded segments, with byte stuffing (T.81, F.1.2.3 and F.2.2.5).

/// Reads bits and stops at the first marker; behind it come zeros, which [`BitReader::is_overrun`] tells apart.
pub(super) struct BitReader<'a> {
    data: &'a [u8],
    /// Next byte to load.
    at: usize,
    /// The unread bits, the next one highest.
    buffer: u64,
    /// How many bits of `buffer` count.
    count: u32,
    /// How many zeros were made up after the end.
    padding: u32,
}

impl<'a> BitReader<'a> {
    pub(super) const fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at, buffer: 0, count: 0, padding: 0 }
    }

    /// Makes sure that 32 bits can be taken.
    pub(super) fn fill(&mut self) {
        if self.count > 32 {
            return;
        }
        while self.count <= 56 {
            let byte = match self.data.get(self.at) {
                Some(0xFF) => {
                    if let Some(0x00) = self.data.get(self.at.saturating_add(1)) {
                        self.at = self.at.saturating_add(2);
                        0xFF
                    } else {
                        self.padding = self.padding.saturating_add(8);
                        0
                    }
                }
                Some(byte) => {
                    self.at = self.at.saturating_add(1);
                    *byte
                }
                None => {
                    self.padding = self.padding.saturating_add(8);
                    0
                }
            };
            self.buffer |= u64::from(byte).wrapping_shl(56_u32.wrapping_sub(self.count));
            self.count = self.count.wrapping_add(8);
        }
    }

    /// The next 16 bits, not taken.
    pub(super) fn peek16(&self) -> u16 {
        u16::try_from(self.buffer.wrapping_shr(48)).unwrap_or(0)
    }

    /// Takes `count` bits, at most 16, after a [`BitReader::fill`].
    pub(super) fn take(&mut self, count: u32) -> u32 {
        if count == 0 {
            return 0;
        }
        let bits = self.buffer.wrapping_shr(64_u32.wrapping_sub(count));
        self.skip(count);
        u32::try_from(bits).unwrap_or(0)
    }

    /// Drops `count` bits.
    pub(super) fn skip(&mut self, count: u32) {
        self.buffer = self.buffer.wrapping_shl(count);
        self.count = self.count.saturating_sub(count);
    }

    /// One bit.
    pub(super) fn bit(&mut self) -> bool {
        self.fill();
        self.take(1) == 1
    }

    /// Whether bits were taken that are not there: the segment is cut off.
    pub(super) const fn is_overrun(&self) -> bool {
        self.padding > self.count
    }

    /// Drops what is left of this segment and finds the marker behind it: its code and where its bytes start.
    pub(super) fn marker(&mut self) -> Option<(u8, usize)> {
        let mut at = self.at;
        loop {
            let rest = self.data.get(at..)?;
            at = at.checked_add(rest.iter().position(|byte| *byte == 0xFF)?)?;
            match self.data.get(at.checked_add(1)?)? {
                0x00 => at = at.checked_add(2)?,
                // A fill byte (B.1.1.2).
                0xFF => at = at.checked_add(1)?,
                code => return Some((*code, at)),
            }
        }
    }

    /// Goes on behind the marker at `at`, as after a restart.
    pub(super) fn restart(&mut self, at: usize) {
        *self = Self::new(self.data, at.saturating_add(2));
    }
}

/// Writes bits.
#[derive(Default)]
pub(super) struct BitWriter {
    out: Vec<u8>,
    buffer: u64,
    count: u32,
}

impl BitWriter {
    pub(super) const fn new(out: Vec<u8>) -> Self {
        Self { out, buffer: 0, count: 0 }
    }

    /// Appends the low `count` bits of `bits`, at most 32.
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        self.buffer = self.buffer.wrapping_shl(count) | u64::from(bits);
        self.count = self.count.wrapping_add(count);
        while self.count >= 8 {
            self.count = self.count.wrapping_sub(8);
            let byte = u8::try_from(self.buffer.wrapping_shr(self.count) & 0xFF).unwrap_or(0);
            self.out.push(byte);
            if byte == 0xFF {
                self.out.push(0);
            }
        }
    }

    /// Fills the last byte with ones (F.1.2.3) and gives the bytes.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.put(0x7F, 7);
        }
        self.out
    }
}
