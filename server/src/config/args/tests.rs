//! What the command line and the environment may say, and what they may not.

use super::*;

/// Of the command line alone, whatever the environment of the tests holds.
fn check(arguments: &[&str]) -> Result<Config, String> {
    let base = ["parlour", "--data-dir", "/tmp/parlour-test"];
    let command = Args::command().mut_args(|argument| argument.env(None::<&str>));
    let matches = command.try_get_matches_from(base.iter().chain(arguments)).map_err(|error| error.to_string())?;
    let args = Args::from_arg_matches(&matches).map_err(|error| error.to_string())?;
    args.check().map_err(|mistakes| mistakes.to_string().replace("parlour: ", ""))
}

#[test]
fn nothing_is_needed() {
    let config = check(&[]).unwrap();
    assert_eq!(config.addr.to_string(), "127.0.0.1:3000");
    assert_eq!(config.ice_servers, Some(Vec::new()), "no third party hears of a meeting");
    assert!(matches!(config.livekit, LiveKit::Managed { program: None, .. }));
}

#[test]
fn a_livekit_without_its_keys_is_explained() {
    for arguments in [
        &["--livekit-url", "wss://lk.example.org"][..],
        &["--livekit-url", "wss://lk.example.org", "--livekit-api-key", "APIabc"],
        &["--livekit-url", "wss://lk.example.org", "--livekit-api-secret", "s"],
    ] {
        let message = check(arguments).err().unwrap();
        assert!(message.contains("LIVEKIT_API_KEY and LIVEKIT_API_SECRET"), "{message}");
    }
}

#[test]
fn an_external_livekit_chooses_the_ice_servers() {
    let arguments =
        ["--livekit-url", "wss://lk.example.org", "--livekit-api-key", "APIabc", "--livekit-api-secret", "hidden"];
    let config = check(&arguments).unwrap();
    assert_eq!(config.ice_servers, None);
    let LiveKit::External { url, keys, webhook_keys } = config.livekit else { panic!("external") };
    assert_eq!(url.http(), "https://lk.example.org");
    assert!(keys == webhook_keys, "webhooks are signed with the API pair");
}

#[test]
fn an_empty_variable_is_not_set() {
    let names = ["--livekit-url", "--public-url", "--ice-servers", "--trusted-proxies", "--media-ip", "--livekit-bin"];
    assert!(check(&names.map(|name| [name, ""]).concat()).is_ok());
}

#[test]
fn an_empty_number_is_not_set() {
    let command = without_empty_variables(Args::command(), |_| Some(OsString::new()));
    assert!(command.get_arguments().all(|argument| argument.get_env().is_none()));
    let command = without_empty_variables(Args::command(), |_| Some("1".into()));
    assert!(command.get_arguments().any(|argument| argument.get_env().is_some()));
}

