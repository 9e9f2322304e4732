//! MIME: the strict pass, the reader and the writer (RFC 2045 to 2047, 2231, 5322).
