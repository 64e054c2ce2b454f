//! How busy `gemm_engine` is over blocks of DeiT, by the counters in the RTL.

use spec::unit::GemmEngine;
use tb::jobs::encoder::{Counters, Encoder};

use super::Store;
use super::mac_use::{Block, Engine, Model, unit};
use crate::failure::{self, Failure, Result};
use crate::run::bar;

/// Tokens of a block: all, and what is left of them behind HeatViT's selectors.
const TOKENS: [usize; 4] = [197, 139, 99, 42];

type Preset = (&'static str, fn() -> GemmEngine, &'static [(&'static str, usize)]);

/// The presets with the models that they serve, by their heads.
const PRESETS: [Preset; 2] = [
    ("zcu102", GemmEngine::zcu102, &[("DeiT-T", 3), ("DeiT-S", 6), ("DeiT-B", 12)]),
    ("deit_b", GemmEngine::deit_b, &[("DeiT-B", 12)]),
];

/// Simulates the presets over the blocks of their models, unless the store has the result.
pub fn measure(store: &Store, quiet: bool) -> Result<Vec<Engine>> {
    PRESETS
        .iter()
        .map(|(name, config, models)| {
            let config = config();
            let emission = units::emit(&[config.clone().into()], "").map_err(Failure::defect)?;
            let mut state: Vec<&str> = emission.files.iter().map(|(_, text)| text.as_str()).collect();
            state.push("v2");
            store.get_or(&format!("mac_use_{name}"), &state, || {
                let unit = unit(&config.module_name(), &emission)?;
                let bar = bar(models.len() * TOKENS.len() + 1, &format!("MAC use of {name}"), quiet);
                bar.set_message("compiling");
                let mut bench = unit.bench().map_err(failure::bench)?;
                let mut blocks = |model: &str, heads: usize| {
                    let block = |tokens| {
                        bar.inc(1);
                        bar.set_message(format!("{model}, {tokens} tokens"));
                        let encoder = Encoder::deit(heads, tokens);
                        let measured =
                            encoder.measure(bench.model(), unit.module(), &config).map_err(failure::bench)?;
                        let percent = |counters: &Counters| 100.0 * counters.mac_use(&config);
                        let products = measured.products.iter().map(|(name, c)| ((*name).to_owned(), percent(c)));
                        let (cycles, mac_use) = (measured.block.cycles, percent(&measured.block));
                        Ok(Block { tokens, cycles, mac_use, products: products.collect() })
                    };
                    TOKENS.into_iter().map(block).collect::<Result<Vec<_>>>()
                };
                let models = models
                    .iter()
                    .map(|(model, heads)| Ok(Model { name: (*model).to_owned(), blocks: blocks(model, *heads)? }))
                    .collect::<Result<_>>()?;
                bar.finish_and_clear();
                let wanted = ["at 197 tokens", "at fewer"].map(str::to_owned);
                let (kind, name) = ("gemm_engine".to_owned(), (*name).to_owned());
                Ok(Engine { kind, name, macs: config.macs(), dsps: config.dsps(), wanted, models })
            })
        })
        .collect()
}
