CREATE TABLE item(
  id BLOB PRIMARY KEY,
  kind INTEGER NOT NULL,
  receipt INTEGER NOT NULL,
  parent BLOB,
  sender TEXT NOT NULL,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  context TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  state INTEGER NOT NULL,
  due INTEGER,
  lease INTEGER NOT NULL DEFAULT 0,
  holder TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  verdict INTEGER,
  summary TEXT,
  outputs INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1,
  published INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX item_receipt ON item(receipt);
CREATE INDEX item_due ON item(kind, state, due) WHERE due IS NOT NULL;
CREATE INDEX item_state ON item(kind, state, received_at);
CREATE INDEX item_owner ON item(owner, id) WHERE kind = 1;
CREATE INDEX item_news ON item(id) WHERE kind = 1 AND version > published;
CREATE INDEX item_holder ON item(holder) WHERE holder IS NOT NULL;
CREATE TABLE recipient(
  item BLOB NOT NULL,
  position INTEGER NOT NULL,
  address TEXT NOT NULL,
  state INTEGER NOT NULL,
  due INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  status TEXT,
  PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX recipient_address ON recipient(lower(address), item);
CREATE TABLE original(item BLOB PRIMARY KEY, blob TEXT, bytes BLOB) STRICT;
CREATE INDEX original_blob ON original(blob) WHERE blob IS NOT NULL;
CREATE TABLE output(
  item BLOB NOT NULL,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  sha256 BLOB NOT NULL,
  receipt BLOB NOT NULL,
  mac BLOB NOT NULL,
  blob TEXT,
  bytes BLOB,
  PRIMARY KEY (item, place)
) STRICT;
CREATE INDEX output_blob ON output(blob) WHERE blob IS NOT NULL;
CREATE TABLE report(item BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE audit(
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target BLOB,
  detail TEXT NOT NULL,
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_target ON audit(target) WHERE target IS NOT NULL;
CREATE TABLE setting(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
