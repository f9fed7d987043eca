//! From whom and to whom a mail was, as the server that delivered it wrote down.

/// Headers in which servers keep the address that a mail was delivered to. `To` and `Cc` are what its writer says, and stand in where
/// none of these does.
const DELIVERED: [&str; 4] = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to"];

/// Recipients that are looked up, in the order of the headers: as many as RFC 5321 section 4.5.3.1.8 has a server take at once. Whoever
/// writes a mail can put in more of these headers than it was delivered to.
const RECIPIENTS_MAX: usize = 100;

/// The sender and the recipients. An absent sender is empty, and its mail waits for a person like every stranger's.
pub(super) fn envelope(raw: &[u8]) -> (String, Vec<String>) {
    let (message, _) = mail::read_message(raw);
    let delivered = message.headers.iter().filter(|header| DELIVERED.iter().any(|name| is(header, name)));
    let delivered: Vec<String> = delivered.map(|header| bare(&header.value)).collect();
    let from = sender(&message.headers);
    let written = || message.to.iter().chain(&message.cc).map(|one| one.address.clone()).collect();
    let mut to = if delivered.is_empty() { written() } else { delivered };
    to.truncate(RECIPIENTS_MAX);
    (from, to)
}

fn is(header: &mail::Header, name: &str) -> bool {
    header.name.eq_ignore_ascii_case(name)
}

fn bare(text: &str) -> String {
    text.trim().trim_start_matches('<').trim_end_matches('>').trim().to_owned()
}

/// The first `Return-Path` above the line in which the provider says from whom it had the mail. A server writes its lines on top
/// (RFC 5321 section 4.4), so what stands below that one may be its writer's. A `Received` without `from` is a step within the provider.
fn sender(headers: &[mail::Header]) -> String {
    let from_outside = |header: &&mail::Header| {
        is(header, "received")
            && header.value.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("from"))
    };
    let of_the_provider = headers.iter().take_while(|header| !from_outside(header));
    let mut found = of_the_provider.filter(|header| is(header, "return-path"));
    found.next().map(|header| bare(&header.value)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{RECIPIENTS_MAX, envelope};

    fn check(raw: &str, from: &str, to: &[&str]) {
        let found = envelope(raw.replace('\n', "\r\n").as_bytes());
        assert_eq!(found, (from.to_owned(), to.iter().map(|one| (*one).to_owned()).collect()), "{raw}");
    }

    #[test]
    fn what_the_server_wrote_down_goes_before_what_the_writer_says() {
        check(
            "Return-Path: <a@x.example>\nDelivered-To: in-1@h.example\nTo: b@y.example\n\nx",
            "a@x.example",
            &["in-1@h.example"],
        );
        check(
            "Return-Path: <>\nTo: <in-1@h.example>, c@z.example\nCc: d@z.example\n\nx",
            "",
            &["in-1@h.example", "c@z.example", "d@z.example"],
        );
        check(
            "Return-Path: <a@x.example>\nReturn-Path: <b@x.example>\nX-Original-To: q@h.example\n\nx",
            "a@x.example",
            &["q@h.example"],
        );
        check("\n", "", &[]);
    }

    #[test]
    fn a_mail_has_so_many_recipients_and_no_more() {
        let raw = |name: &str| format!("{name}: a@h.example\n").repeat(RECIPIENTS_MAX + 1) + "\nx";
        for name in ["Delivered-To", "To"] {
            check(&raw(name), "", &["a@h.example"; RECIPIENTS_MAX]);
        }
    }

    #[test]
    fn a_sender_that_the_writer_put_in_is_none() {
        check(
            "Delivered-To: in-1@h.example\nReceived: from x.example\n by h.example\nReturn-Path: <a@x.example>\n\nx",
            "",
            &["in-1@h.example"],
        );
        check(
            "Received: FROM x.example by h.example\nReturn-Path: <a@x.example>\nTo: q@h.example\n\nx",
            "",
            &["q@h.example"],
        );
        check(
            "Delivered-To: q@h.example\nReceived: by 2002:a05:1 with SMTP id 1\nReturn-Path: <a@x.example>\n\
             Received: from x.example by mx.example\nReturn-Path: <b@x.example>\n\nx",
            "a@x.example",
            &["q@h.example"],
        );
    }
}
