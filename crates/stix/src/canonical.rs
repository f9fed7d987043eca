//! JSON in the one form of RFC 8785 (JCS): sorted keys, shortest numbers, no blanks.
//!
//! Section 2.9 derives identifiers of cyber-observable objects from this form, and [`crate::build`] prints in it,
//! so that equal content is equal bytes.

use serde_json::{Number, Value};
use std::fmt::Write as _;

/// Prints `value` in canonical form.
pub fn to_string(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value);
    out
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(out, number),
        Value::String(text) => write_text(out, text),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_value(out, item);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push('{');
            for (i, (key, item)) in sorted.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_text(out, key);
                out.push(':');
                write_value(out, item);
            }
            out.push('}');
        }
    }
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if u32::from(c) < 0x20 => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Numbers as ECMAScript prints them. Integers beyond 2^53 keep their digits: they are out of RFC 8785's domain, and
/// losing digits of what came would be worse.
fn write_number(out: &mut String, number: &Number) {
    if let Some(float) = number.as_f64().filter(|_| number.is_f64()) {
        out.push_str(&ecmascript_float(float));
    } else {
        let _ = write!(out, "{number}");
    }
}

fn ecmascript_float(float: f64) -> String {
    if float == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{:e}", float.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let point = exponent + 1;
    let body = if (count..=21).contains(&point) {
        format!("{digits}{}", "0".repeat(usize::try_from(point - count).unwrap_or(0)))
    } else if (1..=21).contains(&point) {
        let (whole, rest) = digits.split_at(usize::try_from(point).unwrap_or(0));
        format!("{whole}.{rest}")
    } else if (-5..=0).contains(&point) {
        format!("0.{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0)))
    } else {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        format!("{first}{dot}{rest}e{exponent:+}")
    };
    if float < 0.0 { format!("-{body}") } else { body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(input: &str, expected: &str) {
        assert_eq!(to_string(&serde_json::from_str(input).unwrap()), expected);
    }

    #[test]
    fn numbers_as_rfc_8785_appendix_b() {
        check(
            "[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]",
            "[333333333.3333333,1e+30,4.5,0.002,1e-27]",
        );
        check(
            "[0.0, -0.0, 1.0, -7, 1e21, 1e20, 0.000001, 1e-7]",
            "[0,0,1,-7,1e+21,100000000000000000000,0.000001,1e-7]",
        );
        check("[9007199254740993, 295147905179352830000]", "[9007199254740993,295147905179352830000]");
    }

    #[test]
    fn keys_are_sorted_by_utf16_and_text_is_escaped_shortly() {
        check(
            r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"😀":5,"\u0080":6}"#,
            "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"€\":1,\"😀\":5,\"\u{fb33}\":3}",
        );
        check(r#"["\u000f\u000a'\u0042\u0022\u005c\/"]"#, "[\"\\u000f\\n'B\\\"\\\\/\"]");
    }

    proptest! {
        #[test]
        fn floats_survive(float in any::<f64>().prop_filter("JSON has no infinity", |f| f.is_finite())) {
            prop_assert_eq!(ecmascript_float(float).parse::<f64>().unwrap(), float);
        }
    }
}
