//! `parlour check-config`: every mistake of the configuration at once, and what can be tested from here.
//!
//! Nothing is changed by it, and nothing secret is printed.

mod livekit;
mod mail;
mod network;
mod oidc;
mod places;

use std::env;
use std::io::{self, Write as _, stdout};

use crate::config::{Args, Config, Mistakes};

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ok,
    Warning,
    Mistake,
}

/// One line: it begins with the variable that it is about.
#[derive(Debug)]
struct Finding(Verdict, String);

/// Prints one line for each thing that was looked at; false when one of them is a mistake.
///
/// # Errors
/// When nobody takes the lines.
pub(crate) async fn check(config: &Result<Config, Mistakes>) -> io::Result<bool> {
    let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut findings = unknown(names, &Args::variables());
    match config {
        Err(mistakes) => {
            findings.extend(mistakes.iter().map(|mistake| Finding(Verdict::Mistake, mistake.to_string())));
            let text = "Data folder, database, bucket, recordings' folder, ports, LiveKit, mail and who signs people in are tested when these mistakes are corrected.";
            findings.push(Finding(Verdict::Warning, text.to_owned()));
        }
        Ok(config) => {
            findings.push(places::data_dir(config));
            findings.push(places::database(config).await);
            findings.extend(places::bucket(config).await);
            findings.extend(places::recordings(config));
            findings.extend(network::all(config));
            findings.extend(livekit::all(config).await);
            findings.extend(oidc::all(config).await);
            findings.extend(mail::all(config).await);
        }
    }
    let mut out = stdout().lock();
    for Finding(verdict, text) in &findings {
        let word = match verdict {
            Verdict::Ok => "ok",
            Verdict::Warning => "warning",
            Verdict::Mistake => "mistake",
        };
        // Some causes are told in several lines.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(out, "{word:<8} {text}")?;
    }
    Ok(findings.iter().all(|Finding(verdict, _)| *verdict != Verdict::Mistake))
}

/// Variables that look like Parlour's and are not: most likely a slip of the pen.
fn unknown(names: impl Iterator<Item = String>, known: &[String]) -> Vec<Finding> {
    // Where a debug build finds its files; the release has them inside.
    let strange = |name: &String| name.starts_with("PARLOUR_") && name != "PARLOUR_SITE_DIR" && !known.contains(name);
    let mut strange: Vec<String> = names.filter(strange).collect();
    strange.sort();
    let text = |name| {
        format!("{name} is not a variable of Parlour: correct its name (`parlour --help` lists all), or unset it.")
    };
    strange.into_iter().map(|name| Finding(Verdict::Warning, text(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_variable_is_noticed() {
        let names = ["PARLOUR_PUBLIC_URI", "PARLOUR_ADDR", "PATH", "PARLOUR_SITE_DIR"].map(str::to_owned);
        let findings = unknown(names.into_iter(), &["PARLOUR_ADDR".to_owned()]);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].1.starts_with("PARLOUR_PUBLIC_URI ") && findings[0].0 == Verdict::Warning);
    }
}
