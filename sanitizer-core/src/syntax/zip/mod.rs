//! ZIP: the strict header pass, the reader behind it, and the writer.
