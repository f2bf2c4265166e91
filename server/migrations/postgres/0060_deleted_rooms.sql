-- Names of rooms that were deleted, for as long as a token of theirs may be good: nobody brings them back by one.

CREATE TABLE deleted_rooms (
    name          TEXT   NOT NULL PRIMARY KEY,
    deleted_at_ms BIGINT NOT NULL
);
