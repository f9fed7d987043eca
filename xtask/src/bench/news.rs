//! One release to 300 member organisations that wait for news: each is told over its open stream and fetches what is new.

use super::connection::Connection;
use super::main_path::{self, Community};
use super::program;
use super::table::Table;
use crate::command;
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::thread;

/// Member organisations with an open stream each.
const MEMBERS: usize = 300;

/// Releases; the worst is told.
const RELEASES: usize = 5;

/// The last of them has it.
const FETCHED_MS_MAX: f64 = 1000.0;

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let program = program::release(place)?;
    let folder = place.target.join("bench/news");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    }
    let data = folder.join("hub");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let mut demo = Command::new(&program);
    demo.args(["demo", "--once", "--format", "json", "--data"]).arg(&data);
    command::read(&mut demo).ok_or("noroshi demo failed")?;
    let mut community = Community::read(&data)?;
    admin(&program, &data, &["rule", "on", "--items-per-day", "1000000"])?;
    for n in community.readers.len()..MEMBERS {
        let slug = format!("member-{n}");
        admin(
            &program,
            &data,
            &[
                "org",
                "add",
                "--slug",
                &slug,
                "--name-en",
                &slug,
                "--role",
                "member",
                "--sector",
                main_path::SECTOR,
            ],
        )?;
        let token =
            admin(&program, &data, &["token", "add", "--org", &slug, "--name", "bench", "--scope", "read"])?;
        community.readers.push(token.trim().to_owned());
    }
    let (hub, address) = program::serve(&program, &data)?;
    let (mut told, mut fetched) = (0.0_f64, 0.0_f64);
    for n in 0..RELEASES {
        let (last_told, last_fetched) = release(&address, &community, n)?;
        (told, fetched) = (told.max(last_told), fetched.max(last_fetched));
    }
    drop(hub);
    std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    let mut table = Table::with_note(format!(
        "Release build, embedded database with full syncs, everything on one machine: {MEMBERS} member organisations of one sector, each with \
         its own token, an open `/api/v1/events` and a second connection over which it fetches the sector's TAXII collection once it is told. \
         Counted from the moment the sender sees its mail released to the last of them; the worst of {RELEASES} releases."
    ));
    table.at_most(&format!("{MEMBERS} members told of a release"), told, FETCHED_MS_MAX, "ms");
    table.at_most(
        &format!("release fetched by {MEMBERS} members that were told"),
        fetched,
        FETCHED_MS_MAX,
        "ms",
    );
    Ok(table)
}

fn admin(program: &Path, data: &Path, words: &[&str]) -> Result<String, String> {
    let mut admin = Command::new(program);
    admin.arg("admin").arg("--data").arg(data).args(words);
    command::read(&mut admin).ok_or_else(|| format!("noroshi admin {} failed", words.join(" ")))
}

/// Milliseconds from the release until the last was told, and until the last had fetched it.
fn release(address: &str, community: &Community, n: usize) -> Result<(f64, f64), String> {
    let mut sender = Connection::open(address).map_err(|e| e.to_string())?;
    let earlier = main_path::send(&mut sender, community, n + 1000)?;
    main_path::shared(&mut sender, community, &earlier)?;
    let since = main_path::last_added(&mut sender, community)?;
    let path = format!("/taxii2/hub/collections/{}/objects/?added_after={since}", community.collection);
    let wanted = format!("order@gang-{n}.test");
    let listening = Barrier::new(MEMBERS + 1);
    let watch = Stopwatch::start();
    let member = |token: &str| -> Result<(f64, f64), String> {
        let opened = Connection::open(address).and_then(|mut news| {
            news.listen("/api/v1/events", token)?;
            news.heard("event: here")?;
            Ok((news, Connection::open(address)?))
        });
        listening.wait();
        let (mut news, mut taxii) = opened.map_err(|e| e.to_string())?;
        news.heard("event: news").map_err(|e| e.to_string())?;
        let told = watch.elapsed().as_secs_f64();
        let answer = taxii.get(&path, token).map_err(|e| e.to_string())?;
        let found = String::from_utf8_lossy(&answer.body).contains(&wanted);
        found
            .then(|| (told, watch.elapsed().as_secs_f64()))
            .ok_or_else(|| format!("told, and not there: {}", answer.status))
    };
    thread::scope(|scope| {
        let members: Vec<_> =
            community.readers.iter().map(|token| scope.spawn(move || member(token))).collect();
        listening.wait();
        let released = main_path::send(&mut sender, community, n)
            .and_then(|id| main_path::shared(&mut sender, community, &id))
            .map(|()| watch.elapsed().as_secs_f64())?;
        let (mut told, mut fetched) = (0.0_f64, 0.0_f64);
        for one in members {
            let (when_told, when_fetched) = one.join().map_err(|_| "a member broke")??;
            (told, fetched) = (told.max(when_told), fetched.max(when_fetched));
        }
        Ok(((told - released).max(0.0) * 1000.0, (fetched - released).max(0.0) * 1000.0))
    })
}
