//! An accelerator, its memory and its host.

use driver::{Accelerator, Region};

use super::{Host, Memory, Stalls, Timing};
use crate::{Bench, Failure, Result};

/// An accelerator on a bench behind the driver, with a memory of `bytes` on its ports to memory.
///
/// ```no_run
/// # fn example(bench: &mut tb::Bench, network: &compile::Compiled, image: &[i32]) -> Result<(), Box<dyn std::error::Error>> {
/// use tb::axi::{Board, Stalls, Timing};
/// let mut board = Board::new(bench, 1 << 20, &Timing::zcu102(), &Stalls::default())?;
/// board.accelerator.load(network)?;
/// println!("{:?}", board.accelerator.run(image)?.logits);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Board<'a> {
    /// The driver.
    pub accelerator: Accelerator<Host<'a>>,
    /// What is behind the ports.
    pub memory: Memory,
}

impl<'a> Board<'a> {
    /// Where the accelerator's memory begins.
    const ADDRESS: u64 = 0x10_0000;

    /// Attaches memory and host.
    ///
    /// # Errors
    /// [`Failure::Use`] if the model on the bench is no accelerator, [`Failure::Test`] if the driver refuses it.
    pub fn new(bench: &'a mut Bench, bytes: u64, timing: &Timing, stalls: &Stalls) -> Result<Self> {
        let memory = Memory::new(Self::ADDRESS, bytes as usize, timing.clone());
        let mut is_port = |name: &String| {
            // Emitted modules tell directions, the wrapper in plain Verilog has the names of the bus.
            ["_arvalid_o", "_arvalid"].iter().any(|signal| bench.model().port(&format!("{name}{signal}")).is_ok())
        };
        let ports: Vec<String> =
            (0..).map(|port| format!("m_axi_gmem{port}")).take_while(|name| is_port(name)).collect();
        if ports.is_empty() {
            return Err(Failure::Use("the model has no port `m_axi_gmem0`; put an accelerator on the bench".into()));
        }
        memory.attach(bench, &ports.iter().map(String::as_str).collect::<Vec<_>>())?;
        memory.stalls(stalls);
        let host = Host::new(bench, &memory, "s_axi")?;
        host.registers().stalls(stalls);
        let region = Region { address: Self::ADDRESS, bytes };
        Ok(Self { accelerator: Accelerator::new(host, region).map_err(failure)?, memory })
    }
}

/// What went wrong with a driver on a bench.
pub fn failure(error: driver::Error<Failure>) -> Failure {
    match error {
        driver::Error::Bus(failure) => failure,
        other => Failure::Test(other.to_string()),
    }
}
