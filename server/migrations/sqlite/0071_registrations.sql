-- Addresses for which somebody wants to make an account, until the link that was sent there is used or ends.

CREATE TABLE registrations (
    -- In lower case.
    email      TEXT    NOT NULL PRIMARY KEY,
    -- SHA-256 of the secret in the link.
    hash       BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    ends_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
