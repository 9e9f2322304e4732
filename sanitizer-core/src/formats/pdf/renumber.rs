//! Numbers the objects of the new document in the order they are met from the root, and leaves out what is not met.
//!
//! So the numbers depend on the document alone, and a second pass gives the same ones.

use lopdf::Object;
use std::collections::{BTreeMap, VecDeque};

/// The objects in their new order, and the new number of each old one.
pub(super) fn renumber(mut objects: Vec<Object>, root: u32) -> (Vec<Object>, BTreeMap<u32, u32>) {
    let mut numbers = BTreeMap::from([(root, 1)]);
    let mut queue = VecDeque::from([root]);
    let mut out = Vec::with_capacity(objects.len());
    while let Some(old) = queue.pop_front() {
        let index = usize::try_from(old.saturating_sub(1)).unwrap_or(usize::MAX);
        let mut object = objects.get_mut(index).map_or(Object::Null, |object| std::mem::replace(object, Object::Null));
        rewrite(&mut object, &mut |old| {
            let next = u32::try_from(numbers.len().saturating_add(1)).unwrap_or(u32::MAX);
            *numbers.entry(old).or_insert_with(|| {
                queue.push_back(old);
                next
            })
        });
        out.push(object);
    }
    (out, numbers)
}

/// Gives each reference in `object` its new number. Our own objects are nested a few levels deep at most.
fn rewrite(object: &mut Object, number: &mut impl FnMut(u32) -> u32) {
    match object {
        Object::Reference(id) => *id = (number(id.0), 0),
        Object::Array(items) => items.iter_mut().for_each(|item| rewrite(item, number)),
        Object::Dictionary(dict) => dict.iter_mut().for_each(|(_, value)| rewrite(value, number)),
        Object::Stream(stream) => stream.dict.iter_mut().for_each(|(_, value)| rewrite(value, number)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_met_stays_and_in_the_order_it_is_met() {
        let objects = vec![
            Object::Integer(0),
            Object::Array(vec![Object::Reference((4, 0)), Object::Reference((3, 0))]),
            Object::Integer(3),
            Object::Reference((2, 0)),
        ];
        let (out, numbers) = renumber(objects, 2);
        assert_eq!(
            out,
            [
                Object::Array(vec![Object::Reference((2, 0)), Object::Reference((3, 0))]),
                Object::Reference((1, 0)),
                Object::Integer(3),
            ]
        );
        assert_eq!(numbers.get(&1), None);
    }
}
