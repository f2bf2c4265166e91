-- Accounts, where they are signed in, and what proves that somebody is who they say.

CREATE TABLE accounts (
    id            TEXT   NOT NULL PRIMARY KEY,
    -- What a browser's session is to a guest: host and identities follow from it, in every browser.
    subject       BYTEA  NOT NULL UNIQUE CHECK (length(subject) = 32),
    -- In lower case.
    email         TEXT   NOT NULL UNIQUE,
    name          TEXT   NOT NULL,
    -- argon2id; empty until its owner has chosen one.
    password      TEXT   NOT NULL DEFAULT '',
    administrator BIGINT NOT NULL DEFAULT 0,
    disabled      BIGINT NOT NULL DEFAULT 0,
    -- Secret of the codes; empty when there is none.
    totp          BYTEA  NOT NULL DEFAULT '',
    -- Whether a code of it has been entered once.
    totp_proven   BIGINT NOT NULL DEFAULT 0,
    -- Number of the last 30 seconds whose code was used: no code counts twice.
    totp_step     BIGINT NOT NULL DEFAULT 0,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE account_sessions (
    -- SHA-256 of what the cookie holds.
    hash       BYTEA  NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    account    TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- 0 while the code is still to be entered.
    complete   BIGINT NOT NULL,
    browser    TEXT   NOT NULL,
    made_at_ms BIGINT NOT NULL,
    seen_at_ms BIGINT NOT NULL
);

CREATE INDEX account_sessions_by_account ON account_sessions (account);

CREATE TABLE recovery_codes (
    account TEXT  NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    hash    BYTEA NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (account, hash)
);

CREATE TABLE one_time_links (
    -- SHA-256 of the secret in the link.
    hash       BYTEA  NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    -- Whose password it sets; none: it makes the first administrator.
    account    TEXT   REFERENCES accounts (id) ON DELETE CASCADE,
    ends_at_ms BIGINT NOT NULL
);

-- "My meetings".
CREATE INDEX rooms_by_host ON rooms (host, created_at_ms);
