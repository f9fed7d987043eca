//! The two steps that look at bytes, in the way that each machine does them fastest.
//!
//! [`Classify::classify`] turns 64 bytes into bitmaps of byte classes, bit `i` telling of byte `i`; [`Classify::quad`] reads four
//! dotted numbers. Everything else is arithmetic on bitmaps, so a machine needs only its own [`Classify`] to be served;
//! the portable one defines what all others must answer.

mod portable;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

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

/// Bytes in which four dotted numbers are read.
pub(crate) const WINDOW: usize = 32;

/// Where the last number begins in the window: the byte before is the third dot.
pub(crate) const LAST: usize = 16;

/// Four dotted numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Quad {
    /// Whether they are those of an IPv4 address; else the rest says nothing.
    pub(crate) valid: bool,
    /// First byte of the first number, in the window.
    pub(crate) start: u32,
    /// Byte behind the last number.
    pub(crate) end: u32,
    /// What they say.
    pub(crate) value: u32,
}

/// How one machine does it.
pub(crate) trait Classify: Copy {
    /// Classifies one block.
    fn classify(self, block: &[u8; BLOCK]) -> Masks;

    /// Reads four numbers of one to three digits, none above 255 or with a leading zero, the third dot just before [`LAST`].
    /// What stands around them is not looked at, except that no digit does.
    fn quad(self, window: &[u8; WINDOW]) -> Quad;

    /// Says that the byte at `at` will be read soon. Past the end it says nothing.
    fn prefetch(self, bytes: &[u8], at: usize);
}
