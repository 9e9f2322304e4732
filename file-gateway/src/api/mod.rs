//! What programs use: files under `/api/v1`.

pub(crate) mod files;
