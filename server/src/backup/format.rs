//! The file: a tar, whose first entry lists the others with their lengths and hashes.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::random;

/// Name of the first entry.
pub(super) const LIST: &str = "parlour-backup.json";
/// Name of the database's entry, whatever its file is called.
pub(super) const DATABASE: &str = "parlour.db";
/// The format that is written here. A higher number means that an older Parlour must not read it: with 2, files of chats
/// came.
pub(super) const FORMAT: u32 = 2;
/// What a tar is made of: the list's text begins with the second one.
pub(super) const BLOCK_BYTES: u64 = 512;

/// The first entry.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    pub(super) format: u32,
    /// Version of the Parlour that wrote it, for people.
    pub(super) parlour: String,
    pub(super) made_at_ms: u64,
    pub(super) files: Vec<Entry>,
}

/// Another entry, in the order of the file.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Entry {
    /// As long as an entry of that name can be.
    pub(super) fn longest(name: &str) -> Self {
        Self { name: name.to_owned(), bytes: u64::MAX, sha256: random::hex(&[0; 32]) }
    }
}

/// Counts and hashes what is read through it.
pub(super) struct Measured<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Measured<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// What was read, as an entry of the list.
    pub(super) fn entry(self, name: &str) -> Entry {
        Entry { name: name.to_owned(), bytes: self.bytes, sha256: random::hex(&self.hash.finalize()) }
    }
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}
