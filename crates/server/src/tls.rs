//! TLS 1.2 and 1.3 in front of the faces, with a certificate that can be replaced while connections live.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::{Arc, RwLock};
use tokio_rustls::TlsAcceptor;

/// A certificate chain and its key, replaceable.
pub struct Tls(RwLock<Arc<ServerConfig>>);

impl Tls {
    /// From PEM: the chain, the server's own certificate first, and its private key (PKCS#8, SEC 1 or PKCS#1).
    ///
    /// # Errors
    /// What is wrong with the files, in words.
    pub fn new(chain: &[u8], key: &[u8]) -> Result<Self, String> {
        Ok(Self(RwLock::new(Arc::new(config(chain, key)?))))
    }

    /// New connections get this certificate; those that live keep theirs. What does not read changes nothing.
    ///
    /// # Errors
    /// As [`Tls::new`].
    pub fn replace(&self, chain: &[u8], key: &[u8]) -> Result<(), String> {
        let new = Arc::new(config(chain, key)?);
        if let Ok(mut now) = self.0.write() {
            *now = new;
        }
        Ok(())
    }

    pub(crate) fn acceptor(&self) -> Option<TlsAcceptor> {
        self.0.read().ok().map(|config| TlsAcceptor::from(Arc::clone(&config)))
    }
}

fn config(chain: &[u8], key: &[u8]) -> Result<ServerConfig, String> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<_, _>>()
        .map_err(|why| format!("the certificate file is not PEM: {why}"))?;
    if chain.is_empty() {
        return Err("the certificate file holds no certificate".to_owned());
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|why| format!("the key file is not PEM: {why}"))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|why| why.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|why| format!("certificate and key do not go together: {why}"))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
