-- Files that came with messages. A row outlives its message and its room until the file itself has been deleted.

CREATE TABLE files (
    id       TEXT    NOT NULL PRIMARY KEY,
    room     TEXT    NOT NULL,
    -- SHA-256 of the session that sent it.
    owner    BYTEA   NOT NULL CHECK (length(owner) = 32),
    name     TEXT    NOT NULL,
    -- What it is, by its content.
    kind     TEXT    NOT NULL,
    bytes    BIGINT  NOT NULL,
    -- 0 while it is on its way and belongs to no message yet.
    attached BIGINT  NOT NULL DEFAULT 0,
    at_ms    BIGINT  NOT NULL
);

CREATE INDEX files_of_room ON files (room);
CREATE INDEX files_of_owner ON files (owner);

-- Whoever counts what there is counts here first, so that two do not take the last of it at once.
CREATE TABLE file_space (
    id      BIGINT NOT NULL PRIMARY KEY,
    uploads BIGINT NOT NULL
);
INSERT INTO file_space (id, uploads) VALUES (1, 0);
