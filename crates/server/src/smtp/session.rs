//! One conversation by SMTP (RFC 5321), without its bytes: a command in, what to answer and do out.

/// What is said to a mail that is too large.
pub(super) const TOO_LARGE: &str =
    "552 5.3.4 too large: at most 50 MiB; the original can be uploaded on the hub's own page";

/// Recipients of one mail. RFC 5321 section 4.5.3.1.8 asks for at least 100.
pub(super) const RECIPIENTS_MAX: usize = 100;

/// Commands that make no sense, in a row, before the line is closed: nobody who means it needs more.
const ERRORS_MAX: u32 = 10;

/// What the conversation has come to.
#[derive(Debug, Default)]
pub(super) struct Session {
    greeted: bool,
    /// The sender; empty for reports (`<>`).
    pub(super) from: Option<String>,
    /// Recipients that were accepted, in order.
    pub(super) to: Vec<String>,
    tls: bool,
    may_tls: bool,
    size_max: usize,
    errors: u32,
}

/// What a command asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Say this.
    Say(String),
    /// Ask whether this recipient exists, then call [`Session::accepted`] or say no.
    Recipient(String),
    /// Say 354 and read the mail.
    Data,
    /// Say 220 and begin TLS; afterwards the conversation begins anew.
    Tls,
    /// Say this and close.
    Close(String),
}

impl Session {
    /// A conversation that begins. `may_tls`: STARTTLS is offered; `tls`: it has happened.
    pub(super) fn new(may_tls: bool, tls: bool, size_max: usize) -> Self {
        Self { may_tls, tls, size_max, ..Self::default() }
    }

    /// Takes a command line without its end.
    pub(super) fn command(&mut self, line: &str, host: &str) -> Step {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let step = match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.greet(rest, self.extensions(host)),
            "HELO" => self.greet(rest, format!("250 {host}")),
            "MAIL" if self.greeted => self.mail(rest),
            "RCPT" if self.from.is_some() => self.rcpt(rest),
            "DATA" if !self.to.is_empty() => return Step::Data,
            "MAIL" | "RCPT" | "DATA" => say("503 5.5.1 not in this order"),
            "RSET" => {
                self.reset();
                say("250 2.0.0 as you wish")
            }
            "NOOP" => say("250 2.0.0 here"),
            "VRFY" | "EXPN" => say("252 2.5.0 send it and see"),
            "QUIT" => return Step::Close("221 2.0.0 goodbye".to_owned()),
            "STARTTLS" if self.may_tls && !self.tls => return Step::Tls,
            "AUTH" => say("502 5.5.1 nobody signs in here"),
            _ => say("500 5.5.2 unknown command"),
        };
        match &step {
            Step::Say(words) if words.starts_with('5') => self.errors += 1,
            _ => self.errors = 0,
        }
        if self.errors > ERRORS_MAX {
            return Step::Close("421 4.7.0 too many errors".to_owned());
        }
        step
    }

    /// The recipient exists.
    pub(super) fn accepted(&mut self, address: String) -> &'static str {
        self.to.push(address);
        "250 2.1.5 yes"
    }

    /// The mail is done or given up.
    pub(super) fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }

    fn greet(&mut self, name: &str, answer: String) -> Step {
        if name.trim().is_empty() {
            return say("501 5.5.4 say who you are");
        }
        self.reset();
        self.greeted = true;
        Step::Say(answer)
    }

    fn extensions(&self, host: &str) -> String {
        let tls = if self.may_tls && !self.tls { "250-STARTTLS\r\n" } else { "" };
        format!(
            "250-{host}\r\n{tls}250-SIZE {}\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES",
            self.size_max
        )
    }

    fn mail(&mut self, rest: &str) -> Step {
        let Some((address, parameters)) = path(rest, "FROM:") else {
            return say("501 5.5.4 MAIL FROM:<address>");
        };
        let size = parameters.split_whitespace().find_map(|p| {
            let (name, value) = p.split_once('=')?;
            name.eq_ignore_ascii_case("SIZE").then(|| value.parse::<u64>().ok()).flatten()
        });
        if size.is_some_and(|size| size > self.size_max as u64) {
            return say(TOO_LARGE);
        }
        if self.from.is_some() {
            return say("503 5.5.1 one mail at a time");
        }
        self.from = Some(address);
        say("250 2.1.0 go on")
    }

    fn rcpt(&mut self, rest: &str) -> Step {
        match path(rest, "TO:") {
            _ if self.to.len() >= RECIPIENTS_MAX => say("452 4.5.3 too many recipients"),
            Some((address, _)) if !address.is_empty() => Step::Recipient(address),
            _ => say("501 5.5.4 RCPT TO:<address>"),
        }
    }
}

