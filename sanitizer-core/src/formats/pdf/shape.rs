//! Plain values: which keys a dictionary may have and of what form each value is.

use super::{
    builder::{Builder, Built, whole},
    text,
};
use lopdf::{Dictionary, Object};

/// The form of a plain value. None of them holds a reference, an action or a file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// One of these names.
    Name(&'static [&'static str]),
    /// A number.
    Num,
    /// An array of this many numbers.
    Nums(usize),
    /// An array of numbers, as many as there are.
    NumList,
    /// An array of an array of numbers and a number: a dash pattern (8.4.3.6).
    Dash,
    /// Text for people.
    Text,
}

/// Keys and the form of each.
pub(super) type Table = &'static [(&'static str, Shape)];

impl Builder<'_, '_, '_> {
    /// Takes what `table` names from `from` into `into`, in the order of the table. What is of another form is left out.
    pub(super) fn plain(&mut self, from: &Dictionary, table: Table, into: &mut Dictionary) -> Built<()> {
        for (key, shape) in table {
            let item = self.get(from, key)?;
            if let Some(object) = self.shaped(item.plain(), *shape)? {
                into.set(*key, object);
            }
        }
        Ok(())
    }

    /// `object` as `shape`.
    pub(super) fn shaped(&mut self, object: &Object, shape: Shape) -> Built<Option<Object>> {
        Ok(match (shape, object) {
            (Shape::Bool, Object::Boolean(_)) | (Shape::Num, Object::Integer(_) | Object::Real(_)) => Some(object.clone()),
            (Shape::Int, _) => whole(object).map(Object::Integer),
            (Shape::Name(allowed), Object::Name(bytes)) => {
                allowed.iter().any(|name| name.as_bytes() == bytes).then(|| object.clone())
            }
            (Shape::Nums(count), Object::Array(items)) => {
                self.numbers(items)?.filter(|numbers| numbers.len() == count).map(Object::Array)
            }
            (Shape::NumList, Object::Array(items)) => self.numbers(items)?.map(Object::Array),
            (Shape::Dash, Object::Array(items)) => match items.as_slice() {
                [pattern, phase] => {
                    let pattern = self.resolve(pattern)?;
                    let phase = self.resolve(phase)?;
                    let pattern = self.shaped(pattern.plain(), Shape::NumList)?;
                    let phase = self.shaped(phase.plain(), Shape::Num)?;
                    pattern.zip(phase).map(|(pattern, phase)| Object::Array(vec![pattern, phase]))
                }
                _ => None,
            },
            (Shape::Text, Object::String(bytes, _)) => Some(text::rewrite(bytes)),
            _ => None,
        })
    }

    /// All of `items` if each is a number.
    pub(super) fn numbers(&mut self, items: &[Object]) -> Built<Option<Vec<Object>>> {
        // Many dictionaries may share one long array, and each gets its own.
        self.cx.budget().objects(items.len() as u64)?;
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            let item = self.resolve(item)?;
            match item.plain() {
                number @ (Object::Integer(_) | Object::Real(_)) => out.push(number.clone()),
                _ => return Ok(None),
            }
        }
        Ok(Some(out))
    }
}
