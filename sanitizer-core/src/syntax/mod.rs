//! Readers and writers without opinion: how a syntax is read strictly and written anew. What is kept is decided in
//! `formats`.

pub mod charset;
pub mod contentline;
pub mod cursor;
pub mod font;
pub mod html;
pub mod image;
pub mod mapi;
pub mod mime;
pub mod pdf;
pub mod xml;
pub mod zip;
