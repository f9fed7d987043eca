//! Tree to text. What is printed reads back as the same tree.

use super::lexer::to_base64;
use super::tree::{Comparison, Expr, Literal, Op, Path, Pattern, PropTest, Qualifier, Step, Test};
use std::fmt::{Display, Formatter, Result};

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.expr.fmt(f)
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Expr::Test(comparison) => write!(f, "[{comparison}]"),
            Expr::And(parts) => {
                join(f, parts, " AND ", |part| !matches!(part, Expr::Test(_) | Expr::Qualified(..)))
            }
            Expr::Or(parts) => {
                join(f, parts, " OR ", |part| matches!(part, Expr::Or(_) | Expr::FollowedBy(_)))
            }
            Expr::FollowedBy(parts) => {
                join(f, parts, " FOLLOWEDBY ", |part| matches!(part, Expr::FollowedBy(_)))
            }
            Expr::Qualified(inner, qualifier) => {
                let bare = matches!(**inner, Expr::Test(_) | Expr::Qualified(..));
                if bare { write!(f, "{inner}{qualifier}") } else { write!(f, "({inner}){qualifier}") }
            }
        }
    }
}

impl Display for Qualifier {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Qualifier::Within(seconds) => write!(f, " WITHIN {seconds} SECONDS"),
            Qualifier::Repeats(times) => write!(f, " REPEATS {times} TIMES"),
            Qualifier::StartStop(start, stop) => write!(f, " START {start} STOP {stop}"),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Comparison::Prop(test) => test.fmt(f),
            Comparison::And(parts) => join(f, parts, " AND ", |part| !matches!(part, Comparison::Prop(_))),
            Comparison::Or(parts) => join(f, parts, " OR ", |part| matches!(part, Comparison::Or(_))),
        }
    }
}

impl Display for PropTest {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let PropTest { path, negated, test } = self;
        let not = if *negated { "NOT " } else { "" };
        match test {
            Test::Exists => write!(f, "{not}EXISTS {path}"),
            Test::Compare(op, literal) => write!(f, "{path} {not}{op} {literal}"),
            Test::Like(text) => write!(f, "{path} {not}LIKE {}", Quoted(text)),
            Test::Matches(text) => write!(f, "{path} {not}MATCHES {}", Quoted(text)),
            Test::IsSubset(text) => write!(f, "{path} {not}ISSUBSET {}", Quoted(text)),
            Test::IsSuperset(text) => write!(f, "{path} {not}ISSUPERSET {}", Quoted(text)),
            Test::In(items) => {
                write!(f, "{path} {not}IN (")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
        }
    }
}

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Op::Equal => "=",
            Op::NotEqual => "!=",
            Op::Less => "<",
            Op::LessOrEqual => "<=",
            Op::Greater => ">",
            Op::GreaterOrEqual => ">=",
        })
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}:", self.object_type)?;
        for (i, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    let dot = if i > 0 { "." } else { "" };
                    if is_plain(key) { write!(f, "{dot}{key}")? } else { write!(f, "{dot}{}", Quoted(key))? }
                }
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Any => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Literal::Text(text) => Quoted(text).fmt(f),
            Literal::Int(number) => number.fmt(f),
            // The grammar has no exponents, and without a point this would read back as a whole number.
            Literal::Float(number) if number.fract() == 0.0 => write!(f, "{number}.0"),
            Literal::Float(number) => number.fmt(f),
            Literal::Bool(bool) => bool.fmt(f),
            Literal::Timestamp(text, _) => write!(f, "t'{text}'"),
            Literal::Hex(bytes) => {
                f.write_str("h'")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str("'")
            }
            Literal::Binary(bytes) => write!(f, "b'{}'", to_base64(bytes)),
        }
    }
}

struct Quoted<'t>(&'t str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "'{}'", self.0.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}

/// True for a key that needs no quotes.
fn is_plain(key: &str) -> bool {
    !super::parser::is_keyword(key)
        && key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn join<T: Display>(f: &mut Formatter<'_>, parts: &[T], word: &str, nests: fn(&T) -> bool) -> Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(word)?;
        }
        if nests(part) { write!(f, "({part})")? } else { part.fmt(f)? }
    }
    Ok(())
}
