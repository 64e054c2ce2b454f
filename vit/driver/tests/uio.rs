//! The memory-mapped bus on ordinary files that stand in for a device: a thread plays the accelerator.
#![cfg(unix)]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use compile::{Compiled, Layer, Memory};
use driver::{Accelerator, Bus, Error, Region, Uio};
use memmap2::MmapMut;
use spec::accel::{Accelerator as Config, Counts, Fault, Instruction};
use spec::register_map::{Identity, RegisterMap, accelerator};

const REGION: Region = Region { address: 0x7000_0000, bytes: 1 << 16 };
const HASH: u64 = 0x0123_4567_89ab_cdef;

/// Two patches of two values in a network of three classes.
fn network() -> Compiled {
    let mut memory = Memory::new(8);
    memory.push(&[1; 16]);
    memory.push(&[0b101; 8]);
    let image_at = memory.push(&[0; 16]);
    let [counts_at, at] = [[u32::MAX; 10], [6, 5, 4, 0, 1, 0, 0, 0, 0, 3]]
        .map(|counts| memory.push(&counts.into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>()));
    Compiled {
        core: HASH,
        program: vec![Instruction::Tokens(3), Instruction::End],
        memory,
        image_at,
        patch_bytes: 8,
        patch_values: 2,
        order: vec![3, 2, 1, 0],
        classes: 3,
        stores: vec![],
        selections: vec![2],
        counts_at,
        layers: vec![Layer { name: "embedding".into(), at }],
        embed: 0,
    }
}

/// What stands in for an accelerator: its registers, its memory, the other end of its interrupt.
struct Device {
    map: RegisterMap,
    registers: MmapMut,
    memory: MmapMut,
    interrupt: UnixStream,
}

impl Device {
    fn at(&self, name: &str) -> usize {
        self.map.register(name).expect("a register").offset as usize
    }

    fn get(&self, name: &str) -> u32 {
        let at = self.at(name);
        u32::from_le_bytes(self.registers[at..at + 4].try_into().expect("four bytes"))
    }

    fn set(&mut self, name: &str, value: u32) {
        let at = self.at(name);
        self.registers[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    /// Waits until the interrupt is let through, does what a started accelerator does, and raises it.
    fn run(&mut self, status: u32, error: u32) {
        let mut word = [0; 4];
        self.interrupt.read_exact(&mut word).expect("let through");
        assert_eq!((u32::from_ne_bytes(word), self.get("CTRL"), self.get("PROGRAM_LO")), (1, 1, 0x7000_0000));
        let image = (self.get("IMAGE_LO") - 0x7000_0000) as usize + 24;
        let result = (self.get("RESULT_LO") - 0x7000_0000) as usize;
        let sum: u16 = self.memory[image..image + 16].iter().map(|byte| u16::from(*byte)).sum();
        for (class, place) in (0u16..3).zip((result..).step_by(2)) {
            self.memory[place..place + 2].copy_from_slice(&sum.wrapping_sub(class * 100).to_le_bytes());
        }
        self.set("STATUS", status);
        self.set("ERROR", error);
        self.set("TOKENS", 2);
        self.interrupt.write_all(&7u32.to_ne_bytes()).expect("raised");
    }
}

fn pair(patience: Duration) -> (Uio, Device) {
    let dir = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: u64| -> File {
        let path = dir.path().join(name);
        let file = File::options().read(true).write(true).create(true).truncate(true).open(path).expect("opened");
        file.set_len(bytes).expect("sized");
        file
    };
    let (registers, memory) = (file("uio0", 4096), file("memory", REGION.bytes + 4096));
    let (ours, theirs) = UnixStream::pair().expect("a pair");
    // SAFETY: the files are this test's own.
    let map =
        |file: &File, from: u64| unsafe { memmap2::MmapOptions::new().offset(from).map_mut(file).expect("mapped") };
    let map_of = accelerator(Identity { version: Config::VERSION, hash: HASH });
    let mut device =
        Device { map: map_of, registers: map(&registers, 0), memory: map(&memory, 4096), interrupt: theirs };
    device.set("VERSION", Config::VERSION);
    device.set("HASH_LO", HASH as u32);
    device.set("HASH_HI", (HASH >> 32) as u32);
    let interrupt = File::from(OwnedFd::from(ours));
    (Uio::new(&registers, interrupt, &memory, 4096, REGION, patience).expect("mapped"), device)
}

#[test]
fn a_network_runs_on_files() {
    let (bus, mut device) = pair(Duration::from_secs(20));
    let mut accelerator = Accelerator::new(bus, REGION).expect("of this version");
    accelerator.load(&network()).expect("loaded");
    assert_eq!(device.memory[..4], *b"ESPL");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            device.run(2, 0);
            device.run(6, 5 << 8 | 3);
        });
        let run = accelerator.run(&[4, 3, 2, -1]).expect("a run");
        assert_eq!((run.logits, run.tokens, run.kept), (vec![264, 164, 64], 2, vec![vec![1]]));
        let waits = [1, 2, 1, 1, 1, 1];
        let counts = Counts { cycles: 7, array_cycles: 6, macs: 5, waits, tokens: 3 };
        assert_eq!(run.layers, [("embedding".to_owned(), counts)]);
        let failed = accelerator.run(&[0; 4]).expect_err("a fault");
        assert!(matches!(failed, Error::Failed { fault: Fault::Hash, index: 5, hangs: false }), "{failed}");
        assert!(failed.to_string().contains("compile it for this one"));
    });
}

#[test]
fn what_cannot_be_is_refused() {
    let (bus, mut device) = pair(Duration::from_millis(10));
    device.set("VERSION", 0x2_0000);
    assert!(matches!(Accelerator::new(bus, REGION), Err(Error::Version { found: 0x2_0000, .. })));
    let (bus, _device) = pair(Duration::from_millis(10));
    let odd = Region { address: 0x7000_0100, ..REGION };
    assert!(matches!(Accelerator::new(bus, odd), Err(Error::Unaligned { address: 0x7000_0100 })));

    let (bus, mut device) = pair(Duration::from_millis(10));
    let mut accelerator = Accelerator::new(bus, REGION).expect("of this version");
    assert!(matches!(accelerator.start(&[0; 4]), Err(Error::NotLoaded)));
    let other = Compiled { core: 1, ..network() };
    assert!(matches!(accelerator.load(&other), Err(Error::Hash { network: 1, core: HASH })));
    let mut large = network();
    large.memory.push(&vec![0; 1 << 16]);
    assert!(matches!(accelerator.load(&large), Err(Error::Room { .. })));
    accelerator.load(&network()).expect("loaded");
    assert!(matches!(accelerator.start(&[0; 3]), Err(Error::Image { found: 3, expected: 4 })));
    assert!(matches!(accelerator.run(&[0; 4]), Err(Error::Silent)));
    device.set("STATUS", 1);
    assert!(matches!(accelerator.start(&[0; 4]), Err(Error::Busy)));
    let bus = accelerator.bus();
    assert!(bus.read32(0x1000).is_err() && bus.read32(2).is_err());
    assert!(bus.write_memory(REGION.address + REGION.bytes - 1, &[0; 2]).is_err());
    assert!(bus.read_memory(0, &mut [0]).is_err());
}
