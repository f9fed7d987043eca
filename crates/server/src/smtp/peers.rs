//! How many conversations each address holds at once.

use super::CONVERSATIONS_OF_ONE_MAX;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

type Counts = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// The addresses that talk now.
#[derive(Clone, Debug, Default)]
pub(super) struct Peers(Counts);

/// A place that one conversation holds; given back when it goes.
#[derive(Debug)]
pub(super) struct Place {
    counts: Counts,
    peer: IpAddr,
}

impl Peers {
    /// A place for this address; `None` when it holds as many as one may.
    pub(super) fn place(&self, peer: IpAddr) -> Option<Place> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(peer).or_default();
        if *count >= CONVERSATIONS_OF_ONE_MAX {
            return None;
        }
        *count += 1;
        Some(Place { counts: self.0.clone(), peer })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_every_place() {
        let (peers, one, other) =
            (Peers::default(), IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let mut held: Vec<_> = (0..CONVERSATIONS_OF_ONE_MAX).map(|_| peers.place(one).unwrap()).collect();
        assert!(peers.place(one).is_none());
        assert!(peers.place(other).is_some());
        held.pop();
        assert!(peers.place(one).is_some());
        held.clear();
        assert!(peers.0.lock().unwrap().is_empty());
    }
}
