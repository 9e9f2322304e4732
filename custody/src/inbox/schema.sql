CREATE TABLE item(
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  kind INTEGER NOT NULL,
  sender TEXT NOT NULL,
  recipients TEXT NOT NULL,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  context TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  taken INTEGER NOT NULL DEFAULT 0,
  state INTEGER NOT NULL DEFAULT 1,
  reason TEXT,
  summary TEXT,
  blob TEXT,
  bytes BLOB
) STRICT;
CREATE INDEX item_waiting ON item(kind) WHERE taken = 0;
CREATE INDEX item_owner ON item(owner, id) WHERE kind = 1;
CREATE INDEX item_blob ON item(blob) WHERE blob IS NOT NULL;
CREATE TABLE permit(node TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
