//! A pattern in words, for people who have to approve or act on it.

use super::tree::{Comparison, Expr, Literal, Op, Pattern, PropTest, Qualifier, Test};

/// The language of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// Says in words what a pattern looks for.
pub fn explain(pattern: &Pattern, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Matches when {}.", expr(&pattern.expr, lang)),
        Lang::Ja => format!("{}場合に一致します。", expr(&pattern.expr, lang)),
    }
}

fn expr(from: &Expr, lang: Lang) -> String {
    let ja = lang == Lang::Ja;
    let parts = |parts: &[Expr], word: &str| {
        let said: Vec<String> = parts.iter().map(|one| part(one, lang)).collect();
        said.join(word)
    };
    match from {
        Expr::Test(inner) if ja => format!("ひとつの観測で「{}」が成り立つ", comparison(inner, lang)),
        Expr::Test(inner) => format!("one observation has {}", comparison(inner, lang)),
        Expr::And(all) => parts(all, if ja { "、かつ別の観測で、" } else { ", and in another observation " }),
        Expr::Or(all) => parts(all, if ja { "、または" } else { ", or " }),
        Expr::FollowedBy(all) => parts(all, if ja { "、その後に" } else { ", and after that " }),
        Expr::Qualified(inner, qualifier @ Qualifier::Within(_)) => qualified(inner, qualifier, "all ", lang),
        Expr::Qualified(inner, qualifier) => qualified(inner, qualifier, "", lang),
    }
}

/// An expression under a condition; `whose` says in English of which part it is one.
fn qualified(inner: &Expr, qualifier: &Qualifier, whose: &str, lang: Lang) -> String {
    let inner = grouped(inner, lang);
    match (qualifier, lang) {
        (Qualifier::Within(seconds), Lang::Ja) => format!("{seconds} 秒以内に、{inner}"),
        (Qualifier::Within(seconds), Lang::En) => format!("{inner}, {whose}within {seconds} seconds"),
        (Qualifier::Repeats(times), Lang::Ja) => format!("{inner}ことが {times} 回ある"),
        (Qualifier::Repeats(times), Lang::En) => format!("{inner}, {whose}{times} times"),
        (Qualifier::StartStop(start, stop), Lang::Ja) => {
            format!("{} から {} の直前までに、{inner}", moment(start), moment(stop))
        }
        (Qualifier::StartStop(start, stop), Lang::En) => {
            format!("{inner}, {whose}from {} until just before {}", moment(start), moment(stop))
        }
    }
}

/// One of several parts. A condition binds more closely than what joins the parts (section 9.5), which the words have to
/// say, or the condition of the last part reads like one of all.
fn part(from: &Expr, lang: Lang) -> String {
    match (from, lang) {
        (Expr::Qualified(inner, qualifier), Lang::En) => {
            format!("({})", qualified(inner, qualifier, "this part alone ", lang))
        }
        (Expr::Qualified(inner, qualifier), Lang::Ja) => {
            format!("（この部分だけ、{}）", qualified(inner, qualifier, "", lang))
        }
        _ => grouped(from, lang),
    }
}

fn grouped(from: &Expr, lang: Lang) -> String {
    let said = expr(from, lang);
    match from {
        Expr::Test(_) | Expr::Qualified(..) => said,
        _ if lang == Lang::Ja => format!("（{said}）"),
        _ => format!("({said})"),
    }
}

fn moment(literal: &Literal) -> &str {
    if let Literal::Timestamp(text, _) = literal { text } else { "" }
}

fn comparison(from: &Comparison, lang: Lang) -> String {
    let join = |parts: &[Comparison], word: &str| {
        let said = parts.iter().map(|part| match part {
            Comparison::Prop(_) => comparison(part, lang),
            _ if lang == Lang::Ja => format!("（{}）", comparison(part, lang)),
            _ => format!("({})", comparison(part, lang)),
        });
        said.collect::<Vec<_>>().join(word)
    };
    match from {
        Comparison::Prop(test) => prop(test, lang),
        Comparison::And(parts) => join(parts, if lang == Lang::Ja { "、かつ" } else { " and " }),
        Comparison::Or(parts) => join(parts, if lang == Lang::Ja { "、または" } else { " or " }),
    }
}

fn prop(test: &PropTest, lang: Lang) -> String {
    let path = test.path.to_string();
    match lang {
        Lang::En => {
            let not = if test.negated { "not " } else { "" };
            format!("{path} {not}{}", english(&test.test))
        }
        Lang::Ja => {
            let said = japanese(&test.test);
            if test.negated {
                format!("{path} が「{said}」ではない")
            } else {
                format!("{path} が{said}")
            }
        }
    }
}

fn english(test: &Test) -> String {
    match test {
        Test::Compare(op, literal) => {
            let word = match op {
                Op::Equal => "equal to",
                Op::NotEqual => "different from",
                Op::Less => "less than",
                Op::LessOrEqual => "at most",
                Op::Greater => "greater than",
                Op::GreaterOrEqual => "at least",
            };
            format!("{word} {literal}")
        }
        Test::In(items) => format!("one of ({})", list(items)),
        Test::Like(text) => format!("of the form '{text}' (% any text, _ any character)"),
        Test::Matches(text) => format!("matching the regular expression /{text}/"),
        Test::IsSubset(text) => format!("inside the network {text}"),
        Test::IsSuperset(text) => format!("a network that contains {text}"),
        Test::Exists => "present".to_owned(),
    }
}

fn japanese(test: &Test) -> String {
    match test {
        Test::Compare(op, literal) => match op {
            Op::Equal => format!(" {literal} に等しい"),
            Op::NotEqual => format!(" {literal} と異なる"),
            Op::Less => format!(" {literal} より小さい"),
            Op::LessOrEqual => format!(" {literal} 以下"),
            Op::Greater => format!(" {literal} より大きい"),
            Op::GreaterOrEqual => format!(" {literal} 以上"),
        },
        Test::In(items) => format!("（{}）のいずれか", list(items)),
        Test::Like(text) => format!(" '{text}' の形（% は任意の文字列、_ は任意の一文字）"),
        Test::Matches(text) => format!("正規表現 /{text}/ に合う"),
        Test::IsSubset(text) => format!("ネットワーク {text} に含まれる"),
        Test::IsSuperset(text) => format!(" {text} を含むネットワーク"),
        Test::Exists => "存在する".to_owned(),
    }
}

fn list(items: &[Literal]) -> String {
    items.iter().map(Literal::to_string).collect::<Vec<_>>().join(", ")
}
