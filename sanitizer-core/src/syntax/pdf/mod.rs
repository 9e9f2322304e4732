//! PDF objects, read through `lopdf` behind a strict pass, and written anew.
