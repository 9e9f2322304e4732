use crate::syntax::mime::base64_lines;
use std::fmt::Write as _;

const PLACEHOLDER: &str = "［符号化されたデータを除きました］";

/// Bytes as a packed file has them.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn base64(bytes: &[u8]) -> String {
    base64_lines(bytes).replace("\r\n", "")
}

/// Lines of so many characters, each after `mark`.
fn lines(data: &str, width: usize, mark: &str) -> String {
    data.as_bytes().chunks(width).fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{mark}{}", std::str::from_utf8(line).unwrap());
        out
    })
}

fn uu(bytes: &[u8], mark: &str) -> String {
    uu_lines(bytes, 45, mark)
}

/// Lines of uuencode of so many bytes.
fn uu_lines(bytes: &[u8], size: usize, mark: &str) -> String {
    bytes.chunks(size).fold(String::new(), |mut out, line| {
        let code = |value: u8| char::from(if value == 0 { 0x60 } else { value + 0x20 });
        let mut written = code(u8::try_from(line.len()).unwrap()).to_string();
        for group in line.chunks(3) {
            let [a, b, c] = [0, 1, 2].map(|at| group.get(at).copied().unwrap_or(0));
            written.extend([a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63].map(code));
        }
        let _ = writeln!(out, "{mark}{written}");
        out
    })
}

/// What is left, checked to stay as it is in a second pass.
fn cut(text: &str) -> String {
    let (once, found) = super::cut(text);
    assert_eq!(super::cut(&once), (once.clone(), 0), "second pass");
    assert_eq!(found > 0, once != text);
    once
}

fn stays(text: &str) {
    assert_eq!(super::cut(text), (text.to_owned(), 0));
}

/// Whether pieces of `data` of 39 characters are left.
fn leaks(text: &str, data: &str) -> bool {
    let bare: String = cut(text).chars().filter(|c| !c.is_whitespace()).collect();
    data.as_bytes().windows(39).step_by(13).any(|piece| bare.contains(std::str::from_utf8(piece).unwrap()))
}

#[test]
fn base64_goes_whatever_its_lines_look_like() {
    let data = base64(&noise(1500));
    assert_eq!(data.len(), 2000);
    for width in [39, 60, 64, 76, 100, 1000, 2000] {
        for mark in ["", "> ", ">> ", "| ", "＞", "\t", "\"", "# ", "// "] {
            let text = format!("前\n{}後\n", lines(&data, width, mark));
            let left = cut(&text);
            assert!(left.starts_with("前\n") && left.ends_with("後\n") && left.lines().count() <= 4, "{width} {mark}: {left}");
            assert!(!leaks(&text, &data), "{width} {mark}");
            assert!(!leaks(&text.replace('\n', "\r\n"), &data), "{width} {mark}, CRLF");
            assert!(!leaks(&text.replace('\n', "\r"), &data), "{width} {mark}, CR");
        }
    }
}

#[test]
fn base64_of_every_kind_of_file_goes() {
    let sparse: Vec<u8> = noise(60).chunks(6).flat_map(|piece| [piece, &[0; 300]].concat()).collect();
    let wide: Vec<u8> =
        "powershell -nop $a = New-Object Net.WebClient\r\n".repeat(40).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let script = "WScript.CreateObject(\"Shell.Application\").Open \"calc\"\r\n".repeat(40).into_bytes();
    for bytes in [noise(4000), sparse, wide, script, b"\x12\x34\x56".repeat(700)] {
        let data = base64(&bytes);
        let for_urls = data.replace('+', "-").replace('/', "_").replace('=', "");
        for data in [&data, &for_urls] {
            assert_eq!(cut(&format!("前\n{}後\n", lines(data, 76, ""))), format!("前\n{PLACEHOLDER}\n後\n"));
            let uri = format!("<img src=\"data:image/png;base64,{data}\"> 後");
            assert!(cut(&uri).starts_with(&format!("<img src=\"data:image/png;base64,{PLACEHOLDER}")), "{}", cut(&uri));
        }
    }
}

