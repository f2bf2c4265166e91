//! `check-config`.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use server::config::Stored;

use super::outcome;
use crate::support::{SECRET, command, media_ports, run, school, shared};

/// `parlour check-config` with a data folder, ports that are free, and some variables.
pub(super) async fn check(data: &Path, variables: &[(&str, &str)]) -> (i32, String) {
    let media = media_ports();
    let mut command = command();
    command
        .env("PARLOUR_DATA_DIR", data)
        .env("PARLOUR_ADDR", "127.0.0.1:0")
        .env("PARLOUR_MEDIA_UDP_PORT", media.udp_port.to_string())
        .env("PARLOUR_MEDIA_TCP_PORT", media.tcp_port.to_string())
        .envs(variables.iter().copied());
    outcome(&mut command, &["check-config"]).await
}

fn has(said: &str, verdict: &str, about: &str) -> bool {
    said.lines().any(|line| line.split_whitespace().next() == Some(verdict) && line.contains(about))
}

#[test]
fn a_sound_configuration_is_sound_and_nothing_is_made() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let (code, said) = check(&data, &[]).await;
        assert_eq!(code, 0, "{said}");
        assert!(said.lines().all(|line| line.starts_with("ok ")), "{said}");
        for about in
            ["PARLOUR_DATA_DIR", "DATABASE_URL", "PARLOUR_ADDR", "PARLOUR_LIVEKIT_BIN", "PARLOUR_MEDIA_UDP_PORT"]
        {
            assert!(has(&said, "ok", about), "{about}: {said}");
        }
        assert!(!data.exists());
    });
}

#[test]
fn all_mistakes_are_told_in_lines_of_their_own() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let wrong = [
            ("PARLOUR_PUBLIC_URL", "meet.example.org"),
            ("LIVEKIT_URL", "wss://me:hunter2@lk.example.org"),
            ("DATABASE_URL", "mysql://me:hunter2@db/parlour"),
            ("PARLOUR_MEDIA_UDP_PORT", "70000"),
            ("PARLOUR_TRUSTED_PROXIES", "proxy"),
            ("PARLOUR_ICE_SERVERS", "[{\"urls\":[\"turn:t\"],\"credential\":\"hunter2\"}]"),
            ("PARLOUR_LOG", "a=b=c"),
        ];
        let (code, said) = check(folder.path(), &wrong).await;
        assert_eq!(code, 2, "{said}");
        for (variable, _) in wrong {
            assert!(has(&said, "mistake", variable), "{variable}: {said}");
        }
        assert!(has(&said, "mistake", "LIVEKIT_API_KEY and LIVEKIT_API_SECRET"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
        let (code, served) = outcome(command().envs(wrong).env("PARLOUR_DATA_DIR", folder.path()), &[]).await;
        assert_eq!(code, 2);
        for (variable, _) in wrong {
            assert!(served.contains(variable), "serving says the same: {variable}: {served}");
        }
    });
}

#[test]
fn what_is_doubtful_is_a_warning_and_no_mistake() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for (variable, value, about) in [
            ("PARLOUR_PUBLIC_URL", "http://meet.example.org", "PARLOUR_PUBLIC_URL"),
            ("PARLOUR_PUBLIC_URL", "https://meet.example.org", "PARLOUR_TRUSTED_PROXIES"),
            ("PARLOUR_TRUSTED_PROXIES", "0.0.0.0/0", "PARLOUR_TRUSTED_PROXIES"),
            ("PARLOUR_TRUSTED_PROXIES", "10.0.0.1", "127.0.0.1"),
            ("PARLOUR_METRICS_ADDR", "0.0.0.0:0", "PARLOUR_METRICS_ADDR"),
            ("PARLOUR_PUBLIC_URI", "https://meet.example.org", "PARLOUR_PUBLIC_URI"),
            ("PARLOUR_LOG", "info", "PARLOUR_DATA_DIR"),
        ] {
            let (code, said) = check(folder.path(), &[(variable, value)]).await;
            assert_eq!(code, 0, "{said}");
            assert!(has(&said, "warning", about), "{variable}={value}: {said}");
        }
    });
}

