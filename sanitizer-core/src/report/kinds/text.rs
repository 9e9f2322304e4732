//! Findings in plain text.

super::family! {
    /// Findings in plain text.
    TextFinding "text" {
        /// A control character or a direction override.
        Control "control", "制御文字", "control characters";
        /// Bytes that belong to no charset we read.
        UnknownCharset "unknown_charset", "判別できない文字コード", "an unknown charset";
    }
}
