//! Strict XML and its writer.
