//! What can be wrong with a bundle before anybody validates it, and what is changed to make 2.1 of 2.0, each with its fixed word. One
//! table makes the list and the only values that reading and lifting take, so that whoever has words of its own for each misses none.

/// One of the codes of reading; only the table below makes one. Those of a validation are their own: nobody translates a standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code(&'static str);

impl Code {
    /// The word.
    pub(crate) fn as_str(self) -> &'static str {
        self.0
    }
}

macro_rules! codes {
    ($(#[$doc:meta])* $list:ident: $($name:ident = $code:literal;)+) => {
        $(pub(crate) const $name: Code = Code($code);)+

        $(#[$doc])*
        pub const $list: &[&str] = &[$($code),+];
    };
}

codes! {
    /// Every code of a [`Fault`](crate::Fault) that reading finds; [`validate`](crate::validate()) has more.
    FAULT_CODES:
    // JSON; values: what is wrong, and the line and column where the parser names them
    JSON_MALFORMED = "json-malformed";
    KEY_REPEATED = "key-repeated";
    NOT_UTF_8 = "not-utf-8";
    INPUT = "input";
    TRUNCATED = "truncated";
    TRAILING_CONTENT = "trailing-content";

    // what stands around the objects, and what an object needs
    BUNDLE_TYPE = "bundle-type";
    BUNDLE_NESTED = "bundle-nested";
    OBJECT_NOT_OBJECT = "object-not-object";
    REQUIRED = "required";
    WRONG_KIND = "wrong-kind";
    ID_MALFORMED = "id-malformed";
    ID_TYPE = "id-type";
    TIMESTAMP_MALFORMED = "timestamp-malformed";

    // limits; value: the limit
    OBJECT_TOO_LONG = "object-too-long";
    OBJECT_TOO_DEEP = "object-too-deep";
    TOO_MANY_OBJECTS = "too-many-objects";
    TOO_MANY_FAULTS = "too-many-faults";
}

codes! {
    /// Every code of a [`Change`](crate::Change).
    CHANGE_CODES:
    VERSION_MOVED = "version-moved";
    VERSION_ADDED = "version-added";
    RENAMED = "renamed";
    PATTERN_TYPE = "pattern-type";
    IS_FAMILY = "is-family";
    MILLISECONDS = "milliseconds";
    MARKING_NAME = "marking-name";
    OBSERVED_LIFTED = "observed-lifted";
    OBSERVED_KEPT = "observed-kept";
    LEFT_OUT = "left-out";
    MORE_CHANGES = "more-changes";
}
