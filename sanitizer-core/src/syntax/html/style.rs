//! What an inline style hides, and the colors that make text invisible.
//!
//! Losing a sentence is as bad as passing a hidden one: text goes only where no reader of the HTML could have seen it.

use super::dom::Node;

/// What an element hands to its children: colors, visibility, size of the letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own in CSS")]
pub(super) struct Look {
    /// Text color as RGB; `None` if not known.
    color: Option<u32>,
    /// Background as RGB; `None` if not known, for example a picture.
    ground: Option<u32>,
    /// Whether nothing of it is seen, whatever its children say.
    pub hidden: bool,
    /// `visibility: hidden`; a child may be visible again (CSS 2, 11.2).
    pub invisible: bool,
    /// Letters without size; a child may have its own (CSS Fonts 4, 2.5).
    tiny: bool,
    /// Whether a style sheet may color anything.
    styled: bool,
}

impl Look {
    /// Black on white, or on anything where there is a style sheet that colors.
    pub(super) const fn page(styled: bool) -> Self {
        let ground = if styled { None } else { Some(0x00FF_FFFF) };
        Self { color: Some(0), ground, hidden: false, invisible: false, tiny: false, styled }
    }

    /// The look of `node` inside `self`.
    pub(super) fn of(self, node: &Node) -> Self {
        let mut look = self.attributes(node);
        look.hidden |= node.attribute("hidden").is_some();
        let mut place = Place::default();
        for declaration in node.attribute("style").unwrap_or_default().split(';').take(100) {
            let Some((property, value)) = declaration.split_once(':') else { continue };
            let value = value.trim().to_ascii_lowercase();
            let value = value.trim_end_matches("important").trim_end().trim_end_matches('!').trim();
            match property.trim().to_ascii_lowercase().as_str() {
                "visibility" => match value {
                    "hidden" | "collapse" => look.invisible = true,
                    "visible" | "initial" => look.invisible = false,
                    _ => {}
                },
                "font-size" => look.size(value),
                "font" => value.split([' ', '/']).filter(|word| is_size(word)).take(1).for_each(|word| look.size(word)),
                "color" if value != "inherit" => look.color = rgb(value),
                "background" | "background-color" => look.ground(value),
                "background-image" if value != "none" => look.ground = None,
                property => place.read(property, value),
            }
        }
        if place.lifted {
            // It may lie over anything.
            look.ground = None;
        }
        look.hidden |= place.hides(&node.name);
        look
    }

    /// What the attributes of old say, and what a style sheet could.
    fn attributes(self, node: &Node) -> Self {
        let mut look = self;
        let chosen = node.attribute("class").is_some() || node.attribute("id").is_some();
        if chosen {
            look.ground = None;
        }
        if let Some(ground) = node.attribute("bgcolor") {
            look.ground = rgb(ground);
        }
        // A style sheet wins over attributes (HTML, 15.1), not over inline styles.
        if look.styled || node.attribute("background").is_some() {
            look.ground = None;
        }
        match node.name.as_str() {
            // A link has a color of its own.
            "a" => look.color = None,
            "body" => {
                if let Some(color) = node.attribute("text") {
                    look.color = rgb(color);
                }
            }
            "font" if node.attribute("size").is_some() => look.tiny = false,
            // Without a doctype a table starts anew (HTML, 15.3.9).
            "table" | "textarea" | "input" | "button" | "select" => look.tiny = false,
            _ => {}
        }
        if let Some(color) = node.attribute("color") {
            look.color = rgb(color);
        }
        look
    }

    fn ground(&mut self, value: &str) {
        let first = match value.strip_prefix("rgb(").and_then(|rest| rest.find(')')) {
            Some(end) => value.get(..end.saturating_add(5)).unwrap_or(value),
            None => value.split(' ').next().unwrap_or_default(),
        };
        if !matches!(value, "transparent" | "none" | "inherit" | "initial") {
            self.ground = rgb(first).filter(|_| !value.contains("url(") && !value.contains("gradient"));
        }
    }

    /// A size of letters. What is relative to nothing stays nothing.
    fn size(&mut self, value: &str) {
        let relative = value.ends_with('%') || value.ends_with("em") && !value.ends_with("rem") || value.ends_with("ex");
        match number(value) {
            Some(_) if is_tiny(value) => self.tiny = true,
            Some(_) if !relative => self.tiny = false,
            None if !matches!(value, "inherit" | "unset" | "smaller" | "larger") => self.tiny = false,
            _ => {}
        }
    }

    /// Whether text in this look can be seen.
    pub(super) fn shows(self) -> bool {
        let contrast = self.color.is_none() || self.ground.is_none() || self.color != self.ground;
        !self.hidden && !self.invisible && !self.tiny && contrast
    }
}

/// What one element's style says of its place; none of it is inherited, and all that is in it goes with it.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own in CSS")]
struct Place {
    gone: bool,
    clear: bool,
    flat: bool,
    cut: bool,
    far: bool,
    /// `left` or `top` far out, which counts where the element is lifted.
    away: bool,
    lifted: bool,
}

impl Place {
    fn read(&mut self, property: &str, value: &str) {
        let far = number(value).is_some_and(|number| number <= -500.0);
        match property {
            "display" => self.gone = value == "none",
            "opacity" => self.clear = number(value).is_some_and(|number| number < 0.05),
            "height" | "width" | "max-height" | "max-width" => self.flat |= is_tiny(value),
            "overflow" | "overflow-x" | "overflow-y" => self.cut = matches!(value, "hidden" | "clip"),
            "left" | "top" => self.away |= far,
            "margin-left" | "text-indent" => self.far |= far,
            "position" => self.lifted = matches!(value, "absolute" | "fixed" | "relative"),
            _ => {}
        }
    }

    fn hides(&self, name: &str) -> bool {
        // Cells and rows grow with what is in them (CSS 2, 17.5.3).
        let flat = self.flat && self.cut && !matches!(name, "td" | "th" | "tr" | "table" | "tbody" | "body" | "html");
        self.gone || self.clear || flat || self.far || self.away && self.lifted
    }
}

fn number(value: &str) -> Option<f32> {
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-'))).unwrap_or(value.len());
    value.get(..end)?.parse().ok()
}

/// Whether a word of the `font` shorthand is the size: a number with a unit, or nothing.
fn is_size(word: &str) -> bool {
    number(word).is_some_and(|number| number == 0.0 || !word.ends_with(|c: char| c.is_ascii_digit()))
}

/// Zero, or a size of one pixel or less.
fn is_tiny(value: &str) -> bool {
    let small = value.ends_with("px") || value.ends_with("pt") || value.ends_with(|c: char| c.is_ascii_digit());
    number(value).is_some_and(|number| number <= 0.0 || small && number <= 1.0)
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
