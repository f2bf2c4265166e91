-- What hosts did is forgotten in time: the oldest is found without looking at the rest.

CREATE INDEX audit_age ON audit (at_ms);
