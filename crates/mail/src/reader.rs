//! What one reading run carries along: the problems found, the decoders used, and what is left of each bound.

use crate::charset::{self, Codec, Decoded};
use crate::code::{self, Code, Sentence};
use crate::limits;
use crate::message::{CharsetUse, Message, Problem};
use std::collections::HashMap;

/// The state of one call of `read_message`.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub(crate) problems: Vec<Problem>,
    problems_left_out: usize,
    pub(crate) charsets: Vec<CharsetUse>,
    expanded: usize,
    parts: usize,
    attachments: usize,
    /// Words of the mail that may open its archives, with rank and order; the lowest is the likeliest.
    pub(crate) passwords: HashMap<String, (usize, usize)>,
    /// Messages found in the archive that is being read, for the message that holds it.
    pub(crate) packed: Vec<Message>,
}

impl Reader {
    /// Notes a problem; what comes after the bound is counted.
    pub(crate) fn problem(&mut self, part: &str, code: Code, text: impl Into<Sentence>) {
        if self.problems.len() < limits::PROBLEMS_MAX {
            self.problems.push(problem(part, code, text.into()));
        } else {
            self.problems_left_out += 1;
        }
    }

    /// Takes from the bound on produced bytes; `false` when it is used up.
    pub(crate) fn expand(&mut self, part: &str, bytes: usize) -> bool {
        if self.expanded.saturating_add(bytes) > limits::EXPANDED_BYTES_MAX {
            if self.expanded <= limits::EXPANDED_BYTES_MAX {
                self.expanded = limits::EXPANDED_BYTES_MAX + 1;
                self.problem(
                    part,
                    code::LIMIT_EXPANDED,
                    "the mail unpacks to more than is read; the rest is left packed",
                );
            }
            return false;
        }
        self.expanded += bytes;
        true
    }

    /// Bytes that may still be produced.
    pub(crate) fn expandable(&self) -> usize {
        limits::EXPANDED_BYTES_MAX.saturating_sub(self.expanded)
    }

    /// Takes one part; `false` when there are too many.
    pub(crate) fn part(&mut self, part: &str) -> bool {
        self.parts += 1;
        if self.parts == limits::PARTS_MAX + 1 {
            self.problem(
                part,
                code::LIMIT_PARTS,
                // the number of this code is that of the parts which are left out; here nobody counts them
                &*format!("more than {} parts; the rest is not read", limits::PARTS_MAX),
            );
        }
        self.parts <= limits::PARTS_MAX
    }

    /// Takes one attachment; `false` when there are too many.
    pub(crate) fn attachment(&mut self, part: &str) -> bool {
        self.attachments += 1;
        if self.attachments == limits::ATTACHMENTS_MAX + 1 {
            let text =
                Sentence::counted(limits::ATTACHMENTS_MAX, "more than {n} files; the rest is not read");
            self.problem(part, code::LIMIT_ATTACHMENTS, text);
        }
        self.attachments <= limits::ATTACHMENTS_MAX
    }

    /// Decodes a body or a name and notes which decoder was used.
    pub(crate) fn decode(
        &mut self,
        part: &str,
        bytes: &[u8],
        declared: Option<&str>,
        hint: Option<Codec>,
    ) -> String {
        let decoded = charset::decode(bytes, declared, hint);
        self.note(part, declared, decoded)
    }

    /// Notes a decoder's answer and gives the text on.
    pub(crate) fn note(&mut self, part: &str, declared: Option<&str>, decoded: Decoded) -> String {
        if let Some((code, text)) = decoded.problem {
            self.problem(part, code, text);
        }
        if declared.is_some() || decoded.used != "us-ascii" {
            let entry = CharsetUse {
                part: part.to_owned(),
                declared: declared.map(str::to_owned),
                used: decoded.used,
            };
            if !self.charsets.contains(&entry) && self.charsets.len() < limits::PROBLEMS_MAX {
                self.charsets.push(entry);
            }
        }
        decoded.text
    }

    /// The problems, closed with the count of those that were left out.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        if self.problems_left_out > 0 {
            let text = Sentence::counted(self.problems_left_out, "{n} more problems are not listed");
            self.problems.push(problem("", code::LIMIT_PROBLEMS, text));
        }
        self.problems
    }
}

fn problem(part: &str, code: Code, sentence: Sentence) -> Problem {
    let Sentence { text, number } = sentence;
    Problem { part: part.to_owned(), code: code.as_str(), text, number }
}