#[test]
fn base64_goes_when_other_lines_or_blanks_stand_between() {
    let data = base64(&noise(6000));
    for every in [1, 5, 20] {
        for between in ["つづきます。\n", "\n", "\n\n\n", "A line of prose.\n\n"] {
            let all = lines(&data, 76, "");
            let all: Vec<&str> = all.split_inclusive('\n').collect();
            let text: String = all.chunks(every).map(|some| some.concat() + between).collect();
            assert!(!leaks(&text, &data), "{every} {between:?}");
            let prose = |text: &str| text.matches("つづきます。").count() + text.matches("A line of prose.").count();
            assert_eq!(prose(&cut(&text)), prose(&text));
        }
    }
    for group in [4, 8, 10, 76] {
        let spaced = lines(&data, group, "").replace('\n', " ");
        assert!(!leaks(&format!("前\n{spaced}\n後\n"), &data), "{group}");
    }
    let json = format!("{{\"a\": [\"{}\"]}}", lines(&data, 76, "").trim_end().replace('\n', "\", \""));
    assert!(!leaks(&json, &data));
    assert!(!leaks(&format!("var s = \"{}\";", lines(&data, 76, "").replace('\n', "\\r\\n")), &data));
}

#[test]
fn hex_goes_where_it_is_no_list_of_hashes() {
    let hex = noise(3000).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    for width in [60, 70, 76, 80, 6000] {
        assert_eq!(cut(&format!("前\n{}後\n", lines(&hex, width, ""))), format!("前\n{PLACEHOLDER}\n後\n"), "{width}");
    }
    assert_eq!(cut(&format!("前 {hex} 後")), format!("前 {PLACEHOLDER} 後"));
    for width in [32, 40, 56, 64, 96, 128] {
        stays(&lines(&hex[..width * 40], width, ""));
    }
}

#[test]
fn uuencode_goes_with_and_without_its_frame() {
    let bytes = noise(3000);
    for mark in ["", "> ", ">> "] {
        let body = uu(&bytes, mark);
        let line = body.lines().nth(3).unwrap();
        let framed = format!("前\n{mark}begin 644 a.exe\n{body}{mark}`\n{mark}end\n後\n");
        assert_eq!(cut(&framed), format!("前\n{mark}{PLACEHOLDER}\n後\n"));
        // Without its end, with a blank line before every other, with no frame at all.
        assert_eq!(cut(&format!("{mark}begin 644 a.exe\n{body}後\n")), format!("{mark}{PLACEHOLDER}\n後\n"));
        assert!(!cut(&framed.replace('\n', "\n\n")).contains(line));
        assert!(!cut(&format!("前\n{body}後\n")).contains(line));
    }
    let small = uu(&noise(40), "");
    assert_eq!(cut(&format!("begin 644 a\n{small}`\nend\n後\n")), format!("{PLACEHOLDER}\n後\n"));
    assert_eq!(cut(&format!("begin 644 a\n{small}")), format!("{PLACEHOLDER}\n"));
}

#[test]
fn a_first_line_alone_is_a_sentence_and_hides_nothing_behind_it() {
    let prose = "begin 644 meters from here\nand walk on.\nend of report\nend\n";
    stays(prose);
    stays("begin 644 x");
    stays("begin 644 x\n\n\nend\n");
    let block = format!("begin 644 a.exe\n{}`\nend\n", uu(&noise(500), ""));
    for decoy in ["begin 644 x\n", "begin 644 x\nprose here\n", prose, "begin-base64 644 x\nprose.\n"] {
        assert_eq!(cut(&format!("{decoy}{block}後\n")), format!("{decoy}{PLACEHOLDER}\n後\n"));
        assert!(!leaks(&format!("{decoy}{}", lines(&base64(&noise(3000)), 76, "")), &base64(&noise(3000))));
    }
    // Prose inside a block ends it; what follows is looked at again.
    let torn = format!("begin 644 a.exe\n{}prose here\n{}end\n", uu(&noise(90), ""), uu(&noise(3000), ""));
    assert_eq!(cut(&torn).lines().filter(|line| line.len() > 50 && line.is_ascii()).count(), 0);
}

/// Each line followed by characters that decoders ignore.
fn with_junk(lines: &str, junk: &str) -> String {
    lines.lines().fold(String::new(), |out, line| out + line + junk + "\n")
}

/// The same six bits in other characters.
fn masked(lines: &str) -> String {
    lines.chars().map(|c| if ('!'..'?').contains(&c) { char::from(u8::try_from(c).unwrap() + 0x40) } else { c }).collect()
}

