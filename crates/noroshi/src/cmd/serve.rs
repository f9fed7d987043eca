//! `noroshi serve`: a hub that listens until it is told to stop.

use crate::settings::{LISTEN, Place};
use crate::world::{self, MachineChance, MachineClock};
use clap::Args;
use hub::{Hub, Settings};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Run a hub.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    place: Place,
    /// Where to listen [default: 127.0.0.1:8440].
    #[arg(long, env = "NOROSHI_LISTEN", value_name = "ADDR")]
    listen: Option<String>,
}

/// Runs until SIGINT or SIGTERM.
pub fn run(args: ServeArgs) -> Result<ExitCode, String> {
    log_to_stderr();
    runtime()?.block_on(async {
        let file = args.place.file()?;
        let listen = args.listen.or_else(|| file.listen.clone()).unwrap_or_else(|| LISTEN.to_owned());
        let listener = bind(&listen).await?;
        let address = listener.local_addr().map_err(|why| why.to_string())?.to_string();
        let hub = open(&args.place.location(&file), file.settings(&address)).await?;
        hub::ops::admin::set_up(&hub, hub::ops::admin::AsRegistrar::Machine)
            .await
            .map_err(|why| why.to_string())?;
        let running = Running::start(hub, listener).await?;
        eprintln!("noroshi: listening on http://{address}");
        stop_signal().await;
        running.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// A multi-threaded runtime.
pub fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|why| why.to_string())
}

/// Binds, with the way out in the error.
pub async fn bind(listen: &str) -> Result<TcpListener, String> {
    TcpListener::bind(listen)
        .await
        .map_err(|why| format!("cannot listen on {listen}: {why}; choose another address with --listen"))
}

/// Opens the store and makes a hub of it.
pub async fn open(place: &store::Where, settings: Settings) -> Result<Hub, String> {
    let store =
        store::Store::open(place, world::random(), world::now()).await.map_err(|why| why.to_string())?;
    Ok(Hub::new(store, Arc::new(MachineClock), Arc::new(MachineChance), settings))
}

/// A hub whose workers and listener run.
pub struct Running {
    hub: Hub,
    stop: watch::Sender<bool>,
    workers: JoinHandle<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Starts workers and listener.
    pub async fn start(hub: Hub, listener: TcpListener) -> Result<Self, String> {
        hub::jobs::start(&hub).await.map_err(|why| why.to_string())?;
        let (stop, stopped) = watch::channel(false);
        let workers = tokio::spawn(hub::jobs::run(hub.clone(), stopped.clone()));
        let mut ending = stopped;
        let shutdown = async move {
            let _ = ending.wait_for(|stop| *stop).await;
        };
        let server = tokio::spawn(server::serve(listener, server::router(hub.clone()), shutdown));
        Ok(Self { hub, stop, workers, server })
    }

    /// The hub.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Lets running requests and jobs finish and closes the store.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.server.await;
        let _ = self.workers.await;
        self.hub.close().await;
    }
}

/// Waits for SIGINT or SIGTERM.
pub async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = term.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Structured lines on standard error; `RUST_LOG` chooses, warnings and errors by default.
pub fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
