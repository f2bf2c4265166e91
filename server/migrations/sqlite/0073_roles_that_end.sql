-- Roles that follow from something, and end with it.

-- Whether somebody was a teacher when they came the last time: they are a host only where, and as long as, teachers are.
ALTER TABLE admissions ADD COLUMN teacher      INTEGER NOT NULL DEFAULT 0;
-- The meeting that they have taken over, since no host was there; less than 0: the one that was taken from them, which
-- they do not take over again; 0: none.
ALTER TABLE admissions ADD COLUMN took_over_in INTEGER NOT NULL DEFAULT 0;
-- Whether guests may take a meeting over, too.
ALTER TABLE rooms ADD COLUMN guests_take_over  INTEGER NOT NULL DEFAULT 0;

-- Until now whoever took a meeting over was a host for ever. They are one in the last meeting that they were in.
UPDATE admissions SET role = NULL, took_over_in = meeting
WHERE role = 'host'
    AND EXISTS (SELECT 1 FROM audit
        WHERE audit.room = admissions.room AND audit.actor = admissions.identity AND audit.action = 'took_over');

-- Until now that somebody was a host as a teacher was written down as if a host had made them one. Where no host has ever
-- made one, nor a link that does, nobody but a teacher can be one beside who made the room.
UPDATE admissions SET role = NULL, teacher = 1
WHERE role = 'host'
    AND session <> (SELECT host FROM rooms WHERE rooms.name = admissions.room)
    AND NOT EXISTS (SELECT 1 FROM audit WHERE audit.room = admissions.room AND audit.action IN ('make_host', 'host_link'));
