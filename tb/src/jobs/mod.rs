//! Jobs of the units: strategies over them, what is sent on each stream for one, and what the reference expects.

pub mod algorithm_2;
pub mod bitonic_sort;
pub mod config;
pub mod elementwise;
pub mod encoder;
pub mod gemm_engine;
pub mod lanes;
pub mod layer_norm;
pub mod mpca;
pub mod softmax;
pub mod sparse_encoder;
pub mod systolic_gemm;
pub mod tdhm;
pub mod token_classifier;
pub mod token_selector;
pub mod top_k;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use reference::{ExpModel, FunctionUnit, GeluModel, PlanSigmoidModel};
use spec::UnitConfig;
use spec::unit::MpcaOrganisation;

use crate::{Beat, Bench, Failure, Result, any_beat};

/// Values that count as one job of a unit that takes single values.
const VALUES: usize = 64;
/// Tokens of the largest drawn job of a token selector or dropping module.
const TOKENS: usize = 12;
/// Beats of a token of the largest drawn job of a token dropping module.
const BEATS: usize = 6;

/// Heads of the largest drawn job of a token classifier.
const HEADS: usize = 4;

/// Draws `count` jobs, always the same ones from a seed, and queues them on all streams of the unit that `config`
/// describes, together with what the reference makes of them. A job is a row for `softmax`, a vector for
/// `bitonic_sort`, a load of γ and β with some rows for `layer_norm`, 64 values for a function unit.
///
/// ```no_run
/// # fn example(unit: &tb::Unit) -> tb::Result<()> {
/// let mut bench = unit.bench()?;
/// tb::jobs::queue(&mut bench, &spec::unit::Softmax::preset8().into(), 20, 1)?;
/// bench.run()?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Failure::Use`] if the unit is not the configuration's, or there is no such configuration.
pub fn queue(bench: &mut Bench, config: &UnitConfig, count: usize, seed: u64) -> Result<()> {
    let mut source = Source::new(seed);
    match config {
        UnitConfig::Exp(config) => values(bench, &ExpModel::new(config).map_err(Failure::wrong)?, count, &mut source),
        UnitConfig::Gelu(config) => {
            let model = GeluModel::new(config).map_err(Failure::wrong)?;
            if config.lanes == 1 {
                values(bench, &model, count, &mut source)
            } else {
                vectors(bench, &model, config.lanes, count, &mut source)
            }
        }
        UnitConfig::PlanSigmoid(config) => {
            values(bench, &PlanSigmoidModel::new(config).map_err(Failure::wrong)?, count, &mut source)
        }
        UnitConfig::Softmax(config) => softmax::queue(bench, config, &source.draw(softmax::row(config.x), count)?),
        UnitConfig::BitonicSort(config) => {
            bitonic_sort::queue(bench, config, &source.draw(bitonic_sort::vector(config), count)?)
        }
        UnitConfig::SystolicGemm(config) => {
            let jobs = source.draw(systolic_gemm::shape(config), count)?;
            jobs.iter().try_for_each(|job| systolic_gemm::queue(bench, config, job))
        }
        UnitConfig::GemmEngine(config) => {
            gemm_engine::queue(bench, config, &source.draw(gemm_engine::shape(config), count)?)
        }
        UnitConfig::Mpca(config) => {
            let shapes = source.draw(mpca::shape(config), count)?;
            match config.organisation {
                MpcaOrganisation::Streamed => mpca::queue(bench, config, &shapes),
                MpcaOrganisation::Algorithm2 => algorithm_2::queue(bench, config, &shapes),
            }
        }
        UnitConfig::TopK(config) => top_k::queue(bench, config, &source.draw(top_k::job(config), count)?),
        UnitConfig::Tdhm(config) => {
            tdhm::queue(bench, config, &source.draw(tdhm::shape(config, TOKENS, BEATS), count)?)
        }
        UnitConfig::LayerNorm(config) => {
            layer_norm::queue(bench, config, &source.draw(layer_norm::load(config), count)?)
        }
        UnitConfig::Elementwise(config) => {
            elementwise::queue(bench, config, &source.draw(elementwise::job(config), count)?)
        }
        UnitConfig::TokenClassifier(config) => {
            let jobs = source.draw(token_classifier::job(config, TOKENS, HEADS), count)?;
            token_classifier::queue(bench, config, &jobs)
        }
        UnitConfig::TokenSelector(config) => {
            token_selector::queue(bench, config, &source.draw(token_selector::shape(config, TOKENS), count)?)
        }
    }
}

/// Single values of a function unit.
fn values(bench: &mut Bench, model: &dyn FunctionUnit, count: usize, source: &mut Source) -> Result<()> {
    let x = model.x();
    let beats: Vec<Beat> = source.draw(any_beat(&[(x.width, x.signed)]), count * VALUES)?;
    bench.expect("out", beats.iter().map(|beat| model.eval(beat.values[0])))?;
    bench.send("in", beats)
}

/// Rows of a function unit of several lanes, the last beat of each partly kept.
fn vectors(bench: &mut Bench, model: &dyn FunctionUnit, lanes: u32, count: usize, source: &mut Source) -> Result<()> {
    let x = model.x();
    let value = x.min() as i64..=x.max() as i64;
    for row in source.draw(proptest::collection::vec(value, 1..=4 * lanes as usize), count)? {
        let y: Vec<i64> = row.iter().map(|&x| model.eval(x)).collect();
        bench.expect("out", lanes::row(&y, lanes))?;
        bench.send("in", lanes::row(&row, lanes))?;
    }
    Ok(())
}

/// Values of strategies from a seed.
struct Source(TestRunner);

impl Source {
    fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self(TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng))
    }

    fn draw<T>(&mut self, strategy: impl Strategy<Value = T>, count: usize) -> Result<Vec<T>> {
        let mut draw = || strategy.new_tree(&mut self.0).map(|tree| tree.current());
        (0..count).map(|_| draw().map_err(|e| Failure::Use(format!("no job can be drawn: {e}")))).collect()
    }
}
