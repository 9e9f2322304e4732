//! HTML, parsed for its text.
