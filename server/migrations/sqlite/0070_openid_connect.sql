-- Accounts of people who sign in by an OpenID Connect provider.

-- Who the provider says it is. Both together name the account, and nothing else does; empty for one with a password.
ALTER TABLE accounts ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN issuer_subject TEXT NOT NULL DEFAULT '';
-- The address that the provider tells, if any. `email` is what people type beside a password: here it holds the account's
-- id, which is no address, so that nobody finds the account by one.
ALTER TABLE accounts ADD COLUMN issuer_email TEXT NOT NULL DEFAULT '';
-- Whether the provider has said so at the last sign-in.
ALTER TABLE accounts ADD COLUMN teacher INTEGER NOT NULL DEFAULT 0;

CREATE UNIQUE INDEX accounts_by_issuer ON accounts (issuer, issuer_subject) WHERE issuer <> '';

-- When its owner has shown who they are; 0 when the provider does not say when that was.
ALTER TABLE account_sessions ADD COLUMN proven_at_ms INTEGER NOT NULL DEFAULT 0;
UPDATE account_sessions SET proven_at_ms = made_at_ms;
