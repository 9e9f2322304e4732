//! What content is, whatever its name claims.

use serde::{Deserialize, Serialize};

macro_rules! formats {
    ($($(#[doc = $doc:literal])* $variant:ident $code:literal $ext:literal $media:literal;)*) => {
        /// A kind of content, as identified from its bytes.
        ///
        /// Only some formats can leave (those with a reader in this crate); the others exist so that a hold can say
        /// what was held.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Format { $($(#[doc = $doc])* $variant,)* }

        impl Format {
            /// Every format, in the order of the enum.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code used in reports, policies and metrics.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The usual file name extension, without the dot; empty where there is none.
            pub const fn extension(self) -> &'static str {
                match self { $(Self::$variant => $ext,)* }
            }

            /// The media type our output is labelled with (RFC 6838).
            pub const fn media_type(self) -> &'static str {
                match self { $(Self::$variant => $media,)* }
            }
        }
    };
}

formats! {
    /// Windows bitmap.
    Bmp "bmp" "bmp" "image/bmp";
    /// bzip2 stream.
    Bzip2 "bzip2" "bz2" "application/x-bzip2";
    /// Microsoft Cabinet.
    Cab "cab" "cab" "application/vnd.ms-cab-compressed";
    /// An OLE2 compound file of no known kind, [MS-CFB].
    Cfb "cfb" "" "application/x-ole-storage";
    /// Comma-separated values, RFC 4180.
    Csv "csv" "csv" "text/csv";
    /// Word 97–2003 binary document, [MS-DOC].
    Doc "doc" "doc" "application/msword";
    /// WordprocessingML with macros (docm, dotm), ECMA-376 and [MS-OFFMACRO2].
    Docm "docm" "docm" "application/vnd.ms-word.document.macroEnabled.12";
    /// `DocuWorks` document or binder.
    DocuWorks "docuworks" "xdw" "application/vnd.fujixerox.docuworks";
    /// WordprocessingML (docx, dotx), ECMA-376.
    Docx "docx" "docx" "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    /// Nothing at all: zero bytes.
    Empty "empty" "" "application/octet-stream";
    /// Windows Enhanced Metafile, [MS-EMF].
    Emf "emf" "emf" "image/emf";
    /// An OOXML package in an OLE2 container, [MS-OFFCRYPTO].
    EncryptedOoxml "encrypted_ooxml" "" "application/x-ole-storage";
    /// A program: PE, ELF, Mach-O, class file and the like.
    Executable "executable" "" "application/x-executable";
    /// CompuServe GIF, GIF87a and GIF89a.
    Gif "gif" "gif" "image/gif";
    /// gzip stream, RFC 1952.
    Gzip "gzip" "gz" "application/gzip";
    /// HEIF and AVIF pictures, ISO/IEC 23008-12.
    Heif "heif" "heic" "image/heic";
    /// HTML.
    Html "html" "html" "text/html";
    /// iCalendar, RFC 5545.
    Ics "ics" "ics" "text/calendar";
    /// Windows icon or cursor.
    Ico "ico" "ico" "image/vnd.microsoft.icon";
    /// Disk images: ISO 9660, VHD, VHDX.
    DiskImage "disk_image" "iso" "application/x-iso9660-image";
    /// JPEG, ITU-T T.81.
    Jpeg "jpeg" "jpg" "image/jpeg";
    /// Ichitaro document.
    Jtd "jtd" "jtd" "application/x-js-taro";
    /// LHA archive.
    Lzh "lzh" "lzh" "application/x-lzh-compressed";
    /// Windows shortcut, [MS-SHLLINK].
    Lnk "lnk" "lnk" "application/x-ms-shortcut";
    /// An Internet message, RFC 5322 and MIME.
    Mail "mail" "eml" "message/rfc822";
    /// Audio or video.
    Media "media" "" "application/octet-stream";
    /// Outlook message, [MS-OXMSG].
    Msg "msg" "msg" "application/vnd.ms-outlook";
    /// OpenDocument presentation, OASIS ODF.
    Odp "odp" "odp" "application/vnd.oasis.opendocument.presentation";
    /// OpenDocument spreadsheet, OASIS ODF.
    Ods "ods" "ods" "application/vnd.oasis.opendocument.spreadsheet";
    /// OpenDocument text, OASIS ODF.
    Odt "odt" "odt" "application/vnd.oasis.opendocument.text";
    /// OneNote section, [MS-ONESTORE].
    OneNote "onenote" "one" "application/onenote";
    /// Another OPC package than the ones named here.
    Opc "opc" "" "application/zip";
    /// PDF, ISO 32000.
    Pdf "pdf" "pdf" "application/pdf";
    /// Portable Network Graphics, ISO/IEC 15948.
    Png "png" "png" "image/png";
    /// PostScript.
    PostScript "postscript" "ps" "application/postscript";
    /// `PowerPoint` 97–2003 binary presentation, [MS-PPT].
    Ppt "ppt" "ppt" "application/vnd.ms-powerpoint";
    /// PresentationML with macros.
    Pptm "pptm" "pptm" "application/vnd.ms-powerpoint.presentation.macroEnabled.12";
    /// PresentationML, ECMA-376.
    Pptx "pptx" "pptx" "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    /// RAR archive.
    Rar "rar" "rar" "application/vnd.rar";
    /// Rich Text Format.
    Rtf "rtf" "rtf" "application/rtf";
    /// A script or a file that a shell, a browser or Office would run.
    Script "script" "" "text/plain";
    /// 7-Zip archive.
    SevenZip "seven_zip" "7z" "application/x-7z-compressed";
    /// Scalable Vector Graphics.
    Svg "svg" "svg" "image/svg+xml";
    /// POSIX tar archive.
    Tar "tar" "tar" "application/x-tar";
    /// Plain text.
    Text "text" "txt" "text/plain";
    /// TIFF.
    Tiff "tiff" "tif" "image/tiff";
    /// Transport Neutral Encapsulation Format, [MS-OXTNEF].
    Tnef "tnef" "dat" "application/ms-tnef";
    /// Nothing we know.
    Unknown "unknown" "bin" "application/octet-stream";
    /// vCard, RFC 6350.
    Vcf "vcf" "vcf" "text/vcard";
    /// WebP.
    WebP "webp" "webp" "image/webp";
    /// Windows Metafile, [MS-WMF].
    Wmf "wmf" "wmf" "image/wmf";
    /// Excel 97–2003 binary workbook, [MS-XLS].
    Xls "xls" "xls" "application/vnd.ms-excel";
    /// Excel binary workbook, [MS-XLSB].
    Xlsb "xlsb" "xlsb" "application/vnd.ms-excel.sheet.binary.macroEnabled.12";
    /// SpreadsheetML with macros (xlsm, xltm), ECMA-376 and [MS-OFFMACRO2].
    Xlsm "xlsm" "xlsm" "application/vnd.ms-excel.sheet.macroEnabled.12";
    /// SpreadsheetML (xlsx, xltx), ECMA-376.
    Xlsx "xlsx" "xlsx" "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    /// XML of no known vocabulary.
    Xml "xml" "xml" "application/xml";
    /// xz stream.
    Xz "xz" "xz" "application/x-xz";
    /// ZIP archive, APPNOTE 6.3.
    Zip "zip" "zip" "application/zip";
    /// Zstandard stream, RFC 8878.
    Zstd "zstd" "zst" "application/zstd";
}

impl Format {
    /// The format with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.code() == code)
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
