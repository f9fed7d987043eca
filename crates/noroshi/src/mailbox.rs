//! Mail that lies in a mailbox elsewhere. `[imap]` of `DIR/noroshi.toml`.

use client::imap::Mailbox;
use hub::Hub;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// IMAP over TLS (RFC 8314 section 3.2).
const PORT: u16 = 993;

/// Seconds between two rounds: a forward waits no longer than the people who sent it do.
const EVERY_SECONDS: u64 = 60;

/// The shortest pause, in seconds: servers of others lock out whoever signs in more often.
const EVERY_SECONDS_MIN: u64 = 5;

/// How a folder with another name is given.
const FOLDER_NAMES: &str = "write the folder as the server spells it, in modified UTF-7 (RFC 3501 section 5.1.3), e.g. `&U9dP4TBXMH8-`";

/// `[imap]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub struct ImapFile {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: Option<u16>,
    /// Sign-in name.
    pub user: String,
    /// The file with the password; `NOROSHI_IMAP_PASSWORD` goes before it.
    pub password_file: Option<PathBuf>,
    /// The folder that is read.
    pub folder: Option<String>,
    /// The folder into which mails are moved.
    pub done: Option<String>,
    /// Seconds between two rounds.
    pub every_seconds: Option<u64>,
    /// The certificates that vouch for the server (PEM).
    pub authorities: Option<PathBuf>,
    /// No TLS; for a server on this machine.
    pub plain: Option<bool>,
}

/// The mailbox that the settings name. `password` is what the environment says.
///
/// # Errors
/// What is wrong with the settings, and how to mend it.
pub fn of(file: &ImapFile, data: &Path, password: Option<String>) -> Result<(Mailbox, Duration), String> {
    let read = |path: &Path| {
        let path = data.join(path);
        std::fs::read(&path).map_err(|why| format!("[imap] {}: {why}", path.display()))
    };
    let password = match (password, &file.password_file) {
        (Some(password), _) => password,
        (None, Some(path)) => String::from_utf8_lossy(&read(path)?).trim_end_matches(['\r', '\n']).to_owned(),
        (None, None) => {
            return Err(
                "[imap] needs a password: name a `password_file`, or set NOROSHI_IMAP_PASSWORD".to_owned()
            );
        }
    };
    let plain = file.plain.unwrap_or(false);
    if plain && !is_this_machine(&file.host) {
        return Err(format!(
            "[imap] `plain` sends the password in clear to {}: it is for a server on 127.0.0.1 or ::1",
            file.host
        ));
    }
    let mailbox = Mailbox {
        host: file.host.clone(),
        port: file.port.unwrap_or(PORT),
        plain,
        authorities: file.authorities.as_deref().map(read).transpose()?,
        user: file.user.clone(),
        password,
        folder: file.folder.clone().unwrap_or_else(|| "INBOX".to_owned()),
        done: file.done.clone().unwrap_or_else(|| "Taken".to_owned()),
    };
    if mailbox.folder == mailbox.done {
        return Err("[imap] `done` is another folder than `folder`".to_owned());
    }
    for (setting, text, mend) in [
        ("user", &mailbox.user, "IMAP4rev1 signs in by that alone"),
        ("password", &mailbox.password, "it is the first line of `password_file`, or NOROSHI_IMAP_PASSWORD"),
        ("folder", &mailbox.folder, FOLDER_NAMES),
        ("done", &mailbox.done, FOLDER_NAMES),
    ] {
        if text.chars().any(|c| !(' '..='~').contains(&c)) {
            return Err(format!("[imap] `{setting}` may hold printable ASCII only: {mend}"));
        }
    }
    let every = file.every_seconds.unwrap_or(EVERY_SECONDS).max(EVERY_SECONDS_MIN);
    Ok((mailbox, Duration::from_secs(every)))
}

/// The address itself, not a name for it: what a name leads to may change.
fn is_this_machine(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Begins to read the mailbox, when there is one.
pub fn begin(
    hub: Hub,
    file: Option<&ImapFile>,
    has_mail: bool,
    data: &Path,
    stop: watch::Receiver<bool>,
) -> Result<Option<JoinHandle<()>>, String> {
    let Some(file) = file else { return Ok(None) };
    if !has_mail {
        return Err("[imap] needs [mail]: its `domain` says which addresses are this hub's".to_owned());
    }
    let (mailbox, every) = of(file, data, password())?;
    eprintln!("noroshi: reading {} of {} every {} s", mailbox.folder, mailbox.host, every.as_secs());
    Ok(Some(tokio::spawn(hub::pull::run(hub, mailbox, every, stop))))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a password on the command line can be read by everybody on the machine"
)]
pub fn password() -> Option<String> {
    std::env::var("NOROSHI_IMAP_PASSWORD").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, password: Option<&str>) -> Result<(Mailbox, Duration), String> {
        let file: ImapFile = toml::from_str(text).unwrap();
        of(&file, Path::new("/nowhere"), password.map(str::to_owned))
    }

    #[test]
    fn a_password_goes_in_clear_to_this_machine_only() {
        let far = check("host = \"mail.example\"\nuser = \"a\"\nplain = true", Some("x"));
        assert!(far.err().unwrap().contains("in clear"));
        let named = check("host = \"localhost\"\nuser = \"a\"\nplain = true", Some("x"));
        assert!(named.is_err(), "a name can lead anywhere");
        assert!(check("host = \"127.0.0.1\"\nuser = \"a\"\nplain = true", Some("x")).unwrap().0.plain);
        assert!(!check("host = \"mail.example\"\nuser = \"a\"", Some("x")).unwrap().0.plain);
    }

    #[test]
    fn what_is_missing_is_named() {
        let why = check("host = \"h\"\nuser = \"a\"", None).err().unwrap();
        assert!(why.contains("NOROSHI_IMAP_PASSWORD"), "{why}");
        let same = check("host = \"h\"\nuser = \"a\"\nfolder = \"Taken\"", Some("x")).err().unwrap();
        assert!(same.contains("another folder"), "{same}");
        let (mailbox, every) = check("host = \"h\"\nuser = \"a\"\nevery_seconds = 0", Some("x")).unwrap();
        assert_eq!((mailbox.port, every), (993, Duration::from_secs(5)));
    }

    #[test]
    fn a_setting_that_no_command_can_hold_is_named_at_the_start() {
        let wrong = |text: &str, password: &str| {
            check(&format!("host = \"h\"\n{text}"), Some(password)).err().unwrap_or_default()
        };
        for (setting, text) in [
            ("user", "user = \"名\""),
            ("folder", "user = \"a\"\nfolder = \"受信\""),
            ("done", "user = \"a\"\ndone = \"x\\ny\""),
        ] {
            assert!(wrong(text, "x").starts_with(&format!("[imap] `{setting}` ")), "{}", wrong(text, "x"));
        }
        for password in ["暗号", "two\nlines", "\u{fffd}"] {
            let why = wrong("user = \"a\"", password);
            assert!(why.starts_with("[imap] `password` ") && !why.contains(password), "{why}");
        }
        assert_eq!(wrong("user = \"a b~\"\nfolder = \"&U9dP4TBXMH8-\"", "p w \\ \"~"), "");
    }
}
