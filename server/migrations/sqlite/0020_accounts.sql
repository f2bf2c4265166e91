-- Accounts, where they are signed in, and what proves that somebody is who they say.

CREATE TABLE accounts (
    id            TEXT    NOT NULL PRIMARY KEY,
    -- What a browser's session is to a guest: host and identities follow from it, in every browser.
    subject       BLOB    NOT NULL UNIQUE CHECK (length(subject) = 32),
    -- In lower case.
    email         TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    -- argon2id; empty until its owner has chosen one.
    password      TEXT    NOT NULL DEFAULT '',
    administrator INTEGER NOT NULL DEFAULT 0,
    disabled      INTEGER NOT NULL DEFAULT 0,
    -- Secret of the codes; empty when there is none.
    totp          BLOB    NOT NULL DEFAULT x'',
    -- Whether a code of it has been entered once.
    totp_proven   INTEGER NOT NULL DEFAULT 0,
    -- Number of the last 30 seconds whose code was used: no code counts twice.
    totp_step     INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account_sessions (
    -- SHA-256 of what the cookie holds.
    hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    account    TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- 0 while the code is still to be entered.
    complete   INTEGER NOT NULL,
    browser    TEXT    NOT NULL,
    made_at_ms INTEGER NOT NULL,
    seen_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX account_sessions_by_account ON account_sessions (account);

CREATE TABLE recovery_codes (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    hash    BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (account, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE one_time_links (
    -- SHA-256 of the secret in the link.
    hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    -- Whose password it sets; none: it makes the first administrator.
    account    TEXT    REFERENCES accounts (id) ON DELETE CASCADE,
    ends_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- "My meetings".
CREATE INDEX rooms_by_host ON rooms (host, created_at_ms);
