//! Content streams (ISO 32000-2, 7.8.2), read operator by operator and written anew.
//!
//! An operator that is not known or lacks operands is left out, as readers leave it out. Each name is looked up in the
//! old resources, and what it stands for is built and gets a name of ours. What is opened is closed, so that something
//! can be drawn after it.

use super::{
    builder::{Builder, Built},
    operators::{Operator, operator},
    resources::{Category, Named, Resources},
};
use crate::syntax::pdf::{
    Item,
    lexer::{Lexer, Token},
    write,
};
use lopdf::Object;
use std::rc::Rc;

/// Operands of one operator; more are forgotten from the first on.
const OPERANDS: usize = 512;

/// Where names of a content stream are looked up, and where they are found in the new document.
pub(super) struct Scope {
    /// The stream's own resources, then those of what draws it (7.8.3, for streams without any of their own).
    pub(super) old: Vec<Rc<Item>>,
    pub(super) new: Resources,
}

impl Scope {
    /// A scope over `old`.
    pub(super) fn new(old: Vec<Rc<Item>>) -> Self {
        Self { old, new: Resources::default() }
    }

    /// The new resource dictionary.
    pub(super) fn finish(self) -> lopdf::Dictionary {
        self.new.finish()
    }
}

/// What is open at a point of a content stream.
#[derive(Default)]
struct Open {
    saves: u32,
    marks: u32,
    text: bool,
}

impl Builder<'_, '_, '_> {
    /// Writes `bytes` anew.
    pub(super) fn content(&mut self, bytes: &[u8], scope: &mut Scope) -> Built<Vec<u8>> {
        self.default_spaces(scope)?;
        let mut lexer = Lexer::new(bytes, 0);
        let mut out = Vec::with_capacity(bytes.len());
        let mut operands: Vec<Object> = Vec::new();
        let mut open = Open::default();
        loop {
            let token = lexer.token();
            match token {
                Token::End => break,
                Token::Keyword(word) if !matches!(word, b"true" | b"false" | b"null") => {
                    self.cx.budget().objects(1)?;
                    let known = operator(word);
                    if known == Some(Operator::Inline) {
                        self.inline(&mut lexer, bytes, scope, &mut out)?;
                    } else if let Some(known) = known {
                        self.operate(known, word, &mut operands, scope, &mut open, &mut out)?;
                    }
                    operands.clear();
                }
                token => match lexer.object_from(token, 32) {
                    Ok(object) if operands.len() < OPERANDS => operands.push(object),
                    Ok(_) => {
                        operands.clear();
                        self.cx.budget().objects(OPERANDS as u64)?;
                    }
                    // A stray delimiter: readers go on with the next operator.
                    Err(_) => operands.clear(),
                },
            }
        }
        close(&open, &mut out);
        Ok(out)
    }

    fn operate(
        &mut self,
        operator: Operator,
        word: &[u8],
        operands: &mut [Object],
        scope: &mut Scope,
        open: &mut Open,
        out: &mut Vec<u8>,
    ) -> Built<()> {
        match operator {
            Operator::Compatibility | Operator::Inline | Operator::Mark => {}
            Operator::Plain(signature) => {
                if let Some(operands) = fitting(operands, signature) {
                    emit(operands, word, out);
                }
            }
            Operator::Save | Operator::Restore | Operator::BeginText | Operator::EndText | Operator::EndMarked => {
                if open.step(operator) {
                    emit(&[], word, out);
                }
            }
            Operator::BeginMarked => {
                open.marks = open.marks.saturating_add(1);
                self.begin_marked(operands, scope, out)?;
            }
            Operator::Dash => {
                if let [Object::Array(pattern), phase] = tail(operands, 2)
                    && pattern.iter().all(is_number)
                    && is_number(phase)
                {
                    emit(tail(operands, 2), word, out);
                }
            }
            Operator::Intent => {
                if let [Object::Name(intent)] = tail(operands, 1)
                    && super::resources::INTENTS.iter().any(|known| known.as_bytes() == intent)
                {
                    emit(tail(operands, 1), word, out);
                }
            }
            Operator::Color => {
                if operands.iter().all(is_number) && !operands.is_empty() {
                    emit(operands, word, out);
                }
            }
            Operator::Font => self.font_operator(operands, scope, out)?,
            Operator::ColorPattern => self.pattern_operator(word, operands, scope, out)?,
            Operator::ColorSpace => self.named(Category::ColorSpace, word, operands, scope, out)?,
            Operator::GraphicsState => self.named(Category::ExtGState, word, operands, scope, out)?,
            Operator::Shading => self.named(Category::Shading, word, operands, scope, out)?,
            Operator::XObject => self.named(Category::XObject, word, operands, scope, out)?,
        }
        Ok(())
    }

    /// An operator whose one operand is the name of a resource.
    fn named(&mut self, category: Category, word: &[u8], operands: &[Object], scope: &mut Scope, out: &mut Vec<u8>) -> Built<()> {
        if let [Object::Name(old)] = tail(operands, 1)
            && let Some(new) = self.lookup(category, old, scope)?
        {
            emit(&[Object::Name(new)], word, out);
        }
        Ok(())
    }

    fn font_operator(&mut self, operands: &[Object], scope: &mut Scope, out: &mut Vec<u8>) -> Built<()> {
        if let [Object::Name(old), size] = tail(operands, 2)
            && is_number(size)
            && let Some(new) = self.lookup(Category::Font, old, scope)?
        {
            emit(&[Object::Name(new), size.clone()], b"Tf", out);
        }
        Ok(())
    }

    fn pattern_operator(&mut self, word: &[u8], operands: &[Object], scope: &mut Scope, out: &mut Vec<u8>) -> Built<()> {
        let (numbers, old) = match operands.split_last() {
            Some((Object::Name(old), numbers)) => (numbers, Some(old)),
            _ => (operands, None),
        };
        if !numbers.iter().all(is_number) || operands.is_empty() {
            return Ok(());
        }
        let mut fresh = numbers.to_vec();
        if let Some(old) = old {
            let Some(new) = self.lookup(Category::Pattern, old, scope)? else { return Ok(()) };
            fresh.push(Object::Name(new));
        }
        emit(&fresh, word, out);
        Ok(())
    }

    /// Marked content (14.6): layers and replacement text stay, everything else is a mark without properties.
    fn begin_marked(&mut self, operands: &[Object], scope: &mut Scope, out: &mut Vec<u8>) -> Built<()> {
        let tag = operands.first().and_then(|tag| tag.as_name().ok()).unwrap_or_default();
        let properties = operands.get(1);
        if tag == b"OC" {
            let layer = match properties {
                Some(Object::Name(old)) => self.lookup(Category::Properties, old, scope)?,
                _ => None,
            };
            match layer {
                Some(new) => emit(&[Object::Name(b"OC".to_vec()), Object::Name(new)], b"BDC", out),
                None => emit(&[Object::Name(b"Span".to_vec())], b"BMC", out),
            }
            return Ok(());
        }
        let dict = match properties {
            Some(Object::Name(old)) => self.old_resource(Category::Properties, old, scope)?,
            Some(Object::Dictionary(_)) => properties.cloned(),
            _ => None,
        };
        match dict {
            Some(dict) => {
                let item = self.resolve(&dict)?;
                let texts = self.replacement_text(&item)?;
                emit(&[Object::Name(b"Span".to_vec()), texts], b"BDC", out);
            }
            None => emit(&[Object::Name(b"Span".to_vec())], b"BMC", out),
        }
        Ok(())
    }

    /// `ActualText` and its siblings (14.9), which copying and reading aloud use.
    fn replacement_text(&mut self, item: &Item) -> Built<Object> {
        const TEXTS: super::shape::Table = &[
            ("ActualText", super::shape::Shape::Text),
            ("Alt", super::shape::Shape::Text),
            ("E", super::shape::Shape::Text),
            ("Lang", super::shape::Shape::Text),
        ];
        let mut out = lopdf::Dictionary::new();
        if let Some(dict) = item.dict() {
            self.plain(dict, TEXTS, &mut out)?;
        }
        Ok(Object::Dictionary(out))
    }

    /// A name of ours for what `old` stands for; nothing if it stands for nothing that is kept.
    pub(super) fn lookup(&mut self, category: Category, old: &[u8], scope: &mut Scope) -> Built<Option<Vec<u8>>> {
        if let Some(named) = scope.new.known(category, old) {
            return Ok(match named {
                Named::As(new) => Some(new),
                Named::Nothing => None,
            });
        }
        let object = self.resource(category, old, scope)?;
        Ok(scope.new.learn(category, old, object))
    }
}

