//! One function a wish. The first argument after the hub is the capability that the wish needs.

pub mod admin;
pub mod answer;
pub mod approval;
pub mod auth;
pub mod check;
pub mod cursor;
pub mod draft;
pub mod erase;
pub mod health;
pub mod known;
pub mod mine;
pub mod notice;
mod password;
pub mod question;
pub mod read;
pub mod release;
pub mod report;
pub mod restore;
pub mod submit;
pub mod taxii;
pub mod taxii_post;
pub mod triage;
mod words;
