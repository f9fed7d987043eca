//! What a valid pattern may not mean as it was meant, or where it will not be matched: for whoever writes it.

use super::Lang;
use super::compare::Check;
use super::tree::{Expr, Pattern};

/// Characters of the part that is quoted; a pattern can be a megabyte long.
const QUOTED_CHARS_MAX: usize = 80;

/// Hints on a pattern, one line each.
pub fn hints(pattern: &Pattern, lang: Lang) -> Vec<String> {
    let mut out = Vec::new();
    binding(&pattern.expr, lang, &mut out);
    let refused = pattern.atoms().into_iter().filter_map(|test| Some((test, Check::new(test).err()?)));
    out.extend(refused.map(|(test, fault)| {
        let why = fault.text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let test = short(&test.to_string());
        match lang {
            Lang::En => format!("{test} will be refused when it is to be matched: {why}"),
            Lang::Ja => format!("{test} は照合のときに拒否されます: {why}"),
        }
    }));
    out
}

/// A qualifier behind the last part of a combination binds to that part alone (section 9.5: qualifiers bind more closely
/// than the operators between observations), and is often meant for all.
fn binding(from: &Expr, lang: Lang, out: &mut Vec<String>) {
    let (Expr::And(parts) | Expr::Or(parts) | Expr::FollowedBy(parts)) = from else {
        if let Expr::Qualified(inner, _) = from {
            binding(inner, lang, out);
        }
        return;
    };
    parts.iter().for_each(|part| binding(part, lang, out));
    let Some(last @ Expr::Qualified(..)) = parts.last() else { return };
    let (mut inner, mut qualifiers) = (last, String::new());
    while let Expr::Qualified(within, qualifier) = inner {
        qualifiers.insert_str(0, &qualifier.to_string());
        inner = within;
    }
    let word = match from {
        Expr::And(_) => "AND",
        Expr::Or(_) => "OR",
        _ => "FOLLOWEDBY",
    };
    let (part, said) = (short(&inner.to_string()), qualifiers.trim_start());
    out.push(match lang {
        Lang::En => {
            format!("{said} binds to the last part alone, {part}; for all parts: (… {word} …){qualifiers}")
        }
        Lang::Ja => {
            format!("{said} は最後の部分 {part} だけにかかります。全体にかけるには: (… {word} …){qualifiers}")
        }
    });
}

fn short(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
