//! Findings in archives.

super::family! {
    /// Findings in archives.
    ZipFinding "zip" {
        /// Headers that disagree, hidden or overlapping entries.
        Ambiguous "ambiguous", "読み手によって中身が変わる作りのZIP", "an archive that readers could see differently";
        /// The archive or a member does not decode.
        Damaged "damaged", "壊れた部分", "a damaged part";
        /// An encrypted member.
        Encrypted "encrypted", "暗号化", "encryption";
        /// A member compressed in a way that is not handled.
        MethodNotHandled "method_not_handled", "取り扱っていない圧縮方式", "a compression method that is not handled";
        /// One volume of several.
        MultiVolume "multi_volume", "分割されたZIPの一部", "one volume of a split archive";
        /// A symbolic link, a device or a pipe.
        NotAFile "not_a_file", "リンクなどファイルでないもの", "a link or another member that is no file";
        /// More than the limits allow.
        OverLimit "over_limit", "上限を超える大きさ・数", "more than the limits allow";
        /// A name that leads out of the folder it is unpacked to.
        PathEscape "path_escape", "展開先の外を指す名前", "a name that leads out of its folder";
        /// What an operating system keeps for itself: resource forks, view settings, thumbnails.
        SystemFile "system_file", "OSの管理用ファイル", "a file the operating system keeps for itself";
    }
}
