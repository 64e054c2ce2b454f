//! Two loops over the same model, one in C++ and one in Rust, measured in short turns, so that whatever else the machine
//! does disturbs both alike.

use std::{
    error::Error,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// A C++ loop in a process of its own, which runs one slice whenever it is told to.
pub struct Bare {
    child: Child,
    orders: Option<ChildStdin>,
    times: BufReader<ChildStdout>,
}

impl Bare {
    /// The C++ text of `main` for a model `top` in a context `context`: `setup` runs once; a slice runs `cycle` (a text
    /// that may use the count `i` and add to `sum`) so many times, and then again with a clock running.
    pub fn main(setup: &str, cycle: &str, cycles: u64) -> String {
        format!(
            "#include <chrono>
int main() {{
    VerilatedContext context;
    Vdut top{{&context, \"TOP\"}};
    top.eval();
    const auto tick = [&] {{
        top.clk_i = 1;
        top.eval();
        context.timeInc(5000);
        top.clk_i = 0;
        top.eval();
        context.timeInc(5000);
    }};
    uint64_t i = 0, sum = 0;
    const auto slice = [&](uint64_t cycles) {{
        for (const uint64_t end = i + cycles; i < end; ++i) {{
            {cycle}
        }}
    }};
    {setup}
    while (std::getchar() != EOF) {{
        slice({warm});
        const auto start = std::chrono::steady_clock::now();
        slice({cycles});
        const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - start;
        std::printf(\"%f %llu\\n\", time.count() / {cycles}, static_cast<unsigned long long>(sum));
        std::fflush(stdout);
    }}
}}
",
            warm = warm(cycles),
        )
    }

    /// Starts the program.
    pub fn start(program: &Path) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let times = BufReader::new(child.stdout.take().ok_or("no pipe")?);
        Ok(Self { orders: child.stdin.take(), times, child })
    }

    /// Nanoseconds a cycle of one slice, and the sum so far.
    fn slice(&mut self) -> Result<(f64, u64), Box<dyn Error>> {
        self.orders.as_mut().ok_or("no pipe")?.write_all(b"\n")?;
        let mut line = String::new();
        self.times.read_line(&mut line)?;
        let (time, sum) = line.trim().split_once(' ').ok_or("the C++ loop ended")?;
        Ok((time.parse()?, sum.parse()?))
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // The loop ends where its input ends.
        self.orders = None;
        let _ = self.child.wait();
    }
}

/// Cycles that run before the clock does, to have the model in the caches again.
pub fn warm(cycles: u64) -> u64 {
    cycles / 8
}

/// Medians over all turns.
pub struct Turns {
    /// Nanoseconds a cycle of the C++ loop.
    pub bare: f64,
    /// Nanoseconds a cycle of the Rust loop.
    pub linked: f64,
    /// What the link costs, in percent: the median of the turns' own ratios.
    pub share: f64,
}

/// Alternates between the loops. `linked` runs a slice like the C++ loop's and gives its time and sum, which has to be the
/// same.
pub fn take_turns<E: Into<Box<dyn Error>>>(
    turns: usize,
    bare: &mut Bare,
    mut linked: impl FnMut() -> Result<(f64, u64), E>,
) -> Result<Turns, Box<dyn Error>> {
    let (mut times, mut ratios) = ([Vec::new(), Vec::new()], Vec::new());
    for turn in 0..turns {
        // Who goes first changes, for the first one pays for waking up.
        let (b, l) = if turn % 2 == 0 {
            let b = bare.slice()?;
            (b, linked().map_err(Into::into)?)
        } else {
            let l = linked().map_err(Into::into)?;
            (bare.slice()?, l)
        };
        if b.1 != l.1 {
            return Err(format!("the loops do not see the same outputs: sums {} and {}", b.1, l.1).into());
        }
        times[0].push(b.0);
        times[1].push(l.0);
        ratios.push(l.0 / b.0);
    }
    let [bare, linked] = times.map(median);
    Ok(Turns { bare, linked, share: (median(ratios) - 1.0) * 100.0 })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
