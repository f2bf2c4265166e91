-- Keys of machines.

CREATE TABLE api_keys (
    -- Stands in the key itself, and names it in the log.
    id          TEXT    NOT NULL PRIMARY KEY,
    -- SHA-256 of the secret in the key.
    hash        BLOB    NOT NULL CHECK (length(hash) = 32),
    -- What a browser's session is to a guest: the rooms that it makes are its own.
    subject     BLOB    NOT NULL UNIQUE CHECK (length(subject) = 32),
    name        TEXT    NOT NULL,
    -- Words, separated by spaces.
    scopes      TEXT    NOT NULL,
    made_at_ms  INTEGER NOT NULL,
    ends_at_ms  INTEGER NOT NULL,
    -- To the hour; 0 while it was never used.
    used_at_ms  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
