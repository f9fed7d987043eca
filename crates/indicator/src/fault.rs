//! Why a written value is not an indicator of the kind that was asked for.

use std::fmt;

/// A reason in domain words. It never repeats the value, so that it can go into a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Nothing was written.
    Empty,
    /// Longer than the kind can be.
    TooLong,
    /// No kind of that name exists.
    UnknownKind,
    /// Not an address in dotted or colon form.
    NotAnAddress,
    /// An octet with a leading zero: readers disagree whether it is octal, so it is never guessed.
    LeadingZero,
    /// An IPv4 address that is written as IPv6.
    MappedIpv4,
    /// Not an address, a slash and a prefix length.
    NotARange,
    /// Not a domain name of at least two labels.
    NotADomain,
    /// Not a URL with scheme and host.
    NotAUrl,
    /// Not a mail address.
    NotAnEmail,
    /// Not hexadecimal.
    NotHex,
    /// Of a length that the kind does not have.
    WrongLength,
    /// Not in the form that the kind has.
    WrongForm,
    /// The value's own check sum is wrong.
    WrongCheckSum,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Fault::Empty => "nothing is written",
            Fault::TooLong => "too long for its kind",
            Fault::UnknownKind => "no such kind of indicator",
            Fault::NotAnAddress => "not an IP address",
            Fault::LeadingZero => "an octet with a leading zero is ambiguous",
            Fault::MappedIpv4 => "an IPv4 address written as IPv6",
            Fault::NotARange => "not an address range",
            Fault::NotADomain => "not a domain name",
            Fault::NotAUrl => "not a URL",
            Fault::NotAnEmail => "not a mail address",
            Fault::NotHex => "not hexadecimal",
            Fault::WrongLength => "of the wrong length",
            Fault::WrongForm => "not in the form of its kind",
            Fault::WrongCheckSum => "its check sum is wrong",
        })
    }
}

impl std::error::Error for Fault {}
