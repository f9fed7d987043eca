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
        let said: Vec<String> = parts.iter().map(|part| grouped(part, lang)).collect();
        said.join(word)
    };
    match from {
        Expr::Test(inner) if ja => format!("ひとつの観測で「{}」が成り立つ", comparison(inner, lang)),
        Expr::Test(inner) => format!("one observation has {}", comparison(inner, lang)),
        Expr::And(all) => parts(all, if ja { "、かつ別の観測で、" } else { ", and in another observation " }),
        Expr::Or(all) => parts(all, if ja { "、または" } else { ", or " }),
        Expr::FollowedBy(all) => parts(all, if ja { "、その後に" } else { ", and after that " }),
        Expr::Qualified(inner, qualifier) => {
            let inner = grouped(inner, lang);
            match (qualifier, ja) {
                (Qualifier::Within(seconds), true) => format!("{seconds} 秒以内に、{inner}"),
                (Qualifier::Within(seconds), false) => format!("{inner}, all within {seconds} seconds"),
                (Qualifier::Repeats(times), true) => format!("{inner}ことが {times} 回ある"),
                (Qualifier::Repeats(times), false) => format!("{inner}, {times} times"),
                (Qualifier::StartStop(start, stop), true) => {
                    format!("{} から {} の直前までに、{inner}", moment(start), moment(stop))
                }
                (Qualifier::StartStop(start, stop), false) => {
                    format!("{inner}, from {} until just before {}", moment(start), moment(stop))
                }
            }
        }
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
        Test::In(items) => format!("one of {}", list(items)),
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
        Test::In(items) => format!(" {} のいずれか", list(items)),
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
