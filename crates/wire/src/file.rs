//! Names of files that come with messages: the server's, and the sender's.

use serde::{Deserialize, Serialize};

use crate::ErrorCode;
use crate::text::{clean_line, string_newtype};

/// Longest name of a file, in characters.
const FILE_NAME_MAX_CHARS: usize = 120;

/// What the server calls a file: 32 of `0–9 a–f`, which nobody can guess.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileId(String);

impl FileId {
    /// Checks an id.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it has another length or other characters: no file is called that.
    pub fn parse(raw: &str) -> Result<Self, ErrorCode> {
        let fits = raw.len() == 32 && raw.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if fits { Ok(Self(raw.to_owned())) } else { Err(ErrorCode::NotFound) }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

string_newtype!(FileId);

/// What the sender calls a file: one cleaned line of 1 to 120 characters, and no path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// Cleans a name. The end of one that is too long stays, since it says what the file is.
    #[must_use]
    pub fn cut(raw: &str) -> Self {
        let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
        let line = clean_line(last);
        let skipped = line.chars().count().saturating_sub(FILE_NAME_MAX_CHARS);
        // The cut may fall behind a space or a joiner.
        let name = clean_line(&line.chars().skip(skipped).collect::<String>());
        Self(if name.trim_matches('.').is_empty() { "file".to_owned() } else { name })
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path_and_keeps_its_end() {
        for (raw, name) in [
            ("a b.pdf", "a b.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\fakepath\\x.png", "x.png"),
            ("a\r\nb\u{202E}gpj.exe", "a bgpj.exe"),
            ("", "file"),
            ("..", "file"),
            ("\u{200B}/", "file"),
        ] {
            assert_eq!(FileName::cut(raw).as_str(), name, "{raw}");
        }
        let long = FileName::cut(&format!("{}.pdf", "x".repeat(300)));
        assert_eq!((long.as_str().len(), long.as_str().ends_with("x.pdf")), (120, true));
    }

    #[test]
    fn an_id_leads_nowhere_else() {
        assert!(FileId::parse("0123456789abcdef0123456789abcdef").is_ok());
        for raw in ["", "../../../../../../etc/passwd-000", "0123456789ABCDEF0123456789ABCDEF", "0123"] {
            assert_eq!(FileId::parse(raw), Err(ErrorCode::NotFound), "{raw}");
        }
    }
}
