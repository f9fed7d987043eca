//! How the C library's allocator shares memory between threads.
//!
//! A crate of its own because it holds one `unsafe` call. glibc gives each thread an arena, up to eight a core, and memory that was
//! freed stays with its arena: a hub, whose database and reading threads take turns at large texts, keeps a peak of each. With two
//! arenas it keeps a quarter less, at the same speed (docs/performance.md, TAXII).

/// Arenas of a process: as many as there are cores on the smallest machine that carries a hub.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const ARENAS: libc::c_int = 2;

/// Lets all threads share a few arenas. To be called before there are threads. Whether the allocator agreed; one that is not glibc's is
/// left as it is.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[must_use]
pub fn share() -> bool {
    #[expect(unsafe_code, reason = "a setting of the allocator")]
    // SAFETY: mallopt(3) takes two numbers and reads no memory of ours
    let agreed = unsafe { libc::mallopt(libc::M_ARENA_MAX, ARENAS) };
    agreed == 1
}

/// As above, where there is nothing to set.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
#[must_use]
pub fn share() -> bool {
    false
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    #[test]
    fn the_allocator_agrees() {
        assert!(super::share());
    }
}
