//! Where the hub listens, and the servers of others that it needs: whether they answer, before a letter is missed.

use super::Complaint;
use crate::settings::{File, LISTEN};
use crate::{mailbox, post};
use std::net::ToSocketAddrs;
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpStream;

/// How long a server may take to accept a connection.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// Looks at every door.
pub(super) async fn look(file: &File, data: &Path, found: &mut Vec<Complaint>) {
    found.extend(open_without_tls(file));
    if let Some(mail) = &file.mail {
        if let Err(why) = post::transport(mail) {
            found.push(Complaint(why, "write it as smtp://relay.example:25, or folder:PATH".to_owned()));
        } else if let Some((host, port)) = relay(&mail.relay) {
            let mend = "letters wait and are tried again for a day: correct `relay` in [mail], or let the relay take mail from here";
            found.extend(answers("the mail relay", &host, port, mend).await);
        }
    }
    if let Some(imap) = &file.imap {
        match mailbox::of(imap, data, mailbox::password()) {
            Err(why) => {
                found.push(Complaint(why, "correct [imap]; without it no mailbox is read".to_owned()))
            }
            Ok((mailbox, _)) => {
                let mend = "mails stay in that mailbox until it does: correct `host` and `port` in [imap]";
                found.extend(answers("the mailbox's server", &mailbox.host, mailbox.port, mend).await);
            }
        }
    }
}

/// What `noroshi serve` would refuse at its start.
fn open_without_tls(file: &File) -> Option<Complaint> {
    let listen = file.listen.as_deref().unwrap_or(LISTEN);
    let outside = listen.to_socket_addrs().ok()?.any(|at| !at.ip().is_loopback());
    (outside && file.tls_certificate.is_none()).then(|| {
        Complaint(
            format!(
                "{listen} can be reached from outside and there is no certificate: the hub will not start"
            ),
            "set tls_certificate and tls_key, or listen on 127.0.0.1 behind a proxy that speaks TLS"
                .to_owned(),
        )
    })
}

/// Host and port of a relay's address; none for a folder.
fn relay(url: &str) -> Option<(String, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let usual = if scheme == "smtps" { 465 } else { 25 };
    match place.rsplit_once(':').filter(|(host, _)| !host.ends_with(':') && !place.ends_with(']')) {
        Some((host, port)) => Some((host.to_owned(), port.parse().ok()?)),
        None => Some((place.to_owned(), usual)),
    }
}

async fn answers(what: &str, host: &str, port: u16, mend: &str) -> Option<Complaint> {
    let host = host.trim_matches(['[', ']']);
    let tried = tokio::time::timeout(ANSWER_WITHIN, TcpStream::connect((host, port))).await;
    let why = match tried {
        Ok(Ok(_)) => return None,
        Ok(Err(why)) => why.to_string(),
        Err(_) => format!("no answer within {} s", ANSWER_WITHIN.as_secs()),
    };
    Some(Complaint(format!("{what} {host}:{port} does not answer ({why})"), mend.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Option<(&str, u16)>) {
        assert_eq!(relay(url), expected.map(|(host, port)| (host.to_owned(), port)), "{url}");
    }

    #[test]
    fn relays_as_they_are_written() {
        check("smtp://relay.example:2525", Some(("relay.example", 2525)));
        check("smtps://user:pass@relay.example", Some(("relay.example", 465)));
        check("smtp://relay.example?tls=required", Some(("relay.example", 25)));
        check("smtp://[2001:db8::1]", Some(("[2001:db8::1]", 25)));
        check("smtp://[2001:db8::1]:26", Some(("[2001:db8::1]", 26)));
        check("folder:/tmp/mails", None);
    }

    #[tokio::test]
    async fn a_server_that_is_away_is_named() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(answers("it", "127.0.0.1", port, "").await.is_none());
        drop(listener);
        assert!(answers("it", "127.0.0.1", port, "").await.is_some_and(|c| c.0.contains("does not answer")));
    }

    #[test]
    fn an_open_door_needs_a_certificate() {
        let file = |listen: &str| toml::from_str::<File>(&format!("listen = {listen:?}")).unwrap();
        assert!(open_without_tls(&file("0.0.0.0:8440")).is_some());
        assert!(open_without_tls(&file("127.0.0.1:8440")).is_none());
        assert!(open_without_tls(&File::default()).is_none());
    }
}
