//! Running linters over many designs, two processes at a time.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use super::{LintJob, LintReport, Linter, LinterRun, Message, icarus, slang, verible, verilator, yosys};
use crate::{Result, Tool, Verilator, exec, find, need, verilators};

/// Designs that one process of a batching linter takes at most.
const BATCH: usize = 24;

/// Runs every linter over every design. Linters whose tool only a distribution has are skipped, and said to be, where
/// the tool is missing, unless [`need::required`] wants them.
///
/// # Errors
/// A tool that must be there is not, or cannot be run. Complaints about the designs are not errors: see
/// [`LintReport::is_clean`].
///
/// ```no_run
/// use toolbox::lint::{self, LintJob};
/// let report = lint::run(&[LintJob::new("gelu", ["rtl/gelu.sv"])])?;
/// assert!(report.is_clean(), "{report}");
/// # Ok::<(), toolbox::Error>(())
/// ```
pub fn run(jobs: &[LintJob]) -> Result<LintReport> {
    run_all(Linter::ALL, jobs)
}

/// As [`run`], with the linters named.
///
/// # Errors
/// As [`run`].
pub fn run_all(linters: &[Linter], jobs: &[LintJob]) -> Result<LintReport> {
    let files: Vec<PathBuf> =
        jobs.iter().flat_map(|job| job.files.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect();
    let mut report = LintReport::default();
    let mut work: Vec<Task<'_>> = Vec::new();
    for &linter in linters {
        plan(linter, jobs, &files, &mut report, &mut work)?;
    }
    // What takes long would run alone if it were begun last: a batch as long as many single designs, Icarus minutes for a large one.
    work.sort_by_key(|task| (!task.what.is_batch(), !matches!(task.what, What::Icarus(_))));
    let results = exec::in_parallel(&work, |task| {
        let start = Instant::now();
        (perform(&task.what), start.elapsed().as_secs_f64())
    });
    for (task, (messages, seconds)) in work.iter().zip(results) {
        let messages = messages?;
        let run = &mut report.linters[task.run];
        run.seconds += seconds;
        let label = run.label.clone();
        report.messages.extend(messages.into_iter().map(|message| Message { linter: label.clone(), ..message }));
    }
    Ok(report)
}

/// A part of the work that one process does.
struct Task<'a> {
    /// The linter's place in the report.
    run: usize,
    what: What<'a>,
}

enum What<'a> {
    Verilator(Verilator, &'a LintJob),
    Icarus(&'a LintJob),
    Yosys(&'a LintJob),
    Verible(&'a [PathBuf]),
    Slang(&'a [LintJob]),
    YosysSlang(&'a [LintJob]),
}

impl What<'_> {
    fn is_batch(&self) -> bool {
        matches!(self, Self::Verible(_) | Self::Slang(_) | Self::YosysSlang(_))
    }
}

fn plan<'a>(
    linter: Linter,
    jobs: &'a [LintJob],
    files: &'a [PathBuf],
    report: &mut LintReport,
    work: &mut Vec<Task<'a>>,
) -> Result<()> {
    let mut add = |label: String, skipped: Option<String>, parts: Vec<What<'a>>| {
        let run = report.linters.len();
        report.linters.push(LinterRun { label, jobs: jobs.len(), seconds: 0.0, skipped });
        work.extend(parts.into_iter().map(|what| Task { run, what }));
    };
    if linter == Linter::Verilator {
        for verilator in verilators()? {
            let parts = jobs.iter().map(|job| What::Verilator(verilator.clone(), job)).collect();
            add(verilator.label(), None, parts);
        }
        return Ok(());
    }
    let tool = linter.tool();
    let found = find::ensure(tool);
    if matches!(tool, Tool::Icarus | Tool::Yosys)
        && let Some(reason) = need::reason_to_skip(&found)?
    {
        add(tool.name().to_owned(), Some(reason), Vec::new());
        return Ok(());
    }
    let batch = jobs.len().div_ceil(exec::THREADS).clamp(1, BATCH);
    let label = format!("{} {}", tool.name(), found?.version.unwrap_or_default());
    let parts = match linter {
        Linter::Icarus => jobs.iter().map(What::Icarus).collect(),
        Linter::Yosys => jobs.iter().map(What::Yosys).collect(),
        Linter::Verible => files.chunks(8 * BATCH).map(What::Verible).collect(),
        Linter::Pyslang => jobs.chunks(batch).map(What::Slang).collect(),
        Linter::YosysSlang | Linter::Verilator => jobs.chunks(batch).map(What::YosysSlang).collect(),
    };
    add(label, None, parts);
    Ok(())
}

fn perform(what: &What<'_>) -> Result<Vec<Message>> {
    match what {
        What::Verilator(tool, job) => Ok(of(job, verilator::lint(tool, job)?)),
        What::Icarus(job) => Ok(of(job, icarus::lint(job)?)),
        What::Yosys(job) => Ok(of(job, yosys::lint(job)?)),
        What::Verible(files) => verible::lint(files),
        What::Slang(jobs) => Ok(of_each(jobs, slang::lint(jobs)?)),
        What::YosysSlang(jobs) => Ok(of_each(jobs, yosys::lint_slang(jobs)?)),
    }
}

fn of(job: &LintJob, messages: Vec<Message>) -> Vec<Message> {
    messages.into_iter().map(|message| Message { top: job.top.clone(), ..message }).collect()
}

fn of_each(jobs: &[LintJob], messages: Vec<Vec<Message>>) -> Vec<Message> {
    jobs.iter().zip(messages).flat_map(|(job, messages)| of(job, messages)).collect()
}
