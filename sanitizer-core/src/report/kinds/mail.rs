//! Findings in mail.

super::family! {
    /// Findings in mail.
    MailFinding "mail" {
        /// A delimiter again after the closing one.
        AfterEnd "after_end", "終わりの区切りの後に続きがある作り", "more parts after the closing delimiter";
        /// The other forms of a text of which one was taken.
        Alternative "alternative", "同じ本文の別の形式", "another form of the same text";
        /// CR without LF.
        BareCr "bare_cr", "改行の片方だけの文字（CR）", "a CR without LF";
        /// Base64 with other characters in it.
        Base64Junk "base64_junk", "乱れた符号化（Base64）", "damaged base64";
        /// A boundary that readers take for different ones.
        BoundaryForm "boundary_form", "区切りの書き方が定まらない作り", "a boundary readers take differently";
        /// A line that starts with a boundary and goes on.
        BoundaryPrefix "boundary_prefix", "区切りに似た行", "a line that only starts like a delimiter";
        /// No closing delimiter.
        BoundaryUnclosed "boundary_unclosed", "途中で切れた添付", "an attachment that is cut off";
        /// A multipart without its delimiter.
        BoundaryUnused "boundary_unused", "区切りのない複数部分の作り", "a multipart without its delimiter";
        /// Two charsets for one text.
        CharsetConflict "charset_conflict", "文字コードの二重の指定", "two charsets for one text";
        /// Two different Content-Disposition fields.
        DispositionConflict "disposition_conflict", "添付の扱いの食い違う指定", "conflicting dispositions";
        /// Two different Content-Transfer-Encoding fields.
        EncodingConflict "encoding_conflict", "符号化方式の食い違う指定", "conflicting transfer encodings";
        /// An encoding around a multipart or a message.
        EncodingOnContainer "encoding_on_container", "全体が符号化された複数部分", "a transfer encoding around a multipart";
        /// An encoding nobody knows.
        EncodingUnknown "encoding_unknown", "知られていない符号化方式", "an unknown transfer encoding";
        /// S/MIME or PGP encrypted.
        Encrypted "encrypted", "暗号化されたメール（S/MIME・PGP）", "an encrypted message (S/MIME, PGP)";
        /// message/external-body.
        ExternalBody "external_body", "中身が別の場所にある添付", "an attachment whose content is elsewhere";
        /// A header field off the allow-list.
        HeaderDropped "header_dropped", "取り込まないヘッダー", "header fields that are not carried over";
        /// A header line that is none.
        HeaderForm "header_form", "ヘッダーの形をしていない行", "a header line that is none";
        /// The header is cut off.
        HeaderUnfinished "header_unfinished", "途中で切れたヘッダー", "a header that is cut off";
        /// A text of which readers may have seen nothing; it is shown.
        HiddenShown "hidden_shown", "画面に表示されない書き方の本文（文章として渡しました）", "a text written so as not to show, carried over as text";
        /// Text that readers of the HTML did not see.
        HiddenText "hidden_text", "画面に表示されない文字", "hidden text";
        /// HTML was turned into plain text.
        HtmlToText "html_to_text", "HTML（本文をテキストにしました）", "HTML, turned into plain text";
        /// CRLF and LF mixed.
        MixedLineEnds "mixed_line_ends", "混ざった改行コード", "mixed line ends";
        /// NUL.
        Nul "nul", "NUL文字", "a NUL character";
        /// Too many or too large parts or header fields.
        Oversize "oversize", "多すぎる、または大きすぎるヘッダーや部分", "too many or too large parts or header fields";
        /// message/partial.
        Partial "partial", "分割して送られたメールの一片", "one piece of a split message";
        /// A file in quoted-printable with an escape that is none.
        QuotedPrintableJunk "quoted_printable_junk", "乱れた符号化（quoted-printable）", "damaged quoted-printable";
        /// Two readers of ours split the message differently.
        ReadersDisagree "readers_disagree", "読み手によって区切りが変わる作り", "a structure that readers see differently";
        /// A delivery report in a form that is not the standard's; it is carried over as text.
        ReportForm "report_form", "読み取れない形の配信通知（文章として渡しました）", "a delivery report that cannot be read, carried over as text";
        /// What a delivery report does not need: other fields, the returned message, pictures.
        ReportReduced "report_reduced", "配信通知に不要な項目や返送されたメールの中身", "other fields and the returned content of a delivery report";
        /// Script, forms and other active parts of HTML.
        Script "script", "HTML内のスクリプトや入力欄", "script or forms in HTML";
        /// A signature, which a rebuilt message cannot keep.
        Signature "signature", "電子署名（組み直すと無効になります）", "a digital signature (void once rebuilt)";
        /// A picture that only reports that the mail was opened.
        TrackingPixel "tracking_pixel", "開封を知らせる画像", "a tracking pixel";
        /// Two different Content-Type fields.
        TypeConflict "type_conflict", "種類の食い違う指定", "conflicting content types";
        /// UTF-7.
        Utf7 "utf7", "UTF-7の文字コード", "UTF-7";
    }
}
