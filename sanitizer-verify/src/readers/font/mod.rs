//! Font programs in PDF files: the tables and operators our writer writes, and no others (OpenType, Adobe 5176 and 5177,
//! Adobe Type 1 Font Format).

mod cff;
mod glyf;
mod sfnt;
mod type1;

pub(super) use cff::read as read_cff;
pub(super) use sfnt::read as read_sfnt;
pub(super) use type1::read as read_type1;
