//! Every format by its content, and every kind of disagreement with its name.

use super::{Claim, identify};
use sanitizer_verify::{Format, Untrusted};

fn found(bytes: &[u8], name: &str) -> (Format, Option<bool>) {
    let claim = Claim { name: Some(name), ..Claim::default() };
    let identified = identify(Untrusted::new(bytes), &claim).unwrap();
    (identified.format, identified.mismatch.map(|mismatch| mismatch.holds))
}

fn at(offset: usize, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0; offset];
    out.extend_from_slice(bytes);
    out.resize(out.len() + 64, 0);
    out
}

/// An OLE2 file with a directory of its root and one stream of this name.
fn compound(name: &str) -> Vec<u8> {
    let mut out = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    out.resize(512, 0);
    out[30] = 9;
    out[44] = 1;
    out[76..80].copy_from_slice(&1_u32.to_le_bytes());
    let entry = |name: &str, child: u32| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry.resize(128, 0);
        entry[68..76].fill(0xFF);
        entry[76..80].copy_from_slice(&child.to_le_bytes());
        entry
    };
    out.extend(entry("Root Entry", 1));
    out.extend(entry(name, u32::MAX));
    out.resize(1024, 0);
    out.extend_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
    out.resize(1536, 0xFF);
    out
}

#[test]
fn every_format_is_known_by_its_content() {
    let cases: Vec<(Format, Vec<u8>, &str)> = vec![
        (Format::Bmp, at(0, b"BM\0\0\x01\0\0\0\0\0\x36\0\0\0\x28\0\0\0"), "a.bmp"),
        (Format::Bzip2, at(0, b"BZh91AY&SY"), "a.bz2"),
        (Format::Cab, at(0, b"MSCF\0\0\0\0"), "a.cab"),
        (Format::Cfb, compound("Something"), "a.doc"),
        (Format::Csv, b"a,b\n".to_vec(), "a.csv"),
        (Format::DiskImage, at(32_769, b"CD001"), "a.iso"),
        (Format::Doc, compound("WordDocument"), "a.doc"),
        (Format::DocuWorks, at(0, b"\x60\x0E\x82\x01\x07\x80\x03"), "a.xdw"),
        (Format::Emf, [at(0, &[1])[..40].to_vec(), at(0, b" EMF")].concat(), "a.emf"),
        (Format::Empty, Vec::new(), "a.pdf"),
        (Format::Empty, Vec::new(), "a.html"),
        (Format::Empty, Vec::new(), "a.bat"),
        (Format::Empty, Vec::new(), ""),
        (Format::Text, Vec::new(), "a.txt"),
        (Format::Csv, Vec::new(), "a.CSV"),
        (Format::Text, Vec::new(), ".gitkeep"),
        (Format::EncryptedOoxml, compound("EncryptedPackage"), "a.xlsx"),
        (Format::Executable, at(0, b"MZ\x90\0"), "a.exe"),
        (Format::Gif, at(0, b"GIF89a"), "a.gif"),
        (Format::Gzip, at(0, b"\x1F\x8B\x08"), "a.gz"),
        (Format::Heif, at(4, b"ftypheic"), "a.heic"),
        (Format::Html, b"<!DOCTYPE html><p>".to_vec(), "a.html"),
        (Format::Ico, at(0, b"\0\0\x01\0\x01\0\x10\x10\0\0"), "a.ico"),
        (Format::Ics, b"BEGIN:VCALENDAR\r\n".to_vec(), "a.ics"),
        (Format::Jpeg, at(0, b"\xFF\xD8\xFF\xE0"), "a.jpg"),
        (Format::Jtd, compound("DocumentText"), "a.jtd"),
        (Format::Lnk, at(0, b"L\0\0\0\x01\x14\x02\0"), "a.lnk"),
        (Format::Lzh, at(2, b"-lh5-"), "a.lzh"),
        (Format::Mail, b"Subject: hello\r\n\r\n".to_vec(), "a.eml"),
        (Format::Media, at(4, b"ftypisom"), "a.mp4"),
        (Format::Msg, compound("__properties_version1.0"), "a.msg"),
        (Format::OneNote, at(0, b"\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3"), "a.one"),
        (Format::Pdf, b"%PDF-1.7\n".to_vec(), "a.pdf"),
        (Format::Pdf, [&[0, 0, 7][..], b"%PDF-1.7\n"].concat(), "a.pdf"),
        (Format::Png, at(0, b"\x89PNG\r\n\x1A\n"), "a.png"),
        (Format::PostScript, b"%!PS-Adobe-3.0\n".to_vec(), "a.ps"),
        (Format::Ppt, compound("PowerPoint Document"), "a.ppt"),
        (Format::Rar, at(0, b"Rar!\x1A\x07\x01\0"), "a.rar"),
        (Format::Rtf, b"{\\rtf1 }".to_vec(), "a.rtf"),
        (Format::Script, b"alert(1)".to_vec(), "a.js"),
        (Format::SevenZip, at(0, b"7z\xBC\xAF\x27\x1C"), "a.7z"),
        (Format::Svg, b"<?xml version='1.0'?><!-- x --><svg/>".to_vec(), "a.svg"),
        (Format::Tar, at(257, b"ustar"), "a.tar"),
        (Format::Text, "議事録\r\n".as_bytes().to_vec(), "a.txt"),
        (Format::Text, b"\x8Bc\x8E\x96\x98^\r\n".to_vec(), "a.txt"),
        (Format::Text, b"\xFF\xFEa\0b\0".to_vec(), "a.txt"),
        (Format::Text, b"MZ is how this note begins".to_vec(), "a.txt"),
        (Format::Tiff, at(0, b"II*\0"), "a.tif"),
        (Format::Tnef, at(0, b"\x78\x9F\x3E\x22"), "winmail.dat"),
        (Format::Unknown, at(0, b"\x93\x94\x01\x02"), "a.dat"),
        (Format::Vcf, b"BEGIN:VCARD\r\n".to_vec(), "a.vcf"),
        (Format::WebP, at(0, b"RIFF\0\0\0\0WEBP"), "a.webp"),
        (Format::Wmf, at(0, b"\xD7\xCD\xC6\x9A\0\0"), "a.wmf"),
        (Format::Xls, compound("Workbook"), "a.xls"),
        (Format::Xml, b"<?xml version='1.0'?><a/>".to_vec(), "a.xml"),
        (Format::Xz, at(0, b"\xFD7zXZ\0"), "a.xz"),
        (Format::Zip, at(0, b"PK\x05\x06"), "a.zip"),
        (Format::Zstd, at(0, b"\x28\xB5\x2F\xFD"), "a.zst"),
    ];
    for (format, bytes, name) in &cases {
        assert_eq!(found(bytes, name), (*format, None), "{format}");
    }
    // Packages are told apart by the samples of their own formats.
    let packages = [Format::Docm, Format::Docx, Format::Odp, Format::Ods, Format::Odt, Format::Opc, Format::Pptm];
    let more = [Format::Pptx, Format::Xlsb, Format::Xlsm, Format::Xlsx];
    for format in Format::ALL {
        let listed = cases.iter().any(|(known, _, _)| known == format);
        assert!(listed || packages.contains(format) || more.contains(format), "{format}");
    }
}

