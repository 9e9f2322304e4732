use super::*;
use sanitizer_verify::Limits;

fn budget() -> Budget {
    Budget::new(&Limits::default())
}

/// Writes the events of a document in one line each.
fn events(bytes: &[u8]) -> Result<Vec<String>, XmlError> {
    let document = Document::decode(bytes, &mut budget())?;
    let mut reader = document.reader(|ns| ns == Ns::WordShape);
    let mut lines = Vec::new();
    loop {
        match reader.next()? {
            Event::Eof => return Ok(lines),
            Event::End => lines.push("/".to_owned()),
            Event::Text(text) => lines.push(format!("\"{text}\"")),
            Event::Start(start) => {
                let attributes: Vec<_> =
                    start.attributes.iter().map(|one| format!("{:?}:{}={}", one.ns, one.local, one.value)).collect();
                lines.push(format!("{:?}:{} {}", start.ns, start.local, attributes.join(" ")).trim_end().to_owned());
            }
        }
    }
}

const SHEET: &str = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main""#;

#[test]
fn elements_attributes_and_text_are_told() {
    let document = format!(
        "<?xml version=\"1.0\" encoding='UTF-8'?>\r\n<a {SHEET} b = 'x&#x20;&lt;\n' ><c/>1&amp;<!-- no -->2<![CDATA[<]]>\r\n</a>\n"
    );
    let told = events(document.as_bytes()).unwrap();
    assert_eq!(told, ["Sheet:a None:b=x <  ".trim_end(), "Sheet:c", "/", "\"1&2<\n\"", "/"]);
}

#[test]
fn strict_and_transitional_are_one() {
    let told = events(br#"<w:p xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main" w:x="1"/>"#).unwrap();
    assert_eq!(told, ["Word:p Word:x=1", "/"]);
}

#[test]
fn utf16_is_read_in_both_orders() {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>\u{8868}</a>";
    let little: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        assert_eq!(events(&bytes).unwrap(), ["None:a", "\"\u{8868}\"", "/"]);
    }
}

#[test]
fn what_is_not_strict_xml_is_refused() {
    let refused: &[(&str, XmlError)] = &[
        ("", XmlError::WellFormedness),
        ("<a/><b/>", XmlError::WellFormedness),
        ("<a/>x", XmlError::WellFormedness),
        ("<a>", XmlError::WellFormedness),
        ("<a></b>", XmlError::WellFormedness),
        ("<a b=\"1\" b=\"2\"/>", XmlError::WellFormedness),
        ("<a b=\"1\"c=\"2\"/>", XmlError::WellFormedness),
        ("<a b=\"<\"/>", XmlError::WellFormedness),
        ("<a b/>", XmlError::WellFormedness),
        ("<1a/>", XmlError::WellFormedness),
        ("<x:a/>", XmlError::Unbound),
        ("<a x:b=\"1\"/>", XmlError::Unbound),
        ("<a>&b;</a>", XmlError::Entity),
        ("<a b=\"&b;\"/>", XmlError::Entity),
        ("<a>&#0;</a>", XmlError::Entity),
        ("<a>&#xD800;</a>", XmlError::Entity),
        ("<a>\u{1}</a>", XmlError::Character),
        ("<a>\u{FFFF}</a>", XmlError::Character),
        ("<!DOCTYPE a><a/>", XmlError::Doctype),
        ("<?xml version=\"1.0\" encoding=\"shift_jis\"?><a>\u{8868}</a>", XmlError::Encoding),
        ("<?xml version=\"1.0\" encoding=\"utf-16\"?><a>\u{8868}</a>", XmlError::Encoding),
    ];
    for (text, error) in refused {
        assert_eq!(events(text.as_bytes()), Err(*error), "{text}");
    }
    assert_eq!(events(b"<a>\xFF</a>"), Err(XmlError::Encoding));
    assert_eq!(events("<a>".repeat(300).as_bytes()), Err(XmlError::Bomb));
}

#[test]
fn one_branch_of_alternate_content_is_told() {
    let namespaces = r#"xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:n="urn:new"
        xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape""#;
    let document = |choices: &str| {
        format!("<a {namespaces}><mc:AlternateContent>\n{choices}<mc:Fallback><f/></mc:Fallback></mc:AlternateContent></a>")
    };
    let unknown = document("<mc:Choice Requires=\"n\"><c>x</c></mc:Choice>");
    assert_eq!(events(unknown.as_bytes()).unwrap(), ["None:a", "None:f", "/", "/"]);
    let known = document("<mc:Choice Requires=\"n\"/><mc:Choice Requires=\"wps\"><c>x</c></mc:Choice>");
    assert_eq!(events(known.as_bytes()).unwrap(), ["None:a", "None:c", "\"x\"", "/", "/"]);
}

#[test]
fn tags_are_charged() {
    let mut budget = Budget::new(&Limits { objects: 10, ..Limits::default() });
    let document = format!("<a>{}</a>", "<b/>".repeat(20));
    assert!(matches!(Document::decode(document.as_bytes(), &mut budget), Err(XmlError::Exceeded(Exceeded::Objects))));
}

#[test]
fn what_is_written_is_read() {
    let mut writer = Writer::new();
    writer.start(Ns::Word, "p");
    writer.declare(Ns::Word);
    writer.attr(Ns::Word, "val", "<\"&\t\n'>");
    writer.start(Ns::Word, "t");
    writer.text("a\r\n<b>&\u{1}");
    let bytes = writer.finish();
    assert_eq!(events(&bytes).unwrap(), ["Word:p Word:val=<\"&\t\n'>", "Word:t", "\"a\r\n<b>&\"", "/", "/"]);
}
