//! The normal form: patterns that differ only in writing become equal.
//!
//! Order and repetition of `AND` and `OR` operands do not matter between comparisons, nor does the order between
//! observations; `FOLLOWEDBY` keeps its order. Repeated observations under `AND` stay: they ask for two of them.

use super::tree::{Comparison, Expr, Literal, Op, Pattern, PropTest, Test};

/// Rewrites a pattern so that equal meaning, as far as the rules above reach, is equal text.
pub fn normal_form(pattern: &Pattern) -> Pattern {
    Pattern { expr: expr(&pattern.expr) }
}

fn expr(from: &Expr) -> Expr {
    match from {
        Expr::Test(inner) => Expr::Test(comparison(inner)),
        Expr::Qualified(inner, qualifier) => Expr::Qualified(Box::new(expr(inner)), qualifier.clone()),
        Expr::And(parts) => {
            let flat = flatten(parts.iter().map(expr), |part| {
                if let Expr::And(inner) = part { Ok(inner) } else { Err(part) }
            });
            Expr::And(sorted(flat, false))
        }
        Expr::Or(parts) => {
            let flat = flatten(parts.iter().map(expr), |part| {
                if let Expr::Or(inner) = part { Ok(inner) } else { Err(part) }
            });
            single_or(sorted(flat, true), Expr::Or)
        }
        Expr::FollowedBy(parts) => Expr::FollowedBy(flatten(parts.iter().map(expr), |part| {
            if let Expr::FollowedBy(inner) = part { Ok(inner) } else { Err(part) }
        })),
    }
}

fn comparison(from: &Comparison) -> Comparison {
    match from {
        Comparison::Prop(test) => Comparison::Prop(prop_test(test)),
        Comparison::And(parts) => {
            let flat = flatten(parts.iter().map(comparison), |part| {
                if let Comparison::And(inner) = part { Ok(inner) } else { Err(part) }
            });
            single_or(sorted(flat, true), Comparison::And)
        }
        Comparison::Or(parts) => {
            let flat = flatten(parts.iter().map(comparison), |part| {
                if let Comparison::Or(inner) = part { Ok(inner) } else { Err(part) }
            });
            single_or(sorted(flat, true), Comparison::Or)
        }
    }
}

fn prop_test(from: &PropTest) -> PropTest {
    let mut to = from.clone();
    match &mut to.test {
        // A value of another type is "not equal" either way, so these two swap without loss; `NOT <` does not.
        Test::Compare(op @ (Op::Equal | Op::NotEqual), literal) => {
            if std::mem::take(&mut to.negated) {
                *op = if *op == Op::Equal { Op::NotEqual } else { Op::Equal };
            }
            *literal = number(literal);
        }
        Test::Compare(_, literal) => *literal = number(literal),
        Test::In(items) => {
            let numbers = items.iter().map(number).collect();
            *items = sorted(numbers, true);
            if let [single] = items.as_slice() {
                let op = if std::mem::take(&mut to.negated) { Op::NotEqual } else { Op::Equal };
                to.test = Test::Compare(op, single.clone());
            }
        }
        _ => {}
    }
    to
}

/// A broken number that is whole is written as one, where every digit survives.
fn number(literal: &Literal) -> Literal {
    match literal {
        Literal::Float(float) if float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0 => {
            Literal::Int(*float as i64)
        }
        Literal::Binary(bytes) => Literal::Hex(bytes.clone()),
        other => other.clone(),
    }
}

fn flatten<T>(parts: impl Iterator<Item = T>, open: fn(T) -> Result<Vec<T>, T>) -> Vec<T> {
    let mut flat = Vec::new();
    for part in parts {
        match open(part) {
            Ok(inner) => flat.extend(inner),
            Err(part) => flat.push(part),
        }
    }
    flat
}

fn sorted<T: ToString>(parts: Vec<T>, once: bool) -> Vec<T> {
    let mut keyed: Vec<(String, T)> = parts.into_iter().map(|part| (part.to_string(), part)).collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    if once {
        keyed.dedup_by(|a, b| a.0 == b.0);
    }
    keyed.into_iter().map(|(_, part)| part).collect()
}

fn single_or<T>(mut parts: Vec<T>, join: fn(Vec<T>) -> T) -> T {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}
