//! One file a command.

pub mod admin;
pub mod admin_people;
pub mod agent;
pub mod checks;
pub mod deid;
pub mod demo;
pub mod extract;
pub mod keys;
pub mod log;
pub mod mail;
pub mod member;
pub mod report;
pub mod serve;
pub mod stix;
pub mod supplier;
pub mod sweep;
pub mod taxii;
pub mod trust;
pub mod upkeep;
pub mod verify;
pub mod watch;
pub mod witness;
