//! 64 bytes of text to bitmaps of byte classes: the only step that looks at every byte.
//!
//! Bit `i` of a bitmap tells of byte `i`. Everything after this step is arithmetic on bitmaps, so a machine
//! needs only its own [`Classify`] to be served; the portable one defines what all others must answer.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
mod portable;

pub(crate) use portable::Portable;

/// Bytes looked at in one step.
pub(crate) const BLOCK: usize = 64;

/// The classes of one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Masks {
    /// `A-Z a-z 0-9 . - _` and every byte from 0x80 on: what a name can consist of.
    pub(crate) word: u64,
    /// `A-Z a-z 0-9`.
    pub(crate) alnum: u64,
    /// `0-9`.
    pub(crate) digit: u64,
    /// `.`.
    pub(crate) dot: u64,
    /// `:`.
    pub(crate) colon: u64,
    /// Bytes from 0x80 on.
    pub(crate) high: u64,
    /// `( ) [ ] { }` and, harmlessly, `+`: what stands around a dot in defanged text.
    pub(crate) bracket: u64,
    /// Line feeds.
    pub(crate) newline: u64,
}

/// How one machine makes [`Masks`].
pub(crate) trait Classify: Copy {
    /// Classifies one block.
    fn classify(self, block: &[u8; BLOCK]) -> Masks;
}
