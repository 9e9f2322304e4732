//! A tree of values that somebody honest wrote, with lies in it: what keeps its form gets past the parser.

use arbitrary::Arbitrary;
use serde_json::{Map, Value, json};

/// One change to a tree.
#[derive(Arbitrary, Debug)]
pub struct Lie {
    at: u16,
    what: What,
}

#[derive(Arbitrary, Debug)]
enum What {
    Number(i64),
    Size(u64),
    Fraction(f64),
    Flag(bool),
    Word(u8),
    Text(String),
    Nothing,
    List,
    Copy(u16),
    Remove,
    Twice,
    Named(u8),
    Deep(u8),
}

/// Codes and names that readers of such trees know, and some they must not.
const WORDS: &[&str] = &[
    "/",
    "/0",
    "/1",
    "/0/0",
    "/4294967295",
    "/etc/passwd",
    "held",
    "rebuilt",
    "modified",
    "broken",
    "timeout",
    "internal",
    "converter_missing",
    "verify_failed",
    "text",
    "pdf",
    "docx",
    "doc",
    "rtf",
    "xls",
    "zip",
    "mail",
    "executable",
    "unknown",
    "remove",
    "Ok",
    "Err",
    "Accepted",
    "Refused",
    "../../x",
    "CON",
    "a\u{202e}txt.exe",
    "\u{0}",
    "127.0.0.1:0",
    "[::1]:25",
    "a.jp",
    "a@a.jp",
    "lgwan",
    "require",
    "best-effort",
    "front",
    "back",
    "json",
];

/// The tree with all lies told.
pub fn told(mut tree: Value, lies: &[Lie]) -> Value {
    for lie in lies.iter().take(16) {
        lie.tell(&mut tree);
    }
    tree
}

/// The pointers to every value of a tree, top down.
fn pointers(tree: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match tree {
        Value::Array(list) => list.iter().enumerate().for_each(|(index, value)| pointers(value, &format!("{at}/{index}"), found)),
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            pointers(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
        }),
        _ => {}
    }
}

impl Lie {
    fn tell(&self, tree: &mut Value) {
        let mut all = Vec::new();
        pointers(tree, "", &mut all);
        let pick = |number: u16| all[usize::from(number) % all.len()].as_str();
        let at = pick(self.at);
        let old = tree.pointer(at).cloned().unwrap_or_default();
        let new = match &self.what {
            What::Number(number) => json!(number),
            What::Size(number) => json!(number),
            What::Fraction(number) => json!(number),
            What::Flag(flag) => json!(flag),
            What::Word(number) => json!(word(*number)),
            What::Text(text) => json!(text),
            What::Nothing => Value::Null,
            What::List => json!([]),
            What::Copy(from) => tree.pointer(pick(*from)).cloned().unwrap_or_default(),
            What::Deep(depth) => (0..*depth).fold(old, |inner, _| json!([inner])),
            What::Remove | What::Twice | What::Named(_) => return self.around(tree, at, old),
        };
        // A copy of the whole into itself doubles it: enough is enough.
        if all.len() < 2000
            && let Some(place) = tree.pointer_mut(at)
        {
            *place = new;
        }
    }

    /// What happens in the list or map around a place.
    fn around(&self, tree: &mut Value, at: &str, old: Value) {
        let Some((parent, key)) = at.rsplit_once('/') else { return };
        match (tree.pointer_mut(parent), &self.what) {
            (Some(Value::Array(list)), What::Remove) => drop(key.parse().map(|index: usize| list.remove(index))),
            (Some(Value::Array(list)), _) => list.push(old),
            (Some(Value::Object(map)), What::Remove) => drop(map.remove(key)),
            (Some(Value::Object(map)), What::Named(number)) => rename(map, key, word(*number)),
            (Some(Value::Object(map)), _) => drop(map.insert(format!("{key}_"), old)),
            _ => {}
        }
    }
}

fn word(number: u8) -> &'static str {
    WORDS[usize::from(number) % WORDS.len()]
}

fn rename(map: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = map.remove(from) {
        map.insert(to.to_owned(), value);
    }
}
