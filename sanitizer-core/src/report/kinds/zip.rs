//! Findings in archives.

super::family! {
    /// Findings in archives.
    ZipFinding "zip" {
        /// An encrypted member.
        Encrypted "encrypted", "暗号化", "encryption";
        /// Not built yet.
        NotBuilt "not_built", "未対応", "not handled";
    }
}
