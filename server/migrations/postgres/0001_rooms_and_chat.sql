-- Rooms, who was let into them, and what they wrote.

CREATE TABLE rooms (
    name          TEXT   NOT NULL PRIMARY KEY,
    title         TEXT   NOT NULL,
    -- SHA-256 of the session that made the room: its host.
    host          BYTEA  NOT NULL CHECK (length(host) = 32),
    created_at_ms BIGINT NOT NULL
);

-- An identity belongs to one session in one room; the name is the one of the last admission.
CREATE TABLE admissions (
    room           TEXT   NOT NULL REFERENCES rooms (name) ON DELETE CASCADE,
    identity       TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    admitted_at_ms BIGINT NOT NULL,
    PRIMARY KEY (room, identity)
);

CREATE TABLE messages (
    room        TEXT   NOT NULL REFERENCES rooms (name) ON DELETE CASCADE,
    -- 1, 2, 3, … in each room.
    seq         BIGINT NOT NULL,
    -- Given by the sender, so that a retry is not a second message.
    id          TEXT   NOT NULL,
    sender      TEXT   NOT NULL,
    sender_name TEXT   NOT NULL,
    text        TEXT   NOT NULL,
    sent_at_ms  BIGINT NOT NULL,
    PRIMARY KEY (room, seq),
    UNIQUE (room, id)
);
