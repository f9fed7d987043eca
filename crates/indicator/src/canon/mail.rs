//! Mail addresses.

use crate::Fault;

/// The longest address that SMTP carries (RFC 5321, 4.5.3.1.3, without the angle brackets).
const EMAIL_BYTES_MAX: usize = 254;
/// The longest local part (RFC 5321).
const LOCAL_BYTES_MAX: usize = 64;

/// Case-folded local part, `@`, canonical domain or address literal. Plus tags stay: they tell one mailbox's use.
pub fn email(written: &str) -> Result<String, Fault> {
    let (local, host) = written.rsplit_once('@').ok_or(Fault::NotAnEmail)?;
    if written.len() > EMAIL_BYTES_MAX * 4 || local.len() > LOCAL_BYTES_MAX {
        return Err(Fault::TooLong);
    }
    if !local_part(local) {
        return Err(Fault::NotAnEmail);
    }
    let host = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(literal) => {
            let bare = literal.strip_prefix("IPv6:").unwrap_or(literal);
            super::ipv4(bare).or_else(|_| super::ipv6(bare)).map(|address| format!("[{address}]"))
        }
        None => super::domain(host),
    };
    let host = host.map_err(|_| Fault::NotAnEmail)?;
    if local.len() + 1 + host.len() > EMAIL_BYTES_MAX {
        return Err(Fault::TooLong);
    }
    Ok(format!("{}@{host}", local.to_lowercase()))
}

/// The dot-atom of RFC 5322 with any letters above ASCII (RFC 6531), or a quoted string. Japanese carriers handed out
/// addresses with doubled and trailing dots, so these are let pass.
fn local_part(local: &str) -> bool {
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let body = if quoted { &local[1..local.len() - 1] } else { local };
    !body.is_empty()
        && body.chars().all(|c| match c {
            '"' | '\\' => false,
            '@' | ' ' | ',' | ':' | ';' | '<' | '>' | '(' | ')' | '[' | ']' => quoted,
            _ => !c.is_control() && !c.is_whitespace(),
        })
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn forms() {
        check(email, "Taro.Yamada+x@Evil.Example", Ok("taro.yamada+x@evil.example"));
        check(email, "a..b.@mobile.example.jp", Ok("a..b.@mobile.example.jp"));
        check(email, "a@[192.0.2.1]", Ok("a@[192.0.2.1]"));
        check(email, "山田@例え.jp", Ok("山田@xn--r8jz45g.jp"));
        check(email, "\"a b\"@evil.example", Ok("\"a b\"@evil.example"));
    }

    #[test]
    fn refusals() {
        check(email, "evil.example", Err(Fault::NotAnEmail));
        check(email, "@evil.example", Err(Fault::NotAnEmail));
        check(email, "a b@evil.example", Err(Fault::NotAnEmail));
        check(email, "a@localhost", Err(Fault::NotAnEmail));
        check(email, &format!("{}@evil.example", "a".repeat(65)), Err(Fault::TooLong));
    }
}
