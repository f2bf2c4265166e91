//! Attendance: who was there and for how long, for the host.

use super::Meetings;
use super::identity::Session;
use crate::clock;
use crate::error::Error;
use crate::store::Stay;

impl Meetings {
    /// The stays of a room's people, in order of arrival; without those that are older than is kept.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_allowed`, or when the database fails.
    pub async fn attendance(&self, session: &Session, typed: &str) -> Result<Vec<Stay>, Error> {
        let room = self.find_typed(typed).await?;
        self.owner(session, &room).await?;
        Ok(self.store.stays(&room.name, self.attendance_since_ms()).await?)
    }

    /// Stays that ended before this are not told, and deleted within the hour.
    pub(super) fn attendance_since_ms(&self) -> u64 {
        clock::days_ago_ms(self.retention.attendance_days)
    }
}
