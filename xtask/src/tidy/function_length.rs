//! No function over 70 lines of code, tests included.
//!
//! Clippy holds the same bound for what it compiles; this check also sees code behind features and other targets. What
//! counts is the body between its braces, without blank lines and comments.

use crate::finding::Finding;
use crate::source;
use crate::tree::Tree;

/// Lines of code in one body. A screen: what fits can be read without scrolling.
const FUNCTION_LINES_MAX: usize = 70;

pub(crate) fn check_tree(tree: &Tree) -> Vec<Finding> {
    tree.texts(".rs").flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let code = source::code_only(text);
    bodies(&code)
        .into_iter()
        .filter(|body| body.lines > FUNCTION_LINES_MAX)
        .map(|body| {
            let text = format!("fn {}: {} lines, the bound is {FUNCTION_LINES_MAX}", body.name, body.lines);
            Finding::at(path, body.at, text)
        })
        .collect()
}

struct Body<'a> {
    name: &'a str,
    at: usize,
    lines: usize,
}

fn bodies(code: &str) -> Vec<Body<'_>> {
    let mut found = Vec::new();
    for (offset, _) in code.match_indices("fn ") {
        if code[..offset].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[offset + "fn ".len()..];
        let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        if name.is_empty() {
            continue; // a function type, `fn (u8) -> u8`
        }
        let end = source::item_end(code.as_bytes(), signature_end(code, offset));
        let Some(open) = code[offset..end].find('{') else { continue };
        let inside = code[offset + open + 1..end].trim_end_matches('}');
        let lines = inside.lines().filter(|line| !line.trim().is_empty()).count();
        found.push(Body { name, at: source::line_of(code, offset), lines });
    }
    found
}

/// Where the parameters end, so that a `;` in an array type does not look like the end of a bodiless function.
fn signature_end(code: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'{' if depth == 0 => return at,
            b';' if depth == 0 => return at,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, usize)]) {
        let code = source::code_only(text);
        let found: Vec<(&str, usize)> = bodies(&code).iter().map(|body| (body.name, body.lines)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn bodies_are_measured() {
        check("fn a() {\n    x();\n\n    // no\n    y();\n}\n", &[("a", 2)]);
        check("fn a(x: [u8; 4]) -> [u8; 2] {\n    x\n}", &[("a", 1)]);
        check("trait T { fn a(&self); fn b(&self) {\n 1\n} }", &[("b", 1)]);
        check("type F = fn (u8); const S: &str = \"fn a() {\";", &[]);
    }

    #[test]
    fn the_bound_is_inclusive() {
        let body = |lines: usize| format!("fn long() {{\n{}}}\n", "x();\n".repeat(lines));
        assert_eq!(check_file("a.rs", &body(FUNCTION_LINES_MAX)), []);
        assert_eq!(
            check_file("a.rs", &body(FUNCTION_LINES_MAX + 1)),
            [Finding::at("a.rs", 1, "fn long: 71 lines, the bound is 70")]
        );
    }
}
