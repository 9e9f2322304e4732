//! Findings in pictures.

super::family! {
    /// Findings in pictures.
    ImageFinding "image" {
        /// Frames after the first of an animated PNG.
        Animation "animation", "動く画像の2枚目以降", "the later frames of an animated picture";
        /// Damaged or cut off.
        Damaged "damaged", "壊れているか途中で切れた画像", "a picture that is damaged or cut off";
        /// EXIF, XMP, comments and other data beside the pixels.
        Metadata "metadata", "撮影情報などの付加情報", "metadata";
        /// No end mark, though every pixel of what is there can be read.
        MissingEnd "missing_end", "終わりの印がない画像（途中で切れている可能性）", "a picture without its end mark, perhaps cut off";
        /// More pixels or data than the limits allow.
        TooLarge "too_large", "大きすぎる画像", "a picture that is too large";
        /// Bytes behind the end of the picture.
        TrailingData "trailing_data", "画像の後ろに付いていたデータ", "data behind the end of a picture";
        /// A coding hardly any program reads.
        UnsupportedCoding "unsupported_coding", "取り扱っていない画像の符号化", "a picture coding that is not handled";
    }
}
