//! `noroshi serve`: a hub that listens until it is told to stop.

use crate::certificate::Certificate;
use crate::claim::Claim;
use crate::cmd::wait::{runtime, stop_signal};
use crate::figures::Figures;
use crate::settings::{self, File, LISTEN, LogFormat, Place};
use crate::world::{self, MachineChance, MachineClock};
use clap::Args;
use hub::regimes::Regimes;
use hub::{Hub, Settings};
use server::{Front, Tls};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Run a hub.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    place: Option<Place>,
    /// Where to listen [default: 127.0.0.1:8440].
    #[arg(long, env = "NOROSHI_LISTEN", value_name = "ADDR")]
    listen: Option<String>,
    /// Print every setting of DIR/noroshi.toml with its meaning, and end.
    #[arg(long)]
    print_settings: bool,
}

/// Runs until SIGINT or SIGTERM.
pub fn run(args: ServeArgs) -> Result<ExitCode, String> {
    if args.print_settings {
        print!("{}", settings::PAGE);
        return Ok(ExitCode::SUCCESS);
    }
    let place = args.place.ok_or("name the data folder: noroshi serve --data DIR")?;
    let file = place.file()?;
    log_as(&file);
    runtime()?.block_on(async {
        let listen = args.listen.or_else(|| file.listen.clone()).unwrap_or_else(|| LISTEN.to_owned());
        let certificate = Certificate::of(&file)?;
        let listener = bind(&listen).await?;
        let address = listener.local_addr().map_err(|why| why.to_string())?;
        if certificate.is_none() && !address.ip().is_loopback() {
            return Err(format!(
                "{address} can be reached from outside and there is no certificate: set tls_certificate and tls_key in \
                 noroshi.toml, or listen on 127.0.0.1 behind a proxy that speaks TLS"
            ));
        }
        let address = address.to_string();
        let figures = Figures::install();
        let location = place.location(&file);
        let _ours = Claim::of(&location)?;
        let hub = open(&location, file.settings(&address)).await?;
        hub::ops::admin::set_up(&hub, hub::ops::admin::AsRegistrar::Machine)
            .await
            .map_err(|why| why.to_string())?;
        let scheme = if certificate.is_some() { "https" } else { "http" };
        let tls = certificate.as_ref().map(Certificate::tls);
        let hub = crate::post::attach(hub, file.mail.as_ref())?;
        let door = crate::post::open_door(hub.clone(), file.mail.as_ref(), tls.as_ref()).await?;
        let running = Running::start_behind(hub, listener, file.front(), tls).await?;
        let stopped = running.stop.subscribe();
        let has_mail = file.mail.is_some();
        let reading =
            crate::mailbox::begin(running.hub().clone(), file.imap.as_ref(), has_mail, &place.data, stopped)?;
        let watching = watch(running.hub().clone(), certificate, file.metrics_listen.as_deref(), figures).await?;
        eprintln!("noroshi: listening on {scheme}://{address}");
        stop_signal().await;
        watching.abort_all();
        if let Some(door) = door {
            door.abort();
        }
        running.stop_with(reading).await;
        Ok(ExitCode::SUCCESS)
    })
}

/// What goes on beside serving: the certificate is read again, the clock is watched, figures are shown.
async fn watch(
    hub: Hub,
    certificate: Option<Certificate>,
    metrics_listen: Option<&str>,
    figures: Figures,
) -> Result<Beside, String> {
    let mut tasks = Vec::new();
    if let Some(certificate) = certificate {
        tasks.push(tokio::spawn(certificate.follow()));
    }
    tasks.push(tokio::spawn(watch_clock(hub.clone())));
    if let Some(listen) = metrics_listen {
        let listener = bind(listen).await?;
        let router = server::metrics_router(hub, Arc::new(move || figures.render()));
        tasks.push(tokio::spawn(async move {
            if let Err(why) = server::serve(listener, router, std::future::pending()).await {
                tracing::error!(error = %why, "the metrics listener ended");
            }
        }));
    }
    Ok(Beside(tasks))
}

struct Beside(Vec<JoinHandle<()>>);

impl Beside {
    fn abort_all(self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// Seconds between two looks at the clock and the certificate.
const LOOK_SECONDS: u64 = 10;

/// Compares the clock that people set with the one that only passes.
async fn watch_clock(hub: Hub) {
    let (begun, wall) = (world::instant(), world::now());
    loop {
        tokio::time::sleep(Duration::from_secs(LOOK_SECONDS)).await;
        let passed = i64::try_from(begun.elapsed().as_secs()).unwrap_or(i64::MAX);
        let said = world::now().duration_since(wall).as_secs();
        hub.note_drift(said - passed);
    }
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
    let regimes = regimes(&place.data.join("regimes"))?;
    Ok(Hub::new(store, Arc::new(MachineClock), Arc::new(MachineChance), settings).with_regimes(regimes))
}

/// The regimes that ship and the installation's own. A faulty file stops the start, with line and reason.
fn regimes(folder: &Path) -> Result<Regimes, String> {
    Regimes::with_folder(folder).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|f| format!("{}/{f}", folder.display())).collect();
        format!("faulty regime files:\n{}", lines.join("\n"))
    })
}

/// A hub whose workers and listener run.
pub struct Running {
    hub: Hub,
    stop: watch::Sender<bool>,
    workers: JoinHandle<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Starts workers and a listener without limits in plain HTTP.
    pub async fn start(hub: Hub, listener: TcpListener) -> Result<Self, String> {
        Self::start_behind(hub, listener, Front::default(), None).await
    }

    /// Starts workers and listener.
    pub async fn start_behind(
        hub: Hub,
        listener: TcpListener,
        front: Front,
        tls: Option<Arc<Tls>>,
    ) -> Result<Self, String> {
        hub::jobs::start(&hub).await.map_err(|why| why.to_string())?;
        let (stop, stopped) = watch::channel(false);
        let workers = tokio::spawn(hub::jobs::run(hub.clone(), stopped.clone()));
        let mut ending = stopped;
        let shutdown = async move {
            let _ = ending.wait_for(|stop| *stop).await;
        };
        let faces = server::router_behind(hub.clone(), front);
        let server = tokio::spawn(server::serve_over(listener, faces, tls, shutdown));
        Ok(Self { hub, stop, workers, server })
    }

    /// The hub.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Lets running requests and jobs finish and closes the store.
    pub async fn stop(self) {
        self.stop_with(None).await;
    }

    /// The same, and lets a task finish that hears of the stop.
    pub async fn stop_with(self, task: Option<JoinHandle<()>>) {
        let _ = self.stop.send(true);
        if let Some(task) = task {
            let _ = task.await;
        }
        let _ = self.server.await;
        let _ = self.workers.await;
        self.hub.close().await;
    }
}

/// Structured lines on standard error; `RUST_LOG` chooses, warnings and errors by default.
pub fn log_to_stderr() {
    log_as(&File::default());
}

fn log_as(file: &File) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(file.log.as_deref().unwrap_or("warn")));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = match file.log_format.unwrap_or_default() {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}
