//! Who is kept out of a room, and how they are let in again. A person who is not enough is kept out with their network.

use std::ops::RangeInclusive;
use std::time::Duration;

use wire::{ErrorCode, Identity};

use super::Meetings;
use super::identity::Session;
use crate::clock;
use crate::error::Error;
use crate::network::Network;
use crate::store::{Banned, NetworkBan, Noted, Room, Standing};

/// For so long it is known which network somebody came from: long enough to keep it out the morning after.
const NETWORKS_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// For how many days a network may be kept out: addresses change hands.
pub const BAN_DAYS: RangeInclusive<u32> = 1..=30;
/// What is wrong with other numbers.
pub const NO_BAN_DAYS: &str = "It has to be a whole number from 1 to 30.";

impl Meetings {
    /// People and networks that are kept out, for hosts.
    ///
    /// # Errors
    /// `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn kept_out(&self, session: &Session, room: &Room) -> Result<(Vec<Banned>, Vec<NetworkBan>), Error> {
        self.owner(session, room).await?;
        Ok((self.store.banned(&room.name).await?, self.store.network_bans(&room.name).await?))
    }

    /// Keeps somebody out no longer; who is not kept out needs nothing done.
    ///
    /// # Errors
    /// `not_in_meeting` (also when nobody of this identity came to the door), `not_allowed`, or when the database fails.
    pub async fn unban(&self, session: &Session, room: &Room, identity: &Identity) -> Result<(), Error> {
        let me = self.owner(session, room).await?;
        let member = self.store.member(&room.name, identity).await?.ok_or(ErrorCode::NotInMeeting)?;
        let noted = Noted::IfChanged(me.did("unban", member.name.to_string()));
        self.store.unban(&room.name, identity, noted).await?;
        Ok(())
    }

    /// Keeps the network out that somebody came from who is kept out, for some days.
    ///
    /// # Errors
    /// `not_in_meeting` when they are not kept out, or their network is forgotten; `not_allowed`, or when the database fails.
    pub async fn ban_network(
        &self,
        session: &Session,
        room: &Room,
        identity: &Identity,
        days: u32,
    ) -> Result<(), Error> {
        let me = self.owner(session, room).await?;
        let member = self.store.member(&room.name, identity).await?.ok_or(ErrorCode::NotInMeeting)?;
        let network = member.network.filter(|_| member.standing == Standing::Banned).ok_or(ErrorCode::NotInMeeting)?;
        let name = member.name.to_string();
        let noted = Noted::IfChanged(me.did("ban_network", name.clone()));
        let ends_at_ms = clock::now_ms().saturating_add(clock::to_ms(clock::DAY * days));
        Ok(self.store.ban_network(&room.name, &NetworkBan { network, name, ends_at_ms }, noted).await?)
    }

    /// Keeps a network out no longer.
    ///
    /// # Errors
    /// `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn unban_network(&self, session: &Session, room: &Room, network: Network) -> Result<(), Error> {
        let me = self.owner(session, room).await?;
        let ban = self.store.network_bans(&room.name).await?.into_iter().find(|ban| ban.network == network);
        if let Some(ban) = ban {
            let noted = Noted::IfChanged(me.did("unban_network", ban.name));
            self.store.unban_network(&room.name, network, noted).await?;
        }
        Ok(())
    }

    /// Forgets networks in time.
    pub(super) async fn forget_networks(&self) -> Result<(), Error> {
        Ok(self.store.forget_networks(clock::now_ms().saturating_sub(clock::to_ms(NETWORKS_KEPT))).await?)
    }
}
