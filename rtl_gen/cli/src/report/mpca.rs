//! How busy `mpca` is over blocks of DeiT-S with random masks in the alternate pattern, by the counters in the RTL.

use model::sparsity::alternate;
use reference::MpcaJob;
use spec::unit::Mpca;
use tb::jobs::encoder::Encoder;
use tb::jobs::sparse_encoder::{BackToBack, SparseEncoder};

use super::Store;
use super::mac_use::{Block, Engine, Model, unit};
use crate::failure::{self, Failure, Result};
use crate::run::bar;

/// Tokens of a block.
const TOKENS: [usize; 3] = [197, 139, 99];

/// Shares of blocks that stay, and sides of a block.
const PRUNED: [(f64, usize); 6] = [(1.0, 16), (1.0, 32), (0.7, 16), (0.7, 32), (0.5, 16), (0.5, 32)];

/// Heads of DeiT-S.
const HEADS: usize = 6;

/// Simulates the preset of the U250, unless the store has the result.
pub fn measure(store: &Store, quiet: bool) -> Result<Engine> {
    let config = Mpca::u250();
    let emission = units::emit(&[config.clone().into()], "").map_err(Failure::defect)?;
    let mut state: Vec<&str> = emission.files.iter().map(|(_, text)| text.as_str()).collect();
    state.push("v1");
    store.get_or("mac_use_u250", &state, || {
        let unit = unit(&config.module_name(), &emission)?;
        let bar = bar(PRUNED.len() * TOKENS.len() + 1, "MAC use of u250", quiet);
        bar.set_message("compiling");
        let mut bench = unit.bench().map_err(failure::bench)?;
        let mut mac_use = |jobs: &[MpcaJob]| -> Result<(u64, f64)> {
            let run = BackToBack::new(unit.module(), &config, jobs).map_err(failure::bench)?;
            let counters = run.run(bench.model()).map_err(failure::bench)?;
            Ok((counters.cycles, 100.0 * counters.mac_use(&config)))
        };
        let mut models = Vec::new();
        for (rate, block) in PRUNED {
            let name = format!("DeiT-S, r_b = {rate}, b = {block}");
            let mut blocks = Vec::new();
            for tokens in TOKENS {
                bar.inc(1);
                bar.set_message(format!("{name}, {tokens} tokens"));
                let products = products(&config, rate, block, tokens)?;
                let jobs: Vec<MpcaJob> = products.iter().map(|(_, job)| job.clone()).collect();
                let (cycles, of_block) = mac_use(&jobs)?;
                let alone = products.into_iter().map(|(name, job)| Ok((name.to_owned(), mac_use(&[job])?.1)));
                blocks.push(Block { tokens, cycles, mac_use: of_block, products: alone.collect::<Result<_>>()? });
            }
            models.push(Model { name, blocks });
        }
        bar.finish_and_clear();
        let wanted = ["dense", "where blocks are pruned"].map(str::to_owned);
        let (kind, name) = ("mpca".to_owned(), "u250".to_owned());
        Ok(Engine { kind, name, macs: config.macs(), dsps: config.dsps(), wanted, models })
    })
}

fn products(config: &Mpca, rate: f64, block: usize, tokens: usize) -> Result<Vec<(&'static str, MpcaJob)>> {
    let side = HEADS * Encoder::HEAD / block;
    let masks = alternate(side, &[true; HEADS], rate, SparseEncoder::score).map_err(Failure::defect)?;
    let [query, key, value] = &masks.query_key_value;
    let encoder = SparseEncoder::deit(HEADS, tokens, rate, block);
    encoder.products(config, [query, key, value, &masks.projection]).map_err(Failure::defect)
}
