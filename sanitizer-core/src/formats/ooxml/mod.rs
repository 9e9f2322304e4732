//! What docx and xlsx share: the package, relationships, drawings and charts (ECMA-376, parts 1 and 2).
