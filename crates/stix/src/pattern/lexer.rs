//! Cuts a pattern's text into tokens (section 9.3 and the lexical rules of the published grammar).

use super::tree::Literal;
use super::{PATTERN_BYTES_MAX, PatternFault};

/// A token and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) column: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// Keyword or name; which one it is depends on where it stands.
    Word(String),
    Literal(Literal),
    /// `=`, `==`, `!=`, `<>`, `<`, `<=`, `>`, `>=`
    Operator(&'static str),
    /// `[ ] ( ) : . , *`
    Mark(char),
}

const OPERATORS: [(&str, &str); 8] =
    [("==", "="), ("!=", "!="), ("<>", "!="), ("<=", "<="), (">=", ">="), ("=", "="), ("<", "<"), (">", ">")];

struct Lexer<'t> {
    rest: &'t str,
    column: usize,
}

/// All tokens of `text`.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, PatternFault> {
    if text.len() > PATTERN_BYTES_MAX {
        let text = format!("longer than {PATTERN_BYTES_MAX} bytes");
        return Err(PatternFault { column: 1, text });
    }
    let mut lexer = Lexer { rest: text, column: 1 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks()?;
        let column = lexer.column;
        let Some(first) = lexer.rest.chars().next() else { return Ok(tokens) };
        let kind = lexer.token(first)?;
        tokens.push(Token { kind, column });
    }
}

impl<'t> Lexer<'t> {
    fn fault<T>(&self, text: impl Into<String>) -> Result<T, PatternFault> {
        Err(PatternFault { column: self.column, text: text.into() })
    }

    /// Uses up `bytes` bytes and returns them.
    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.column += taken.chars().count();
        self.rest = rest;
        taken
    }

    fn skip_blanks(&mut self) -> Result<(), PatternFault> {
        loop {
            let blanks = self.rest.len() - self.rest.trim_start().len();
            self.take(blanks);
            if self.rest.starts_with("//") {
                self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("/*") {
                match self.rest.find("*/") {
                    Some(end) => drop(self.take(end + 2)),
                    None => return self.fault("this comment has no end"),
                }
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self, first: char) -> Result<Kind, PatternFault> {
        if let Some((text, operator)) = OPERATORS.iter().find(|(text, _)| self.rest.starts_with(text)) {
            self.take(text.len());
            return Ok(Kind::Operator(operator));
        }
        match first {
            '[' | ']' | '(' | ')' | ':' | ',' | '*' => {
                self.take(1);
                Ok(Kind::Mark(first))
            }
            '\'' => Ok(Kind::Literal(Literal::Text(self.quoted()?))),
            'h' | 'b' | 't' if self.rest[1..].starts_with('\'') => self.typed(first),
            '0'..='9' | '+' | '-' | '.' => self.number(first),
            'a'..='z' | 'A'..='Z' | '_' => {
                let name = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
                let length = self.rest.find(name).unwrap_or(self.rest.len());
                Ok(Kind::Word(self.take(length).to_owned()))
            }
            _ => self.fault(format!("{first:?} has no meaning here")),
        }
    }

    /// A string: `\'` and `\\` are the only escapes.
    fn quoted(&mut self) -> Result<String, PatternFault> {
        let mut out = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' => {
                    self.take(at + 1);
                    return Ok(out);
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('\'' | '\\'))) => out.push(escaped),
                    _ => {
                        self.take(at);
                        return self.fault("a backslash must be followed by a backslash or a quote");
                    }
                },
                c => out.push(c),
            }
        }
        self.fault("this string has no end")
    }

    /// `h'…'`, `b'…'`, `t'…'`.
    fn typed(&mut self, prefix: char) -> Result<Kind, PatternFault> {
        let body = self.rest[2..].split('\'').next().unwrap_or_default();
        if body.len() + 2 >= self.rest.len() {
            return self.fault("this constant has no end");
        }
        let literal = match prefix {
            'h' => hex(body).map(Literal::Hex).ok_or("not pairs of hexadecimal digits"),
            'b' => base64(body).map(Literal::Binary).ok_or("not Base64"),
            _ => match timestamp(body) {
                Some(micros) => Ok(Literal::Timestamp(body.to_owned(), micros)),
                None => Err("not a timestamp of the form YYYY-MM-DDTHH:MM:SS[.s+]Z"),
            },
        };
        match literal {
            Ok(literal) => {
                self.take(body.len() + 3);
                Ok(Kind::Literal(literal))
            }
            Err(reason) => self.fault(reason),
        }
    }

    fn number(&mut self, first: char) -> Result<Kind, PatternFault> {
        let signed = usize::from(matches!(first, '+' | '-'));
        let body = &self.rest[signed..];
        let length = body.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(body.len());
        let digits = &body[..length];
        if digits == "." && signed == 0 {
            self.take(1);
            return Ok(Kind::Mark('.'));
        }
        let whole = !digits.contains('.');
        let well_formed = if whole {
            digits == "0" || (digits.starts_with(|c: char| c != '0') && !digits.is_empty())
        } else {
            digits.matches('.').count() == 1 && !digits.ends_with('.')
        };
        let text = &self.rest[..signed + length];
        let literal =
            if whole { text.parse().map(Literal::Int).ok() } else { text.parse().map(Literal::Float).ok() };
        match literal.filter(|_| well_formed) {
            Some(literal) => {
                self.take(signed + length);
                Ok(Kind::Literal(literal))
            }
            None => self.fault(format!("{text:?} is not a number")),
        }
    }
}

/// Pairs of hexadecimal digits.
pub(crate) fn hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    text.as_bytes().chunks(2).map(|pair| Some(digit(pair[0])? * 16 + digit(pair[1])?)).collect()
}

/// Base64 (RFC 4648 section 4) with its padding; nothing else is let through.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || !bytes.len().is_multiple_of(4) {
        return None;
    }
    let padding = bytes.iter().rev().take_while(|b| **b == b'=').count();
    if padding > 2 {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    for quad in bytes[..bytes.len() - padding].chunks(4) {
        let mut bits = 0u32;
        for byte in quad {
            bits = bits << 6 | base64_digit(*byte)?;
        }
        bits <<= 6 * (4 - quad.len());
        let group = bits.to_be_bytes();
        out.extend_from_slice(&group[1..quad.len().max(1)]);
    }
    Some(out)
}

fn base64_digit(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// Bytes as Base64, for the printer.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= group.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

/// A timestamp as the grammar's lexical rule has it: each field within its range. A day that its month lacks (30
/// February) passes there and counts on into the next month, as it does for the reference validator.
fn timestamp(text: &str) -> Option<i64> {
    if let Ok(micros) = crate::timestamp::parse_micros(text) {
        return Some(micros);
    }
    let day: i64 = text.get(8..10)?.parse().ok()?;
    if !(29..=31).contains(&day) {
        return None;
    }
    let earlier = crate::timestamp::parse_micros(&format!("{}28{}", &text[..8], text.get(10..)?)).ok()?;
    Some(earlier + (day - 28) * 86_400_000_000)
}
