-- Since when somebody's hand is up, in milliseconds since 1970: LiveKit forgets it with the room, and whoever comes back
-- after an outage keeps their place. Null while it is down; what is older than the meeting says nothing.

ALTER TABLE admissions ADD COLUMN hand_at_ms INTEGER;
