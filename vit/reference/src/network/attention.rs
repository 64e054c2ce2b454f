//! Multi-head self-attention.

use spec::network::{Block, Network};

use super::backend::{AttentionRow, Backend};
use super::layer::{columns, concatenate, linears, norm};
use crate::{GemmJob, Scale, Scales};

/// Multi-head attention up to the concatenated heads, and each head's attention row of the class token.
pub(super) fn attention<B: Backend>(
    net: &Network,
    backend: &mut B,
    block: &Block,
    x: &[i32],
) -> Result<(Vec<i32>, Vec<AttentionRow>), B::Error> {
    let (d, heads, w) = (net.arch.embed, net.arch.heads, net.arch.head_width());
    let n = x.len() / d;
    let normed = norm(net, backend, x)?;
    let qkv = linears(backend, &[&block.query, &block.key, &block.value], &[&normed])?;
    let split = |part: usize| -> Vec<Vec<i32>> { (0..heads).map(|h| columns(&qkv[part], d, h * w, w)).collect() };
    let (q, k, v) = (split(0), split(1), split(2));

    let transpose = |k: &[i32]| (0..w).flat_map(|c| k.iter().skip(c).step_by(w).copied()).collect();
    let factor = Scale { mult: block.score_mult, shift: block.score_shift };
    let product = |h: usize| GemmJob {
        m: n,
        k: w,
        n,
        a: q[h].clone(),
        w: transpose(&k[h]),
        bias: vec![0; n],
        scales: Scales::Column(vec![factor; n]),
        narrow: false,
    };
    let products: Vec<GemmJob> = (0..heads).map(product).collect();
    let scores = backend.gemm(&products)?;
    let rows: Vec<Vec<i32>> = scores.iter().flat_map(|s| s.chunks(n).map(<[i32]>::to_vec)).collect();
    let rows = backend.attention(&rows)?;

    // The row's scale gives V's format; the context's is finer, for a mean of values is smaller than they are.
    let finer = block.context.frac - block.value.y.frac;
    let factor = |row: &AttentionRow| {
        let shift = (i32::from(row.shift) - finer).clamp(0, 63) as u8;
        Scale { mult: row.mult, shift }
    };
    let product = |(head, v): (&[AttentionRow], &Vec<i32>)| GemmJob {
        m: n,
        k: n,
        n: w,
        a: head.iter().flat_map(|row| row.e.iter().copied()).collect(),
        w: v.clone(),
        bias: vec![0; w],
        scales: Scales::Row(head.iter().map(factor).collect()),
        narrow: true,
    };
    let products: Vec<GemmJob> = rows.chunks(n).zip(&v).map(product).collect();
    let context = backend.gemm(&products)?;
    Ok((concatenate(&context, n), rows.chunks(n).map(|head| head[0].clone()).collect()))
}
