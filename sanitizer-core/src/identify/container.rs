//! What a ZIP or an OLE2 container holds, told from its directory alone.
