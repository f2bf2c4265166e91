-- The number of a room's last message stays when the message goes, so that no number is given twice.
ALTER TABLE rooms ADD COLUMN last_seq INTEGER NOT NULL DEFAULT 0;
UPDATE rooms SET last_seq = coalesce((SELECT max(seq) FROM messages WHERE room = rooms.name), 0);
