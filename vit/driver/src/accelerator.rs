//! Loading networks, running images.

use compile::Compiled;
use spec::accel::{Accelerator as Config, Counts, Fault};
use spec::register_map::{Identity, RegisterMap, accelerator};

use crate::{Bus, Counters, Error};

/// What a region of memory begins at a multiple of: no burst crosses such a border.
pub(crate) const PAGE: u64 = 4096;
/// How often the status is read until a run that has failed is over.
const POLLS: u32 = 1000;

/// Memory that the accelerator may use, by its own addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The first byte, a multiple of 4096.
    pub address: u64,
    /// Bytes.
    pub bytes: u64,
}

/// What came of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The classes' logits, as integers of the network's format.
    pub logits: Vec<i32>,
    /// Tokens that were left at the end.
    pub tokens: u32,
    /// After each token selector, the patches that are still there by themselves, ascending.
    pub kept: Vec<Vec<usize>>,
    /// What the accelerator counted.
    pub counters: Counters,
    /// What of that was in each layer.
    pub layers: Vec<(String, Counts)>,
}

/// An accelerator behind a bus.
#[derive(Debug)]
pub struct Accelerator<B> {
    bus: B,
    map: RegisterMap,
    region: Region,
    network: Option<Loaded>,
}

/// What has to be known of a network once it is in memory.
#[derive(Debug)]
struct Loaded {
    network: Compiled,
    base: u64,
    /// Where images are put in turn, so that one can be written while another is read.
    images: [u64; 2],
    result: u64,
}

impl<B: Bus> Accelerator<B> {
    /// An accelerator behind `bus` that may use the memory `region`.
    ///
    /// # Errors
    /// If it is of another version, the region is not aligned, or the bus fails.
    pub fn new(bus: B, region: Region) -> Result<Self, Error<B::Error>> {
        let map = accelerator(Identity { version: Config::VERSION, hash: 0 });
        let mut accelerator = Self { bus, map, region, network: None };
        if !region.address.is_multiple_of(PAGE) {
            return Err(Error::Unaligned { address: region.address });
        }
        let (found, expected) = (accelerator.read("VERSION")?, Config::VERSION);
        if found >> 16 != expected >> 16 {
            return Err(Error::Version { found, expected });
        }
        Ok(accelerator)
    }

    /// Writes a network into memory; images run on it from now on.
    ///
    /// # Errors
    /// If it is for another core, does not fit the memory, the accelerator runs, or the bus fails.
    pub fn load(&mut self, network: &Compiled) -> Result<(), Error<B::Error>> {
        let core = self.pair("HASH")?;
        if network.core != core {
            return Err(Error::Hash { network: network.core, core });
        }
        self.refuse_if_busy()?;
        let program = network.program_file();
        let result = self.region.address + (program.len() as u64).next_multiple_of(PAGE);
        let base = result + (2 * network.classes as u64).next_multiple_of(PAGE);
        let size = (network.patches() * network.patch_bytes) as u64;
        let image = base + network.memory.address(network.image_at);
        let second = (base + network.memory.bytes().len() as u64).next_multiple_of(PAGE);
        let needed = second + size - self.region.address;
        if needed > self.region.bytes {
            return Err(Error::Room { needed, given: self.region.bytes });
        }
        self.write_memory(self.region.address, &program)?;
        self.write_memory(base, network.memory.bytes())?;
        for (name, address) in [("PROGRAM", self.region.address), ("BASE", base), ("RESULT", result)] {
            self.set_pair(name, address)?;
        }
        self.network = Some(Loaded { network: network.clone(), base, images: [image, second], result });
        Ok(())
    }

    /// Cycles without a job done after which a run fails; 0 for no limit.
    ///
    /// # Errors
    /// If the bus fails.
    pub fn set_watchdog(&mut self, cycles: u32) -> Result<(), Error<B::Error>> {
        self.write("WATCHDOG", cycles)
    }

    /// Runs an image: [`Self::start`], then [`Self::finish`].
    ///
    /// # Errors
    /// As those two.
    pub fn run(&mut self, pixels: &[i32]) -> Result<Run, Error<B::Error>> {
        self.start(pixels)?;
        self.finish()
    }