impl Open {
    /// Follows an operator that opens or closes; false for one that closes what was not opened.
    fn step(&mut self, operator: Operator) -> bool {
        match operator {
            Operator::Save => self.saves = self.saves.saturating_add(1),
            Operator::Restore => match self.saves.checked_sub(1) {
                Some(saves) => self.saves = saves,
                None => return false,
            },
            Operator::EndMarked => match self.marks.checked_sub(1) {
                Some(marks) => self.marks = marks,
                None => return false,
            },
            Operator::BeginText => self.text = true,
            Operator::EndText => return std::mem::replace(&mut self.text, false),
            _ => {}
        }
        true
    }
}

/// Closes what a content stream leaves open.
fn close(open: &Open, out: &mut Vec<u8>) {
    if open.text {
        emit(&[], b"ET", out);
    }
    (0..open.marks).for_each(|_| emit(&[], b"EMC", out));
    (0..open.saves).for_each(|_| emit(&[], b"Q", out));
}

/// The last operands if they are of the kinds in `signature`: readers count from the operator back.
fn fitting<'o>(operands: &'o [Object], signature: &str) -> Option<&'o [Object]> {
    let operands = tail(operands, signature.len());
    let fits = operands.len() == signature.len()
        && operands.iter().zip(signature.bytes()).all(|(operand, kind)| match kind {
            b'n' => is_number(operand),
            b's' => matches!(operand, Object::String(..)),
            _ => operand.as_array().is_ok_and(|items| items.iter().all(|item| is_number(item) || item.as_str().is_ok())),
        });
    fits.then_some(operands)
}

/// The last `count` operands, or fewer.
fn tail(operands: &[Object], count: usize) -> &[Object] {
    operands.get(operands.len().saturating_sub(count)..).unwrap_or_default()
}

fn is_number(object: &Object) -> bool {
    matches!(object, Object::Integer(_) | Object::Real(_))
}

/// Writes an operator with its operands.
pub(super) fn emit(operands: &[Object], operator: &[u8], out: &mut Vec<u8>) {
    for operand in operands {
        write::object(operand, out);
        out.push(b' ');
    }
    out.extend_from_slice(operator);
    out.push(b'\n');
}
