//! HeatViT's Table IV: milliseconds of a block by the share of tokens that are kept, in simulation.

use spec::accel::Core;
use spec::network::{Architecture, Pruning};
use tb::axi::Timing;

use crate::image::{self, Board};
use crate::subject::Subject;
use crate::{HERTZ, Outcome};

/// Shares of the tokens.
const KEEP: [f64; 6] = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5];

/// A row of the table: a block of DeiT with so many heads.
struct Block {
    name: &'static str,
    heads: usize,
    milliseconds: [f64; 6],
}

const BLOCKS: [Block; 2] = [
    Block { name: "DeiT-T", heads: 3, milliseconds: [1.034, 0.945, 0.881, 0.764, 0.702, 0.636] },
    Block { name: "DeiT-S", heads: 6, milliseconds: [3.161, 2.837, 2.565, 2.255, 1.973, 1.682] },
];

/// Networks of so many blocks, the first of which has all tokens: a selector before the second keeps the share.
const DEPTHS: [usize; 2] = [2, 4];

/// Cycles of a block: in simulation, and predicted.
struct Cycles {
    simulated: f64,
    predicted: f64,
}

/// Simulates the networks and prints the table.
pub fn table4() -> Outcome {
    let core = Core::zcu102();
    let mut bench = image::bench(&core)?;
    let mut board = Board::new(&mut bench, &Timing::zcu102())?;
    println!(
        "\n## Table IV: a block's latency in ms, relative to all tokens in brackets; the paper's is of its 16-bit design\n"
    );
    println!(
        "| keep | tokens | {} |",
        BLOCKS.map(|block| format!("{} | predictor's residual | paper's", block.name)).join(" | ")
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut all = Vec::new();
    for (at, keep) in KEEP.into_iter().enumerate() {
        let tokens = (keep * Architecture::deit(BLOCKS[0].heads, Pruning::None).tokens() as f64).ceil() as usize;
        let mut cells = Vec::new();
        for (number, block) in BLOCKS.iter().enumerate() {
            let cycles = cycles(block, tokens, &core, &mut board)?;
            let milliseconds = cycles.simulated / HERTZ * 1e3;
            all.resize(all.len().max(number + 1), milliseconds);
            let cell = |now: f64, all: f64| format!("{now:.3} ({:.2})", now / all);
            cells.push(cell(milliseconds, all[number]));
            cells.push(format!("{:+.2} %", 100.0 * (cycles.predicted / cycles.simulated - 1.0)));
            cells.push(cell(block.milliseconds[at], block.milliseconds[0]));
        }
        println!("| {keep:.1} | {tokens} | {} |", cells.join(" | "));
    }
    println!(
        "\nA block: half of what whole images of a network of {} blocks take longer than those of one of {} in simulation, with logits equal to \
         the reference. A selector behind the first block leaves that number of tokens, class token and package included.",
        DEPTHS[1], DEPTHS[0]
    );
    Ok(())
}

/// A block on so many tokens.
fn cycles(block: &Block, tokens: usize, core: &Core, board: &mut Board) -> Outcome<Cycles> {
    let mut of_depth = Vec::new();
    for depth in DEPTHS {
        let pruning = Pruning::Heatvit { before: vec![1] };
        let arch = Architecture { depth, ..Architecture::deit(block.heads, pruning) };
        let name = format!("{}, {depth} blocks, {tokens} tokens", block.name);
        let subject = Subject::new(&name, arch, &[tokens - 2], core, false)?;
        let (ran, predicted) = subject.run(board)?;
        of_depth.push((ran.counters().cycles as f64, predicted.cycles as f64));
    }
    let blocks = (DEPTHS[1] - DEPTHS[0]) as f64;
    let [(few, predicted_few), (many, predicted_many)] = of_depth[..] else { return Err("two depths".into()) };
    Ok(Cycles { simulated: (many - few) / blocks, predicted: (predicted_many - predicted_few) / blocks })
}
