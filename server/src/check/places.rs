//! Where data is kept: the folder and the database.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use rustix::fs::{Access, access};
use rustix::io::Errno;

use super::{Finding, Verdict};
use crate::config::Config;
use crate::files::Depot;
use crate::recordings::Recordings;
use crate::store::{Schema, schema};

/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn data_dir(config: &Config) -> Finding {
    let folder = &config.data_dir;
    let shown = folder.display();
    if folder.exists() && !folder.is_dir() {
        let text = format!("PARLOUR_DATA_DIR: {shown} is no folder. Set it to a folder that Parlour may write.");
        return Finding(Verdict::Mistake, text);
    }
    // What does not exist is made in the nearest folder that does.
    let nearest = folder.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    if let Err(error) = writable(nearest) {
        let nearest = nearest.display();
        let text = format!(
            "PARLOUR_DATA_DIR: {nearest} cannot be written ({error}). Give it to the user that runs Parlour, or set \
             another folder than {shown}."
        );
        return Finding(Verdict::Mistake, text);
    }
    let open = fs::metadata(folder).is_ok_and(|folder| folder.permissions().mode() & 0o077 != 0);
    if open {
        let text = format!("PARLOUR_DATA_DIR: others can look into {shown}. Close it: chmod 700 {shown}");
        return Finding(Verdict::Warning, text);
    }
    let state = if folder.exists() { "can be written" } else { "will be made" };
    Finding(Verdict::Ok, format!("PARLOUR_DATA_DIR: {shown} {state}"))
}

/// Whether this user may write in a folder.
fn writable(folder: &Path) -> Result<(), Errno> {
    access(folder, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK)
}

/// Nothing where nobody may choose a folder for recordings. The root is not made: where it is a disk that is not there, what
/// stands in its place is not meant.
pub(super) fn recordings(config: &Config) -> Vec<Finding> {
    let Some(Recordings { root, directory, given }) = &config.recordings else { return Vec::new() };
    let shown = root.display();
    let mistake = |what: &str| {
        let text = format!(
            "PARLOUR_RECORDING_ROOT: {shown} {what}. Make it a folder that the user who runs Parlour may write, or set another."
        );
        vec![Finding(Verdict::Mistake, text)]
    };
    if !root.is_dir() {
        return mistake(if root.exists() { "is no folder" } else { "does not exist" });
    }
    if let Err(error) = writable(root) {
        return mistake(&format!("cannot be written ({error})"));
    }
    let mut findings = vec![Finding(Verdict::Ok, format!("PARLOUR_RECORDING_ROOT: {shown} can be written"))];
    if let Some(below) = directory {
        let (folder, by) =
            (root.join(below.as_str()), if *given { "PARLOUR_RECORDING_DIR" } else { "PARLOUR_RECORDING_ROOT" });
        let shown = folder.display();
        let found = match below.exists(root) {
            Ok(false) => Ok("is not there yet"),
            Ok(true) if folder.is_dir() => {
                writable(&folder).map(|()| "can be written").map_err(|error| error.to_string())
            }
            Ok(true) => Err("it is no folder".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        findings.push(match found {
            Ok(state) => Finding(Verdict::Ok, format!("{by}: {shown} {state}")),
            Err(error) => {
                let text =
                    format!("{by}: recordings cannot be kept in {shown} ({error}). Mend that, or set another folder.");
                Finding(Verdict::Mistake, text)
            }
        });
    }
    findings
}

pub(super) async fn database(config: &Config) -> Finding {
    let sqlite = config.database_url.starts_with("sqlite:");
    let hint = if sqlite {
        "Set it to a file that Parlour may write, restore a backup, or unset it for a file in the data folder."
    } else {
        "Check host, user, password and name of the database, and that it lets this machine in."
    };
    let found = tokio::time::timeout(PATIENCE, schema(&config.database_url)).await;
    let (verdict, text) = match found {
        Ok(Ok(Schema::Current)) => (Verdict::Ok, "opens, and its schema is up to date".to_owned()),
        Ok(Ok(Schema::Behind(1))) => (Verdict::Ok, "opens; the next start brings it up to date (1 step)".to_owned()),
        Ok(Ok(Schema::Behind(steps))) => {
            (Verdict::Ok, format!("opens; the next start brings it up to date ({steps} steps)"))
        }
        Ok(Ok(Schema::Absent)) => (Verdict::Ok, "is empty; the first start fills it".to_owned()),
        Ok(Ok(Schema::Newer(version))) => {
            let text = format!(
                "was written by a newer Parlour (schema {version}). Start that one, or restore a backup that was made \
                 before it was upgraded."
            );
            (Verdict::Mistake, text)
        }
        Ok(Err(error)) => (Verdict::Mistake, format!("cannot be opened ({error}). {hint}")),
        Err(_) => (Verdict::Mistake, format!("does not answer within {} seconds. {hint}", PATIENCE.as_secs())),
    };
    Finding(verdict, format!("DATABASE_URL: the database {text}"))
}

/// Nothing where files are kept in the data folder.
pub(super) async fn bucket(config: &Config) -> Option<Finding> {
    let name = config.bucket.as_ref()?;
    let found = async { Depot::in_bucket(name)?.ping().await };
    let text = match tokio::time::timeout(PATIENCE, found).await {
        Ok(Ok(())) => return Some(Finding(Verdict::Ok, format!("S3_BUCKET: {name} lets Parlour in"))),
        // It may let Parlour keep, read and delete files all the same: whoever may not list them is told no more.
        Ok(Err(error)) if error.to_string().contains("AccessDenied") => {
            let text =
                format!("S3_BUCKET: {name} says nothing of a file that is not there. Send one in a chat to try it.");
            return Some(Finding(Verdict::Warning, text));
        }
        Ok(Err(error)) => format!("{name} cannot be used ({error})"),
        Err(_) => format!("{name} does not answer within {} seconds", PATIENCE.as_secs()),
    };
    let hint = "Check AWS_ENDPOINT, AWS_REGION and the key pair, or unset S3_BUCKET to keep files in the data folder.";
    Some(Finding(Verdict::Mistake, format!("S3_BUCKET: {text}. {hint}")))
}
