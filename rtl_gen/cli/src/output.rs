//! Standard output: lines, JSON and tables.
//!
//! Everything that a command prints goes through [`line`]. A reader that went away (`| head`) is no fault: what is left
//! is not printed, and the command goes on to its exit code. A disk that is full is one, told at the end.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::sync::Mutex;

use serde::Serialize;

use crate::failure::{Failure, Result};

/// Why standard output takes no more.
static CLOSED: Mutex<Option<io::Error>> = Mutex::new(None);

/// Prints a line, with `println!`'s arguments.
macro_rules! outln {
    ($($argument:tt)*) => { $crate::output::line(format_args!($($argument)*)) };
}

/// Prints a line, unless standard output has failed before.
pub fn line(text: Arguments<'_>) {
    let Ok(mut closed) = CLOSED.lock() else { return };
    if closed.is_none() {
        let mut stdout = io::stdout().lock();
        *closed = writeln!(stdout, "{text}").and_then(|()| stdout.flush()).err();
    }
}

/// A failure of standard output, unless its reader went away.
pub fn finish() -> Result {
    match CLOSED.lock().ok().and_then(|mut closed| closed.take()) {
        Some(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::input(format!("cannot write to standard output: {error}"), "choose another place for it"))
        }
        _ => Ok(()),
    }
}

/// Prints `value` as JSON.
pub fn json(value: &impl Serialize) -> Result {
    let text = serde_json::to_string_pretty(value)
        .map_err(|e| Failure::input(format!("the result cannot be written as JSON: {e}"), "leave --json out"))?;
    outln!("{text}");
    Ok(())
}

/// Prints rows under a header, every column as wide as its widest cell; the first column is left-aligned.
pub fn table(header: &[&str], rows: &[Vec<String>]) {
    let cells = |row: &[String]| row.iter().map(String::len).collect::<Vec<_>>();
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.len()).collect();
    for row in rows {
        widths = widths.iter().zip(cells(row)).map(|(a, b)| *a.max(&b)).collect();
    }
    let line = |row: Vec<&str>| {
        let mut text = String::new();
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if at == 0 {
                text.push_str(&format!("{cell:<width$}"));
            } else {
                text.push_str(&format!("  {cell:>width$}"));
            }
        }
        outln!("{}", text.trim_end());
    };
    line(header.to_vec());
    for row in rows {
        line(row.iter().map(String::as_str).collect());
    }
}
