//! Checks and chores of the repository, as code.
fn main() {}