#[test]
fn places_and_ports_are_tried() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let taken = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let listener = TcpListener::bind(taken).unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "no database").unwrap();
        let spoilt = format!("sqlite:{}", file.display());
        for (variable, value) in [
            ("PARLOUR_ADDR", taken.to_string().as_str()),
            ("PARLOUR_ADDR", "192.0.2.1:3000"),
            ("PARLOUR_METRICS_ADDR", &taken.to_string()),
            ("PARLOUR_MEDIA_TCP_PORT", &taken.port().to_string()),
            ("PARLOUR_LIVEKIT_BIN", "/nowhere/livekit-server"),
            ("PARLOUR_DATA_DIR", file.to_str().unwrap()),
            ("PARLOUR_RECORDING_ROOT", "/nowhere"),
            ("PARLOUR_RECORDING_ROOT", file.to_str().unwrap()),
            ("DATABASE_URL", &spoilt),
            ("DATABASE_URL", "postgres://me:hunter2@127.0.0.1:9/parlour"),
        ] {
            let (code, said) = check(folder.path(), &[(variable, value)]).await;
            assert_eq!(code, 2, "{variable}={value}: {said}");
            assert!(has(&said, "mistake", variable) && !said.contains("hunter2"), "{variable}={value}: {said}");
        }
        drop(listener);
    });
}

#[test]
fn the_folder_for_recordings_is_tried_and_not_made() {
    run(async {
        let (data, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(root.path().join("file"), "").unwrap();
        let path = root.path().to_str().unwrap();
        for (directory, code, verdict, state) in [
            ("lectures", 0, "ok", "is not there yet"),
            ("file", 2, "mistake", "it is no folder"),
            ("file/lectures", 2, "mistake", "cannot be kept"),
            ("../lectures", 2, "mistake", "must be a folder below PARLOUR_RECORDING_ROOT"),
        ] {
            let variables = [("PARLOUR_RECORDING_ROOT", path), ("PARLOUR_RECORDING_DIR", directory)];
            let (ended, said) = check(data.path(), &variables).await;
            assert_eq!(ended, code, "{directory}: {said}");
            let line = said.lines().find(|line| line.contains("PARLOUR_RECORDING_DIR")).unwrap();
            assert!(line.starts_with(verdict) && line.contains(state), "{line}");
        }
        fs::create_dir(root.path().join("kept")).unwrap();
        Stored::amend(data.path(), |stored| stored.recording_directory = Some("kept".to_owned())).unwrap();
        let (_, said) = check(data.path(), &[("PARLOUR_RECORDING_ROOT", path)]).await;
        assert!(has(&said, "ok", "kept can be written"), "what an administrator has set: {said}");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2);
    });
}

#[test]
fn a_wrong_secret_is_told_from_an_address_where_nobody_is() {
    run(async {
        let livekit = shared().await;
        let folder = tempfile::tempdir().unwrap();
        let url = livekit.endpoint.borrow().url.clone();
        let (key, secret) = (livekit.keys.key.as_str(), livekit.keys.secret.expose());
        let wrong = "x".repeat(64);
        for (url, key, secret, verdict, about) in [
            (url.as_str(), key, secret, "ok", "LIVEKIT_URL"),
            (&url, key, &wrong, "mistake", "LIVEKIT_API_SECRET"),
            (&url, "APIother", secret, "mistake", "LIVEKIT_API_KEY"),
            ("ws://127.0.0.1:9", key, secret, "mistake", "LIVEKIT_URL: ws://127.0.0.1:9 does not answer"),
            ("ws://127.0.0.1:9", key, secret, "mistake", "onnection refused"),
        ] {
            let variables = [("LIVEKIT_URL", url), ("LIVEKIT_API_KEY", key), ("LIVEKIT_API_SECRET", secret)];
            let (code, said) = check(folder.path(), &variables).await;
            assert_eq!(code, if verdict == "ok" { 0 } else { 2 }, "{said}");
            assert!(has(&said, verdict, about), "{verdict} {about}: {said}");
            assert!(!said.contains(secret), "{said}");
        }
    });
}

#[test]
fn who_signs_people_in_is_tried_and_told_from_one_that_is_not_there() {
    run(async {
        let (school, folder) = (school().await, tempfile::tempdir().unwrap());
        let other = format!("{}/other", school.issuer);
        for (issuer, verdict, about) in [
            (school.issuer.as_str(), "ok", "http://127.0.0.1:3000/signin/oidc/callback"),
            ("http://127.0.0.1:9", "mistake", "onnection refused"),
            (&other, "mistake", "PARLOUR_OIDC_ISSUER"),
        ] {
            let variables = [
                ("PARLOUR_PUBLIC_URL", "http://127.0.0.1:3000"),
                ("PARLOUR_OIDC_ISSUER", issuer),
                ("PARLOUR_OIDC_CLIENT_ID", "parlour"),
                ("PARLOUR_OIDC_CLIENT_SECRET", SECRET),
                ("PARLOUR_OIDC_ONLY", "true"),
            ];
            let (code, said) = check(folder.path(), &variables).await;
            assert_eq!(code, if verdict == "ok" { 0 } else { 2 }, "{said}");
            assert!(has(&said, verdict, about) && !said.contains(SECRET), "{verdict} {about}: {said}");
            assert!(has(&said, "warning", "PARLOUR_OIDC_ADMINISTRATORS"), "{said}");
        }
    });
}
