//! Linear layers as jobs of the array, and the matrices that they take.

use spec::network::{Linear, Network};

use super::backend::{Backend, Norm};
use crate::{GemmJob, Scale, Scales};

/// LayerNorm of every token.
pub(super) fn norm<B: Backend>(net: &Network, backend: &mut B, x: &[i32]) -> Result<Vec<i32>, B::Error> {
    backend.layer_norm(x, &Norm { width: net.arch.embed, epsilon: net.norm_epsilon, y: net.norm })
}

/// One layer as one job.
pub(super) fn linear<B: Backend>(backend: &mut B, layer: &Linear, x: &[i32]) -> Result<Vec<i32>, B::Error> {
    Ok(linears(backend, &[layer], &[x])?.pop().unwrap_or_default())
}

/// One layer as one job, GELU behind it.
pub(super) fn linear_gelu<B: Backend>(backend: &mut B, layer: &Linear, x: &[i32]) -> Result<Vec<i32>, B::Error> {
    Ok(backend.gemm_gelu(&jobs(&[layer], &[x]))?.pop().unwrap_or_default())
}

/// Several layers back to back: layer i on `x[i]`, or all of them on the only entry of `x`.
pub(super) fn linears<B: Backend>(
    backend: &mut B,
    layers: &[&Linear],
    x: &[&[i32]],
) -> Result<Vec<Vec<i32>>, B::Error> {
    backend.gemm(&jobs(layers, x))
}

/// The jobs of several layers: layer i on `x[i]`, or all of them on the only entry of `x`.
pub(super) fn jobs(layers: &[&Linear], x: &[&[i32]]) -> Vec<GemmJob> {
    let job = |(i, layer): (usize, &&Linear)| {
        let x = x[i.min(x.len() - 1)];
        let scales = layer.mult.iter().zip(&layer.shift).map(|(&mult, &shift)| Scale { mult, shift }).collect();
        GemmJob {
            m: x.len() / layer.inputs,
            k: layer.inputs,
            n: layer.outputs,
            a: x.to_vec(),
            w: layer.weight.iter().map(|&w| w.into()).collect(),
            bias: layer.bias.iter().map(|&b| b.into()).collect(),
            scales: Scales::Column(scales),
            narrow: layer.y.width == 8,
        }
    };
    layers.iter().enumerate().map(job).collect()
}

/// Columns `from`…`from + count` of a matrix of `width` columns.
pub(super) fn columns(x: &[i32], width: usize, from: usize, count: usize) -> Vec<i32> {
    x.chunks(width).flat_map(|row| row[from..from + count].iter().copied()).collect()
}

/// Matrices of `rows` rows side by side.
pub(super) fn concatenate(parts: &[Vec<i32>], rows: usize) -> Vec<i32> {
    let row =
        |r: usize| parts.iter().flat_map(move |p| p[r * p.len() / rows..(r + 1) * p.len() / rows].iter().copied());
    (0..rows).flat_map(row).collect()
}
