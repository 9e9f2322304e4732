//! The operators of content streams and the operands each takes (ISO 32000-2, annex A).

/// What an operator needs of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// Begins a compatibility section; dropped.
    Compatibility,
    /// `BDC`, `BMC`.
    BeginMarked,
    /// `BT`.
    BeginText,
    /// `CS`, `cs`.
    ColorSpace,
    /// `SCN`, `scn`.
    ColorPattern,
    /// `SC`, `sc`.
    Color,
    /// `d`.
    Dash,
    /// `EMC`.
    EndMarked,
    /// `ET`.
    EndText,
    /// `Tf`.
    Font,
    /// `gs`.
    GraphicsState,
    /// `BI`.
    Inline,
    /// `ri`.
    Intent,
    /// `MP`, `DP`: marks that show nothing; dropped.
    Mark,
    /// Operands of these kinds: `n` number, `s` string, `a` array of strings and numbers.
    Plain(&'static str),
    /// `Q`.
    Restore,
    /// `q`.
    Save,
    /// `sh`.
    Shading,
    /// `Do`.
    XObject,
}

/// The operator with this name; nothing for what the standard does not know.
pub(super) fn operator(name: &[u8]) -> Option<Operator> {
    Some(match name {
        b"BX" | b"EX" => Operator::Compatibility,
        b"BDC" | b"BMC" => Operator::BeginMarked,
        b"BT" => Operator::BeginText,
        b"CS" | b"cs" => Operator::ColorSpace,
        b"SCN" | b"scn" => Operator::ColorPattern,
        b"SC" | b"sc" => Operator::Color,
        b"d" => Operator::Dash,
        b"EMC" => Operator::EndMarked,
        b"ET" => Operator::EndText,
        b"Tf" => Operator::Font,
        b"gs" => Operator::GraphicsState,
        b"BI" => Operator::Inline,
        b"ri" => Operator::Intent,
        b"MP" | b"DP" => Operator::Mark,
        b"Q" => Operator::Restore,
        b"q" => Operator::Save,
        b"sh" => Operator::Shading,
        b"Do" => Operator::XObject,
        b"B" | b"B*" | b"F" | b"S" | b"T*" | b"W" | b"W*" | b"b" | b"b*" | b"f" | b"f*" | b"h" | b"n" | b"s" => {
            Operator::Plain("")
        }
        b"G" | b"J" | b"M" | b"TL" | b"Tc" | b"Tr" | b"Ts" | b"Tw" | b"Tz" | b"g" | b"i" | b"j" | b"w" => Operator::Plain("n"),
        b"TD" | b"Td" | b"d0" | b"l" | b"m" => Operator::Plain("nn"),
        b"RG" | b"rg" => Operator::Plain("nnn"),
        b"K" | b"k" | b"re" | b"v" | b"y" => Operator::Plain("nnnn"),
        b"Tm" | b"c" | b"cm" | b"d1" => Operator::Plain("nnnnnn"),
        b"'" | b"Tj" => Operator::Plain("s"),
        b"\"" => Operator::Plain("nns"),
        b"TJ" => Operator::Plain("a"),
        _ => return None,
    })
}
