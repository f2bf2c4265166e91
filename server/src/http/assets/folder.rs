//! The built files on the disk: a debug build need not be linked again when only they change.

use std::path::{Path, PathBuf};
use std::{env, fs};

use axum::body::Bytes;

/// All files of the folder that `PARLOUR_SITE_DIR` names, now or when this was compiled.
pub(super) fn files() -> Vec<(String, Bytes)> {
    let folder = env::var_os("PARLOUR_SITE_DIR").map_or_else(|| PathBuf::from(env!("PARLOUR_SITE_DIR")), PathBuf::from);
    let mut files = Vec::new();
    collect(&folder, "", &mut files);
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Bytes)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else if let Ok(bytes) = fs::read(&path) {
            files.push((name, Bytes::from(bytes)));
        }
    }
}
