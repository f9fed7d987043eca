//! The tree of a pattern.

/// A whole pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// Its outermost observation expression.
    pub expr: Expr,
}

/// An observation expression (section 9.5).
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// `[ … ]`: one observation.
    Test(Comparison),
    /// All, by different observations.
    And(Vec<Expr>),
    /// Any.
    Or(Vec<Expr>),
    /// All, by different observations, one after the other.
    FollowedBy(Vec<Expr>),
    /// An expression with a condition on the observations that satisfy it.
    Qualified(Box<Expr>, Qualifier),
}

/// A condition on observations (section 9.5.1).
#[derive(Debug, Clone, PartialEq)]
pub enum Qualifier {
    /// `WITHIN x SECONDS`.
    Within(f64),
    /// `REPEATS n TIMES`.
    Repeats(u32),
    /// `START t'…' STOP t'…'`; the end does not belong to it.
    StartStop(Literal, Literal),
}

/// A comparison expression (section 9.6): what stands between the brackets.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// One test of one property.
    Prop(PropTest),
    /// All, by the same object where the type is the same.
    And(Vec<Comparison>),
    /// Any.
    Or(Vec<Comparison>),
}

/// A test of one property.
#[derive(Debug, Clone, PartialEq)]
pub struct PropTest {
    /// Which property.
    pub path: Path,
    /// True after `NOT`.
    pub negated: bool,
    /// What is asked of it.
    pub test: Test,
}

/// What is asked of a property (section 9.6.1).
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// `=`, `!=`, `<`, `<=`, `>`, `>=`.
    Compare(Op, Literal),
    /// `IN ( … )`.
    In(Vec<Literal>),
    /// `LIKE`, with `%` and `_`.
    Like(String),
    /// `MATCHES`, a regular expression.
    Matches(String),
    /// `ISSUBSET`, of a network.
    IsSubset(String),
    /// `ISSUPERSET`, of a network.
    IsSuperset(String),
    /// `EXISTS`.
    Exists,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Op {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// An object path (section 9.7), such as `file:hashes.'SHA-256'`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// The type of the object.
    pub object_type: String,
    /// From the object to the property; never empty.
    pub steps: Vec<Step>,
}

/// One step of an object path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A member, through a reference where the value is one.
    Key(String),
    /// The item of this index; negative ones name nothing.
    Index(i64),
    /// Any item.
    Any,
}

/// A constant (section 9.3).
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `'…'`
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number with a point.
    Float(f64),
    /// `true`, `false`
    Bool(bool),
    /// `t'…'`: the text as written, and microseconds since 1970.
    Timestamp(String, i64),
    /// `h'…'`
    Hex(Vec<u8>),
    /// `b'…'`
    Binary(Vec<u8>),
}

impl Pattern {
    /// All tests of the pattern, from left to right: what an index can hold on to.
    pub fn atoms(&self) -> Vec<&PropTest> {
        let mut atoms = Vec::new();
        self.expr.collect(&mut atoms);
        atoms
    }
}

impl Expr {
    fn collect<'p>(&'p self, atoms: &mut Vec<&'p PropTest>) {
        match self {
            Expr::Test(comparison) => comparison.collect(atoms),
            Expr::And(parts) | Expr::Or(parts) | Expr::FollowedBy(parts) => {
                parts.iter().for_each(|part| part.collect(atoms));
            }
            Expr::Qualified(inner, _) => inner.collect(atoms),
        }
    }
}

impl Comparison {
    pub(crate) fn collect<'p>(&'p self, atoms: &mut Vec<&'p PropTest>) {
        match self {
            Comparison::Prop(test) => atoms.push(test),
            Comparison::And(parts) | Comparison::Or(parts) => {
                parts.iter().for_each(|part| part.collect(atoms))
            }
        }
    }
}
