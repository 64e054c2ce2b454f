//! The two ways to prune tokens.

use spec::Rounding;
use spec::network::{Classifier, Linear, Network};
use spec::unit::BitonicSort;

use super::backend::{AttentionRow, Backend};
use super::host;
use super::layer::{columns, concatenate, linear, linears};
use super::stream::Stream;
use crate::num::round_shift;
use crate::token_selector::{HeadScore, Job, Token};

/// HeatViT's selector: classifier, then controller and packager.
pub(super) fn select<B: Backend>(
    net: &Network,
    backend: &mut B,
    classifier: &Classifier,
    stream: &mut Stream,
) -> Result<(), B::Error> {
    let Some(unit) = &net.units.token_selector else { return Ok(()) };
    let d = net.arch.embed;
    let scores = classify(net, backend, classifier, &stream.x)?;
    let tokens: Vec<Token> = stream.x.chunks(d).zip(scores).map(|(x, heads)| Token { heads, x: x.to_vec() }).collect();
    let job = Job { tokens, package: stream.package, threshold: classifier.threshold };
    let selection = backend.select(unit, &job)?;
    let kept = selection.decisions.iter().filter(|decision| decision.keep).map(|decision| stream.patch[decision.id]);
    stream.patch = kept.chain(selection.packaged.then_some(None)).collect();
    stream.package = selection.packaged;
    stream.x = selection.tokens.concat();
    Ok(())
}

/// The multi-head token classifier with its head-evaluation branch: per token one entry per head.
fn classify<B: Backend>(
    net: &Network,
    backend: &mut B,
    classifier: &Classifier,
    x: &[i32],
) -> Result<Vec<Vec<HeadScore>>, B::Error> {
    let (d, heads, w) = (net.arch.embed, net.arch.heads, net.arch.head_width());
    let n = x.len() / d;
    let means = host::means(x, w, net.residual, classifier.mean);
    let branch = linear(backend, &classifier.branch1, &means)?;
    let branch = backend.gelu(&branch)?;
    let branch = linear(backend, &classifier.branch2, &branch)?;
    let weights = backend.sigmoid(&branch)?;

    let narrow = host::requantise(x, net.residual, classifier.x);
    let slices: Vec<Vec<i32>> = (0..heads).map(|h| columns(&narrow, d, h * w, w)).collect();
    let local = per_head(backend, &classifier.local, &slices)?;
    let local = gelus(backend, local)?;
    let features: Vec<Vec<i32>> =
        local.iter().map(|local| concatenate(&[local.clone(), host::row_mean(local, w / 2).repeat(n)], n)).collect();
    let hidden = per_head(backend, &classifier.score1, &features)?;
    let hidden = gelus(backend, hidden)?;
    let hidden = per_head(backend, &classifier.score2, &hidden)?;
    let hidden = gelus(backend, hidden)?;
    let pairs = per_head(backend, &classifier.score3, &hidden)?;
    let rows: Vec<Vec<i32>> = pairs.iter().flat_map(|p| p.chunks(2).map(<[i32]>::to_vec)).collect();
    let scores = backend.softmax(&rows)?;
    let entry = |token: usize, head: usize| {
        let pair = &scores[head * n + token];
        HeadScore { s0: pair[0] as u32, s1: pair[1] as u32, a: weights[token * heads + head] as u32 }
    };
    Ok((0..n).map(|token| (0..heads).map(|head| entry(token, head)).collect()).collect())
}

fn per_head<B: Backend>(backend: &mut B, layers: &[Linear], x: &[Vec<i32>]) -> Result<Vec<Vec<i32>>, B::Error> {
    linears(backend, &layers.iter().collect::<Vec<_>>(), &x.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn gelus<B: Backend>(backend: &mut B, parts: Vec<Vec<i32>>) -> Result<Vec<Vec<i32>>, B::Error> {
    let sizes: Vec<usize> = parts.iter().map(Vec::len).collect();
    let all = backend.gelu(&parts.concat())?;
    let mut from = 0;
    let cut = |size: usize| {
        from += size;
        all[from - size..from].to_vec()
    };
    Ok(sizes.into_iter().map(cut).collect())
}

/// SDP's token dropping (section IV-B): the ⌈(N−1)·r_t⌉ tokens that the class token attends to most, by falling score, then
/// the others fused by their scores. The scores are sums over the heads, for the mean's 1/H changes no order and no ratio.
pub(super) fn drop_tokens<B: Backend>(
    backend: &mut B,
    unit: &BitonicSort,
    class_rows: &[AttentionRow],
    keep_permille: usize,
    d: usize,
    stream: &mut Stream,
) -> Result<(), B::Error> {
    let n = stream.patch.len();
    let keys: Vec<i128> = (1..n).map(|token| class_rows.iter().map(|row| share(row, token)).sum()).collect();
    let keep = ((n - 1) * keep_permille).div_ceil(1000);
    let sorted = backend.sort(unit, &keys)?;
    let (winners, losers) = sorted.split_at(keep.min(sorted.len()));
    let row = |id_old: usize| &stream.x[(id_old + 1) * d..][..d];
    let mut x = stream.x[..d].to_vec();
    winners.iter().for_each(|s| x.extend(row(s.id_old)));
    let mut patch = vec![None];
    patch.extend(winners.iter().map(|s| stream.patch[s.id_old + 1]));
    if !losers.is_empty() {
        let rows: Vec<&[i32]> = losers.iter().map(|s| row(s.id_old)).collect();
        let weights: Vec<i128> = losers.iter().map(|s| s.key).collect();
        x.extend(host::weighted_mean(&rows, &weights));
        patch.push(None);
    }
    (stream.x, stream.patch) = (x, patch);
    Ok(())
}

/// One head's attention to `token` in u16.15.
fn share(row: &AttentionRow, token: usize) -> i128 {
    let product = i128::from(row.e[token]) * i128::from(row.mult);
    round_shift(product, i32::from(row.shift) - 15, Rounding::HalfEven)
}
