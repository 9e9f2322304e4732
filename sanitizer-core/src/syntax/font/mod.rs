//! Font programs: sfnt and CFF, read table by table and written anew.
