-- Doors, roles, and what hosts have done.

-- Newcomers wait for a host; nobody new comes in; only hosts write; only hosts share a screen.
ALTER TABLE rooms ADD COLUMN ask       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN locked    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN chat_off  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN share_off INTEGER NOT NULL DEFAULT 0;
-- Which meeting in this room it is, from 1: what was decided about people counts for one meeting.
ALTER TABLE rooms ADD COLUMN meeting   INTEGER NOT NULL DEFAULT 1;
-- Since when, in milliseconds since 1970.
ALTER TABLE rooms ADD COLUMN meeting_since_ms INTEGER NOT NULL DEFAULT 0;
-- Whether the last meeting was ended for all; a host begins the next one.
ALTER TABLE rooms ADD COLUMN ended     INTEGER NOT NULL DEFAULT 0;
-- SHA-256 of the secret in the link that makes somebody a host; null when there is none.
ALTER TABLE rooms ADD COLUMN host_link BLOB;

-- The role that a host gave; null: what everybody gets.
ALTER TABLE admissions ADD COLUMN role    TEXT;
-- What was decided, and in which meeting.
ALTER TABLE admissions ADD COLUMN state   TEXT    NOT NULL DEFAULT 'admitted'
    CHECK (state IN ('admitted', 'waiting', 'left', 'denied', 'removed', 'banned'));
ALTER TABLE admissions ADD COLUMN meeting INTEGER NOT NULL DEFAULT 1;
-- Tokens that were issued before are no longer good, in seconds since 1970.
ALTER TABLE admissions ADD COLUMN valid_from_s INTEGER NOT NULL DEFAULT 0;
-- The meeting in which a host has to let them in, whatever the door, since one has taken them out.
ALTER TABLE admissions ADD COLUMN asks_in INTEGER NOT NULL DEFAULT 0;
-- SHA-256 of the session whose identity it is, so that all its tokens can be ended.
ALTER TABLE admissions ADD COLUMN session BLOB;
CREATE INDEX admissions_of_session ON admissions (session);
-- What somebody who waits has left for the hosts.
ALTER TABLE admissions ADD COLUMN note    TEXT    NOT NULL DEFAULT '';
CREATE INDEX admissions_waiting ON admissions (room, admitted_at_ms) WHERE state = 'waiting';

-- What hosts did, for hosts to read.
CREATE TABLE audit (
    id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    room     TEXT    NOT NULL REFERENCES rooms (name) ON DELETE CASCADE,
    at_ms    INTEGER NOT NULL,
    actor    TEXT    NOT NULL,
    -- The names of then.
    actor_name   TEXT NOT NULL,
    action       TEXT NOT NULL,
    subject_name TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX audit_of_room ON audit (room, id);
