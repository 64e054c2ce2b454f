//! A bus through Linux's userspace I/O.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::atomic::{Ordering, fence};
use std::time::Duration;

use memmap2::{MmapMut, MmapOptions};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::{Bus, Region};

/// Registers and interrupt of `/dev/uioN`, and memory that is mapped from another file: `/dev/mem` or a contiguous buffer
/// such as those of u-dma-buf. Memory has to be coherent with the accelerator's ports, or mapped uncached.
///
/// ```no_run
/// use std::time::Duration;
/// use driver::{Region, Uio};
/// let region = Region { address: 0x7000_0000, bytes: 64 << 20 };
/// let bus = Uio::open("/dev/uio0".as_ref(), "/dev/udmabuf0".as_ref(), 0, region, Duration::from_secs(1))?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Uio {
    registers: MmapMut,
    memory: MmapMut,
    region: Region,
    interrupt: File,
    patience: Duration,
}

impl Uio {
    /// Bytes of the registers.
    pub const REGISTERS: usize = 4096;

    /// Opens the device and the file whose bytes from `offset` on are the memory `region`; waits for an interrupt as long as
    /// `patience`.
    ///
    /// # Errors
    /// If a file cannot be opened or mapped.
    pub fn open(device: &Path, memory: &Path, offset: u64, region: Region, patience: Duration) -> io::Result<Self> {
        let open = |path: &Path| OpenOptions::new().read(true).write(true).open(path);
        let device = open(device)?;
        let interrupt = device.try_clone()?;
        Self::new(&device, interrupt, &open(memory)?, offset, region, patience)
    }

    /// The same from files that are open: one to map the registers from, one to wait for interrupts on, one to map memory
    /// from.
    ///
    /// # Errors
    /// If a file cannot be mapped.
    pub fn new(
        registers: &File,
        interrupt: File,
        memory: &File,
        offset: u64,
        region: Region,
        patience: Duration,
    ) -> io::Result<Self> {
        let bytes = usize::try_from(region.bytes).map_err(io::Error::other)?;
        // SAFETY: the mappings are reached by volatile accesses and copies alone, whoever else changes the files.
        let registers = unsafe { MmapOptions::new().len(Self::REGISTERS).map_mut(registers)? };
        // SAFETY: as above.
        let memory = unsafe { MmapOptions::new().offset(offset).len(bytes).map_mut(memory)? };
        Ok(Self { registers, memory, region, interrupt, patience })
    }

    fn register(&mut self, offset: u32) -> io::Result<*mut u32> {
        let at = offset as usize;
        if !at.is_multiple_of(4) || at >= self.registers.len() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("there is no register at {offset:#x}")));
        }
        Ok(self.registers[at..].as_mut_ptr().cast())
    }

    fn bytes(&mut self, address: u64, count: usize) -> io::Result<&mut [u8]> {
        let from = address.checked_sub(self.region.address).and_then(|from| usize::try_from(from).ok());
        let found = from.and_then(|from| self.memory.get_mut(from..from.checked_add(count)?));
        found.ok_or_else(|| {
            let message = format!("{count} bytes from {address:#x} on are not in the memory that is mapped");
            io::Error::new(io::ErrorKind::InvalidInput, message)
        })
    }
}

impl Bus for Uio {
    type Error = io::Error;

    fn read32(&mut self, register: u32) -> io::Result<u32> {
        let register = self.register(register)?;
        // SAFETY: it is an aligned word within the mapping.
        let value = unsafe { register.read_volatile() };
        fence(Ordering::SeqCst);
        Ok(u32::from_le(value))
    }

    fn write32(&mut self, register: u32, value: u32) -> io::Result<()> {
        let register = self.register(register)?;
        fence(Ordering::SeqCst);
        // SAFETY: it is an aligned word within the mapping.
        unsafe { register.write_volatile(value.to_le()) };
        Ok(())
    }

    fn read_memory(&mut self, address: u64, bytes: &mut [u8]) -> io::Result<()> {
        bytes.copy_from_slice(self.bytes(address, bytes.len())?);
        Ok(())
    }

    fn write_memory(&mut self, address: u64, bytes: &[u8]) -> io::Result<()> {
        self.bytes(address, bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }

    /// The kernel masks an interrupt when it comes: it is let through again, then waited for.
    fn wait(&mut self) -> io::Result<bool> {
        self.interrupt.write_all(&1u32.to_ne_bytes())?;
        let patience = Timespec::try_from(self.patience).map_err(io::Error::other)?;
        let mut ends = [PollFd::new(&self.interrupt, PollFlags::IN)];
        loop {
            match poll(&mut ends, Some(&patience)) {
                Ok(0) => return Ok(false),
                Ok(_) => break,
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let mut count = [0; 4];
        self.interrupt.read_exact(&mut count)?;
        Ok(true)
    }
}
