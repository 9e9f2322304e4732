//! Font programs inside a PDF: an sfnt with allow-listed tables, or a bare CFF.
