//! Font programs in PDF files: the tables and operators our writer writes, and no others (OpenType, Adobe 5176 and 5177).

mod cff;
mod glyf;
mod sfnt;

pub(super) use cff::read as read_cff;
pub(super) use sfnt::read as read_sfnt;
