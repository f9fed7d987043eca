//! What near-duplicates share, as keyed hashes, and the cluster that each leads to. Nothing here says what was shared.

use crate::db::Tx;
use crate::error::StoreError;

impl Tx {
    /// The clusters that these tags lead to: (tag, cluster), in the order of the tags. Cost: one look a tag.
    ///
    /// # Errors
    /// The driver's.
    pub async fn alike(&mut self, tags: &[Vec<u8>]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
        let mut out = Vec::new();
        for tag in tags {
            let row: Option<(Vec<u8>,)> =
                fetch_optional!(self, "SELECT cluster FROM likeness WHERE tag = $1", tag)?;
            out.extend(row.map(|(cluster,)| (tag.clone(), cluster)));
        }
        Ok(out)
    }

    /// Lets tags that lead nowhere lead to `cluster`.
    ///
    /// # Errors
    /// The driver's.
    pub async fn note_alike(&mut self, tags: &[Vec<u8>], cluster: &[u8]) -> Result<(), StoreError> {
        for tag in tags {
            execute!(
                self,
                "INSERT INTO likeness (tag, cluster) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                tag,
                cluster
            )?;
        }
        Ok(())
    }
}
