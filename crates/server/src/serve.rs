//! The listener: connections with limits, and an end that lets running requests finish.

use crate::idle::Idle;
use crate::tls::Tls;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Bytes of a request's head. Long filters of TAXII clients fit; a flood of headers does not.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// Seconds within which a head has to arrive.
const HEAD_SECONDS_MAX: u64 = 15;

/// Seconds without a byte in either direction after which a connection ends: longer than any request should take.
const IDLE_SECONDS_MAX: u64 = 120;

/// Seconds that running requests get when the hub stops.
const GRACE_SECONDS: u64 = 20;

/// Connections at once. Beyond it new ones wait in the listener's queue.
const CONNECTIONS_MAX: usize = 10_000;

/// Seconds to wait when no connection can be accepted, e.g. because there are no file handles left.
const ACCEPT_SECONDS: u64 = 1;

/// Serves `app` on `listener` in plain HTTP until `shutdown`, then lets running requests finish.
///
/// # Errors
/// None today: faults of single connections end those connections only.
pub async fn serve(listener: TcpListener, app: Router, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    serve_over(listener, app, None, shutdown).await
}

/// The same over TLS, when there is a certificate.
///
/// # Errors
/// As [`serve`].
pub async fn serve_over(
    listener: TcpListener,
    app: Router,
    tls: Option<Arc<Tls>>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let (stop, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept(), if connections.len() < CONNECTIONS_MAX => match accepted {
                Ok((stream, from)) => {
                    connections.spawn(opened(stream, from, app.clone(), tls.clone(), stopped.clone()));
                }
                Err(why) => {
                    tracing::warn!(error.class = %why.kind(), "no connection could be accepted");
                    tokio::time::sleep(Duration::from_secs(ACCEPT_SECONDS)).await;
                }
            },
        }
    }
    drop(listener);
    drop(stop);
    let rest = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(Duration::from_secs(GRACE_SECONDS), rest).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    Ok(())
}

/// Shakes hands where there is a certificate.
async fn opened(
    stream: TcpStream,
    from: SocketAddr,
    app: Router,
    tls: Option<Arc<Tls>>,
    stopped: watch::Receiver<()>,
) {
    // the last packet of a small answer must not wait for an acknowledgement
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else { return connection(stream, from, app, stopped).await };
    let Some(acceptor) = tls.acceptor() else { return };
    let shaking = tokio::time::timeout(Duration::from_secs(HEAD_SECONDS_MAX), acceptor.accept(stream));
    match shaking.await {
        Ok(Ok(stream)) => connection(stream, from, app, stopped).await,
        Ok(Err(why)) => tracing::debug!(error.class = %why.kind(), "no TLS"),
        Err(_) => tracing::debug!("a handshake did not end in time"),
    }
}

async fn connection<S>(stream: S, from: SocketAddr, app: Router, mut stopped: watch::Receiver<()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let io = TokioIo::new(Idle::new(stream, Duration::from_secs(IDLE_SECONDS_MAX)));
    let service = app.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(from));
        request
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_SECONDS_MAX))
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(io, TowerToHyperService::new(service));
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        _ = serving.as_mut() => return,
        _ = stopped.changed() => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}
