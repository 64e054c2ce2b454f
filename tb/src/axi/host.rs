//! The host of an accelerator on the bench.

use driver::Bus;
use sim::Port;

use super::lite::Lite;
use super::memory::Memory;
use super::signals::Response;
use crate::{Bench, Failure, Result};

/// A bus of the driver's that reaches an accelerator on a bench: registers over AXI4-Lite, the memory behind its ports,
/// its interrupt.
///
/// ```no_run
/// # fn example(bench: &mut tb::Bench, memory: &tb::axi::Memory, region: driver::Region) -> Result<(), Box<dyn std::error::Error>> {
/// let host = tb::axi::Host::new(bench, memory, "s_axi")?;
/// let accelerator = driver::Accelerator::new(host, region)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Host<'a> {
    bench: &'a mut Bench,
    registers: Lite,
    memory: Memory,
    interrupt: Port,
    patience: u64,
}

impl<'a> Host<'a> {
    /// The host of the accelerator on `bench`, whose registers' ports begin with `prefix`, with the memory that is attached
    /// to it.
    ///
    /// # Errors
    /// [`Failure::Use`] if there is no such interface or no interrupt.
    pub fn new(bench: &'a mut Bench, memory: &Memory, prefix: &str) -> Result<Self> {
        let registers = Lite::attach(bench, prefix)?;
        let interrupt = bench.model().port("irq_o").or_else(|_| bench.model().port("irq"))?;
        Ok(Self { bench, registers, memory: memory.clone(), interrupt, patience: 10_000_000 })
    }

    /// How many cycles it waits for an interrupt; ten million unless set.
    pub fn set_patience(&mut self, cycles: u64) {
        self.patience = cycles;
    }

    /// The bench.
    pub fn bench(&mut self) -> &mut Bench {
        self.bench
    }

    /// The registers' bus.
    pub fn registers(&self) -> &Lite {
        &self.registers
    }

    fn checked(access: super::Access) -> Result<u32> {
        match access.response {
            Response::Okay => Ok(access.data as u32),
            other => Err(Failure::Test(format!("register {:#x} answers {other:?}", access.address))),
        }
    }
}

impl Bus for Host<'_> {
    type Error = Failure;

    fn read32(&mut self, register: u32) -> Result<u32> {
        Self::checked(self.registers.read(self.bench, register.into())?)
    }

    fn write32(&mut self, register: u32, value: u32) -> Result<()> {
        Self::checked(self.registers.write(self.bench, register.into(), value.into())?).map(drop)
    }

    fn read_memory(&mut self, address: u64, bytes: &mut [u8]) -> Result<()> {
        bytes.copy_from_slice(&self.memory.read(address, bytes.len()));
        Ok(())
    }

    fn write_memory(&mut self, address: u64, bytes: &[u8]) -> Result<()> {
        self.memory.write(address, bytes);
        Ok(())
    }

    fn wait(&mut self) -> Result<bool> {
        for _ in 0..self.patience {
            if self.bench.model().get(self.interrupt) == 1 {
                return Ok(true);
            }
            self.bench.step()?;
        }
        Ok(false)
    }
}
