//! A core's units as a network's backend.

use spec::network::{Arithmetic, CoreUnits, Network};
use spec::unit::{BitonicSort, TokenSelector};
use spec::{ConfigError, Format};

use super::backend::{AttentionRow, Backend, HeadLogit, Norm};
use super::reference::{UnitError, failed, missing, narrow, wide};
use crate::token_selector::{HeadScore, Job as SelectJob, Selection, TokenSelectorModel};
use crate::{
    ElementwiseModel, EngineJob, EngineScales, FunctionUnit, GeluModel, GemmJob, LayerNormModel, RelativeRow,
    RelativeSoftmax, Scales, SoftmaxModel, Sorted, TokenClassifierModel, gemm_engine,
};

/// Does every job by the models of a core's units, bit for bit as the core does it.
#[derive(Clone, Debug)]
pub struct Core {
    units: CoreUnits,
    attention: Attention,
    gelu: GeluModel,
    layer_norm: LayerNormModel,
    residual_add: ElementwiseModel,
    scale: ElementwiseModel,
    classifier: TokenClassifierModel,
}

/// How attention rows are computed.
#[derive(Clone, Debug)]
enum Attention {
    /// By the unit `softmax`.
    Unit(SoftmaxModel),
    /// On the way to the array.
    Relative(RelativeSoftmax),
}

impl Core {
    /// The same with the softmax that an accelerator's core has on the way to its array.
    pub fn with_relative_softmax(self, core: &spec::accel::Core) -> Self {
        Self { attention: Attention::Relative(RelativeSoftmax::new(core)), ..self }
    }

    /// The models of the core that the network is for; refuses networks of another arithmetic, and what configurations refuse.
    pub fn new(net: &Network) -> Result<Self, ConfigError> {
        let refuse = |field, reason: &str, remedy: &str| Err(ConfigError::new("core", field, reason, remedy));
        let Arithmetic::Core(units) = &net.arithmetic else {
            return refuse("arithmetic", "of the network is the host's", "quantise the network for a core");
        };
        units.validate()?;
        let Some(gelu) = &units.engine.gelu else { return refuse("engine", "has no gelu", "give it one") };
        Ok(Self {
            attention: Attention::Unit(SoftmaxModel::new(&units.softmax)?),
            gelu: GeluModel::new(gelu)?,
            layer_norm: LayerNormModel::new(&units.layer_norm)?,
            residual_add: ElementwiseModel::new(&units.residual_add)?,
            scale: ElementwiseModel::new(&units.scale)?,
            classifier: TokenClassifierModel::new(&units.classifier)?,
            units: (**units).clone(),
        })
    }

    fn products(&self, jobs: &[GemmJob], gelu: bool) -> Result<Vec<Vec<i32>>, UnitError> {
        let run = |job: &GemmJob| {
            let job = engine_job(job, gelu).map_err(|reason| failed("gemm_engine")(&reason))?;
            gemm_engine(&self.units.engine, &job).map_err(|e| failed("gemm_engine")(&e))
        };
        jobs.iter().map(run).collect()
    }
}

/// The engine's job for a product; it has 8-bit operands, 32-bit biases, and none beside scales of rows.
fn engine_job(job: &GemmJob, gelu: bool) -> Result<EngineJob, String> {
    let bytes = |values: &[i32]| -> Result<Vec<i8>, String> {
        values.iter().map(|&v| i8::try_from(v).map_err(|_| format!("{v} does not fit 8 bits"))).collect()
    };
    let biases: Result<Vec<i32>, String> =
        job.bias.iter().map(|&b| i32::try_from(b).map_err(|_| format!("the bias {b} does not fit 32 bits"))).collect();
    let scales = match &job.scales {
        Scales::Column(scales) => EngineScales::Column(biases?.into_iter().zip(scales.iter().copied()).collect()),
        Scales::Row(scales) if job.bias.iter().all(|&b| b == 0) => EngineScales::Row(scales.clone()),
        Scales::Row(_) => return Err("a product with scales of rows has biases".into()),
    };
    let (a, w) = (bytes(&job.a)?, bytes(&job.w)?);
    Ok(EngineJob { m: job.m, k: job.k, n: job.n, heads: 1, grouped: false, a, w, scales, narrow: job.narrow, gelu })
}

impl Backend for Core {
    type Error = UnitError;

    fn gemm(&mut self, jobs: &[GemmJob]) -> Result<Vec<Vec<i32>>, UnitError> {
        self.products(jobs, false)
    }

