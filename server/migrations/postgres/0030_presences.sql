-- Who is inside, and who was: one row for each stay of a participant, by LiveKit's word and in LiveKit's times.

CREATE TABLE presences (
    room         TEXT    NOT NULL REFERENCES rooms (name) ON DELETE CASCADE,
    -- LiveKit's id of this stay: somebody who comes back has another one.
    sid          TEXT    NOT NULL,
    identity     TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    -- person, hidden or machine: only the first counts.
    kind         TEXT    NOT NULL,
    joined_at_ms BIGINT  NOT NULL,
    -- Null while inside.
    left_at_ms   BIGINT ,
    -- 1 when LiveKit has said that they left; 0 when that was concluded, and may be taken back.
    left_said    BIGINT  NOT NULL DEFAULT 0,
    -- When LiveKit spoke of them last, by Parlour's clock.
    told_at_ms   BIGINT  NOT NULL,
    PRIMARY KEY (room, sid)
);

CREATE INDEX presences_inside ON presences (room) WHERE left_at_ms IS NULL;
CREATE INDEX presences_left ON presences (left_at_ms);

-- Events of LiveKit that were applied: each may come more than once.
CREATE TABLE applied_events (
    id            TEXT    NOT NULL PRIMARY KEY,
    applied_at_ms BIGINT  NOT NULL
);

CREATE INDEX applied_events_age ON applied_events (applied_at_ms);
