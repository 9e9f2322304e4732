//! Office Open XML packages: what Word and Excel files share (ECMA-376, ISO/IEC 29500).
//!
//! ```text
//!  bytes ─► package   parts, content types, relationships; conflicts are held
//!        ─► kind      which part may be reached from which, by type of relationship and content
//!        ─► tree      each part as a tree of elements of the vocabulary, the rest dropped
//!        ─► builder   fixes of the format, then every reference: to a part we write, or gone
//!        ─► assembly  a new package: our names, our content types, our relationships
//! ```

pub(super) mod assembly;
pub(super) mod builder;
pub(super) mod kind;
pub(super) mod link;
pub(super) mod package;
pub(super) mod placeholder;
pub(super) mod relation;
pub(super) mod tree;
pub(super) mod vocabulary;
