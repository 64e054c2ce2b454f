//! HeatViT's function shapes as differentiable operations, each one pass over the data.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor, WithDType, bail};

/// ε of the layer norms.
pub const EPSILON: f32 = 1e-5;

fn values<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<f32>()?[from..to]),
        None => bail!("the operand has to be contiguous"),
    }
}

fn last(layout: &Layout) -> usize {
    layout.dims().last().copied().unwrap_or(1)
}

fn output(data: Vec<f32>, layout: &Layout) -> Result<(CpuStorage, Shape)> {
    Ok((f32::to_cpu_storage_owned(data), layout.shape().clone()))
}

/// A function of one value, with its slope.
struct Pointwise {
    name: &'static str,
    f: Box<dyn Fn(f32) -> f32 + Send + Sync>,
    slope: fn(f32, f32) -> f32,
    parameter: f32,
}

struct Slope {
    slope: fn(f32, f32) -> f32,
    parameter: f32,
}

impl CustomOp1 for Pointwise {
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        output(values(x, layout)?.iter().map(|&x| (self.f)(x)).collect(), layout)
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let slope = x.apply_op1_no_bwd(&Slope { slope: self.slope, parameter: self.parameter })?;
        Ok(Some((grad * slope)?))
    }
}

impl CustomOp1 for Slope {
    fn name(&self) -> &'static str {
        "slope"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        output(values(x, layout)?.iter().map(|&x| (self.slope)(x, self.parameter)).collect(), layout)
    }
}

/// GELU by HeatViT eq. 5–6.
pub fn gelu(x: &Tensor, delta1: f32) -> Result<Tensor> {
    let slope = |x: f32, delta1: f32| {
        const A: f32 = -0.2888;
        const B: f32 = -1.769;
        let u = x / std::f32::consts::SQRT_2;
        let inner = u.abs().min(-B) + B;
        0.5 * (1.0 + u.signum() * delta1 * (A * inner * inner + 1.0)) + delta1 * A * inner * u.abs()
    };
    let f = Box::new(move |x| model::gelu(x, delta1));
    x.contiguous()?.apply_op1(Pointwise { name: "gelu", f, slope, parameter: delta1 })
}

/// PLAN sigmoid.
pub fn sigmoid(x: &Tensor) -> Result<Tensor> {
    let slope = |x: f32, _| match x.abs() {
        mag if mag >= 5.0 => 0.0,
        mag if mag >= 2.375 => 1.0 / 32.0,
        mag if mag >= 1.0 => 1.0 / 8.0,
        _ => 1.0 / 4.0,
    };
    x.contiguous()?.apply_op1(Pointwise {
        name: "plan_sigmoid",
        f: Box::new(model::plan_sigmoid),
        slope,
        parameter: 0.0,
    })
}

/// Layer norm over the last dimension, without its affine part.
struct Normalise;
struct NormaliseGrad;

fn moments(row: &[f32]) -> (f32, f32) {
    let n = row.len() as f32;
    let mean = row.iter().sum::<f32>() / n;
    let variance = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / n;
    (mean, 1.0 / (variance + EPSILON).sqrt())
}

impl CustomOp1 for Normalise {
    fn name(&self) -> &'static str {
        "normalise"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = values(x, layout)?;
        let mut y = Vec::with_capacity(x.len());
        for row in x.chunks_exact(last(layout)) {
            let (mean, scale) = moments(row);
            y.extend(row.iter().map(|x| (x - mean) * scale));
        }
        output(y, layout)
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(x.apply_op2_no_bwd(&grad.contiguous()?, &NormaliseGrad)?))
    }
}

impl CustomOp2 for NormaliseGrad {
    fn name(&self) -> &'static str {
        "normalise_grad"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, g: &CpuStorage, gl: &Layout) -> Result<(CpuStorage, Shape)> {
        let (x, g, n) = (values(x, xl)?, values(g, gl)?, last(xl));
        let mut y = Vec::with_capacity(x.len());
        for (row, grad) in x.chunks_exact(n).zip(g.chunks_exact(n)) {
            let (mean, scale) = moments(row);
            let mean_grad = grad.iter().sum::<f32>() / n as f32;
            let along = row.iter().zip(grad).map(|(x, g)| (x - mean) * scale * g).sum::<f32>() / n as f32;
            y.extend(row.iter().zip(grad).map(|(x, g)| scale * (g - mean_grad - (x - mean) * scale * along)));
        }
        output(y, xl)
    }
}

/// Layer norm over the last dimension, without its affine part.
pub fn normalise(x: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op1(Normalise)
}

