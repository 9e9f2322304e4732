//! MIME and RFC 5322: a strict reading that says where readers could differ, and the small grammars of header fields.
//!
//! [`parse`] splits a message into its parts and gives each part that common readers would see differently a
//! [`Doubt`]; the table of doubts says how far the damage goes. Nothing here decides what is kept.

pub mod address;
mod doubt;
mod fields;
mod params;
mod second;
#[cfg(test)]
mod tests;
mod transfer;
mod tree;
pub mod words;

pub use doubt::{Doubt, Reach};
pub use fields::{Field, Headers};
pub use params::Structured;
pub use second::agrees;
pub use transfer::{Encoding, base64, base64_lines};
pub use tree::{Entity, Kind, parse};
