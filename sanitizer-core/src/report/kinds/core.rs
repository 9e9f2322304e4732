//! Findings of no format in particular.

super::family! {
    /// Findings of no format in particular.
    CoreFinding "core" {
        /// The part came in an old format; what stands in its place was converted and then built anew.
        Converted "converted", "古い形式から新しい形式への変換", "a conversion from an old format to a current one";
        /// Macros in a document of an old format, which a conversion leaves behind.
        ConvertedMacros "converted_macros", "古い形式の文書のマクロ", "macros in a document of an old format";
        /// No bytes at all.
        Empty "empty", "空のファイル", "an empty file";
        /// No disarm for this format.
        FormatNotHandled "format_not_handled", "取り扱っていない形式", "a format that is not handled";
        /// An old format that was not converted.
        NotConverted "not_converted", "変換できていない古い形式", "an old format that was not converted";
        /// A format that has no business at this place, such as a program in the place of a picture.
        NotExpectedHere "not_expected_here", "この場所にあるはずのない形式", "a format that does not belong at this place";
        /// The policy holds the format.
        PolicyHold "policy_hold", "方針により止める形式", "a format the policy holds";
        /// Name or declared type and content disagree.
        TypeMismatch "type_mismatch", "名前と中身の種類の食い違い", "a name that disagrees with the content";
        /// The verifier refused the part in an earlier round.
        VerifierRefused "verifier_refused", "最終確認で認められなかった部分", "a part the verifier refused";
    }
}
