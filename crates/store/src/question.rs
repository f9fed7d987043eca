//! Threads that the hub relays. Words and askers are sealed, on a submission under its own key; an asker finds its thread by a keyed hash.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::QuestionId;
use model::question::{About, Voice};
use uuid::Uuid;

/// A thread as stored.
#[derive(Clone, Debug)]
pub struct QuestionRow {
    /// Identifier.
    pub id: QuestionId,
    /// About what kind of thing.
    pub about: About,
    /// Which one.
    pub subject: Uuid,
    /// Keyed hash of the asker.
    pub asker: Vec<u8>,
    /// The asker, sealed.
    pub asker_sealed: Vec<u8>,
}

/// A line as stored.
#[derive(Clone, Debug)]
pub struct LineRow {
    /// Its thread.
    pub question: QuestionId,
    /// Its number, from 1.
    pub n: i64,
    /// Whose.
    pub voice: Voice,
    /// Whether the other side sees it.
    pub relayed: bool,
    /// Words, sealed.
    pub sealed: Vec<u8>,
    /// When.
    pub at: Timestamp,
}

type Raw = (Vec<u8>, String, Vec<u8>, Vec<u8>, Vec<u8>);

impl Tx {
    /// Removes every thread about a thing, with its lines.
    ///
    /// # Errors
    /// The driver's.
    pub(crate) async fn forget_threads(&mut self, subject: Uuid) -> Result<(), StoreError> {
        execute!(
            self,
            "DELETE FROM question_line WHERE question IN (SELECT id FROM question WHERE subject = $1)",
            bytes(subject)
        )?;
        execute!(self, "DELETE FROM question WHERE subject = $1", bytes(subject))?;
        Ok(())
    }

    /// Opens a thread.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_question(&mut self, new: &QuestionRow, now: Timestamp) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO question (id, about, subject, asker, asker_sealed, opened_at) VALUES ($1, $2, $3, $4, $5, $6)",
            bytes(new.id.0),
            new.about.as_str(),
            bytes(new.subject),
            &new.asker,
            &new.asker_sealed,
            micros(now)
        )?;
        Ok(())
    }

    /// Removes one thread with its lines. Whether there was one.
    ///
    /// # Errors
    /// The driver's.
    pub async fn forget_thread(&mut self, id: QuestionId) -> Result<bool, StoreError> {
        execute!(self, "DELETE FROM question_line WHERE question = $1", bytes(id.0))?;
        Ok(execute!(self, "DELETE FROM question WHERE id = $1", bytes(id.0))? == 1)
    }

    /// Puts a thread under another keyed hash of its asker.
    ///
    /// # Errors
    /// The driver's.
    pub async fn move_thread(&mut self, id: QuestionId, asker: &[u8]) -> Result<(), StoreError> {
        execute!(self, "UPDATE question SET asker = $2 WHERE id = $1", bytes(id.0), asker)?;
        Ok(())
    }

    /// Every thread about this kind of thing, or about any.
    ///
    /// # Errors
    /// The driver's.
    pub async fn threads(&mut self, about: Option<About>) -> Result<Vec<QuestionRow>, StoreError> {
        let rows: Vec<Raw> = match about {
            Some(about) => fetch_all!(
                self,
                "SELECT id, about, subject, asker, asker_sealed FROM question WHERE about = $1 ORDER BY id",
                about.as_str()
            )?,
            None => {
                fetch_all!(self, "SELECT id, about, subject, asker, asker_sealed FROM question ORDER BY id")?
            }
        };
        rows.into_iter().map(read).collect()
    }

    /// The threads on a subject; of one asker, or of all.
    ///
    /// # Errors
    /// The driver's.
    pub async fn questions(
        &mut self,
        subject: Uuid,
        asker: Option<&[u8]>,
    ) -> Result<Vec<QuestionRow>, StoreError> {
        let rows: Vec<Raw> = match asker {
            Some(asker) => fetch_all!(
                self,
                "SELECT id, about, subject, asker, asker_sealed FROM question WHERE subject = $1 AND asker = $2 ORDER BY opened_at, id",
                bytes(subject),
                asker
            )?,
            None => fetch_all!(
                self,
                "SELECT id, about, subject, asker, asker_sealed FROM question WHERE subject = $1 ORDER BY opened_at, id",
                bytes(subject)
            )?,
        };
        rows.into_iter().map(read).collect()
    }

    /// A thread.
    ///
    /// # Errors
    /// The driver's.
    pub async fn question(&mut self, id: QuestionId) -> Result<Option<QuestionRow>, StoreError> {
        let row: Option<Raw> = fetch_optional!(
            self,
            "SELECT id, about, subject, asker, asker_sealed FROM question WHERE id = $1",
            bytes(id.0)
        )?;
        row.map(read).transpose()
    }

    /// Open threads, oldest first, at most 200.
    ///
    /// # Errors
    /// The driver's.
    pub async fn open_questions(&mut self) -> Result<Vec<QuestionRow>, StoreError> {
        let rows: Vec<Raw> = fetch_all!(
            self,
            "SELECT id, about, subject, asker, asker_sealed FROM question WHERE closed_at IS NULL ORDER BY opened_at, id LIMIT 200"
        )?;
        rows.into_iter().map(read).collect()
    }

    /// Adds a line; its number is returned.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_line(
        &mut self,
        question: QuestionId,
        voice: Voice,
        relayed: bool,
        sealed: &[u8],
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let last: Option<(Option<i64>,)> =
            fetch_optional!(self, "SELECT max(n) FROM question_line WHERE question = $1", bytes(question.0))?;
        let n = last.and_then(|(n,)| n).unwrap_or(0) + 1;
        execute!(
            self,
            "INSERT INTO question_line (question, n, voice, relayed, bytes, at) VALUES ($1, $2, $3, $4, $5, $6)",
            bytes(question.0),
            n,
            voice.as_str(),
            relayed,
            sealed,
            micros(now)
        )?;
        Ok(n)
    }

    /// The lines of a thread.
    ///
    /// # Errors
    /// The driver's.
    pub async fn lines(&mut self, question: QuestionId) -> Result<Vec<LineRow>, StoreError> {
        let rows: Vec<(i64, String, bool, Vec<u8>, i64)> = fetch_all!(
            self,
            "SELECT n, voice, relayed, bytes, at FROM question_line WHERE question = $1 ORDER BY n",
            bytes(question.0)
        )?;
        rows.into_iter()
            .map(|(n, voice, relayed, sealed, at)| {
                Ok(LineRow { question, n, voice: voice.parse()?, relayed, sealed, at: time(at)? })
            })
            .collect()
    }

    /// Lets a line pass to the other side. Whether there was one that had not passed.
    ///
    /// # Errors
    /// The driver's.
    pub async fn relay_line(&mut self, question: QuestionId, n: i64) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE question_line SET relayed = $3 WHERE question = $1 AND n = $2 AND relayed <> $3",
            bytes(question.0),
            n,
            true
        )?;
        Ok(done == 1)
    }
}

fn read(row: Raw) -> Result<QuestionRow, StoreError> {
    Ok(QuestionRow {
        id: QuestionId(uuid(&row.0)?),
        about: row.1.parse()?,
        subject: uuid(&row.2)?,
        asker: row.3,
        asker_sealed: row.4,
    })
}
