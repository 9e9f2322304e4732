//! What a name claims: the extension a program would choose by, and whether the content fits it.

use super::{Claim, Mismatch};
use crate::report::name::is_visible;
use sanitizer_verify::Format;

/// The last extension of a claimed name, in lower case; empty if there is none.
#[derive(Clone, Debug)]
pub(super) struct Extension(String);

impl Extension {
    /// What Windows would take for it: invisible characters do not count (a direction override turns `exe.` to the
    /// front), nor do spaces and dots at the end.
    pub(super) fn of(claim: &Claim<'_>) -> Self {
        let name: String = claim.name.unwrap_or_default().chars().filter(|c| is_visible(*c)).collect();
        let name = name.trim_end_matches(['.', ' ', '\u{3000}']);
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        Self(name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default())
    }

    /// Whether opening such a file runs it, installs it, or follows a link.
    pub(super) fn is_run(&self) -> bool {
        RUN.binary_search(&self.0.as_str()).is_ok()
    }

    /// What an empty file of this name is: a text without a character if the name does not say otherwise. Nothing can
    /// be in it, and programs that log and mark leave such files.
    pub(super) fn format_of_nothing(&self, claim: &Claim<'_>) -> Format {
        match self.format() {
            Some(text @ (Format::Csv | Format::Text)) => text,
            None if !self.is_run() && claim.name.is_some_and(|name| !name.is_empty()) => Format::Text,
            _ => Format::Empty,
        }
    }

    /// The format it stands for.
    pub(super) fn format(&self) -> Option<Format> {
        EXTENSIONS.iter().find(|(_, extensions)| extensions.contains(&self.0.as_str())).map(|(format, _)| *format)
    }
}

/// Compares content and claimed name. A name that says nothing we know claims nothing.
pub(super) fn mismatch(content: Format, claim: &Claim<'_>) -> Option<Mismatch> {
    let extension = Extension::of(claim);
    let claimed = if extension.is_run() { Format::Script } else { extension.format()? };
    if content == Format::Empty || content == claimed || is_usual(content, claimed, &extension) {
        return None;
    }
    Some(Mismatch { holds: family(content) != family(claimed) })
}

/// What a container whose directory is gone is taken for: what it claims to be, so that it is held as a damaged one of
/// that kind, and not for its name.
pub(super) fn damaged(claim: &Claim<'_>) -> Option<Format> {
    Extension::of(claim)
        .format()
        .filter(|format| matches!(family(*format), Family::Document | Family::Sheet | Family::Slides) && *format != Format::Rtf)
}

/// Disagreements that are none.
fn is_usual(content: Format, claimed: Format, extension: &Extension) -> bool {
    match content {
        // An encrypted package keeps the name of what is inside, and Office keeps its own names for its own kinds.
        Format::EncryptedOoxml => matches!(family(claimed), Family::Document | Family::Sheet | Family::Slides),
        // A container of a kind we cannot tell: the hold says that it is not handled.
        Format::Cfb => matches!(
            claimed,
            Format::Doc | Format::Xls | Format::Ppt | Format::Msg | Format::Jtd | Format::Executable | Format::Script
        ),
        // Illustrator files are PDF; so are forms of some offices.
        Format::Pdf => extension.0 == "ai",
        // Templates of mail are messages.
        Format::Script | Format::Lnk | Format::Executable => matches!(claimed, Format::Executable | Format::Lnk | Format::Script),
        _ => false,
    }
}

/// Formats that one program opens under each other's names without anybody noticing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Archive,
    Document,
    Mail,
    Media,
    Other(Format),
    Picture,
    Program,
    Sheet,
    Slides,
    Text,
}

const fn family(format: Format) -> Family {
    match format {
        Format::Bzip2
        | Format::Cab
        | Format::Gzip
        | Format::Lzh
        | Format::Rar
        | Format::SevenZip
        | Format::Tar
        | Format::Xz
        | Format::Zip
        | Format::Zstd => Family::Archive,
        Format::Doc | Format::Docm | Format::Docx | Format::Odt | Format::Rtf => Family::Document,
        Format::Msg => Family::Mail,
        Format::Media => Family::Media,
        Format::Bmp
        | Format::Emf
        | Format::Gif
        | Format::Heif
        | Format::Ico
        | Format::Jpeg
        | Format::Png
        | Format::Tiff
        | Format::WebP
        | Format::Wmf => Family::Picture,
        Format::Executable | Format::Lnk | Format::Script => Family::Program,
        Format::Ods | Format::Xls | Format::Xlsb | Format::Xlsm | Format::Xlsx => Family::Sheet,
        Format::Odp | Format::Ppt | Format::Pptm | Format::Pptx => Family::Slides,
        Format::Csv | Format::Html | Format::Ics | Format::Mail | Format::Svg | Format::Text | Format::Vcf | Format::Xml => {
            Family::Text
        }
        other => Family::Other(other),
    }
}

