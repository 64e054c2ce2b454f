//! Programs that are refused before any of their instructions is done.

use compile::Compiled;
use proptest::prelude::*;
use spec::accel::{
    Destination, Fault, Header, Instruction, Layout, MatrixJob, Rows, Source, VectorJob, VectorOp, Weights,
};
use tb::Check;
use tb::axi::{Memory, Stalls, Timing};

use super::{REGION, accelerator, cases, core, failure, fault, memories, runs, unit};

/// Runs what stands in memory: the fault, which nothing may have been written for, nor weights been read.
fn refusal(accelerator: &mut driver::Accelerator<tb::axi::Host<'_>>, memory: &Memory) -> tb::Result<(Fault, u32)> {
    memory.log_requests();
    accelerator.start_again().map_err(failure)?;
    let (fault, index, hangs) = fault(accelerator.finish())?;
    assert!(!hangs, "memory answers");
    assert!(memory.requests().iter().all(|request| request.port == 3 && !request.write), "only the program is read");
    Ok((fault, index))
}

/// Any byte of a program's file that is another one.
#[test]
fn any_flipped_byte_is_refused() {
    let case = cases(&core()).unwrap_or_else(|error| panic!("{error}")).remove(0);
    let bytes = case.compiled.program_file();
    let at = prop_oneof![0..Header::BYTES, 0..bytes.len()];
    let flips = prop::collection::vec((at, 1u8..=255), 20);
    Check::new("accelerator::flipped", &unit()).cases(4).run((flips, memories()), |bench, (flips, memory)| {
        let (mut accelerator, memory) = accelerator(bench, memory)?;
        accelerator.load(&case.compiled).map_err(failure)?;
        for &(at, bits) in flips {
            let place = REGION.address + at as u64;
            memory.write(place, &[bytes[at] ^ bits]);
            let expected: &[Fault] = match at {
                0..4 => &[Fault::Magic],
                4..8 | 24..32 => &[Fault::Version],
                8..16 => &[Fault::Hash],
                16..20 => &[Fault::Length, Fault::Checksum],
                _ => &[Fault::Checksum],
            };
            let (fault, _) = refusal(&mut accelerator, &memory)?;
            assert!(expected.contains(&fault), "byte {at}: {fault:?}");
            memory.write(place, &bytes[at..=at]);
        }
        runs(&mut accelerator, &case)
    });
}

/// Instructions that the core cannot do, in programs that are otherwise sound.
#[test]
fn impossible_instructions_are_refused_by_their_index() -> tb::Result<()> {
    let case = cases(&core()).unwrap_or_else(|error| panic!("{error}")).remove(4);
    let compiled = case.compiled.clone();
    let matrix = |change: fn(&mut MatrixJob)| {
        move |program: &mut Vec<Instruction>| {
            let at = program.iter().position(|i| matches!(i, Instruction::Matrix(_))).expect("a product");
            if let Instruction::Matrix(job) = &mut program[at] {
                change(job);
            }
            at
        }
    };
    let vector = |op: VectorOp, change: fn(&mut VectorJob)| {
        move |program: &mut Vec<Instruction>| {
            let at = program.iter().position(|i| matches!(i, Instruction::Vector(job) if job.op == op)).expect("one");
            if let Instruction::Vector(job) = &mut program[at] {
                change(job);
            }
            at
        }
    };
    let layer_norm = |change| vector(VectorOp::LayerNorm, change);
    let tokens = |count: u32| {
        move |program: &mut Vec<Instruction>| {
            program[0] = Instruction::Tokens(count);
            0
        }
    };
    type Change = Box<dyn Fn(&mut Vec<Instruction>) -> usize>;
    let changes: Vec<(Fault, Change)> = vec![
        (Fault::Size, Box::new(matrix(|job| job.rows = Rows::Given(65)))),
        (Fault::Size, Box::new(matrix(|job| job.k = Some(0)))),
        (Fault::Size, Box::new(matrix(|job| job.k = Some(48 * job.passes + 1)))),
        (Fault::Size, Box::new(matrix(|job| job.n = Some(97)))),
        (Fault::Size, Box::new(matrix(|job| job.weights = Weights::Memory { at: 0, beats: 0 }))),
        (Fault::Place, Box::new(matrix(|job| (job.from, job.from_base) = (Source::Norm, core().norm_words())))),
        (Fault::Place, Box::new(matrix(|job| (job.from, job.from_base) = (Source::Act, core().act_words())))),
        (Fault::Place, Box::new(matrix(|job| job.to = Destination::Act { base: core().act_words(), stride: 1 }))),
        (Fault::Place, Box::new(matrix(|job| job.weights = Weights::Keys(2)))),
        (Fault::Instruction, Box::new(matrix(|job| job.scale = 3))),
        (Fault::Size, Box::new(layer_norm(|job| job.rows = Rows::Given(80)))),
        (Fault::Size, Box::new(layer_norm(|job| job.tiles = 25))),
        (Fault::Size, Box::new(layer_norm(|job| job.tiles = 0))),
        (Fault::Place, Box::new(layer_norm(|job| job.base = core().norm_words()))),
        (Fault::Place, Box::new(vector(VectorOp::LoadAct, |job| job.base = core().act_words()))),
        (Fault::Size, Box::new(vector(VectorOp::Select, |job| job.heads = 7))),
        (Fault::Size, Box::new(vector(VectorOp::Count, |job| job.rows = Rows::Given(65)))),
        (Fault::Place, Box::new(vector(VectorOp::Measure, |job| job.means = core().norm_words()))),
        (Fault::Size, Box::new(tokens(0))),
        (Fault::Size, Box::new(tokens(65))),
        (
            Fault::End,
            Box::new(|program| {
                program[5] = Instruction::End;
                5
            }),
        ),
        (
            Fault::End,
            Box::new(|program| {
                program.pop();
                program.len() - 1
            }),
        ),
    ];
    let mut bench = unit().bench()?;
    let (mut accelerator, memory) = accelerator(&mut bench, &(Timing::ideal(), Stalls::default()))?;
    accelerator.load(&compiled).map_err(failure)?;
    for (number, (expected, change)) in changes.iter().enumerate() {
        let mut program = compiled.program.clone();
        let at = change(&mut program);
        let wrong = Compiled { program, ..compiled.clone() };
        memory.write(REGION.address, &wrong.program_file());
        let (fault, index) = refusal(&mut accelerator, &memory)?;
        assert_eq!((fault, index as usize), (*expected, at), "change {number}");
    }
    let (hash, many) = (
        Compiled { core: compiled.core ^ 1 << 40, ..compiled.clone() },
        Compiled { program: vec![Instruction::Tokens(1); 129], ..compiled.clone() },
    );
    assert!(matches!(accelerator.load(&hash), Err(driver::Error::Hash { .. })));
    for (expected, wrong) in [(Fault::Hash, hash), (Fault::Length, many)] {
        memory.write(REGION.address, &wrong.program_file());
        assert_eq!(refusal(&mut accelerator, &memory)?, (expected, 0));
    }
    accelerator.load(&compiled).map_err(failure)?;
    runs(&mut accelerator, &case)
}

