//! Tokens to tree, by recursive descent. Errors name the column.
//!
//! Precedence, from the loosest: `FOLLOWEDBY`, `OR`, `AND` between observations (section 9.5), then qualifiers; `OR`,
//! `AND` between comparisons (section 9.6).

use super::lexer::{Kind, Token, tokens};
use super::tree::{Comparison, Expr, Literal, Op, Path, Pattern, PropTest, Qualifier, Step, Test};
use super::{PATTERN_DEPTH_MAX, PatternFault};
use crate::Version;

type Parsed<T> = Result<T, PatternFault>;

/// The most qualifiers on one expression; the standard has three kinds and allows each once.
const QUALIFIERS_MAX: usize = 8;

/// The most steps of one path. Paths through references in real patterns have fewer than ten.
const PATH_STEPS_MAX: usize = 64;

/// The words of the language (section 9.3): where one of them is meant as a name, it stands in quotes.
const KEYWORDS: &[&str] = &[
    "AND",
    "OR",
    "NOT",
    "FOLLOWEDBY",
    "LIKE",
    "MATCHES",
    "ISSUPERSET",
    "ISSUBSET",
    "EXISTS",
    "LAST",
    "IN",
    "START",
    "STOP",
    "SECONDS",
    "true",
    "false",
    "WITHIN",
    "REPEATS",
    "TIMES",
];

/// True for a word that cannot be a name.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Makes the test of an operator that takes a string.
type TextTest = fn(String) -> Test;

/// Reads a pattern by the grammar of STIX 2.1, of which that of STIX 2.0 is a part.
pub fn parse(text: &str) -> Result<Pattern, PatternFault> {
    parse_with(text, false, None)
}

/// As [`parse`], and refuses what the grammar lets pass and the standard does not: a digest that cannot be one
/// (section 10.7), the same qualifier twice on one observation (section 9.5.1).
pub fn parse_strict(text: &str) -> Result<Pattern, PatternFault> {
    parse_with(text, true, None)
}

/// As [`parse_strict`], by the grammar of one edition alone: only STIX 2.0 writes the times of `START` and `STOP` as
/// plain strings, and only 2.1 has `EXISTS`.
pub fn parse_edition(text: &str, edition: Version) -> Result<Pattern, PatternFault> {
    parse_with(text, true, Some(edition))
}

