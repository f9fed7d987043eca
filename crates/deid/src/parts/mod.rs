//! One constructor a type of output. Each takes what the mail says and gives what may leave, or the reason why it stays.

pub(crate) mod feature;
pub(crate) mod file;
pub(crate) mod hop;
pub(crate) mod host;
pub(crate) mod link;
pub(crate) mod mailer;
pub(crate) mod sender;
pub(crate) mod story;
pub(crate) mod technique;
