//! Mail: the relay that letters go out by, and the door by which forwards come in. `[mail]` of `DIR/noroshi.toml`.

use client::post::Transport;
use hub::Hub;
use hub::notify::Post;
use serde::Deserialize;
use server::Tls;
use server::smtp::{Door, serve_smtp};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// `[mail]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub struct MailFile {
    /// The relay: `smtp://relay.example:25`, `smtps://user:password@relay.example`, or `folder:PATH` for a dry run.
    pub relay: String,
    /// The address in `From`.
    pub from: String,
    /// The domain of intake and bounce addresses; its MX leads to `listen`.
    pub domain: String,
    /// Where the door for mail listens; no door without it.
    pub listen: Option<String>,
    /// The certificate chain for STARTTLS (PEM); the pages' own one without it.
    pub certificate: Option<PathBuf>,
    /// Its key (PEM).
    pub key: Option<PathBuf>,
}

/// The way out that the settings name.
pub fn transport(mail: &MailFile) -> Result<Transport, String> {
    match mail.relay.strip_prefix("folder:") {
        Some(path) => Ok(Transport::Folder(PathBuf::from(path))),
        None => Transport::relay(&mail.relay).map_err(|why| format!("[mail] relay: {why}")),
    }
}

/// The hub with its mail.
pub fn attach(hub: Hub, mail: Option<&MailFile>) -> Result<Hub, String> {
    let Some(mail) = mail else { return Ok(hub) };
    let transport = transport(mail)?;
    Ok(hub.with_post(Post { transport, from: mail.from.clone(), domain: mail.domain.clone() }))
}

/// Opens the door, when there is one.
pub async fn open_door(
    hub: Hub,
    mail: Option<&MailFile>,
    of_pages: Option<&Arc<Tls>>,
) -> Result<Option<JoinHandle<()>>, String> {
    let Some((mail, listen)) = mail.and_then(|mail| Some((mail, mail.listen.as_ref()?))) else {
        return Ok(None);
    };
    let listener = TcpListener::bind(listen).await.map_err(|why| {
        format!("[mail] cannot listen on {listen}: {why}; port 25 needs the right to bind low ports")
    })?;
    let address = listener.local_addr().map_err(|why| why.to_string())?;
    let tls = match (&mail.certificate, &mail.key) {
        (Some(certificate), Some(key)) => Some(Arc::new(tls(certificate, key)?)),
        (None, None) => of_pages.cloned(),
        _ => return Err("[mail] a certificate needs its key, and a key its certificate".to_owned()),
    };
    eprintln!("noroshi: taking mail for {} on {address}", mail.domain);
    let door = Door { hub, host: mail.domain.clone(), tls };
    Ok(Some(tokio::spawn(async move {
        if let Err(why) = serve_smtp(listener, door, std::future::pending()).await {
            tracing::error!(error = %why, "the door for mail ended");
        }
    })))
}

fn tls(certificate: &Path, key: &Path) -> Result<Tls, String> {
    let read = |path: &Path| std::fs::read(path).map_err(|why| format!("{}: {why}", path.display()));
    Tls::new(&read(certificate)?, &read(key)?).map_err(|why| format!("[mail] {why}"))
}
