//! JSON on standard output, and tables.

use std::io::Write;

use serde::Serialize;

use crate::failure::{Failure, Result};

/// Prints `value` as JSON.
pub fn json(value: &impl Serialize) -> Result {
    let text = serde_json::to_string_pretty(value)
        .map_err(|e| Failure::input(format!("the result cannot be written as JSON: {e}"), "leave --json out"))?;
    // A reader that went away (`| head`) is no fault.
    let _ = writeln!(std::io::stdout(), "{text}");
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
        println!("{}", text.trim_end());
    };
    line(header.to_vec());
    for row in rows {
        line(row.iter().map(String::as_str).collect());
    }
}
