//! Findings in pictures.

super::family! {
    /// Findings in pictures.
    ImageFinding "image" {
        /// EXIF, XMP, comments and other data beside the pixels.
        Metadata "metadata", "撮影情報などの付加情報", "metadata";
        /// Not built yet.
        NotBuilt "not_built", "未対応", "not handled";
    }
}
