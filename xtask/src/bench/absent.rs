//! Whether the time of an answer tells an absent thing from another organisation's: Welch's t over requests in random order.

use super::connection::Connection;
use super::program;
use super::table::Table;
use crate::command;
use crate::place::Place;
use crate::stopwatch::Stopwatch;
use serde_json::Value;
use std::process::Command;

/// Requests in all, half of each kind.
const REQUESTS: usize = 100_000;

/// The slowest twentieth is the machine's own doing and is left out of both.
const KEPT: f64 = 0.95;

/// The usual bound of leakage tests: beyond it the two are told apart with certainty.
const T_MAX: f64 = 4.5;

pub(super) fn run(place: &Place) -> Result<Table, String> {
    let program = program::release(place)?;
    let folder = place.target.join("bench/absent");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    }
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let data = folder.join("hub");
    let mut demo = Command::new(&program);
    demo.args(["demo", "--once", "--format", "json", "--data"]).arg(&data);
    command::read(&mut demo).ok_or("noroshi demo failed")?;
    // nobody may be slowed down for asking much
    let unlimited = "requests_per_minute_token = 0\nrequests_per_minute_organisation = 0\nrequests_per_minute_address = 0\n";
    std::fs::write(data.join("noroshi.toml"), unlimited).map_err(|e| e.to_string())?;
    let text = std::fs::read_to_string(data.join("demo.json")).map_err(|e| e.to_string())?;
    let told: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let (hub, address) = program::serve(&program, &data)?;
    let mut connection = Connection::open(&address).map_err(|e| e.to_string())?;
    let token = |slug: &str| {
        let all = told["organisations"].as_array().into_iter().flatten();
        let one = all.into_iter().find(|o| o["slug"] == slug).and_then(|o| o["token"].as_str());
        one.map(ToOwned::to_owned).ok_or(format!("no organisation {slug}"))
    };
    let (owner, asker) = (token("hayate")?, token("ibuki")?);
    let own = connection.get("/api/v1/submissions", &owner).map_err(|e| e.to_string())?.json();
    let foreign = own["submissions"][0]["id"].as_str().or(own["rows"][0]["id"].as_str());
    let foreign = foreign.ok_or_else(|| format!("the owner sent nothing: {own}"))?.to_owned();
    let t = told_apart(&mut connection, &asker, &foreign)?;
    drop(hub);
    std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    let mut table = Table::with_note(format!(
        "Release build, embedded database. `GET /api/v1/submissions/ID` by a member, {REQUESTS} times over one connection in random order: \
         half for another member's submission, half for identifiers that nothing has; the slowest twentieth left out; Welch's t."
    ));
    table.at_most("difference in time, |t|", t, T_MAX, "");
    Ok(table)
}

fn told_apart(connection: &mut Connection, token: &str, foreign: &str) -> Result<f64, String> {
    let mut times: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    let mut dice = 1u64;
    for _ in 0..REQUESTS {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let kind = usize::from(dice >> 63 == 1);
        // as many bytes, as random
        let absent = format!("{}{:012x}", &foreign[..24], dice >> 16);
        let path = format!("/api/v1/submissions/{}", if kind == 0 { foreign } else { absent.as_str() });
        let watch = Stopwatch::start();
        let answer = connection.get(&path, token).map_err(|e| e.to_string())?;
        let taken = watch.elapsed().as_secs_f64();
        if answer.status != 404 {
            return Err(format!("{path} answered {}", answer.status));
        }
        times[kind].push(taken);
    }
    Ok(welch(&mut times).abs())
}

/// Welch's t of two samples, each without its slowest part.
fn welch(samples: &mut [Vec<f64>; 2]) -> f64 {
    let moments = samples.each_mut().map(|sample| {
        sample.sort_by(f64::total_cmp);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "counts"
        )]
        let (kept, count) = {
            let kept = (sample.len() as f64 * KEPT) as usize;
            (kept, kept as f64)
        };
        let mean = sample[..kept].iter().sum::<f64>() / count;
        let variance = sample[..kept].iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    });
    let [(one, spread_one), (other, spread_other)] = moments;
    (one - other) / (spread_one + spread_other).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_samples_are_not_told_apart_and_shifted_ones_are() {
        let sample = |shift: f64| (0..1000).map(|n| f64::from(n % 10) + shift).collect::<Vec<f64>>();
        assert!(welch(&mut [sample(0.0), sample(0.0)]).abs() < 0.001);
        assert!(welch(&mut [sample(0.0), sample(2.0)]).abs() > T_MAX);
    }
}
