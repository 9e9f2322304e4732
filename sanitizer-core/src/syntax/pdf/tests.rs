//! Structure: which file is read, and which object of it.

use super::{Error, File};
use lopdf::Object;
use sanitizer_verify::{Budget, Limits};

/// A file from its parts; `@n` in the last one stands for the offset of part `n`.
fn file(parts: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut offsets = Vec::new();
    for part in parts {
        let mut text = (*part).to_owned();
        for (index, offset) in offsets.iter().enumerate().rev() {
            text =
                text.replace(&format!("@{index}@"), &format!("{offset:010}")).replace(&format!("@{index}"), &format!("{offset}"));
        }
        offsets.push(out.len());
        out.extend(text.bytes());
    }
    out
}

fn look(bytes: &[u8], number: u32) -> Result<Object, Error> {
    let mut budget = Budget::new(&Limits::default());
    let mut file = File::open(bytes, &mut budget)?;
    file.get((number, 0), &mut budget).map(|item| item.plain().clone())
}

const HEAD: &str = "%PDF-1.4\n";
const ONE: &str = "1 0 obj\n(one)\nendobj\n";

#[test]
fn the_last_revision_counts() {
    let bytes = file(&[
        HEAD,
        ONE,
        "xref\n0 2\n0000000000 65535 f \n@1@ 00000 n \ntrailer\n<</Root 1 0 R>>\nstartxref\n@2\n%%EOF\n",
        "1 0 obj\n(two)\nendobj\n",
        "xref\n1 1\n@3@ 00000 n \ntrailer\n<</Root 1 0 R/Prev @2>>\nstartxref\n@4\n%%EOF\n",
    ]);
    // The table of a part names its own offset too.
    let at = bytes.windows(4).rposition(|window| window == b"xref").unwrap();
    assert!(at > 0);
    let text = String::from_utf8(bytes).unwrap();
    let (first, last) = (text.find("xref\n0 2").unwrap(), text.find("xref\n1 1").unwrap());
    let fixed =
        text.replace("startxref\n@2", &format!("startxref\n{first}")).replace("startxref\n@4", &format!("startxref\n{last}"));
    assert_eq!(look(fixed.as_bytes(), 1), Ok(Object::string_literal("two")));
}

#[test]
fn an_unfinished_update_is_broken() {
    let whole = table(ONE, "0 2\n0000000000 65535 f \n0000000009 00000 n \n", "");
    let with = |tail: &str| look(&[&whole, tail.as_bytes()].concat(), 1);
    for tail in [
        "1 0",
        "\n1 0 ",
        "1 0 ob",
        "1 0 obj",
        "\r\n1 0 obj\n(two)\nendobj\n",
        "%x\n12  0\nobj<<",
        "\0\n1 0 obj\n(two)\nendobj\nxref\n",
        "xref\n0 1\n",
    ] {
        assert_eq!(with(tail), Err(Error::Broken), "{tail:?}");
    }
    assert_eq!(with(&format!("1 0 obj\n({})", "x".repeat(2048))), Err(Error::Broken));
    assert_eq!(with(&"x".repeat(2048)), Err(Error::Ambiguous));
    let harmless =
        ["\n\0 \x1A", "\r\n0\r\n\r\n", "7", "%%EOF\n", "-- \r\n総務課 内線 1 0\r\n", "</html>", "object of this mail", "endobj"];
    for tail in harmless {
        assert_eq!(with(tail), Ok(Object::string_literal("one")), "{tail:?}");
    }
}

#[test]
fn no_end_mark_is_broken() {
    let whole = table(ONE, "0 2\n0000000000 65535 f \n0000000009 00000 n \n", "");
    for (cut, expected) in
        [(1, Ok(Object::string_literal("one"))), (2, Err(Error::Broken)), (6, Err(Error::Broken)), (8, Err(Error::Broken))]
    {
        assert_eq!(look(&whole[..whole.len() - cut], 1), expected, "{cut}");
    }
}

/// One table over `rows`, after `body`.
fn table(body: &str, rows: &str, trailer: &str) -> Vec<u8> {
    let start = HEAD.len() + body.len();
    format!("{HEAD}{body}xref\n{rows}trailer\n<</Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n").into_bytes()
}

#[test]
fn oddities_all_readers_agree_on_are_read() {
    let short = table(ONE, "0 2\n0000000000 65535 f\n0000000009 00000 n\n", "");
    let from_one = table(ONE, "1 2\n0000000000 65535 f \n0000000009 00000 n \n", "");
    let loops = table(ONE, "0 2\n0000000000 65535 f \n0000000009 00000 n \n", "/Prev 30");
    for bytes in [short, from_one, loops] {
        assert_eq!(look(&bytes, 1), Ok(Object::string_literal("one")));
    }
}

#[test]
fn a_table_that_names_another_object_is_broken() {
    let bytes = table("2 0 obj\n(two)\nendobj\n", "0 2\n0000000000 65535 f \n0000000009 00000 n \n", "");
    assert_eq!(look(&bytes, 1), Err(Error::Broken));
}

#[test]
fn a_number_given_twice_is_ambiguous() {
    let rows = "0 2\n0000000000 65535 f \n0000000009 00000 n \n1 1\n0000000012 00000 n \n";
    assert_eq!(look(&table(ONE, rows, ""), 1), Err(Error::Ambiguous));
}

#[test]
fn what_was_never_written_is_null() {
    let bytes = table(ONE, "0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000000 00000 n \n", "");
    assert_eq!(look(&bytes, 2), Ok(Object::Null));
    assert_eq!(look(&bytes, 77), Ok(Object::Null));
}

#[test]
fn an_encrypted_file_says_so() {
    let bytes = table(ONE, "0 2\n0000000000 65535 f \n0000000009 00000 n \n", "/Encrypt<<>>");
    assert_eq!(look(&bytes, 1), Err(Error::Encrypted));
}

#[test]
fn a_length_that_needs_itself_ends() {
    let body = "1 0 obj\n<</Length 1 0 R>>\nstream\nx\nendstream\nendobj\n";
    let bytes = table(body, "0 2\n0000000000 65535 f \n0000000009 00000 n \n", "");
    assert_eq!(look(&bytes, 1), Err(Error::Broken));
}

#[test]
fn a_container_in_itself_ends() {
    // Object 1 stands in container 2, whose length is object 1.
    let body = "2 0 obj\n<</Type/ObjStm/N 1/First 4/Length 1 0 R>>\nstream\n1 0 8\nendstream\nendobj\n";
    let rows = [[0u8, 0, 0], [2, 2, 0], [1, 9, 0], [1, u8::try_from(HEAD.len() + body.len()).unwrap(), 0]].concat();
    let start = HEAD.len() + body.len();
    let head = format!("{HEAD}{body}3 0 obj\n<</Type/XRef/Size 4/W[1 1 1]/Root 1 0 R/Length {}>>\nstream\n", rows.len());
    let bytes = [head.as_bytes(), &rows, format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes()].concat();
    assert_eq!(look(&bytes, 1), Err(Error::Broken));
}
