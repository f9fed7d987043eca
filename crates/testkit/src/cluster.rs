//! A real PostgreSQL of our own: made, started, thrown away. A database a test.
//!
//! `NOROSHI_TEST_DATABASE=postgres` lets every test of [`crate::TestHub`] run on one: on the cluster that
//! `NOROSHI_TEST_POSTGRES` names (an address without a database, see `examples/with_postgres.rs`), or on one that this process
//! starts. It ends with the process that started it, however that ends.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// What a cluster is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Nothing is synced: it lives as long as a test, and only its clients are killed.
    Fast,
    /// As in earnest: it is itself killed, and may lose nothing.
    Durable,
}

/// A running cluster. It goes, files included, when this goes.
pub struct Cluster {
    folder: TempDir,
    port: u16,
    care: Care,
    child: Option<(Child, ChildStdin)>,
}

/// How long a start may take: a crash recovery beside seven builds.
const START: Duration = Duration::from_secs(60);

/// Whether tests run on PostgreSQL.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the run is chosen from outside")]
pub(crate) fn wanted() -> bool {
    match std::env::var("NOROSHI_TEST_DATABASE").as_deref() {
        Ok("postgres") => true,
        Ok("sqlite") | Err(_) => false,
        Ok(other) => panic!("NOROSHI_TEST_DATABASE is `{other}`; it can be `postgres` or `sqlite`"),
    }
}

/// The address of the cluster of this process, without a database.
#[expect(clippy::disallowed_methods, reason = "the run is chosen from outside")]
fn shared() -> String {
    static OWN: OnceLock<(String, Cluster)> = OnceLock::new();
    if let Ok(url) = std::env::var("NOROSHI_TEST_POSTGRES") {
        return url;
    }
    let (url, _cluster) = OWN.get_or_init(|| {
        let cluster = Cluster::start(Care::Fast);
        (cluster.url(), cluster)
    });
    url.clone()
}

/// A database of its own; dropped with this.
pub struct Database {
    base: String,
    name: String,
}

impl Database {
    /// An empty one, or a copy of another that nobody uses at this moment.
    pub async fn new(copy_of: Option<&Self>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (base, n) = (shared(), COUNT.fetch_add(1, Ordering::Relaxed));
        let name = format!("t{}_{n}", std::process::id());
        let template = copy_of.map_or("template0", |other| other.name.as_str());
        statement(&base, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        statement(&base, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self { base, name }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/{}", self.base, self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (base, text) = (self.base.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        // dropped inside a runtime, which must not be blocked on
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(statement(&base, &text));
        });
        let _done = dropping.join();
    }
}

