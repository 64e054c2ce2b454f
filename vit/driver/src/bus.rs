//! How an accelerator is reached.

/// Registers, memory and interrupt of an accelerator.
///
/// Addresses of registers count bytes from the first one; those of memory are the accelerator's own.
pub trait Bus {
    /// What can go wrong on the way.
    type Error: std::error::Error + 'static;

    /// Reads a register.
    ///
    /// # Errors
    /// If it cannot be reached.
    fn read32(&mut self, register: u32) -> Result<u32, Self::Error>;

    /// Writes a register.
    ///
    /// # Errors
    /// If it cannot be reached.
    fn write32(&mut self, register: u32, value: u32) -> Result<(), Self::Error>;

    /// Reads memory.
    ///
    /// # Errors
    /// If it cannot be reached.
    fn read_memory(&mut self, address: u64, bytes: &mut [u8]) -> Result<(), Self::Error>;

    /// Writes memory.
    ///
    /// # Errors
    /// If it cannot be reached.
    fn write_memory(&mut self, address: u64, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Waits until the interrupt is high; false if it has not come within the bus's patience.
    ///
    /// # Errors
    /// If the interrupt cannot be seen.
    fn wait(&mut self) -> Result<bool, Self::Error>;
}
