//! Suppliers: their contracts, their addresses, and the one-time links that reach them. Of links only hashes are kept.

use crate::db::{Tx, bytes, micros, time, uuid};
use crate::error::StoreError;
use jiff::Timestamp;
use model::id::{ContactId, OrgId, PersonId, PutId};
use model::lang::Lang;

/// An address of a supplier.
#[derive(Clone, Debug)]
pub struct CheckContactRow {
    /// Identifier.
    pub id: ContactId,
    /// Whose.
    pub organisation: OrgId,
    /// The language of its mails.
    pub lang: Lang,
    /// The address, sealed.
    pub sealed: Vec<u8>,
}

/// A link as stored.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// The put that it is for.
    pub put: PutId,
    /// Whose mail it stood in; `None` when hub staff handed it out.
    pub contact: Option<ContactId>,
    /// Who of the hub made it.
    pub made_by: Option<PersonId>,
    /// Hash of the code.
    pub code_hash: Vec<u8>,
    /// Wrong codes so far.
    pub tries: i64,
    /// Hash of the cookie that the code was exchanged for.
    pub cookie_hash: Option<Vec<u8>>,
    /// When made.
    pub made_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Put, contact, maker, code, tries, cookie, made, expires.
type RawLink = (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>, Vec<u8>, i64, Option<Vec<u8>>, i64, i64);

impl Tx {
    /// Enters a contract. A second entry changes nothing.
    ///
    /// # Errors
    /// The driver's.
    pub async fn put_contract(
        &mut self,
        customer: OrgId,
        supplier: OrgId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO contract (customer, supplier, since) VALUES ($1, $2, $3) ON CONFLICT (customer, supplier) DO NOTHING",
            bytes(customer.0),
            bytes(supplier.0),
            micros(now)
        )?;
        Ok(())
    }

    /// The suppliers of a customer.
    ///
    /// # Errors
    /// The driver's.
    pub async fn suppliers_of(&mut self, customer: OrgId) -> Result<Vec<OrgId>, StoreError> {
        let rows: Vec<(Vec<u8>,)> = fetch_all!(
            self,
            "SELECT supplier FROM contract WHERE customer = $1 ORDER BY supplier",
            bytes(customer.0)
        )?;
        rows.into_iter().map(|(id,)| uuid(&id).map(OrgId)).collect()
    }

    /// Adds an address.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_check_contact(&mut self, new: &CheckContactRow) -> Result<(), StoreError> {
        execute!(
            self,
            "INSERT INTO check_contact (id, organisation, lang, sealed) VALUES ($1, $2, $3, $4)",
            bytes(new.id.0),
            bytes(new.organisation.0),
            new.lang.as_str(),
            &new.sealed
        )?;
        Ok(())
    }

    /// The addresses of an organisation.
    ///
    /// # Errors
    /// The driver's.
    pub async fn check_contacts(&mut self, org: OrgId) -> Result<Vec<CheckContactRow>, StoreError> {
        let rows: Vec<(Vec<u8>, String, Vec<u8>)> = fetch_all!(
            self,
            "SELECT id, lang, sealed FROM check_contact WHERE organisation = $1 ORDER BY id",
            bytes(org.0)
        )?;
        rows.into_iter()
            .map(|(id, lang, sealed)| {
                let (id, lang) = (ContactId(uuid(&id)?), lang.parse()?);
                Ok(CheckContactRow { id, organisation: org, lang, sealed })
            })
            .collect()
    }

    /// Keeps a new link; the same contact's older links for the put end.
    ///
    /// # Errors
    /// The driver's.
    pub async fn insert_link(&mut self, token_hash: &[u8], new: &LinkRow) -> Result<(), StoreError> {
        execute!(
            self,
            "UPDATE check_link SET expires_at = $3 WHERE put = $1 AND (contact = $2 OR (contact IS NULL AND $4)) AND expires_at > $3",
            bytes(new.put.0),
            new.contact.map(|c| bytes(c.0)),
            micros(new.made_at),
            new.contact.is_none()
        )?;
        execute!(
            self,
            "INSERT INTO check_link (token_hash, put, contact, code_hash, tries, made_at, expires_at, made_by) VALUES ($1, $2, $3, $4, 0, $5, $6, $7)",
            token_hash,
            bytes(new.put.0),
            new.contact.map(|c| bytes(c.0)),
            &new.code_hash,
            micros(new.made_at),
            micros(new.expires_at),
            new.made_by.map(|p| bytes(p.0))
        )?;
        Ok(())
    }

    /// Ends an organisation's contracts on either side, its addresses, and every link to what was put to it.
    ///
    /// # Errors
    /// The driver's.
    pub async fn forget_supplier(&mut self, org: OrgId) -> Result<(), StoreError> {
        let whose = bytes(org.0);
        execute!(self, "DELETE FROM contract WHERE customer = $1 OR supplier = $1", &whose)?;
        execute!(
            self,
            "DELETE FROM check_link WHERE put IN (SELECT id FROM check_put WHERE organisation = $1)",
            &whose
        )?;
        execute!(self, "DELETE FROM check_contact WHERE organisation = $1", &whose)?;
        Ok(())
    }

    /// A link by the hash of its token.
    ///
    /// # Errors
    /// The driver's.
    pub async fn link(&mut self, token_hash: &[u8]) -> Result<Option<LinkRow>, StoreError> {
        let row: Option<RawLink> = fetch_optional!(
            self,
            "SELECT put, contact, made_by, code_hash, tries, cookie_hash, made_at, expires_at FROM check_link WHERE token_hash = $1",
            token_hash
        )?;
        row.map(|(put, contact, made_by, code_hash, tries, cookie_hash, made_at, expires_at)| {
            Ok(LinkRow {
                put: PutId(uuid(&put)?),
                contact: contact.map(|c| uuid(&c).map(ContactId)).transpose()?,
                made_by: made_by.map(|p| uuid(&p).map(PersonId)).transpose()?,
                code_hash,
                tries,
                cookie_hash,
                made_at: time(made_at)?,
                expires_at: time(expires_at)?,
            })
        })
        .transpose()
    }

    /// Counts a wrong code.
    ///
    /// # Errors
    /// The driver's.
    pub async fn count_wrong_code(&mut self, token_hash: &[u8]) -> Result<(), StoreError> {
        execute!(self, "UPDATE check_link SET tries = tries + 1 WHERE token_hash = $1", token_hash)?;
        Ok(())
    }

    /// Exchanges the code for a cookie, once. Whether this was the once.
    ///
    /// # Errors
    /// The driver's.
    pub async fn redeem_link(&mut self, token_hash: &[u8], cookie_hash: &[u8]) -> Result<bool, StoreError> {
        let done = execute!(
            self,
            "UPDATE check_link SET cookie_hash = $2 WHERE token_hash = $1 AND cookie_hash IS NULL",
            token_hash,
            cookie_hash
        )?;
        Ok(done == 1)
    }
}