fn say(words: &str) -> Step {
    Step::Say(words.to_owned())
}

/// The address of a path `FROM:<a@b>`, source routes dropped (RFC 5321 appendix C), and what follows it.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(String, &'a str)> {
    let head = rest.get(..keyword.len())?;
    if !head.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let rest = rest[keyword.len()..].trim_start().strip_prefix('<')?;
    let (address, parameters) = rest.split_once('>')?;
    let address = address.rsplit_once(':').map_or(address, |(_, last)| last);
    let fits = address.len() <= 320 && !address.chars().any(|c| c.is_control() || c.is_whitespace());
    fits.then(|| (address.to_owned(), parameters))
}

/// The end of a mail: finds the line that holds a single dot, and takes the doubled dots away (RFC 5321 section 4.5.2).
///
/// Only `CR LF . CR LF` ends a mail: whoever takes a bare line feed for a line's end can be made to read two mails in one.
#[derive(Debug, Default)]
pub(super) struct Dots {
    /// The line before ended with CR LF (the first line counts as after one).
    inside_line: bool,
}

impl Dots {
    /// Takes one piece up to and including a line feed; `None` when it was the end, else what belongs to the mail.
    pub(super) fn piece<'a>(&mut self, piece: &'a [u8]) -> Option<&'a [u8]> {
        let at_start = !self.inside_line;
        self.inside_line = !piece.ends_with(b"\r\n");
        match piece {
            b".\r\n" if at_start => None,
            [b'.', rest @ ..] if at_start => Some(rest),
            other => Some(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session::new(true, false, 1_000)
    }

    #[track_caller]
    fn check(session: &mut Session, line: &str, expected: &str) {
        let said = match session.command(line, "hub.example") {
            Step::Say(words) | Step::Close(words) => words,
            Step::Recipient(address) => format!("recipient {address}"),
            Step::Data => "data".to_owned(),
            Step::Tls => "tls".to_owned(),
        };
        assert!(said.starts_with(expected), "{line}: {said}");
    }

    #[test]
    fn too_large_says_how_large() {
        let most = hub::ops::intake::MAIL_BYTES_MAX / (1024 * 1024);
        assert!(TOO_LARGE.contains(&format!("at most {most} MiB")), "{TOO_LARGE}");
    }

    #[test]
    fn a_conversation_in_order() {
        let mut s = session();
        check(&mut s, "MAIL FROM:<a@b.example>", "503");
        check(&mut s, "EHLO me", "250-hub.example\r\n250-STARTTLS");
        check(&mut s, "mail from:<@x,@y:a@b.example> SIZE=10 BODY=8BITMIME", "250");
        assert_eq!(s.from.as_deref(), Some("a@b.example"));
        check(&mut s, "DATA", "503");
        check(&mut s, "RCPT TO:<in-x@hub.example>", "recipient in-x@hub.example");
        s.accepted("in-x@hub.example".to_owned());
        check(&mut s, "DATA", "data");
        s.reset();
        check(&mut s, "MAIL FROM:<>", "250");
        check(&mut s, "QUIT", "221");
    }

    #[test]
    fn what_makes_no_sense_is_said_and_then_ends() {
        let mut s = session();
        check(&mut s, "EHLO", "501");
        check(&mut s, "HELO me", "250 hub.example");
        check(&mut s, "MAIL FROM:<a@b> SIZE=2000", "552");
        check(&mut s, "MAIL FROM: a@b", "501");
        check(&mut s, "MAIL FROM:<a b@c>", "501");
        for _ in 0..7 {
            check(&mut s, "HELP", "500");
        }
        check(&mut s, "GET / HTTP/1.1", "421");
    }

    #[test]
    fn only_a_whole_line_end_ends_a_mail() {
        let check = |pieces: &[&[u8]], expected: &[u8], ended: bool| {
            let (mut dots, mut out, mut end) = (Dots::default(), Vec::new(), false);
            for piece in pieces {
                match dots.piece(piece) {
                    Some(bytes) => out.extend_from_slice(bytes),
                    None => end = true,
                }
            }
            assert_eq!((out.as_slice(), end), (expected, ended), "{pieces:?}");
        };
        check(&[b"a\r\n", b".\r\n"], b"a\r\n", true);
        check(&[b"..a\r\n", b".\r\n"], b".a\r\n", true);
        check(&[b"a\n", b".\r\n"], b"a\n.\r\n", false);
        check(&[b"a\n", b".\n"], b"a\n.\n", false);
        check(&[b"a\r\n", b".\n"], b"a\r\n\n", false);
        check(&[b".\r\n"], b"", true);
    }
}