    fn gemm_gelu(&mut self, jobs: &[GemmJob]) -> Result<Vec<Vec<i32>>, UnitError> {
        self.products(jobs, true)
    }

    fn attention(&mut self, rows: &[Vec<i32>]) -> Result<Vec<AttentionRow>, UnitError> {
        let row = |row: &Vec<i32>| match &self.attention {
            Attention::Unit(model) => {
                let row = model.eval_row(&wide(row)).map_err(|e| failed("softmax")(&e))?;
                Ok(AttentionRow { e: narrow(&row.y), mult: row.mult as u16, shift: row.shift as u8 })
            }
            Attention::Relative(model) => {
                let RelativeRow { e, mult, shift } = model.eval_row(row);
                Ok(AttentionRow { e, mult, shift })
            }
        };
        rows.iter().map(row).collect()
    }

    /// Never asked for: [`Self::head_scores`] has a unit.
    fn softmax(&mut self, _: &[Vec<i32>]) -> Result<Vec<Vec<i32>>, UnitError> {
        Err(missing("softmax"))
    }

    fn gelu(&mut self, x: &[i32]) -> Result<Vec<i32>, UnitError> {
        Ok(x.iter().map(|&x| self.gelu.eval(x.into()) as i32).collect())
    }

    /// Never asked for: [`Self::head_scores`] has a unit.
    fn sigmoid(&mut self, _: &[i32]) -> Result<Vec<i32>, UnitError> {
        Err(missing("plan_sigmoid"))
    }

    fn select(&mut self, unit: &TokenSelector, job: &SelectJob) -> Result<Selection, UnitError> {
        let model = TokenSelectorModel::new(unit).map_err(|e| failed("token_selector")(&e))?;
        model.run(job).map_err(|e| failed("token_selector")(&e))
    }

    fn sort(&mut self, _: &BitonicSort, _: &[i128]) -> Result<Vec<Sorted>, UnitError> {
        Err(missing("bitonic_sort"))
    }

    fn layer_norm(&mut self, x: &[i32], norm: &Norm) -> Result<Vec<i32>, UnitError> {
        let row = |row: &[i32]| self.layer_norm.eval_row(&wide(row), &[]).map_err(|e| failed("layer_norm")(&e));
        let rows: Result<Vec<Vec<i64>>, UnitError> = x.chunks(norm.width).map(row).collect();
        Ok(narrow(&rows?.concat()))
    }

    fn residual_add(&mut self, residual: &[i32], x: &[i32], _: Format) -> Result<Vec<i32>, UnitError> {
        let sum = |(&r, &x): (&i32, &i32)| self.residual_add.eval(x.into(), r.into(), 1, 0) as i32;
        Ok(residual.iter().zip(x).map(sum).collect())
    }

    fn rescale(&mut self, x: &[i32], from: Format, to: Format) -> Result<Vec<i32>, UnitError> {
        let down = from.frac - to.frac;
        let (mult, shift) = if down < 0 { (1u32.checked_shl(down.unsigned_abs()), 0) } else { (Some(1), down) };
        let (mult, shift) = match (mult.and_then(|m| u16::try_from(m).ok()), u8::try_from(shift)) {
            (Some(mult), Ok(shift)) if shift < 64 => (mult, shift),
            _ => return Err(failed("elementwise")(&format!("no factor brings {from} to {to}"))),
        };
        Ok(x.iter().map(|&x| self.scale.eval(x.into(), 0, mult, shift) as i32).collect())
    }

    fn channel_means(&mut self, x: &[i32], width: usize, from: Format, to: Format) -> Result<Vec<i32>, UnitError> {
        let config = &self.units.classifier;
        if width != config.head_width as usize || from.frac - to.frac != config.x.frac - config.mean.frac {
            let reason = format!("means of {width} channels from {from} to {to}, but the unit is for another job");
            return Err(failed("token_classifier")(&reason));
        }
        Ok(self.classifier.means(x))
    }

    fn features(&mut self, local: &[i32], width: usize) -> Result<Vec<i32>, UnitError> {
        if 2 * width != self.units.classifier.head_width as usize {
            return Err(failed("token_classifier")(&format!("{width} features, but the unit is for another head")));
        }
        Ok(self.classifier.features(local).concat())
    }

    fn head_scores(&mut self, logits: &[HeadLogit]) -> Result<Vec<HeadScore>, UnitError> {
        let score = |l: &HeadLogit| {
            let score = self.classifier.score(l.keep.into(), l.prune.into(), l.gate.into());
            score.map_err(|e| failed("token_classifier")(&e))
        };
        logits.iter().map(score).collect()
    }
}