/// δ2·m·e/Σ m·e over the last dimension with e = exp(x̃) by HeatViT eq. 7–8 and a mask m of the columns.
struct MaskedSoftmax {
    delta2: f32,
}
struct ScoreGrad;
struct MaskGrad {
    delta2: f32,
}

fn weights(row: &[f32], mask: &[f32]) -> (Vec<f32>, f32) {
    let live = |&(x, m): &(&f32, &f32)| if *m > 0.0 { *x } else { f32::NEG_INFINITY };
    let max = row.iter().zip(mask).map(|p| live(&p)).fold(f32::NEG_INFINITY, f32::max);
    let e: Vec<f32> = row.iter().map(|x| model::exp((x - max).min(0.0))).collect();
    let sum = e.iter().zip(mask).map(|(e, m)| e * m).sum::<f32>();
    (e, sum)
}

impl CustomOp2 for MaskedSoftmax {
    fn name(&self) -> &'static str {
        "masked_softmax"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, m: &CpuStorage, ml: &Layout) -> Result<(CpuStorage, Shape)> {
        let (x, m, n) = (values(x, xl)?, values(m, ml)?, last(xl));
        let mut y = Vec::with_capacity(x.len());
        for (row, mask) in x.chunks_exact(n).zip(m.chunks_exact(n)) {
            let (e, sum) = weights(row, mask);
            y.extend(e.iter().zip(mask).map(|(e, m)| self.delta2 * e * m / sum));
        }
        output(y, xl)
    }

    fn bwd(&self, x: &Tensor, m: &Tensor, y: &Tensor, grad: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let along = (y * &grad)?.sum_keepdim(candle_core::D::Minus1)?;
        let centred = grad.broadcast_sub(&(along / f64::from(self.delta2))?)?.contiguous()?;
        let for_x = y.apply_op2_no_bwd(&centred, &ScoreGrad)?;
        let for_m = || x.apply_op3_no_bwd(m, &centred, &MaskGrad { delta2: self.delta2 });
        Ok((Some(for_x), m.track_op().then(for_m).transpose()?))
    }
}

impl CustomOp2 for ScoreGrad {
    fn name(&self) -> &'static str {
        "score_grad"
    }

    fn cpu_fwd(&self, y: &CpuStorage, yl: &Layout, g: &CpuStorage, gl: &Layout) -> Result<(CpuStorage, Shape)> {
        output(values(y, yl)?.iter().zip(values(g, gl)?).map(|(y, g)| y * g).collect(), yl)
    }
}

impl candle_core::CustomOp3 for MaskGrad {
    fn name(&self) -> &'static str {
        "mask_grad"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        xl: &Layout,
        m: &CpuStorage,
        ml: &Layout,
        g: &CpuStorage,
        gl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, m, g, n) = (values(x, xl)?, values(m, ml)?, values(g, gl)?, last(xl));
        let mut y = Vec::with_capacity(x.len());
        for ((row, mask), grad) in x.chunks_exact(n).zip(m.chunks_exact(n)).zip(g.chunks_exact(n)) {
            let (e, sum) = weights(row, mask);
            y.extend(e.iter().zip(grad).map(|(e, g)| self.delta2 * e * g / sum));
        }
        output(y, xl)
    }
}

/// Softmax of the last dimension of `x` over the columns that `mask` (of the same shape) keeps.
pub fn masked_softmax(x: &Tensor, mask: &Tensor, delta2: f32) -> Result<Tensor> {
    x.contiguous()?.apply_op2(&mask.contiguous()?, MaskedSoftmax { delta2 })
}

/// Adds a bias to every row.
struct AddBias;

impl CustomOp2 for AddBias {
    fn name(&self) -> &'static str {
        "add_bias"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, b: &CpuStorage, bl: &Layout) -> Result<(CpuStorage, Shape)> {
        let (mut y, bias) = (values(x, xl)?.to_vec(), values(b, bl)?);
        y.chunks_exact_mut(bias.len()).for_each(|row| row.iter_mut().zip(bias).for_each(|(y, b)| *y += b));
        output(y, xl)
    }

    fn bwd(&self, _: &Tensor, _: &Tensor, _: &Tensor, grad: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let ones = Tensor::ones((1, grad.dim(0)?), candle_core::DType::F32, grad.device())?;
        Ok((Some(grad.clone()), Some(ones.matmul(&grad)?.squeeze(0)?)))
    }
}

/// `bias` added to every row of the matrix `x`.
pub fn add_bias(x: &Tensor, bias: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op2(&bias.contiguous()?, AddBias)
}
