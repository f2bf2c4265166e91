//! Networks and people that are kept out of a room.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::{DisplayName, Identity, RoomName};

use super::members::about;
use super::{Ends, Noted, Store, spoilt, to_the_end};
use crate::clock;
use crate::network::Network;

/// Somebody who is kept out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banned {
    /// Who.
    pub identity: Identity,
    /// Their name of the last time.
    pub name: DisplayName,
    /// Since when, in milliseconds since 1970.
    pub since_ms: u64,
    /// The network that they came from; `None`: forgotten.
    pub network: Option<Network>,
}

/// A network that is kept out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkBan {
    /// Which.
    pub network: Network,
    /// Whose it was, by their name then.
    pub name: String,
    /// Until when, in milliseconds since 1970.
    pub ends_at_ms: u64,
}

impl Store {
    /// Who is kept out of a room, the last one first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn banned(&self, room: &RoomName) -> Result<Vec<Banned>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT identity, name, admitted_at_ms, network FROM admissions WHERE room = $1 AND state = 'banned'
             ORDER BY admitted_at_ms DESC, identity",
        )
        .bind(room.as_str())
        .fetch_all(&self.reader)
        .await?;
        let banned = |row: &AnyRow| {
            Ok(Banned {
                identity: Identity(row.try_get("identity")?),
                name: DisplayName::parse(row.try_get("name")?).map_err(|_| spoilt("admissions.name"))?,
                since_ms: row.try_get::<i64, _>("admitted_at_ms")?.cast_unsigned(),
                network: Network::parse(row.try_get("network")?),
            })
        };
        rows.iter().map(banned).collect()
    }

    /// Keeps somebody out no longer, and writes that down: they are as somebody whom nobody has let in yet. `false` when they
    /// were not kept out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unban(&self, room: &RoomName, identity: &Identity, noted: Noted) -> Result<bool, sqlx::Error> {
        const SQL: &str =
            "UPDATE admissions SET state = 'left', asks_in = 0 WHERE room = $1 AND identity = $2 AND state = 'banned'";
        self.do_to_member(room, identity, Ends::Nothing, Some(about(SQL, room, identity)), noted).await
    }

    /// Keeps a network out, and writes that down.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ban_network(&self, room: &RoomName, ban: &NetworkBan, noted: Noted) -> Result<(), sqlx::Error> {
        let insert = sqlx::query(
            "INSERT INTO network_bans (room, network, name, ends_at_ms) VALUES ($1, $2, $3, $4)
             ON CONFLICT (room, network) DO UPDATE SET name = excluded.name, ends_at_ms = excluded.ends_at_ms",
        )
        .bind(room.as_str().to_owned())
        .bind(ban.network.to_string())
        .bind(ban.name.clone())
        .bind(ban.ends_at_ms.cast_signed());
        self.do_to_room(room, insert, noted).await.map(drop)
    }

    /// Networks that are kept out of a room now, the first to be let in first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn network_bans(&self, room: &RoomName) -> Result<Vec<NetworkBan>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT network, name, ends_at_ms FROM network_bans WHERE room = $1 AND ends_at_ms > $2
             ORDER BY ends_at_ms, network",
        )
        .bind(room.as_str())
        .bind(clock::now_ms().cast_signed())
        .fetch_all(&self.reader)
        .await?;
        let ban = |row: &AnyRow| {
            Ok(NetworkBan {
                network: Network::parse(row.try_get("network")?).ok_or_else(|| spoilt("network_bans.network"))?,
                name: row.try_get("name")?,
                ends_at_ms: row.try_get::<i64, _>("ends_at_ms")?.cast_unsigned(),
            })
        };
        rows.iter().map(ban).collect()
    }

    /// Keeps a network out no longer, and writes that down; `false` when it was not kept out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unban_network(&self, room: &RoomName, network: Network, noted: Noted) -> Result<bool, sqlx::Error> {
        let delete = sqlx::query("DELETE FROM network_bans WHERE room = $1 AND network = $2");
        let delete = delete.bind(room.as_str().to_owned()).bind(network.to_string());
        self.do_to_room(room, delete, noted).await
    }

    /// Forgets the networks that people came from before `since_ms`, and bans of networks that have ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_networks(&self, since_ms: u64) -> Result<(), sqlx::Error> {
        let store = self.clone();
        to_the_end(async move {
            let done = sqlx::query("UPDATE admissions SET network = '' WHERE network <> '' AND network_at_ms < $1")
                .bind(since_ms.cast_signed())
                .execute(&store.writer)
                .await;
            store.members.clear();
            done
        })
        .await?;
        let ended = sqlx::query("DELETE FROM network_bans WHERE ends_at_ms < $1").bind(clock::now_ms().cast_signed());
        ended.execute(&self.writer).await.map(drop)
    }
}
