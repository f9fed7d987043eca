//! Every bound that the reader keeps, by name, with its unit and its reason.
//!
//! Hostile mail is the normal case: each bound ends in a `Problem`, never in an error or a silent cut.

/// The largest mail we read, in bytes. 25 MiB is what the common providers deliver; twice that leaves
/// room for the transfer coding and for Outlook's own container around the same mail.
pub const MESSAGE_BYTES_MAX: usize = 50 * 1024 * 1024;

/// How deep containers may lie in one another (multiparts, messages, archives). Honest mail stays under five.
pub const DEPTH_MAX: usize = 8;

/// How deep multiparts alone may lie in one another; forwarded chains of honest mail reach a dozen.
pub const MULTIPART_DEPTH_MAX: usize = 24;

/// All that decoding and unpacking may produce for one mail, in bytes: 64 MiB bounds memory and time.
pub const EXPANDED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Parts of one mail, nested ones included. More is an attack on the reader.
pub const PARTS_MAX: usize = 10_000;

/// Attachments of one mail, files inside archives included.
pub const ATTACHMENTS_MAX: usize = 2_000;

/// Files read from one archive; the rest is counted and reported.
pub const ARCHIVE_ENTRIES_MAX: usize = 500;

/// Header lines of one part. Long Received chains stay under a few hundred.
pub const HEADERS_MAX: usize = 2_000;

/// Bytes of one header value. Recipient lists of honest mail reach some 100 KiB.
pub const HEADER_BYTES_MAX: usize = 512 * 1024;

/// Addresses taken from one header.
pub const ADDRESSES_MAX: usize = 5_000;

/// Links taken from one mail.
pub const LINKS_MAX: usize = 5_000;

/// Bytes of one link. Data URIs and endless queries are not links that anyone follows.
pub const LINK_BYTES_MAX: usize = 16 * 1024;

/// Characters of text kept of one attachment; enough for its words and links.
pub const ATTACHMENT_TEXT_MAX: usize = 1024 * 1024;

/// Nesting of HTML elements that is followed for hidden text; deeper ones count as shown.
pub const HTML_DEPTH_MAX: usize = 512;

/// Problems listed for one mail; what comes after is counted in the last one.
pub const PROBLEMS_MAX: usize = 500;

/// How many wrappers around a link are undone one after the other.
pub const WRAPPERS_MAX: usize = 5;

/// Passwords tried on one archive, the customary ones among them: each costs a key derivation of about a millisecond.
pub const PASSWORDS_MAX: usize = 24;

/// Messages read out of one mbox; a whole archive is fed in pieces by the caller.
pub const MBOX_MESSAGES_MAX: usize = 100_000;
