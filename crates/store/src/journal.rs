//! The journal beside the keys: recalls, withdrawals, erasures, legal holds and rights that ended, by their ids, so that a database restored
//! from an older backup can be told what happened since. Appended and synced before the transaction commits; read once, by a restore. What
//! stands in it and was not committed is applied by a restore too: each was decided.

use crate::error::StoreError;
use jiff::Timestamp;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use uuid::Uuid;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// An item was recalled.
    Recall,
    /// A submission was withdrawn: its consent is gone.
    Withdraw,
    /// A submission was erased.
    Erase,
    /// An organisation left.
    Leave,
    /// A person left an organisation.
    Leaver,
    /// An organisation's standing consent ended, or another took its place.
    Standing,
    /// A token was revoked.
    Token,
    /// A person has these roles at an organisation from now on, and no others.
    Roles,
    /// A deputy's time was ended before its day.
    Deputy,
    /// The machine-release rule was switched off.
    MachineStop,
    /// A submission was put under a legal hold.
    Hold,
    /// The hold was lifted.
    Lift,
    /// The source of a held submission wants it erased once it is not held any more.
    Wish,
    /// A passkey was removed.
    Passkey,
    /// An organisation has these roles from now on, and no others.
    OrgRoles,
    /// An organisation reports through this one and belongs to these sectors from now on, and to no others.
    Place,
    /// An organisation receives reports as this addressee from now on, or does not any more.
    Seat,
}

impl Happened {
    /// The word in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recall => "recall",
            Self::Withdraw => "withdraw",
            Self::Erase => "erase",
            Self::Leave => "leave",
            Self::Leaver => "leaver",
            Self::Standing => "standing",
            Self::Token => "token",
            Self::Roles => "roles",
            Self::Deputy => "deputy",
            Self::MachineStop => "machine-stop",
            Self::Hold => "hold",
            Self::Lift => "lift",
            Self::Wish => "wish",
            Self::Passkey => "passkey",
            Self::OrgRoles => "org-roles",
            Self::Place => "place",
            Self::Seat => "seat",
        }
    }

    fn read(word: &str) -> Option<Self> {
        let all = [
            Self::Recall,
            Self::Withdraw,
            Self::Erase,
            Self::Leave,
            Self::Leaver,
            Self::Standing,
            Self::Token,
            Self::Roles,
            Self::Deputy,
            Self::MachineStop,
            Self::Hold,
            Self::Lift,
            Self::Wish,
            Self::Passkey,
            Self::OrgRoles,
            Self::Place,
            Self::Seat,
        ];
        all.into_iter().find(|happened| happened.as_str() == word)
    }
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub happened: Happened,
    /// The item, submission, organisation, person, token or passkey.
    pub id: Uuid,
    /// The reason of a recall; of an erasure, that its source is found no more; of a right, the leaf of its end and whose it was, then
    /// what the kind adds: the roles that are left, the deputy, the place, the seat. Empty otherwise.
    pub reason: String,
}

/// The journal of a key folder.
#[derive(Clone, Debug)]
pub struct Journal {
    file: PathBuf,
}

impl Journal {
    pub(crate) fn new(file: PathBuf) -> Self {
        Self { file }
    }

    /// Appends a line. Durable when it returns. A line is one write, so that nodes that share the folder do not mix theirs.
    ///
    /// # Errors
    /// The disk's.
    pub fn note(&self, happened: Happened, id: Uuid, reason: &str, now: Timestamp) -> Result<(), StoreError> {
        let line = format!("{now} {} {id} {reason}\n", happened.as_str());
        let new = !self.file.exists();
        let mut file = fs::OpenOptions::new().append(true).create(true).open(&self.file)?;
        file.write_all(line.as_bytes())?;
        file.sync_data()?;
        if new && let Some(folder) = self.file.parent() {
            fs::File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// Every line in order. A line that broke off in a crash was never acted on.
    ///
    /// # Errors
    /// The disk's.
    pub fn read(&self) -> Result<Vec<Entry>, StoreError> {
        match fs::read_to_string(&self.file) {
            Ok(text) => Ok(text.lines().filter_map(read_line).collect()),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(why) => Err(why.into()),
        }
    }
}

fn read_line(line: &str) -> Option<Entry> {
    let mut words = line.splitn(4, ' ');
    let (at, what, id) = (words.next()?, words.next()?, words.next()?);
    Some(Entry {
        at: at.parse().ok()?,
        happened: Happened::read(what)?,
        id: id.parse().ok()?,
        reason: words.next().unwrap_or_default().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_read_and_a_broken_line_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::new(folder.path().join("journal"));
        assert_eq!(journal.read().unwrap(), []);
        let at: Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
        let id = Uuid::from_bytes([7; 16]);
        journal.note(Happened::Recall, id, "leak", at).unwrap();
        journal.note(Happened::Erase, id, "", at).unwrap();
        fs::OpenOptions::new()
            .append(true)
            .open(folder.path().join("journal"))
            .unwrap()
            .write_all(b"2026-01-05T0")
            .unwrap();
        let read = journal.read().unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(read[0], Entry { at, happened: Happened::Recall, id, reason: "leak".to_owned() });
        assert_eq!(read[1].happened, Happened::Erase);
    }
}