/// Extensions and what they stand for.
const EXTENSIONS: &[(Format, &[&str])] = &[
    (Format::Bmp, &["bmp", "dib"]),
    (Format::Bzip2, &["bz2", "tbz", "tbz2"]),
    (Format::Cab, &["cab"]),
    (Format::Csv, &["csv", "tsv"]),
    (Format::DiskImage, &["img", "iso", "vhd", "vhdx", "wim"]),
    (Format::Doc, &["doc", "dot"]),
    (Format::Docm, &["docm", "dotm"]),
    (Format::DocuWorks, &["xbd", "xct", "xdw"]),
    (Format::Docx, &["docx", "dotx"]),
    (Format::Emf, &["emf"]),
    (Format::Gif, &["gif"]),
    (Format::Gzip, &["gz", "tgz"]),
    (Format::Heif, &["avif", "heic", "heif"]),
    (Format::Html, &["htm", "html", "mht", "mhtml", "shtml", "xht", "xhtml"]),
    (Format::Ico, &["cur", "ico"]),
    (Format::Ics, &["ics", "vcs"]),
    (Format::Jpeg, &["jfif", "jpe", "jpeg", "jpg"]),
    (Format::Jtd, &["jfw", "jhd", "jtd", "jtdc", "jtt", "jttc"]),
    (Format::Lzh, &["lha", "lzh"]),
    (Format::Mail, &["eml"]),
    (
        Format::Media,
        &[
            "aac", "avi", "flac", "m4a", "m4v", "mid", "mkv", "mov", "mp3", "mp4", "mpeg", "mpg", "ogg", "wav", "webm", "wma",
            "wmv",
        ],
    ),
    (Format::Msg, &["msg", "oft"]),
    (Format::Odp, &["odp", "otp"]),
    (Format::Ods, &["ods", "ots"]),
    (Format::Odt, &["odt", "ott"]),
    (Format::OneNote, &["one", "onetoc2"]),
    (Format::Pdf, &["pdf"]),
    (Format::Png, &["apng", "png"]),
    (Format::PostScript, &["eps", "ps"]),
    (Format::Ppt, &["pot", "pps", "ppt"]),
    (Format::Pptm, &["potm", "ppsm", "pptm"]),
    (Format::Pptx, &["potx", "ppsx", "pptx"]),
    (Format::Rar, &["rar"]),
    (Format::Rtf, &["rtf"]),
    (Format::SevenZip, &["7z"]),
    (Format::Svg, &["svg"]),
    (Format::Tar, &["tar"]),
    (Format::Text, &["asc", "log", "md", "text", "txt"]),
    (Format::Tiff, &["tif", "tiff"]),
    (Format::Vcf, &["vcard", "vcf"]),
    (Format::WebP, &["webp"]),
    (Format::Wmf, &["wmf"]),
    (Format::Xls, &["xls", "xlt"]),
    (Format::Xlsb, &["xlsb"]),
    (Format::Xlsm, &["xlsm", "xltm"]),
    (Format::Xlsx, &["xlsx", "xltx"]),
    (Format::Xml, &["xml"]),
    (Format::Xz, &["xz"]),
    (Format::Zip, &["zip"]),
    (Format::Zstd, &["zst"]),
];

/// Extensions that a shell, a script host, a browser or Office runs, installs or follows; sorted.
const RUN: &[&str] = &[
    "accda",
    "accde",
    "ade",
    "adp",
    "apk",
    "appinstaller",
    "application",
    "appref-ms",
    "appx",
    "appxbundle",
    "asp",
    "aspx",
    "asx",
    "bas",
    "bat",
    "cdxml",
    "chm",
    "cmd",
    "cnt",
    "com",
    "command",
    "contact",
    "cpl",
    "csh",
    "desktop",
    "diagcab",
    "dll",
    "dmg",
    "elf",
    "exe",
    "fxp",
    "gadget",
    "grp",
    "hlp",
    "hpj",
    "hta",
    "htc",
    "inf",
    "ins",
    "iqy",
    "isp",
    "its",
    "jar",
    "jnlp",
    "job",
    "js",
    "jse",
    "ksh",
    "library-ms",
    "lnk",
    "mad",
    "maf",
    "mag",
    "mam",
    "maq",
    "mar",
    "mas",
    "mau",
    "mav",
    "maw",
    "mcf",
    "mda",
    "mde",
    "mdt",
    "mdw",
    "mdz",
    "mjs",
    "msc",
    "msh",
    "msh1",
    "msh1xml",
    "msh2",
    "msh2xml",
    "mshxml",
    "msi",
    "msix",
    "msixbundle",
    "msp",
    "mst",
    "msu",
    "ocx",
    "odc",
    "ops",
    "oqy",
    "osd",
    "pcd",
    "php",
    "pif",
    "pl",
    "plg",
    "prf",
    "prg",
    "printerexport",
    "ps1",
    "ps1xml",
    "ps2",
    "ps2xml",
    "psc1",
    "psc2",
    "psd1",
    "psdm1",
    "psm1",
    "pssc",
    "py",
    "pyc",
    "pyo",
    "pyw",
    "pyz",
    "pyzw",
    "rdp",
    "reg",
    "rqy",
    "rsp",
    "scf",
    "scpt",
    "scr",
    "sct",
    "search-ms",
    "searchconnector-ms",
    "settingcontent-ms",
    "sh",
    "shb",
    "shs",
    "slk",
    "sln",
    "sys",
    "theme",
    "themepack",
    "udl",
    "url",
    "vb",
    "vbe",
    "vbp",
    "vbs",
    "vsmacros",
    "vsw",
    "vxd",
    "wasm",
    "webpnp",
    "website",
    "wll",
    "ws",
    "wsb",
    "wsc",
    "wsf",
    "wsh",
    "xbap",
    "xla",
    "xlam",
    "xll",
    "xlm",
    "xnk",
    "xsl",
    "xslt",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_programs_is_sorted() {
        assert!(RUN.is_sorted());
        assert!(EXTENSIONS.iter().flat_map(|(_, extensions)| *extensions).all(|extension| !RUN.contains(extension)));
    }
}
