//! What an inline style hides, and the colors that make text invisible.

use super::dom::Node;

/// Colors and visibility an element hands to its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// Text color as RGB; `None` if not known.
    color: Option<u32>,
    /// Background as RGB; `None` if not known, for example a picture.
    ground: Option<u32>,
    /// Whether nothing of it is seen.
    pub hidden: bool,
}

impl Look {
    /// Black on white.
    pub(super) const PAGE: Self = Self { color: Some(0), ground: Some(0x00FF_FFFF), hidden: false };

    /// The look of `node` inside `self`.
    pub(super) fn of(self, node: &Node) -> Self {
        let mut look = self;
        if let Some(color) = node.attribute("color") {
            look.color = rgb(color);
        }
        if let Some(ground) = node.attribute("bgcolor") {
            look.ground = rgb(ground);
        }
        look.hidden |= node.attribute("hidden").is_some();
        let mut far = false;
        for declaration in node.attribute("style").unwrap_or_default().split(';').take(100) {
            let Some((property, value)) = declaration.split_once(':') else { continue };
            let value = value.trim().to_ascii_lowercase();
            let value = value.trim_end_matches("!important").trim();
            match property.trim().to_ascii_lowercase().as_str() {
                "display" => look.hidden |= value == "none",
                "visibility" => look.hidden |= matches!(value, "hidden" | "collapse"),
                "mso-hide" => look.hidden |= value == "all",
                "opacity" => look.hidden |= number(value).is_some_and(|number| number < 0.05),
                "font-size" | "max-height" | "max-width" => look.hidden |= is_tiny(value),
                "left" | "top" | "margin-left" | "text-indent" => far |= number(value).is_some_and(|number| number <= -500.0),
                "color" => look.color = rgb(value),
                "background" | "background-color" => look.ground = rgb(value.split(' ').next().unwrap_or_default()),
                "background-image" => look.ground = None,
                _ => {}
            }
        }
        look.hidden |= far;
        look
    }

    /// Whether text in this look can be seen.
    pub(super) fn shows(self) -> bool {
        !self.hidden && (self.color.is_none() || self.ground.is_none() || self.color != self.ground)
    }
}

fn number(value: &str) -> Option<f32> {
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-'))).unwrap_or(value.len());
    value.get(..end)?.parse().ok()
}

/// Zero, or a size below one pixel.
fn is_tiny(value: &str) -> bool {
    number(value).is_some_and(|number| number <= 1.0) && !value.ends_with("em") && !value.ends_with('%')
        || value == "0"
        || value.starts_with("0%")
}

/// The last digit, twice.
fn doubled(number: u32) -> u32 {
    let digit = number & 15;
    digit << 4 | digit
}

/// `#rgb`, `#rrggbb`, `rgb(r,g,b)` and the names that matter.
fn rgb(value: &str) -> Option<u32> {
    let value = value.trim().to_ascii_lowercase();
    if let Some(hex) = value.strip_prefix('#') {
        let number = u32::from_str_radix(hex, 16).ok()?;
        return match hex.len() {
            3 => Some(doubled(number >> 8) << 16 | doubled(number >> 4) << 8 | doubled(number)),
            6 => Some(number),
            _ => None,
        };
    }
    if let Some(list) = value.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) {
        let mut parts = list.split(',').map(|part| part.trim().parse::<u8>().ok());
        let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
        return Some(u32::from(red) << 16 | u32::from(green) << 8 | u32::from(blue));
    }
    match value.as_str() {
        "white" => Some(0x00FF_FFFF),
        "black" => Some(0),
        _ => None,
    }
}
