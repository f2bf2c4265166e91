//! What somebody does to a room, stored together with what is written down of it.

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool};
use wire::RoomName;

use super::AuditEntry;
use super::audit::note;
use super::rooms::hold;

/// A statement that has all that it says.
pub(super) type Statement = Query<'static, Any, AnyArguments<'static>>;

/// What is written down of a deed.
#[derive(Debug, Clone)]
pub enum Noted {
    /// Nothing.
    Nothing,
    /// This, where something is different by it.
    IfChanged(AuditEntry),
    /// This, also where it was so already.
    Anyway(AuditEntry),
}

impl Noted {
    /// Writes it down in the transaction of the deed, which has changed something or not.
    pub(super) async fn write(
        &self,
        room: &RoomName,
        changed: bool,
        transaction: &mut AnyConnection,
    ) -> Result<(), sqlx::Error> {
        match self {
            Self::Anyway(entry) => note(room, entry).execute(transaction).await.map(drop),
            Self::IfChanged(entry) if changed => note(room, entry).execute(transaction).await.map(drop),
            Self::IfChanged(_) | Self::Nothing => Ok(()),
        }
    }
}

/// Carries statements out and writes down what was done: all of it is stored, or nothing. `true` when the last one has changed
/// something.
pub(super) async fn carry_out(
    writer: &AnyPool,
    room: &RoomName,
    mut deed: Vec<Statement>,
    noted: &Noted,
) -> Result<bool, sqlx::Error> {
    if deed.len() == 1
        && let Noted::Nothing = noted
        && let Some(alone) = deed.pop()
    {
        return Ok(alone.execute(writer).await?.rows_affected() > 0);
    }
    let mut transaction = writer.begin().await?;
    // Whoever takes several rows takes the room's first, as everybody does: nobody waits for each other in a ring.
    hold(room).execute(&mut *transaction).await?;
    let (mut different, mut changed) = (false, false);
    for statement in deed {
        changed = statement.execute(&mut *transaction).await?.rows_affected() > 0;
        different |= changed;
    }
    noted.write(room, different, &mut transaction).await?;
    transaction.commit().await?;
    Ok(changed)
}