async fn statement(base: &str, text: &str) {
    let mut connection = PgConnection::connect(&format!("{base}/postgres")).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

impl Cluster {
    /// Makes and starts one.
    #[must_use]
    pub fn start(care: Care) -> Self {
        let mut cluster = Self { folder: folder(), port: free_port(), care, child: None };
        let mut init = as_postgres(&program("initdb"));
        init.args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ]);
        let done = init.arg(cluster.data()).stdin(Stdio::null()).output().unwrap();
        assert!(done.status.success(), "initdb: {}", String::from_utf8_lossy(&done.stderr));
        cluster.resume();
        cluster
    }

    /// A standby that follows `primary`, synchronously when the primary was told so.
    #[must_use]
    pub fn standby_of(primary: &Self) -> Self {
        let mut cluster = Self { folder: folder(), port: free_port(), care: primary.care, child: None };
        let mut copy = as_postgres(&program("pg_basebackup"));
        copy.args(["-h", "127.0.0.1", "-U", "postgres", "-R", "-X", "stream", "-c", "fast", "-p"]);
        copy.arg(primary.port.to_string()).arg("-D").arg(cluster.data());
        let done = copy.stdin(Stdio::null()).output().unwrap();
        assert!(done.status.success(), "pg_basebackup: {}", String::from_utf8_lossy(&done.stderr));
        cluster.resume();
        cluster
    }

    /// Starts it again after [`Cluster::kill`].
    pub fn resume(&mut self) {
        let sync = if self.care == Care::Durable { "on" } else { "off" };
        let log = self.folder.path().join("log");
        // the shell waits for the end of its input, which is the end of whoever started it
        let script = "\"$@\" >>\"$LOG\" 2>&1 </dev/null & child=$!\n\
                      cat >/dev/null; kill -QUIT $child 2>/dev/null; wait $child; exit 0";
        let mut shell = as_postgres(Path::new("sh"));
        shell.env("LOG", log).args(["-c", script, "postgres"]).arg(program("postgres"));
        shell.arg("-D").arg(self.data()).args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        shell.args(["-k", ""]);
        for setting in [
            format!("fsync={sync}"),
            format!("full_page_writes={sync}"),
            format!("synchronous_commit={sync}"),
            "max_connections=120".to_owned(),
            "shared_buffers=32MB".to_owned(),
            "autovacuum_naptime=5s".to_owned(),
            "max_wal_size=256MB".to_owned(),
        ] {
            shell.args(["-c", &setting]);
        }
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = shell.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        self.child = Some((child, input));
        self.until_ready();
    }

    fn until_ready(&self) {
        let begun = instant();
        while !self.is_ready() {
            assert!(begun.elapsed() < START, "PostgreSQL does not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn is_ready(&self) -> bool {
        let mut ask = Command::new(program("pg_isready"));
        ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        ask.status().is_ok_and(|status| status.success())
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Ends it at once, as a crash does (SIGQUIT: no checkpoint, recovery at the next start).
    pub fn kill(&mut self) {
        if let Some((mut child, input)) = self.child.take() {
            drop(input);
            let _ended = child.wait();
        }
    }

    /// Makes a standby the primary.
    pub fn promote(&self) {
        let mut promote = as_postgres(&program("pg_ctl"));
        promote.args(["promote", "-w", "-D"]).arg(self.data()).stdin(Stdio::null());
        let done = promote.output().unwrap();
        assert!(done.status.success(), "promote: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Runs statements in a database of it, each in a transaction of its own.
    pub async fn tell(&self, database: &str, statements: &[&str]) {
        self.tell_as("postgres", database, statements).await;
    }

    /// The same as another role.
    pub async fn tell_as(&self, role: &str, database: &str, statements: &[&str]) {
        let url = format!("postgres://{role}@127.0.0.1:{}/{database}", self.port);
        let mut connection = PgConnection::connect(&url).await.unwrap();
        for text in statements {
            sqlx::raw_sql(AssertSqlSafe(*text)).execute(&mut connection).await.unwrap();
        }
    }

    /// Its address, without a database.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }

    /// Its port on the loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A folder in memory where there is one, that the server's user may write.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    if is_root() {
        let given = Command::new("chown").arg("postgres").arg(folder.path()).status();
        assert!(given.is_ok_and(|s| s.success()), "there is no user postgres: {INSTALL}");
    }
    folder
}

const INSTALL: &str = "PostgreSQL 15 or newer is missing: apt-get install postgresql";

/// A program of the server; Debian keeps them out of the path, a folder a version.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> =
        versions.map(|v| v.path().join("bin").join(name)).filter(|p| p.exists()).collect();
    found.sort();
    if let Some(newest) = found.pop() {
        return newest;
    }
    let on_path = Command::new(name).arg("--version").stdout(Stdio::null()).status();
    assert!(on_path.is_ok_and(|s| s.success()), "{INSTALL}");
    PathBuf::from(name)
}

/// The folder of the server's programs, where it is not in the path: `pg_dump` beside `postgres`.
#[must_use]
pub fn postgres_programs() -> Option<PathBuf> {
    program("pg_dump").parent().map(Path::to_owned).filter(|folder| !folder.as_os_str().is_empty())
}

/// The server refuses to run as root; there its own user runs it.
fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program).current_dir("/");
    command
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[expect(clippy::disallowed_methods, reason = "a test that waits for a server has to know how long")]
fn instant() -> std::time::Instant {
    std::time::Instant::now()
}