/// Codes of vector operations beyond the last one.
#[test]
fn unknown_operations_are_refused() -> tb::Result<()> {
    let case = cases(&core()).unwrap_or_else(|error| panic!("{error}")).remove(0);
    let compiled = &case.compiled;
    let counts = |i: &Instruction| matches!(i, Instruction::Vector(job) if job.op == VectorOp::Count);
    let at = compiled.program.iter().position(counts).expect("one");
    let op = Layout::VECTOR.field("op").expect("a field");
    let mut bench = unit().bench()?;
    let (mut accelerator, memory) = accelerator(&mut bench, &(Timing::ideal(), Stalls::default()))?;
    accelerator.load(compiled).map_err(failure)?;
    for code in 0..1 << op.width {
        let mut bytes = compiled.program_bytes();
        for bit in 0..op.width {
            let place = 256 * at + (op.lsb + bit) as usize;
            bytes[place / 8] = bytes[place / 8] & !(1 << (place % 8)) | (code >> bit & 1) << (place % 8);
        }
        let instructions = compiled.program.len() as u32;
        let header = Header { hash: compiled.core, instructions, checksum: compile::checksum(&bytes) };
        let header: Vec<u8> = header.encode().into_iter().flat_map(u64::to_le_bytes).collect();
        memory.write(REGION.address, &[header, bytes].concat());
        if u32::from(code) > VectorOp::Count as u32 {
            assert_eq!(refusal(&mut accelerator, &memory)?, (Fault::Instruction, at as u32), "code {code}");
        } else if u32::from(code) == VectorOp::Count as u32 {
            runs(&mut accelerator, &case)?;
        }
    }
    Ok(())
}

/// Addresses that the accelerator's ports lack bits for, or that no beat begins at.
#[test]
fn addresses_beyond_the_ports_are_refused() -> tb::Result<()> {
    let case = cases(&core()).unwrap_or_else(|error| panic!("{error}")).remove(0);
    let mut bench = unit().bench()?;
    let (mut accelerator, memory) = accelerator(&mut bench, &(Timing::ideal(), Stalls::default()))?;
    accelerator.load(&case.compiled).map_err(failure)?;
    runs(&mut accelerator, &case)?;
    for register in ["PROGRAM_HI", "BASE_HI", "IMAGE_HI", "RESULT_HI"] {
        accelerator.write(register, 0x100).map_err(failure)?;
        memory.log_requests();
        accelerator.start_again().map_err(failure)?;
        assert_eq!(fault(accelerator.finish())?, (Fault::Address, 0, false), "{register}");
        assert_eq!(memory.requests(), []);
        accelerator.write(register, 0).map_err(failure)?;
    }
    runs(&mut accelerator, &case)
}
