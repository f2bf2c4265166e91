//! What `parlour` can do besides serving: one variant for each, done in `command`.

use std::path::PathBuf;

use clap::Subcommand;

/// The commands. Without one, Parlour serves.
#[derive(Subcommand)]
pub enum Task {
    /// Explain every mistake of the configuration, and test what can be tested from here
    ///
    /// Reads the same options and variables as serving does, tells all mistakes at once, and then looks whether the data
    /// folder can be written, the database opens, the ports are free and LiveKit can be found or reached. One line for
    /// each: ok, warning or mistake. The exit code is 0 when there is no mistake. Nothing is changed, and no secret is
    /// printed.
    CheckConfig,

    /// Write everything that must be kept into one file, also while Parlour runs
    ///
    /// The file is a tar with the database as it is at one moment, and the keys of Parlour's own LiveKit. Only its owner
    /// can read it; keep it like the data folder. Logs and LiveKit's configuration are not in it: Parlour writes them
    /// anew. For Postgres use pg_dump.
    Backup {
        /// File to write; it must not exist yet
        file: PathBuf,
    },

    /// Put back what `parlour backup` wrote, also while Parlour runs
    ///
    /// The file is read and checked as a whole before anything is touched; then all of it takes the place of what is in
    /// the data folder, or nothing does: a restore that is interrupted is finished by the next start. A running Parlour
    /// starts anew with what is restored: calls are interrupted for some seconds, and what was written since the backup is
    /// gone. A backup of an older Parlour is brought up to date by the next start.
    Restore {
        /// File that `parlour backup` wrote
        file: PathBuf,
        /// Replace the data that is there
        #[arg(long)]
        replace: bool,
    },

    /// Look after accounts, with the data folder and database that Parlour uses; it may be running
    #[command(subcommand)]
    Account(AccountTask),
}

/// What to do with accounts.
#[derive(Subcommand)]
pub enum AccountTask {
    /// Print a link, good for an hour, by which the account's owner sets a new password
    Reset {
        /// The e-mail address that the account signs in with
        email: String,
        /// Also ask for no code any more: for an administrator who has lost the application and the recovery codes
        #[arg(long)]
        codes: bool,
    },
    /// List every account
    List,
}