    /// Runs images one behind the other: while one runs, the next one is written to memory.
    ///
    /// # Errors
    /// As [`Self::start`] and [`Self::finish`].
    pub fn run_all<'i>(&mut self, images: impl IntoIterator<Item = &'i [i32]>) -> Result<Vec<Run>, Error<B::Error>> {
        self.refuse_if_busy()?;
        let mut runs = Vec::new();
        let mut running = false;
        for (number, pixels) in images.into_iter().enumerate() {
            let place = self.write_image(number % 2, pixels)?;
            if running {
                runs.push(self.finish()?);
            }
            self.set_pair("IMAGE", place)?;
            self.start_again()?;
            running = true;
        }
        if running {
            runs.push(self.finish()?);
        }
        Ok(runs)
    }

    /// Writes an image into memory and starts.
    ///
    /// # Errors
    /// If no network is loaded, the image is of another size, the accelerator runs, or the bus fails.
    pub fn start(&mut self, pixels: &[i32]) -> Result<(), Error<B::Error>> {
        self.refuse_if_busy()?;
        let place = self.write_image(0, pixels)?;
        self.set_pair("IMAGE", place)?;
        self.start_again()
    }

    /// Writes an image to one of its two places; what register IMAGE has to be for it.
    fn write_image(&mut self, slot: usize, pixels: &[i32]) -> Result<u64, Error<B::Error>> {
        let loaded = self.network.as_ref().ok_or(Error::NotLoaded)?;
        let (found, expected) = (pixels.len(), loaded.network.order.len());
        if found != expected {
            return Err(Error::Image { found, expected });
        }
        let (at, bytes) = (loaded.images[slot], loaded.network.image_bytes(pixels));
        let place = loaded.base + (at - loaded.images[0]);
        self.write_memory(at, &bytes)?;
        Ok(place)
    }

    /// Starts on what is in memory.
    ///
    /// # Errors
    /// If the bus fails.
    pub fn start_again(&mut self) -> Result<(), Error<B::Error>> {
        let events = self.field("IRQ_STATUS", "DONE") | self.field("IRQ_STATUS", "ERROR");
        self.write("IRQ_STATUS", events)?;
        self.write("IRQ_ENABLE", events)?;
        self.write("CTRL", self.field("CTRL", "START"))
    }

    /// Waits for the end of the run.
    ///
    /// # Errors
    /// If it fails, no interrupt comes, or the bus fails.
    pub fn finish(&mut self) -> Result<Run, Error<B::Error>> {
        if !self.bus.wait().map_err(Error::Bus)? {
            return Err(Error::Silent);
        }
        let mut status = self.read("STATUS")?;
        let (busy, failed) = (self.field("STATUS", "BUSY"), self.field("STATUS", "FAILED"));
        for _ in 0..POLLS {
            if status & busy == 0 {
                break;
            }
            status = self.read("STATUS")?;
        }
        let events = self.read("IRQ_STATUS")?;
        self.write("IRQ_STATUS", events)?;
        if status & failed != 0 {
            let error = self.read("ERROR")?;
            let (code, index) = ((error & 0xff) as u8, error >> 8);
            let fault = Fault::of(code).ok_or(Error::Code { code })?;
            return Err(Error::Failed { fault, index, hangs: status & busy != 0 });
        }
        let loaded = self.network.as_ref().ok_or(Error::NotLoaded)?;
        let (at, mut bytes) = (loaded.result, vec![0; 2 * loaded.network.classes]);
        self.bus.read_memory(at, &mut bytes).map_err(Error::Bus)?;
        let logits = bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]).into()).collect();
        let (tokens, kept, layers) = (self.read("TOKENS")?, self.kept()?, self.layers()?);
        Ok(Run { logits, tokens, kept, counters: self.counters()?, layers })
    }

    /// What the program has stored of each layer.
    fn layers(&mut self) -> Result<Vec<(String, Counts)>, Error<B::Error>> {
        let Loaded { network, base, .. } = self.network.as_ref().ok_or(Error::NotLoaded)?;
        let bus = &mut self.bus;
        network
            .layer_counts(|beat, bytes| bus.read_memory(base + network.memory.address(beat), bytes))
            .map_err(Error::Bus)
    }

    /// What the token selectors have left in memory: a bit a token, set if it stays. The class token comes first; the last
    /// one is the package, once something has been packaged.
    fn kept(&mut self) -> Result<Vec<Vec<usize>>, Error<B::Error>> {
        let loaded = self.network.as_ref().ok_or(Error::NotLoaded)?;
        let mut tokens: Vec<Option<usize>> =
            std::iter::once(None).chain((0..loaded.network.patches()).map(Some)).collect();
        let mut kept = Vec::new();
        for &place in &loaded.network.selections {
            let mut bits = vec![0; tokens.len().div_ceil(8)];
            let at = loaded.base + loaded.network.memory.address(place);
            self.bus.read_memory(at, &mut bits).map_err(Error::Bus)?;
            let before = tokens.len();
            let stays = (0..before).filter(|token| bits[token / 8] >> (token % 8) & 1 == 1);
            tokens = stays.map(|token| tokens[token]).collect();
            kept.push(tokens.iter().copied().flatten().collect());
            tokens.extend((tokens.len() < before).then_some(None));
        }
        Ok(kept)
    }

    /// Ends a run that takes too long; its error is [`Fault::Abort`].
    ///
    /// # Errors
    /// If the bus fails.
    pub fn stop(&mut self) -> Result<(), Error<B::Error>> {
        self.write("CTRL", self.field("CTRL", "ABORT"))
    }

    /// What has been counted in the last run, or so far.
    ///
    /// # Errors
    /// If the bus fails.
    pub fn counters(&mut self) -> Result<Counters, Error<B::Error>> {
        let mut values = [0; Counters::NAMES.len()];
        for (value, name) in values.iter_mut().zip(Counters::NAMES) {
            *value = self.pair(name)?;
        }
        Ok(Counters::of(values))
    }

    /// The address of a beat of the loaded network's memory, such as a checkpoint's.
    pub fn address(&self, beat: u32) -> Option<u64> {
        self.network.as_ref().map(|loaded| loaded.base + loaded.network.memory.address(beat))
    }

    /// The bus, for whoever wants to see more.
    pub fn bus(&mut self) -> &mut B {
        &mut self.bus
    }

    /// Reads a register by its name; 0 for one that there is not.
    ///
    /// # Errors
    /// If the bus fails.
    pub fn read(&mut self, register: &str) -> Result<u32, Error<B::Error>> {
        let Some(found) = self.map.register(register) else { return Ok(0) };
        self.bus.read32(found.offset).map_err(Error::Bus)
    }

    /// Writes a register by its name; nothing happens for one that there is not.
    ///
    /// # Errors
    /// If the bus fails.
    pub fn write(&mut self, register: &str, value: u32) -> Result<(), Error<B::Error>> {
        let Some(found) = self.map.register(register) else { return Ok(()) };
        self.bus.write32(found.offset, value).map_err(Error::Bus)
    }

    /// The mask of a register's field.
    pub fn field(&self, register: &str, field: &str) -> u32 {
        let fields = self.map.register(register).map(|found| found.fields.as_slice()).unwrap_or_default();
        fields.iter().find(|found| found.name == field).map_or(0, |found| found.mask())
    }

    fn refuse_if_busy(&mut self) -> Result<(), Error<B::Error>> {
        let busy = self.field("STATUS", "BUSY");
        if self.read("STATUS")? & busy == 0 { Ok(()) } else { Err(Error::Busy) }
    }

    /// Two registers as one: the lower half first, which latches the upper one.
    fn pair(&mut self, name: &str) -> Result<u64, Error<B::Error>> {
        let low = self.read(&format!("{name}_LO"))?;
        let high = self.read(&format!("{name}_HI"))?;
        Ok(u64::from(high) << 32 | u64::from(low))
    }

    fn set_pair(&mut self, name: &str, value: u64) -> Result<(), Error<B::Error>> {
        self.write(&format!("{name}_LO"), value as u32)?;
        self.write(&format!("{name}_HI"), (value >> 32) as u32)
    }

    fn write_memory(&mut self, address: u64, bytes: &[u8]) -> Result<(), Error<B::Error>> {
        self.bus.write_memory(address, bytes).map_err(Error::Bus)
    }
}
