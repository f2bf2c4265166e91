-- Marked messages are shown to everybody who comes, however old: they are found without looking at the others.

CREATE INDEX messages_marked ON messages (room, seq) WHERE mark <> 'none';
