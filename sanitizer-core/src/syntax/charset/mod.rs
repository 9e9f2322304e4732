//! Charsets of Japanese mail and text, decoded strictly.