fn parse_with(text: &str, strict: bool, edition: Option<Version>) -> Parsed<Pattern> {
    let tokens = tokens(text)?;
    let end = text.chars().count() + 1;
    let mut parser = Parser { tokens, at: 0, end, depth: 0, strict, edition };
    let expr = parser.followed_by()?;
    match parser.tokens.get(parser.at) {
        None => Ok(Pattern { expr }),
        Some(_) => parser.fault("the end of the pattern, or AND, OR, FOLLOWEDBY or a qualifier"),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
    depth: usize,
    strict: bool,
    edition: Option<Version>,
}

impl Parser {
    fn column(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |token| token.column)
    }

    /// A fault at the present token: what should be here instead.
    fn fault<T>(&self, wanted: &str) -> Parsed<T> {
        let found = match self.tokens.get(self.at).map(|token| &token.kind) {
            None => "the pattern ends".to_owned(),
            Some(Kind::Word(word)) => format!("{word:?} stands"),
            Some(Kind::Operator(operator)) => format!("{operator:?} stands"),
            Some(Kind::Mark(mark)) => format!("{mark:?} stands"),
            Some(Kind::Literal(literal)) => format!("the constant {literal} stands"),
        };
        Err(PatternFault { column: self.column(), text: format!("{found} where {wanted} should") })
    }

    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    /// Goes on if the present token is this keyword.
    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Kind::Word(here)) if here == word);
        self.at += usize::from(found);
        found
    }

    fn mark(&mut self, mark: char) -> bool {
        let found = self.peek() == Some(&Kind::Mark(mark));
        self.at += usize::from(found);
        found
    }

    fn wanted_word(&mut self, word: &str) -> Parsed<()> {
        if self.word(word) { Ok(()) } else { self.fault(word) }
    }

    fn wanted_mark(&mut self, mark: char) -> Parsed<()> {
        if self.mark(mark) { Ok(()) } else { self.fault(&format!("{mark:?}")) }
    }

    fn literal(&mut self) -> Option<Literal> {
        let literal = match self.peek() {
            Some(Kind::Literal(literal)) => literal.clone(),
            Some(Kind::Word(word)) if word == "true" || word == "false" => Literal::Bool(word == "true"),
            _ => return None,
        };
        self.at += 1;
        Some(literal)
    }

    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Parser) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > PATTERN_DEPTH_MAX {
            let text = format!("nested deeper than {PATTERN_DEPTH_MAX}");
            return Err(PatternFault { column: self.column(), text });
        }
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// `part (word part)*`; one part alone stays itself.
    fn chain<T>(
        &mut self,
        word: &str,
        part: fn(&mut Parser) -> Parsed<T>,
        join: fn(Vec<T>) -> T,
    ) -> Parsed<T> {
        let first = part(self)?;
        if !self.word(word) {
            return Ok(first);
        }
        let mut parts = vec![first, part(self)?];
        while self.word(word) {
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    fn followed_by(&mut self) -> Parsed<Expr> {
        self.chain("FOLLOWEDBY", Parser::observation_or, Expr::FollowedBy)
    }

    fn observation_or(&mut self) -> Parsed<Expr> {
        self.chain("OR", Parser::observation_and, Expr::Or)
    }

    fn observation_and(&mut self) -> Parsed<Expr> {
        self.chain("AND", Parser::qualified, Expr::And)
    }

    fn qualified(&mut self) -> Parsed<Expr> {
        let single = self.peek() == Some(&Kind::Mark('['));
        let mut expr = if self.mark('[') {
            let comparison = self.comparison_or()?;
            self.wanted_mark(']')?;
            Expr::Test(comparison)
        } else if self.mark('(') {
            let inner = self.deeper(Parser::followed_by)?;
            self.wanted_mark(')')?;
            inner
        } else {
            return self.fault("'[' or '('");
        };
        let mut kinds = Vec::new();
        loop {
            let column = self.column();
            let Some(qualifier) = self.qualifier()? else { return Ok(expr) };
            let kind = std::mem::discriminant(&qualifier);
            if self.strict && single && kinds.contains(&kind) {
                return Err(PatternFault {
                    column,
                    text: "the same qualifier twice on one observation".to_owned(),
                });
            }
            kinds.push(kind);
            expr = Expr::Qualified(Box::new(expr), qualifier);
            // Each qualifier is one more level for whoever walks the tree.
            if kinds.len() > QUALIFIERS_MAX {
                return Err(PatternFault { column, text: format!("more than {QUALIFIERS_MAX} qualifiers") });
            }
        }
    }

    fn qualifier(&mut self) -> Parsed<Option<Qualifier>> {
        if self.word("WITHIN") {
            let seconds = match self.peek() {
                Some(Kind::Literal(Literal::Int(count))) if *count > 0 => *count as f64,
                Some(Kind::Literal(Literal::Float(count))) if *count > 0.0 => *count,
                _ => return self.fault("a positive number of seconds"),
            };
            self.at += 1;
            self.wanted_word("SECONDS")?;
            return Ok(Some(Qualifier::Within(seconds)));
        }
        if self.word("REPEATS") {
            let times = match self.peek() {
                Some(Kind::Literal(Literal::Int(count))) => {
                    u32::try_from(*count).ok().filter(|count| *count > 0)
                }
                _ => None,
            };
            let Some(times) = times else { return self.fault("a positive whole number") };
            self.at += 1;
            self.wanted_word("TIMES")?;
            return Ok(Some(Qualifier::Repeats(times)));
        }
        if self.word("START") {
            let start = self.moment()?;
            self.wanted_word("STOP")?;
            let stop = self.moment()?;
            return Ok(Some(Qualifier::StartStop(start, stop)));
        }
        Ok(None)
    }

    /// A timestamp; STIX 2.0 wrote it as a plain string here.
    fn moment(&mut self) -> Parsed<Literal> {
        let literal = match self.peek() {
            Some(Kind::Literal(literal @ Literal::Timestamp(..))) => Some(literal.clone()),
            Some(Kind::Literal(Literal::Text(text))) if self.edition != Some(Version::V21) => {
                crate::timestamp::parse_micros(text)
                    .ok()
                    .map(|micros| Literal::Timestamp(text.clone(), micros))
            }
            _ => None,
        };
        self.at += usize::from(literal.is_some());
        literal.map_or_else(|| self.fault("a timestamp t'…'"), Ok)
    }

    fn comparison_or(&mut self) -> Parsed<Comparison> {
        self.chain("OR", Parser::comparison_and, Comparison::Or)
    }

    fn comparison_and(&mut self) -> Parsed<Comparison> {
        self.chain("AND", Parser::prop_test, Comparison::And)
    }

    fn prop_test(&mut self) -> Parsed<Comparison> {
        if self.mark('(') {
            let inner = self.deeper(Parser::comparison_or)?;
            self.wanted_mark(')')?;
            return Ok(inner);
        }
        let before = self.word("NOT");
        if self.edition != Some(Version::V20) && self.word("EXISTS") {
            return Ok(Comparison::Prop(PropTest {
                path: self.path()?,
                negated: before,
                test: Test::Exists,
            }));
        }
        if before {
            return self.fault("EXISTS");
        }
        let path = self.path()?;
        let negated = self.word("NOT");
        let test = self.test()?;
        if self.strict {
            self.check_digest(&path, &test)?;
        }
        Ok(Comparison::Prop(PropTest { path, negated, test }))
    }

    fn test(&mut self) -> Parsed<Test> {
        if let Some(Kind::Operator(operator)) = self.peek() {
            let op = op(operator);
            self.at += 1;
            let Some(literal) = self.literal() else { return self.fault("a constant") };
            if matches!(literal, Literal::Bool(_)) && !matches!(op, Op::Equal | Op::NotEqual) {
                self.at -= 1;
                return self.fault("a constant that has an order");
            }
            return Ok(Test::Compare(op, literal));
        }
        let texts: [(&str, TextTest); 4] = [
            ("LIKE", Test::Like),
            ("MATCHES", Test::Matches),
            ("ISSUBSET", Test::IsSubset),
            ("ISSUPERSET", Test::IsSuperset),
        ];
        for (word, make) in texts {
            if self.word(word) {
                let Some(Kind::Literal(Literal::Text(text))) = self.peek() else {
                    return self.fault("a string");
                };
                let test = make(text.clone());
                self.at += 1;
                return Ok(test);
            }
        }
        if self.word("IN") {
            return self.set();
        }
        self.fault("a comparison such as =, IN, LIKE or MATCHES")
    }

    fn set(&mut self) -> Parsed<Test> {
        self.wanted_mark('(')?;
        let mut items = Vec::new();
        if self.mark(')') {
            return Ok(Test::In(items));
        }
        loop {
            let column = self.column();
            let Some(item) = self.literal() else { return self.fault("a constant") };
            if items.first().is_some_and(|first| family(first) != family(&item)) {
                return Err(PatternFault {
                    column,
                    text: "the constants of a set must be of one type".to_owned(),
                });
            }
            items.push(item);
            if self.mark(')') {
                return Ok(Test::In(items));
            }
            self.wanted_mark(',')?;
        }
    }

    fn path(&mut self) -> Parsed<Path> {
        let object_type = match self.peek() {
            Some(Kind::Word(word)) if !is_keyword(word) => word.clone(),
            _ => return self.fault("an object type"),
        };
        self.at += 1;
        self.wanted_mark(':')?;
        let mut steps = vec![self.key()?];
        loop {
            if steps.len() > PATH_STEPS_MAX {
                return self.fault("the end of the path (it has too many steps)");
            }
            if self.mark('.') {
                steps.push(self.key()?);
            } else if self.mark('[') {
                steps.push(match self.peek() {
                    Some(Kind::Mark('*')) => Step::Any,
                    Some(Kind::Literal(Literal::Int(index))) => Step::Index(*index),
                    _ => return self.fault("an index or '*'"),
                });
                self.at += 1;
                self.wanted_mark(']')?;
            } else {
                return Ok(Path { object_type, steps });
            }
        }
    }

    fn key(&mut self) -> Parsed<Step> {
        let key = match self.peek() {
            Some(Kind::Word(word)) if !word.contains('-') && !is_keyword(word) => word.clone(),
            Some(Kind::Literal(Literal::Text(text))) => text.clone(),
            _ => {
                return self.fault(
                    "a property name (one with a hyphen, or a word of the language, stands in quotes)",
                );
            }
        };
        self.at += 1;
        Ok(Step::Key(key))
    }

    fn check_digest(&self, path: &Path, test: &Test) -> Parsed<()> {
        let (
            Test::Compare(Op::Equal | Op::NotEqual, Literal::Text(digest)),
            [.., Step::Key(hashes), Step::Key(name)],
        ) = (test, path.steps.as_slice())
        else {
            return Ok(());
        };
        let digits = match name.to_ascii_uppercase().replace('-', "").as_str() {
            "MD5" => 32,
            "SHA1" => 40,
            "SHA224" | "SHA3224" => 56,
            "SHA256" | "SHA3256" => 64,
            "SHA384" | "SHA3384" => 96,
            "SHA512" | "SHA3512" => 128,
            _ => return Ok(()),
        };
        if hashes != "hashes" || (digest.len() == digits && digest.bytes().all(|b| b.is_ascii_hexdigit())) {
            return Ok(());
        }
        let column = self.tokens[self.at - 1].column;
        Err(PatternFault { column, text: format!("{digest:?} is not a {name} digest") })
    }
}

fn op(text: &str) -> Op {
    match text {
        "=" => Op::Equal,
        "!=" => Op::NotEqual,
        "<" => Op::Less,
        "<=" => Op::LessOrEqual,
        ">" => Op::Greater,
        _ => Op::GreaterOrEqual,
    }
}

/// Constants of one family may stand in one set; whole and broken numbers are one.
fn family(literal: &Literal) -> u8 {
    match literal {
        Literal::Text(_) => 0,
        Literal::Int(_) | Literal::Float(_) => 1,
        Literal::Bool(_) => 2,
        Literal::Timestamp(..) => 3,
        Literal::Hex(_) | Literal::Binary(_) => 4,
    }
}
