//! Findings in plain text.

super::family! {
    /// Findings in plain text.
    TextFinding "text" {
        /// A control character or one that shows nothing.
        Control "control", "制御文字", "control characters";
        /// A link that opens a share, a file or a program.
        DangerousLink "dangerous_link", "共有フォルダーやプログラムを開くリンク（文字として残しました）", "links that open shares or programs (kept as text)";
        /// A direction override: what is read is not what is stored.
        Direction "direction", "文字の並びを逆にする制御", "direction overrides";
        /// A file encoded into the text: uuencode, yEnc, long base64.
        EncodedBlock "encoded_block", "本文に埋め込まれた符号化データ", "a file encoded into the text";
        /// A cell that a spreadsheet would compute.
        Formula "formula", "CSV内の数式（文字にしました）", "formulas in CSV (made text)";
        /// Bytes that belong to no charset we read.
        UnknownCharset "unknown_charset", "判別できない文字コード", "an unknown charset";
    }
}
