//! A table of figures with goals, as Markdown, and its place between two marker lines of a page.

/// One measured figure.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    what: String,
    measured: String,
    goal: String,
    met: bool,
}

/// The figures of one bench.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    /// How it was measured: one sentence under the table.
    note: String,
    /// More tables and pictures, below the note.
    more: String,
}

impl Table {
    pub(crate) fn with_note(note: impl Into<String>) -> Self {
        Self { note: note.into(), ..Self::default() }
    }

    /// A figure that must not be over its bound.
    pub(crate) fn at_most(&mut self, what: &str, measured: f64, bound: f64, unit: &str) {
        self.rows.push(Row {
            what: what.to_owned(),
            measured: format!("{} {unit}", number(measured)),
            goal: format!("≤ {} {unit}", number(bound)),
            met: measured <= bound,
        });
    }

    /// A figure that must reach its bound.
    pub(crate) fn at_least(&mut self, what: &str, measured: f64, bound: f64, unit: &str) {
        self.rows.push(Row {
            what: what.to_owned(),
            measured: format!("{} {unit}", number(measured)).trim_end().to_owned(),
            goal: format!("≥ {} {unit}", number(bound)).trim_end().to_owned(),
            met: measured >= bound,
        });
    }

    /// Puts Markdown below the figures.
    pub(crate) fn append(&mut self, markdown: impl AsRef<str>) {
        self.more.push_str(markdown.as_ref());
    }

    /// A figure without a goal: another's, or one that explains the others.
    pub(crate) fn beside(&mut self, what: &str, measured: impl Into<String>) {
        self.rows.push(Row {
            what: what.to_owned(),
            measured: measured.into(),
            goal: "–".to_owned(),
            met: true,
        });
    }

    pub(crate) fn meets_goals(&self) -> bool {
        self.rows.iter().all(|row| row.met)
    }

    pub(crate) fn markdown(&self) -> String {
        let mut out = String::from("| figure | measured | goal | |\n| --- | --- | --- | --- |\n");
        for row in &self.rows {
            let verdict = if row.met { "met" } else { "**missed**" };
            out.push_str(&format!("| {} | {} | {} | {verdict} |\n", row.what, row.measured, row.goal));
        }
        out.push_str(&format!("\n{}\n{}", self.note, self.more));
        out
    }
}

/// Three digits that mean something; whole numbers stay whole.
fn number(value: f64) -> String {
    if value.fract() == 0.0 || value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// The page with everything between the markers of this bench replaced.
pub(crate) fn replace(page: &str, name: &str, content: &str) -> Result<String, String> {
    let open = format!("<!-- bench:{name} -->\n");
    let close = format!("<!-- /bench:{name} -->");
    let missing = || format!("the page has no markers for {name}");
    let (before, rest) = page.split_once(&open).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&close).ok_or_else(missing)?;
    Ok(format!("{before}{open}{content}{close}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, expected: Option<&str>) {
        assert_eq!(replace(page, "a", "new\n").ok().as_deref(), expected);
    }

    #[test]
    fn only_the_marked_part_changes() {
        check(
            "x\n<!-- bench:a -->\nold\n<!-- /bench:a -->\ny\n",
            Some("x\n<!-- bench:a -->\nnew\n<!-- /bench:a -->\ny\n"),
        );
        check("x\n<!-- bench:b -->\n<!-- /bench:b -->\n", None);
        check("x\n<!-- bench:a -->\n", None);
    }

    #[test]
    fn a_missed_goal_is_said() {
        let mut table = Table::with_note("Nine rounds.");
        table.at_most("start", 0.25, 0.5, "s");
        assert!(table.meets_goals());
        table.at_most("memory", 61.0, 60.0, "MiB");
        assert!(!table.meets_goals());
        assert_eq!(
            table.markdown(),
            "| figure | measured | goal | |\n| --- | --- | --- | --- |\n\
             | start | 0.25 s | ≤ 0.50 s | met |\n| memory | 61 MiB | ≤ 60 MiB | **missed** |\n\nNine rounds.\n"
        );
    }
}
