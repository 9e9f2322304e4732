//! Tests of what is particular to Word.
