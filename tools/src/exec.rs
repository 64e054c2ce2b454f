//! Running a program and keeping what it says.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::{Error, Result};

/// What a program said.
#[derive(Clone, Debug)]
pub struct Output {
    /// Whether it ended with exit code 0.
    pub success: bool,
    /// The exit status in words.
    pub status: String,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Wall time.
    pub seconds: f64,
}

impl Output {
    /// Standard output and standard error, one after the other.
    pub fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// The last `count` lines that are not blank, for an error message.
    pub fn tail(&self, count: usize) -> String {
        let text = self.text();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(count)..].join("\n")
    }
}

/// Runs `command` to its end, with no standard input.
///
/// # Errors
/// [`Error::Run`] if it cannot be started; an exit code other than 0 is not an error here.
pub fn capture(command: &mut Command) -> Result<Output> {
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).output().map_err(|e| run_error(command, &e))?;
    Ok(Output {
        success: output.status.success(),
        status: output.status.to_string(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        seconds: start.elapsed().as_secs_f64(),
    })
}

/// Runs `command` to its end and wants exit code 0.
///
/// # Errors
/// [`Error::Run`] if it cannot be started, [`Error::Failed`] with the program's last words if it fails.
pub fn run(command: &mut Command) -> Result<Output> {
    let output = capture(command)?;
    if output.success {
        return Ok(output);
    }
    let program = command.get_program().to_string_lossy().into_owned();
    Err(Error::Failed { program, status: output.status.clone(), message: output.tail(40) })
}

fn run_error(command: &Command, error: &std::io::Error) -> Error {
    Error::Run { program: command.get_program().to_string_lossy().into_owned(), reason: error.to_string() }
}

/// Processes that run at a time.
pub(crate) const THREADS: usize = 2;

/// Does `work` for every item, some at a time; the results are in the items' order.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(item)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS.min(items.len())).map(|_| scope.spawn(worker)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u32> = (0..100).collect();
        assert_eq!(super::in_parallel(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
    }
}
