//! Starting programs: seen while they run and read afterwards, ended when they hang, killed when their owner goes.

use crate::stopwatch::Stopwatch;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// How often a waiting chore looks again.
const POLL: Duration = Duration::from_millis(20);

/// What a program did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) success: bool,
    /// Standard output, then standard error.
    pub(crate) output: String,
}

/// Runs to the end, showing every line as it comes. A program over its time is killed and has failed.
pub(crate) fn show(command: &mut Command, limit: Duration) -> Result<Done, String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{}: {e}", command.get_program().to_string_lossy()))?;
    let out = child.stdout.take().map(|pipe| thread::spawn(move || echo(pipe, &mut std::io::stdout())));
    let err = child.stderr.take().map(|pipe| thread::spawn(move || echo(pipe, &mut std::io::stderr())));
    let success = wait(&mut child, limit)?;
    let mut output = String::new();
    for reader in [out, err].into_iter().flatten() {
        output.push_str(&reader.join().unwrap_or_default());
    }
    Ok(Done { success, output })
}

/// Runs to the end in silence; nothing if the program could not be started or failed.
pub(crate) fn read(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn echo(pipe: impl Read, to: &mut impl Write) -> String {
    let mut all = String::new();
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
        // Output that cannot be shown (a closed pipe) must not end the program that is watched.
        let _shown = to.write_all(&line).and_then(|()| to.flush());
        all.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    all
}

fn wait(child: &mut Child, limit: Duration) -> Result<bool, String> {
    let watch = Stopwatch::start();
    loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            return Ok(status.success());
        }
        if watch.elapsed() > limit {
            eprintln!("killed after {} s", limit.as_secs());
            child.kill().map_err(|e| e.to_string())?;
        }
        thread::sleep(POLL);
    }
}

/// A program in the background that ends with this value.
#[derive(Debug)]
pub(crate) struct Background(Child);

impl Background {
    pub(crate) fn start(command: &mut Command) -> Result<Self, String> {
        let child = command.stdin(Stdio::null()).spawn();
        child.map(Self).map_err(|e| format!("{}: {e}", command.get_program().to_string_lossy()))
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Waits until the condition holds; an error if the program ends first or the time is over.
    pub(crate) fn until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<(), String> {
        let watch = Stopwatch::start();
        while !ready() {
            if let Some(status) = self.0.try_wait().map_err(|e| e.to_string())? {
                return Err(format!("ended before it was ready: {status}"));
            }
            if watch.elapsed() > limit {
                return Err(format!("not ready after {} s", limit.as_secs()));
            }
            thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill and nothing to say.
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, limit: Duration, expected: (bool, &str)) {
        let done = show(Command::new("sh").args(["-c", script]), limit).unwrap();
        assert_eq!((done.success, done.output.as_str()), expected);
    }

    #[test]
    fn output_and_status() {
        check("echo out; echo err >&2", Duration::from_secs(20), (true, "out\nerr\n"));
        check("exit 3", Duration::from_secs(20), (false, ""));
    }

    #[test]
    fn what_hangs_is_killed() {
        check("exec sleep 60", Duration::from_millis(50), (false, ""));
    }

    #[test]
    fn a_program_that_ends_is_not_ready() {
        let mut child = Background::start(Command::new("false").stderr(Stdio::null())).unwrap();
        let outcome = child.until(Duration::from_secs(20), || false);
        assert!(outcome.is_err_and(|text| text.starts_with("ended before")));
    }
}
