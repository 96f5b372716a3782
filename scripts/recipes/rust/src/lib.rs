//! Puts memory blocks online, as an agent of a guest does.

use std::io::{Error, ErrorKind, Write};

const EBUSY: i32 = 16;

/// Puts a block online, and tries again while the kernel answers EBUSY, at most five times. Returns the number of tries.
pub fn online(block: u32) -> Result<u32, Error> {
    let state = format!("/sys/devices/system/memory/memory{block}/state");
    for tries in 1..=5 {
        let mut file = std::fs::OpenOptions::new().write(true).open(&state)?;
        match file.write(b"online_movable") {
            Err(error) if error.raw_os_error() == Some(EBUSY) => continue,
            Err(error) => return Err(error),
            Ok(_) => return Ok(tries),
        }
    }
    Err(Error::new(ErrorKind::Other, "busy five times"))
}
