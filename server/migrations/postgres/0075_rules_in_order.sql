-- Since when the rules are these, later with every change whatever the clock says: they are told on several ways, and in any
-- order.

ALTER TABLE rooms ADD COLUMN rules_at_ms BIGINT NOT NULL DEFAULT 0;
UPDATE rooms SET rules_at_ms = created_at_ms;
