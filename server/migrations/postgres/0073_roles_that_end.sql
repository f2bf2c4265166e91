-- Roles that follow from something, and end with it.

-- Whether somebody was a teacher when they came the last time: they are a host only where, and as long as, teachers are.
ALTER TABLE admissions ADD COLUMN teacher      BIGINT NOT NULL DEFAULT 0;
-- The meeting that they have taken over, since no host was there; less than 0: the one that was taken from them, which
-- they do not take over again; 0: none.
ALTER TABLE admissions ADD COLUMN took_over_in BIGINT NOT NULL DEFAULT 0;
-- Whether guests may take a meeting over, too.
ALTER TABLE rooms ADD COLUMN guests_take_over  BIGINT NOT NULL DEFAULT 0;

-- Until now whoever took a meeting over was a host for ever. They are one in the last meeting that they were in, and what a
-- host had made them before it. The log has those to whom something was done by name only. Whom a host has made one since
-- then is one.
UPDATE admissions SET took_over_in = meeting,
    role = CASE (SELECT given.action FROM audit AS given
        WHERE given.room = admissions.room AND given.subject_name = admissions.name AND given.action LIKE 'make%'
        ORDER BY given.id DESC LIMIT 1) WHEN 'make_co_host' THEN 'co_host' END
WHERE role = 'host'
    AND EXISTS (SELECT 1 FROM audit AS took
        WHERE took.room = admissions.room AND took.actor = admissions.identity AND took.action = 'took_over'
            AND NOT EXISTS (SELECT 1 FROM audit AS made
                WHERE made.room = took.room AND made.subject_name = admissions.name AND made.action = 'make_host'
                    AND made.id > took.id));

-- Until now that somebody was a host as a teacher was written down as if a host had made them one. Where no host has ever
-- made one, nor a link that does, nobody but a teacher can be one beside who made the room.
UPDATE admissions SET role = NULL, teacher = 1
WHERE role = 'host'
    AND session <> (SELECT host FROM rooms WHERE rooms.name = admissions.room)
    AND NOT EXISTS (SELECT 1 FROM audit WHERE audit.room = admissions.room AND audit.action IN ('make_host', 'host_link'));