#[test]
fn a_container_without_its_directory_is_a_damaged_one_of_its_name() {
    let package = at(0, b"PK\x03\x04");
    assert_eq!(found(&package, "a.docx"), (Format::Docx, None));
    assert_eq!(found(&package, "a.XLSM"), (Format::Xlsm, None));
    assert_eq!(found(&package, "a.zip"), (Format::Zip, None));
    assert_eq!(found(&package, "a.lzh"), (Format::Zip, Some(false)));
    assert_eq!(found(&package, "a.pdf"), (Format::Zip, Some(true)));
    assert_eq!(found(&package, "a.exe"), (Format::Zip, Some(true)));
    // An empty archive is whole.
    assert_eq!(found(&at(0, b"PK\x05\x06"), "a.docx"), (Format::Zip, Some(true)));
    let compound = compound("WordDocument");
    assert_eq!(found(&compound[..600], "a.doc"), (Format::Doc, None));
    assert_eq!(found(&compound[..600], "a.xlsx"), (Format::Xlsx, None));
    assert_eq!(found(&compound[..600], "a.pdf"), (Format::Cfb, Some(true)));
}

#[test]
fn a_name_of_another_family_holds_and_one_of_the_same_does_not() {
    let png = at(0, b"\x89PNG\r\n\x1A\n");
    assert_eq!(found(&png, "a.jpg"), (Format::Png, Some(false)));
    assert_eq!(found(&png, "a.pdf"), (Format::Png, Some(true)));
    assert_eq!(found(&png, "a.exe"), (Format::Png, Some(true)));
    assert_eq!(found(&png, "a.無名"), (Format::Png, None));
    assert_eq!(found(&png, "a"), (Format::Png, None));
    assert_eq!(found(b"hello", "a.xls"), (Format::Text, Some(true)));
    assert_eq!(found(&at(0, b"PK\x05\x06"), "a.lzh"), (Format::Zip, Some(false)));
    assert_eq!(found(b"%PDF-1.5", "a.ai"), (Format::Pdf, None));
}

#[test]
fn a_name_cannot_make_a_script_harmless() {
    for name in ["a.js", "a.JS", "a.js ", "a.js.", "a.txt.js", "a.js\u{200B}", "sj.txt\u{202E}.js", "C:\\x\\a.js"] {
        assert_eq!(found(b"alert(1)", name).0, Format::Script, "{name:?}");
    }
    assert_eq!(found(b"<html><script>", "a.txt"), (Format::Text, None));
    assert_eq!(found(b"<html><script>", "a").0, Format::Html);
    assert_eq!(found(b"#!/bin/sh", "a").0, Format::Script);
}
