//! medallion, the reference server of TAXII 2.1, under the same client: what it does with a thousandth of the objects.

use super::connection::Connection;
use super::table::Table;
use super::taxii::{cpu_seconds, envelope, good, peak_mib};
use crate::command::{self, Background};
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use crate::suite;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const MEDALLION: &str = "medallion==3.0.0";

/// Objects: its ingest is quadratic, and its first page too.
const OBJECTS: usize = 4_000;

/// Objects that lie there when pages are read.
const READ_AT: usize = 1_000;

const START_LIMIT: Duration = Duration::from_secs(60);

/// `user:password`, as Basic.
const BASIC: &str = "Authorization: Basic YmVuY2g6YmVuY2g=\r\nAccept: application/taxii+json;version=2.1\r\nContent-Type: application/taxii+json;version=2.1";

const COLLECTION: &str = "9cfa669c-ee94-4ece-afd2-f8edac37d8fd";

/// Adds its figures, or one line that says why there are none.
pub(super) fn run(place: &Place, table: &mut Table) -> Result<(), String> {
    let folder = place.target.join("bench/medallion");
    let Some(program) = install(&folder) else {
        table.beside("medallion", "not installed: PyPI did not give it");
        return Ok(());
    };
    let (server, address) = serve(&folder, &program)?;
    let path = format!("/bench/collections/{COLLECTION}/objects/");
    let mut connection = Connection::open(&address).map_err(|e| e.to_string())?;
    let mut post = |first: usize| {
        let answer = connection.send("POST", &path, BASIC, &envelope(first, 7));
        connection = Connection::open(&address).map_err(|e| e.to_string())?;
        good(answer, 202).map(drop)
    };
    let watch = Stopwatch::start();
    post(0)?;
    let mut spent = watch.elapsed();
    let watch = Stopwatch::start();
    let mut reader = Connection::open(&address).map_err(|e| e.to_string())?;
    let page = good(reader.send("GET", &format!("{path}?limit=1000"), BASIC, b""), 200)?;
    let read = watch.elapsed().as_secs_f64();
    if !page.body.windows(9).any(|w| w == b"\"objects\"") {
        return Err("medallion gave no objects".to_owned());
    }
    let watch = Stopwatch::start();
    for first in (READ_AT..OBJECTS).step_by(1_000) {
        post(first)?;
    }
    spent += watch.elapsed();
    let rate = |objects: usize, seconds: f64| format!("{:.0} objects/s", objects as f64 / seconds);
    table.beside(
        &format!("medallion 3.0.0 in memory: posted, {OBJECTS} objects"),
        rate(OBJECTS, spent.as_secs_f64()),
    );
    table.beside(&format!("medallion: page of 1,000 of {READ_AT} objects"), rate(READ_AT, read));
    table.beside("medallion: processor time of that", format!("{:.1} s", cpu_seconds(server.id())));
    table.beside("medallion: resident memory, peak", format!("{:.0} MiB", peak_mib(server.id())));
    Ok(())
}

fn install(folder: &Path) -> Option<std::path::PathBuf> {
    let program = folder.join("bin/medallion");
    if !program.exists() {
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv"]).arg(folder);
        command::read(&mut venv)?;
        let mut pip = Command::new(folder.join("bin/pip"));
        pip.args(["install", "--quiet", MEDALLION, "flask<2.3", "werkzeug<2.3", "setuptools<81"]);
        command::read(&mut pip)?;
    }
    Some(program)
}

fn serve(folder: &Path, program: &Path) -> Result<(Background, String), String> {
    let data = format!(
        r#"{{"/discovery":{{"title":"t","default":"http://localhost/bench/","api_roots":["http://localhost/bench/"]}},"bench":{{"information":{{"title":"r","versions":["application/taxii+json;version=2.1"],"max_content_length":104857600}},"status":[],"collections":[{{"id":"{COLLECTION}","title":"c","can_read":true,"can_write":true,"media_types":["application/stix+json;version=2.1"],"objects":[],"manifest":[]}}]}}}}"#
    );
    let config = format!(
        r#"{{"backend":{{"module":"medallion.backends.memory_backend","module_class":"MemoryBackend","filename":"{}"}},"users":{{"bench":"bench"}},"taxii":{{"max_page_size":1000}}}}"#,
        folder.join("data.json").display()
    );
    std::fs::write(folder.join("data.json"), data).map_err(|e| e.to_string())?;
    std::fs::write(folder.join("config.json"), config).map_err(|e| e.to_string())?;
    let listen = suite::free_address()?;
    let (host, port) = listen.split_once(':').ok_or("no port")?;
    let mut serve = Command::new(program);
    serve.args(["--host", host, "--port", port]).arg(folder.join("config.json"));
    serve.stdout(Stdio::null()).stderr(Stdio::null());
    let mut server = Background::start(&mut serve)?;
    server.until(START_LIMIT, || Connection::open(&listen).is_ok()).map_err(|e| format!("medallion: {e}"))?;
    Ok((server, listen))
}
