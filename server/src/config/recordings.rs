//! Where recordings are kept.

use std::path::{Path, PathBuf};

use super::parse::Invalid;
use crate::recordings::{Below, Recordings, Unusable};

/// By the operator's root, and the folder below it of the environment or else of administrators.
pub(super) fn recordings(
    root: Option<String>,
    data_dir: &Path,
    given: Option<String>,
    stored: Option<String>,
) -> Result<Option<Recordings>, Invalid> {
    let Some(root) = root.map(PathBuf::from) else {
        return match given {
            // What an administrator has chosen is kept for when there is a root again.
            None => Ok(None),
            Some(_) => Err(Invalid(
                "PARLOUR_RECORDING_DIR is set, so PARLOUR_RECORDING_ROOT must be set as well: the folder that it is below."
                    .to_owned(),
            )),
        };
    };
    if !root.is_absolute() {
        let shown = root.display();
        return Err(Invalid(format!(
            "PARLOUR_RECORDING_ROOT must be a whole path, such as /srv/recordings; it is `{shown}`."
        )));
    }
    if data_dir.starts_with(&root) {
        return Err(Invalid(
            "PARLOUR_RECORDING_ROOT must not be PARLOUR_DATA_DIR, nor a folder that holds it: recordings would come between \
             what Parlour keeps. Set it to a folder of its own, which may be below PARLOUR_DATA_DIR."
                .to_owned(),
        ));
    }
    let is_given = given.is_some();
    let directory = match (given, stored) {
        (Some(text), _) => Some(below(&root, &text)?),
        (None, Some(text)) => Some(Below::parse(&root, &text).ok_or_else(|| {
            Invalid(
                "PARLOUR_RECORDING_ROOT: what livekit.json in the data folder says of recordings is no folder below it. \
                 Remove its `recording_directory`, or set PARLOUR_RECORDING_DIR."
                    .to_owned(),
            )
        })?),
        (None, None) => None,
    };
    Ok(Some(Recordings { root, directory, given: is_given }))
}

/// What the operator says themselves is looked at: a link must not lead elsewhere. What is not there yet is no mistake.
fn below(root: &Path, text: &str) -> Result<Below, Invalid> {
    let outside = |below: &Below| matches!(below.exists(root), Err(Unusable::Outside));
    Below::parse(root, text).filter(|below| !outside(below)).ok_or_else(|| {
        Invalid(format!(
            "PARLOUR_RECORDING_DIR must be a folder below PARLOUR_RECORDING_ROOT, such as lectures/2026, also by where links \
             lead; it is `{text}`."
        ))
    })
}