#[test]
fn nonsense_is_refused() {
    for arguments in [
        ["--addr", "here"],
        ["--public-url", "meet.example.org"],
        ["--public-url", "https://meet.example.org/path"],
        ["--database-url", "mysql://db/parlour"],
        ["--trusted-proxies", "10.0.0.0/8,proxy"],
        ["--media-ip", "eth0"],
        ["--ice-servers", "google.com"],
        ["--media-udp-port", "70000"],
        ["--attendance-days", "-1"],
        ["--audit-days", "a year"],
        ["--access", "closed"],
        ["--teachers", "school.example"],
        ["--smtp-from", "parlour"],
        ["--registration", "school.example"],
        ["--registration", "open"],
        ["--s3-bucket", "https://s3.example.org/files"],
        ["--file-max-mb", "25 MB"],
        ["--recording-root", "recordings"],
        ["--recording-dir", "lectures"],
    ] {
        assert!(check(&arguments).is_err(), "{arguments:?}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_and_each_by_the_name_of_its_variable() {
    let wrong = [
        ("--addr", "PARLOUR_ADDR"),
        ("--public-url", "PARLOUR_PUBLIC_URL"),
        ("--database-url", "DATABASE_URL"),
        ("--livekit-url", "LIVEKIT_URL"),
        ("--livekit-webhook-key", "LIVEKIT_WEBHOOK_KEY"),
        ("--media-ip", "PARLOUR_MEDIA_IP"),
        ("--media-udp-port", "PARLOUR_MEDIA_UDP_PORT"),
        ("--media-tcp-port", "PARLOUR_MEDIA_TCP_PORT"),
        ("--trusted-proxies", "PARLOUR_TRUSTED_PROXIES"),
        ("--ice-servers", "PARLOUR_ICE_SERVERS"),
        ("--limit-create-per-minute", "PARLOUR_LIMIT_CREATE_PER_MINUTE"),
        ("--limit-requests-per-second", "PARLOUR_LIMIT_REQUESTS_PER_SECOND"),
        ("--client-profile", "PARLOUR_CLIENT_PROFILE"),
        ("--log", "PARLOUR_LOG"),
        ("--limit-session-requests-per-second", "PARLOUR_LIMIT_SESSION_REQUESTS_PER_SECOND"),
        ("--limit-room-changes-per-second", "PARLOUR_LIMIT_ROOM_CHANGES_PER_SECOND"),
        ("--metrics-addr", "PARLOUR_METRICS_ADDR"),
        ("--attendance-days", "PARLOUR_ATTENDANCE_DAYS"),
        ("--audit-days", "PARLOUR_AUDIT_DAYS"),
        ("--access", "PARLOUR_ACCESS"),
        ("--teachers", "PARLOUR_TEACHERS"),
        ("--oidc-issuer", "PARLOUR_OIDC_ISSUER"),
        ("--oidc-only", "PARLOUR_OIDC_ONLY"),
        ("--smtp-url", "PARLOUR_SMTP_URL"),
        ("--smtp-from", "PARLOUR_SMTP_FROM"),
        ("--registration", "PARLOUR_REGISTRATION"),
        ("--s3-bucket", "S3_BUCKET"),
        ("--recording-root", "PARLOUR_RECORDING_ROOT"),
        ("--file-max-mb", "PARLOUR_FILE_MAX_MB"),
        ("--files-person-mb", "PARLOUR_FILES_PERSON_MB"),
        ("--files-room-mb", "PARLOUR_FILES_ROOM_MB"),
        ("--files-server-mb", "PARLOUR_FILES_SERVER_MB"),
    ];
    let arguments: Vec<&str> = wrong.iter().flat_map(|(option, _)| [*option, "a=b=c"]).collect();
    let message = check(&arguments).err().unwrap();
    for (_, variable) in wrong {
        let told = message.lines().filter(|line| line.starts_with(&format!("{variable} "))).count();
        assert!(told >= 1, "{variable}: {message}");
    }
    assert!(message.contains("LIVEKIT_API_KEY and LIVEKIT_API_SECRET"), "{message}");
    // All but these stand above: whatever is added to the configuration is checked here as well.
    let free = [
        "PARLOUR_DATA_DIR",
        "PARLOUR_LIVEKIT_BIN",
        "PARLOUR_RECORDING_DIR",
        "LIVEKIT_API_KEY",
        "LIVEKIT_API_SECRET",
        "LIVEKIT_WEBHOOK_SECRET",
    ];
    for variable in Args::variables() {
        // Names and groups are the provider's: any text may be one.
        let free = free.contains(&&*variable) || variable.starts_with("PARLOUR_OIDC_");
        assert!(free || wrong.iter().any(|(_, known)| *known == variable), "{variable}");
    }
}

/// Options of a provider that lack nothing.
const PROVIDER: [&str; 6] =
    ["--oidc-issuer", "https://id.example.org", "--oidc-client-id", "parlour", "--oidc-client-secret", "hunter2"];

#[test]
fn a_provider_is_named_whole_or_not_at_all() {
    assert!(check(&[]).unwrap().provider.is_none());
    let provider = check(&PROVIDER).unwrap().provider.unwrap();
    assert_eq!((provider.name.as_str(), provider.groups_claim.as_str()), ("id.example.org", "groups"));
    assert!(provider.scopes == ["email", "profile"] && !provider.only && provider.administrators.is_empty());
    for (missing, about) in [
        (0, "PARLOUR_OIDC_ISSUER is not set, but PARLOUR_OIDC_CLIENT_ID is"),
        (2, "PARLOUR_OIDC_CLIENT_ID and PARLOUR_OIDC_CLIENT_SECRET"),
        (4, "PARLOUR_OIDC_CLIENT_ID and PARLOUR_OIDC_CLIENT_SECRET"),
    ] {
        let arguments = [&PROVIDER[..missing], &PROVIDER[missing + 2..]].concat();
        let message = check(&arguments).err().unwrap();
        assert!(message.starts_with(about) && !message.contains("hunter2"), "{message}");
    }
    let message = check(&["--oidc-only", "true"]).err().unwrap();
    assert!(message.contains("PARLOUR_OIDC_ISSUER is not set"), "{message}");
}

#[test]
fn what_a_provider_decides_is_read_from_lists() {
    let more = ["--oidc-name", "School", "--oidc-administrators", "ops, Staff of IT", "--oidc-scopes", "email groups"];
    let provider = check(&[&PROVIDER[..], &more, &["--oidc-only", "true"]].concat()).unwrap().provider.unwrap();
    assert_eq!(provider.administrators, ["ops", "Staff of IT"]);
    assert!(provider.scopes == ["email", "groups"] && provider.only && provider.name.as_str() == "School");
    let long = "x".repeat(65);
    for wrong in [["--oidc-only", "yes"], ["--oidc-name", &long]] {
        let message = check(&[&PROVIDER[..], &wrong].concat()).err().unwrap();
        assert!(message.starts_with("PARLOUR_OIDC_"), "{message}");
    }
    for issuer in ["http://id.example.org", "https://me:hunter2@id.example.org"] {
        let message = check(&[&["--oidc-issuer", issuer][..], &PROVIDER[2..]].concat()).err().unwrap();
        assert!(message.starts_with("PARLOUR_OIDC_ISSUER must") && !message.contains("hunter2"), "{message}");
    }
}

#[test]
fn recordings_are_kept_below_the_root_of_the_operator() {
    assert!(check(&[]).unwrap().recordings.is_none());
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(outside.path(), root.path().join("link")).unwrap();
    let below = |directory| check(&["--recording-root", root.path().to_str().unwrap(), "--recording-dir", directory]);
    let recordings = below("").unwrap().recordings.unwrap();
    assert!(recordings.root == root.path() && recordings.directory.is_none() && !recordings.given);
    let whole = root.path().join("lectures/2026");
    for directory in ["lectures/2026", whole.to_str().unwrap()] {
        let recordings = below(directory).unwrap().recordings.unwrap();
        assert_eq!((recordings.directory.unwrap().as_str(), recordings.given), ("lectures/2026", true));
    }
    for directory in ["..", "a/../../b", "/tmp", "link", "link/a"] {
        let message = below(directory).err().unwrap();
        assert!(
            message.starts_with("PARLOUR_RECORDING_DIR must be a folder below PARLOUR_RECORDING_ROOT"),
            "{message}"
        );
    }
    let message = check(&["--recording-dir", "lectures"]).err().unwrap();
    assert!(message.starts_with("PARLOUR_RECORDING_DIR is set, so PARLOUR_RECORDING_ROOT must be"), "{message}");
    let beside = |root| check(&["--recording-root", root]);
    for root in ["/tmp/parlour-test", "/tmp", "/"] {
        let message = beside(root).err().unwrap();
        assert!(message.starts_with("PARLOUR_RECORDING_ROOT must not be PARLOUR_DATA_DIR"), "{message}");
    }
    assert!(beside("/tmp/parlour-test/recordings").is_ok() && beside("/tmp/parlour-test2").is_ok());
}
