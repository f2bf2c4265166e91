-- What hosts set for a meeting's door beside its rules, who is invited, and networks that are kept out.

-- Only people with an account come in.
ALTER TABLE rooms ADD COLUMN guests_off   BIGINT NOT NULL DEFAULT 0;
-- argon2id; empty: there is none.
ALTER TABLE rooms ADD COLUMN password     TEXT   NOT NULL DEFAULT '';
-- So many people at once; 0: as many as come.
ALTER TABLE rooms ADD COLUMN capacity     BIGINT NOT NULL DEFAULT 0;
-- From when and until when newcomers come in, in milliseconds since 1970; null: always.
ALTER TABLE rooms ADD COLUMN starts_at_ms BIGINT;
ALTER TABLE rooms ADD COLUMN ends_at_ms   BIGINT;
-- In which those two are said, in minutes ahead of UTC.
ALTER TABLE rooms ADD COLUMN zone_min     BIGINT NOT NULL DEFAULT 0;
-- What somebody is who was given no role; null: a participant, or a guest.
ALTER TABLE rooms ADD COLUMN newcomers    TEXT;
-- Whether teachers are hosts here.
ALTER TABLE rooms ADD COLUMN teachers     BIGINT NOT NULL DEFAULT 0;
-- A readable name beside the code; null: none.
ALTER TABLE rooms ADD COLUMN alias        TEXT;
CREATE UNIQUE INDEX rooms_by_alias ON rooms (alias) WHERE alias IS NOT NULL;

-- When somebody was last let in where places are counted, in milliseconds since 1970.
ALTER TABLE admissions ADD COLUMN seated_at_ms  BIGINT NOT NULL DEFAULT 0;
-- The network that somebody came from the last time, and since when; empty: not known, or forgotten.
ALTER TABLE admissions ADD COLUMN network       TEXT   NOT NULL DEFAULT '';
ALTER TABLE admissions ADD COLUMN network_at_ms BIGINT NOT NULL DEFAULT 0;
CREATE INDEX admissions_network_age ON admissions (network_at_ms) WHERE network <> '';

CREATE TABLE invitations (
    -- SHA-256 of the secret in the link.
    hash       BYTEA  NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    room       TEXT   NOT NULL REFERENCES rooms (name) ON DELETE CASCADE,
    -- For whom, in the host's words.
    label      TEXT   NOT NULL,
    -- Whether it is for one person: for whoever comes by it first.
    single     BIGINT NOT NULL,
    made_at_ms BIGINT NOT NULL,
    ends_at_ms BIGINT NOT NULL,
    -- The identity of that person; null: nobody came yet.
    used_by    TEXT
);
CREATE INDEX invitations_of_room ON invitations (room, made_at_ms);

CREATE TABLE network_bans (
    room       TEXT   NOT NULL REFERENCES rooms (name) ON DELETE CASCADE,
    -- Such as 203.0.113.0/24 or 2001:db8::/64.
    network    TEXT   NOT NULL,
    -- Whose it was, by their name then.
    name       TEXT   NOT NULL,
    ends_at_ms BIGINT NOT NULL,
    PRIMARY KEY (room, network)
);
CREATE INDEX network_bans_age ON network_bans (ends_at_ms);