#[test]
fn uuencode_goes_as_lenient_decoders_read_it() {
    let bytes = noise(400);
    let firsts = [
        "begin 644 x",
        "begin  644 x",
        "begin 644\tx",
        "begin\t644 x",
        "begin 00644 x",
        "begin 0000000644   x",
        "begin 6 x",
        "begin 644x",
        "begin-encoded 644 eA==",
    ];
    for first in firsts {
        for size in [45, 44, 30, 9, 1] {
            let body = uu_lines(&bytes, size, "");
            for body in [body.clone(), with_junk(&body, " ab"), with_junk(&body, "junk, and more of it"), masked(&body)] {
                for end in ["`\nend\n", "end\n", ""] {
                    assert_eq!(
                        cut(&format!("前\n{first}\n{body}{end}後\n")),
                        format!("前\n{PLACEHOLDER}\n後\n"),
                        "{first} {size}"
                    );
                }
            }
        }
        // Longer lines of both kinds.
        for size in [45, 44, 16] {
            let body = with_junk(&masked(&uu_lines(&bytes[..size * 8], size, "")), " ab");
            assert_eq!(cut(&format!("{first}\n{body}`\nend\n後\n")), format!("{PLACEHOLDER}\n後\n"), "{first} {size}");
        }
        // One line.
        for body in [uu(&noise(40), ""), with_junk(&uu(&noise(40), ""), " ab"), masked(&uu(&noise(40), ""))] {
            assert_eq!(cut(&format!("{first}\n{body}`\nend\n後\n")), format!("{PLACEHOLDER}\n後\n"), "{first}");
            assert_eq!(cut(&format!("{first}\n{body}end\n後\n")), format!("{PLACEHOLDER}\n後\n"), "{first}");
        }
        // Prose becomes a few odd bytes in front of the data.
        for body in [uu(&bytes, ""), with_junk(&uu_lines(&bytes, 44, ""), " ab"), masked(&uu(&bytes, ""))] {
            let left = cut(&format!("{first}\nつづき\nand so on\n{body}つづき\n{body}`\nend\n後\n"));
            assert_eq!(left, format!("{first}\nつづき\nand so on\n{PLACEHOLDER}\nつづき\n{PLACEHOLDER}\n後\n"));
        }
    }
}

#[test]
fn long_lines_of_uuencode_go_without_a_frame() {
    let bytes = noise(3000);
    for size in [45, 44, 42, 33, 60] {
        let body = uu_lines(&bytes, size, "");
        for body in [body.clone(), with_junk(&body, " ab"), with_junk(&body, "junk, and more of it")] {
            let left = cut(&format!("前\n{body}後\n"));
            assert!(left.lines().filter(|line| line.is_ascii()).count() <= 1, "{size}: {left}");
        }
    }
}

#[test]
fn prose_after_what_looks_like_a_first_line_stays() {
    let texts = [
        "It has to be done soon.\nThe next line is of the same kind.\nThat one as well.\nThis too.\nTo the end.\nTogether.\n",
        "- one item of a list\n- another item of a list\n- one more item of it\n- and yet another one\n- the last of these\n- no\n",
        "1. one item of a list\n2. another item of a list\n3. one more item of it\n4. and yet another one\n5. the last\n",
        "NOTICE TO ALL STAFF\nTHE OFFICE IS CLOSED ON MONDAY\nPLEASE ASK AT THE DESK\nTHANK YOU\n",
        "and walk on.\nall of us\nare there\nand at the end\n",
        "#123\n本日は晴天なり。\n#124\n$500 (TAX)\n",
        "  x <= 1;\n  y <= 2;\n  z <= 3;\nend\n",
        "MON 10:00-12:00 (A-101)\n\nTUE 10:00-12:00 (A-102)\nWED 13:00-15:00 (A-101)\n",
    ];
    for text in texts {
        for first in
            ["begin 644 meters from here\n", "begin 100 steps\n", "begin 2nd part\n", "begin 7'h12\n", "begin-base64 644 x\n"]
        {
            stays(&format!("{first}{text}"));
            stays(&format!("{first}すすむ\n{text}"));
            stays(&format!("{first}\n{text}\n{first}{text}"));
        }
    }
}

