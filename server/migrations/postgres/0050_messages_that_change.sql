-- Messages that change: each change has a number of its own, and a message keeps the place where it was written.

-- From here on, `seq` is the number of a message's last change. An empty text is one that was deleted: what remains is its
-- place, for those who have it still, and its id, so that a retry does not bring it back.
ALTER TABLE messages ADD COLUMN place   BIGINT  NOT NULL DEFAULT 0;
UPDATE messages SET place = seq;
CREATE UNIQUE INDEX messages_by_place ON messages (room, place);
-- The meeting in which it was written; 0 is from before that was noted.
ALTER TABLE messages ADD COLUMN meeting BIGINT  NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN edited  BIGINT  NOT NULL DEFAULT 0;
-- none, pinned, important or announcement.
ALTER TABLE messages ADD COLUMN mark    TEXT    NOT NULL DEFAULT 'none';
-- The file that came with it; empty when none did.
ALTER TABLE messages ADD COLUMN file    TEXT    NOT NULL DEFAULT '';
CREATE INDEX messages_by_age ON messages (room, sent_at_ms);
CREATE INDEX messages_deleted ON messages (sent_at_ms) WHERE text = '';
CREATE INDEX messages_with_file ON messages (file) WHERE file <> '';

-- What is kept: none, meeting, month or ever. Rooms from before go on as they were.
ALTER TABLE rooms ADD COLUMN history TEXT    NOT NULL DEFAULT 'ever';
CREATE INDEX rooms_by_history ON rooms (history);
-- All messages up to this place were deleted at once.
ALTER TABLE rooms ADD COLUMN cleared BIGINT  NOT NULL DEFAULT 0;
