//! Settings from every place.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;
use crate::cli::Cli;

type Variables = &'static [(&'static str, &'static str)];

/// A directory with two settings files and an environment.
struct Scene {
    dir: tempfile::TempDir,
    around: Surroundings,
}

impl Scene {
    fn new(user: &str, system: &str, variables: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let around = Surroundings {
            variables: variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).into()))
                .collect(),
            user_file: Some(file(dir.path(), "user.toml", user)),
            system_file: Some(file(dir.path(), "system.toml", system)),
            state_dir: Some("/home/state".into()),
            terminal: Terminal::default(),
        };
        Self { dir, around }
    }

    fn resolve(&self, flags: &[&str]) -> Result<Settings, SettingsError> {
        let words = ["cosup"].iter().chain(flags).chain(&["status"]);
        let cli = Cli::from_arguments(words.map(Into::into)).unwrap();
        Settings::resolve(&cli.global, &self.around)
    }

    fn wrong(&self, flags: &[&str]) -> String {
        let error = self.resolve(flags).unwrap_err();
        let dir = self.dir.path().to_str().unwrap();
        format!("{error} | {}", error.hint.clone().unwrap_or_default()).replace(dir, "DIR")
    }
}

fn file(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn origin(settings: &Settings, key: &str) -> String {
    let row = settings.rows.iter().find(|row| row.key == key).unwrap();
    row.origin.to_string()
}

#[test]
fn flags_win_over_the_environment_over_files_over_defaults() {
    let scene = Scene::new(
        "[defaults]\nretries = 3\njobs = 4\nslice_size = \"2M\"\n",
        "[defaults]\nretries = 2\ntimeout = \"7s\"\n",
        &[("COSUP_JOBS", "5")],
    );
    let settings = scene.resolve(&["--retries", "9"]).unwrap();
    assert_eq!((settings.retries, settings.jobs), (9, 5));
    assert_eq!(settings.slice_size, 2 << 20);
    assert_eq!(settings.timeout, Duration::from_secs(7));
    assert_eq!(settings.connect_timeout, Duration::from_secs(10));
    assert_eq!(origin(&settings, "retries"), "--retries");
    assert_eq!(origin(&settings, "jobs"), "COSUP_JOBS");
    assert!(origin(&settings, "slice_size").ends_with("user.toml [defaults]"));
    assert!(origin(&settings, "timeout").ends_with("system.toml [defaults]"));
    assert_eq!(origin(&settings, "connect_timeout"), "default");
    assert_eq!(scene.resolve(&[]).unwrap().retries, 3);
}

#[test]
fn a_profile_inherits_from_the_defaults() {
    let scene = Scene::new(
        "[defaults]\nregion = \"sh\"\nappid = 125\n[profiles.work]\nregion = \"gz\"\n",
        "",
        &[],
    );
    let endpoint = |flags: &[&str]| scene.resolve(flags).unwrap().endpoint().unwrap().to_owned();
    assert_eq!(endpoint(&[]), "http://sh.file.myqcloud.com");
    assert_eq!(
        endpoint(&["--profile", "work"]),
        "http://gz.file.myqcloud.com"
    );
    let settings = scene.resolve(&["--profile=work"]).unwrap();
    assert!(origin(&settings, "region").ends_with("[profiles.work]"));
    assert!(origin(&settings, "appid").ends_with("[defaults]"));
    assert_eq!(
        scene.wrong(&["--profile", "wrok"]),
        "there is no profile `wrok` | did you mean `work`?"
    );
}

#[test]
fn a_wrong_file_is_refused_with_the_place_and_the_nearest_key() {
    for (text, expected) in [
        (
            "[defaults]\nregoin = \"sh\"\n",
            "DIR/user.toml [defaults]: unknown key `regoin` | did you mean `region`?",
        ),
        (
            "region = \"sh\"\n",
            "DIR/user.toml: unknown key `region` | put `region` below a line `[defaults]`",
        ),
        (
            "[profile.x]\n",
            "DIR/user.toml: unknown key `profile` | did you mean `profiles`?",
        ),
        (
            "[defaults]\nretries = \"many\"\n",
            "DIR/user.toml [defaults]: `retries` is wrong: `many` is no whole number | ",
        ),
        (
            "[defaults]\nstate_dir = \"here\"\n",
            "DIR/user.toml [defaults]: `state_dir` is wrong: `here` is not an absolute path | ",
        ),
        (
            "[defaults]\nretries = true\n",
            "DIR/user.toml [defaults]: `retries` is neither text nor a number | ",
        ),
    ] {
        assert_eq!(Scene::new(text, "", &[]).wrong(&[]), expected);
    }
    let scene = Scene::new("[defaults]\nsecret_key = \"TOPSECRET\n", "", &[]);
    let wrong = scene.wrong(&[]);
    assert!(wrong.starts_with("DIR/user.toml, line 2: "), "{wrong}");
    assert!(!wrong.contains("TOPSECRET"), "{wrong}");
    let missing = scene.wrong(&["--config", "/nowhere/c.toml"]);
    assert!(
        missing.contains("/nowhere/c.toml does not exist"),
        "{missing}"
    );
}

#[test]
fn a_settings_file_with_a_key_must_be_private() {
    let scene = Scene::new("[defaults]\nsecret_key = \"k\"\n", "", &[]);
    let path = scene.dir.path().join("user.toml");
    assert!(scene.resolve(&[]).is_ok());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(
        scene.wrong(&[]),
        "DIR/user.toml holds a secret key and others can read it | chmod 600 DIR/user.toml"
    );
}

#[test]
fn credentials_are_found_whole_or_not_at_all() {
    let file = "[defaults]\nappid = \"1\"\nsecret_id = \"filed\"\nsecret_key = \"k\"\n";
    let cases: &[(&str, Variables, &str)] = &[
        (file, &[], "secret id filed"),
        (
            file,
            &[("COSUP_SECRET_ID", "env"), ("COSUP_SECRET_KEY", "e")],
            "secret id env",
        ),
        (
            file,
            &[("COSUP_SIGN_COMMAND", "sign")],
            "signatures from sign_command",
        ),
        (
            "",
            &[("COSUP_CREDENTIAL_COMMAND", "c")],
            "keys from credential_command",
        ),
        ("", &[], "no credentials are set"),
        (
            "",
            &[("COSUP_SECRET_ID", "a")],
            "a secret id is set (COSUP_SECRET_ID), but no key",
        ),
        (
            "[defaults]\nappid = 1\n",
            &[("COSUP_SECRET_KEY", "k")],
            "a secret key is set (COSUP_SECRET_KEY), but no secret id",
        ),
        ("", &[("COSUP_SECRET_KEY", "k")], "the appid is missing"),
    ];
    for (text, variables, expected) in cases {
        let settings = Scene::new(text, "", variables).resolve(&[]).unwrap();
        let said = match settings.signed_by() {
            Ok(said) => said,
            Err(error) => error.to_string(),
        };
        assert_eq!(&said, expected);
        assert!(!format!("{settings:?}").contains("\"k\""), "{settings:?}");
    }
    let mixed = Scene::new(file, "", &[("COSUP_SECRET_ID", "other")]);
    let error = mixed.resolve(&[]).unwrap().signed_by().unwrap_err();
    assert!(error.message.contains("may not belong together"), "{error}");
}

#[test]
fn without_a_place_to_go_only_those_who_need_one_complain() {
    let settings = Scene::new("", "", &[]).resolve(&[]).unwrap();
    let error = settings.endpoint().unwrap_err();
    assert_eq!(error.to_string(), "neither a region nor an endpoint is set");
    assert!(settings.authorizer().is_err());
}

#[test]
fn a_proxy_is_shown_without_its_password() {
    let scene = Scene::new("", "", &[]);
    let settings = scene
        .resolve(&["--proxy", "http://me:PASS@proxy:3128"])
        .unwrap();
    let row = settings.rows.iter().find(|row| row.key == "proxy").unwrap();
    assert_eq!(row.shown.as_deref(), Some("http://[redacted]@proxy:3128"));
}

#[test]
fn the_page_on_settings_is_true() {
    let page = include_str!("../../docs/settings.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (example, rest) = rest.split_once("```").unwrap();
    let scene = Scene::new(example, "", &[]);
    let nightly = scene.resolve(&["--profile=nightly"]).unwrap();
    assert_eq!(nightly.endpoint().unwrap(), "http://sh.file.myqcloud.com");
    assert_eq!(nightly.limit_rate.as_deref(), Some("10M"));
    assert_eq!(nightly.state_dir, Some("/var/lib/cosup".into()));
    assert_eq!(
        nightly.signed_by().unwrap(),
        "secret id AKIDexample, key in /etc/cosup/nightly.key"
    );
    let signed = scene.resolve(&["--profile=signed"]).unwrap();
    assert_eq!(signed.signed_by().unwrap(), "signatures from sign_command");
    for key in file::KEYS {
        assert!(rest.contains(&format!("`{key}`")), "{key}");
    }
    for region in REGIONS {
        assert!(rest.contains(&format!("`{region}`")), "{region}");
    }
}