#[test]
fn begin_base64_goes_as_lenient_decoders_read_it() {
    let data = base64(&noise(90));
    for first in ["begin-base64 644 x", "begin-base64  00644\tx", "begin-base64-encoded 644 eA=="] {
        for width in [60, 59, 23, 5, 120] {
            for junk in ["", " ab", "!"] {
                if junk.is_empty() || width > 23 {
                    let body = with_junk(&lines(&data, width, ""), junk);
                    assert_eq!(cut(&format!("{first}\n{body}====\n後\n")).matches(PLACEHOLDER).count(), 1, "{first} {width}");
                    assert!(!leaks(&format!("{first}\n{body}====\n後\n"), &data));
                }
            }
        }
    }
}

#[test]
fn begin_base64_and_yenc_go() {
    let short = base64(&noise(60));
    assert_eq!(cut(&format!("begin-base64 644 a.exe\n{short}\n====\n後\n")), format!("{PLACEHOLDER}\n後\n"));
    let yenc = "=ybegin line=128 size=3 name=a.exe\n\n¤½¾\n=yend size=3\n後\n";
    assert_eq!(cut(yenc), format!("{PLACEHOLDER}\n後\n"));
    assert_eq!(cut("=ybegin line=128 size=3 name=a.exe\n¤½¾\n\n後\n"), format!("{PLACEHOLDER}\n\n後\n"));
    stays("=ybegin is how yEnc starts.\nIt ends so: =yend\n");
}

#[test]
fn what_people_write_stays() {
    let numbered = |line: &dyn Fn(usize) -> String| (0..300).map(|index| line(index) + "\n").collect::<String>();
    let hex = |index: usize| noise(32 + index)[index..].iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    stays(&numbered(&hex));
    stays(&numbered(&|index| hex(index).to_uppercase()));
    stays(&numbered(&|index| format!("{}  file-{index}.tar.gz", hex(index))));
    stays(&numbered(&|index| format!("SN-2026-{index:08}-ABCD-0000-JP{index:04}")));
    stays(&numbered(&|index| format!("{index:08}-0000-4000-8000-{index:012}")));
    stays(&numbered(&|index| format!("{index:024}")));
    stays(&numbered(&|index| format!("{index},{},{:.2},A{index:05}", index * 7, 1.5)));
    stays(&numbered(&|index| format!("https://www.city.example.jp/Event/Page{index}?id=AbC{index}xYz&utm_source=Mail2026")));
    stays(&numbered(&|index| {
        format!("2026-11-25T10:00:{:02}Z host app[{index}]: GET /a/b/{} 200", index % 60, &hex(index)[..16])
    }));
    stays(&numbered(&|_| "本日は晴天なり。お世話になっております。".to_owned()));
    stays(&numbered(&|_| "+--------+----------------------------+-----------------------+".to_owned()));
    stays(&numbered(&|_| "-".repeat(72)));
    stays(&numbered(&|_| "=".repeat(41)));
    stays(&numbered(&|index| format!("com/example/project/FooBarFactory{index}Impl")));
    stays(&numbered(&|index| format!("GetModuleHandleExW{index}ByAddressOfName")));
    stays(&numbered(&|_| "Mon 9 Tue 10 Wed 11 Thu 12 Fri 13 Sat 14 Sun 15".to_owned()));
    stays(&numbered(&|_| "The Quick Brown Fox Jumps Over The Lazy Dog and Goes Home".to_owned()));
    stays(&numbered(&|_| "THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG AND GOES HOME".to_owned()));
    let key = format!("-----BEGIN PRIVATE KEY-----\n{}-----END PRIVATE KEY-----\n", lines(&base64(&noise(1218)), 64, ""));
    stays(&key);
    // Other encodings, which the ledger says stay.
    let binhex = lines(&"$f*TEQKPH#jdCA8".repeat(100), 64, "");
    stays(&format!("(This file must be converted with BinHex 4.0)\n:{binhex}:\n"));
    stays(&lines(&"JBSWY3DPEB3W64TMMQQQ".repeat(100), 76, ""));
    stays(&format!("<~{}~>\n", lines(&"9jqo^BlbD-BleB1DJ+*+F(f,q".repeat(80), 76, "")));
    // A digest of signed letters: each signature is short, and the letters stand between.
    stays(&format!("{}{key}", "A line of a letter.\n".repeat(120)).repeat(5));
}
