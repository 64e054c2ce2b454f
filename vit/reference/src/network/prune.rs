//! The two ways to prune tokens.

use spec::Rounding;
use spec::network::{Classifier, Linear, Network};
use spec::unit::BitonicSort;

use super::backend::{AttentionRow, Backend, HeadLogit};
use super::host;
use super::layer::{columns, jobs, linear, linear_gelu};
use super::stream::Stream;
use crate::GemmJob;
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
    let means = backend.channel_means(x, w, net.residual, classifier.mean)?;
    let branch = linear_gelu(backend, &classifier.branch1, &means)?;
    let gates = linear(backend, &classifier.branch2, &branch)?;

    let narrow = backend.rescale(x, net.residual, classifier.x)?;
    let slices: Vec<Vec<i32>> = (0..heads).map(|h| columns(&narrow, d, h * w, w)).collect();
    let local = backend.gemm_gelu(&per_head(&classifier.local, &slices))?;
    let features = local.iter().map(|local| backend.features(local, w / 2)).collect::<Result<Vec<_>, _>>()?;
    let hidden = backend.gemm_gelu(&per_head(&classifier.score1, &features))?;
    let hidden = backend.gemm_gelu(&per_head(&classifier.score2, &hidden))?;
    let pairs = backend.gemm(&per_head(&classifier.score3, &hidden))?;
    let logit = |at: usize| {
        let (token, head) = (at / heads, at % heads);
        HeadLogit { keep: pairs[head][2 * token], prune: pairs[head][2 * token + 1], gate: gates[at] }
    };
    let scores = backend.head_scores(&(0..n * heads).map(logit).collect::<Vec<_>>())?;
    Ok(scores.chunks(heads).map(<[HeadScore]>::to_vec).collect())
}

fn per_head(layers: &[Linear], x: &[Vec<i32>]) -> Vec<GemmJob> {
    jobs(&layers.iter().collect::<Vec<_>>(), &x.iter().map(Vec::as_slice).collect::<Vec<_>>())
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
