//! Configurations of the units: any legal one that is small enough to build and simulate in seconds.

use proptest::prelude::*;
use spec::unit::{
    BitonicSort, Elementwise, Exp, ExpCoefficients, Gelu, GemmEngine, LayerNorm, Method, Mpca, MpcaOrganisation,
    Operand, Operation, Organisation, PlanSigmoid, Softmax, SystolicGemm, Tdhm, TokenClassifier, TokenSelector, TopK,
};
use spec::{Delta, Flow, Format, UnitConfig};

use super::Source;
use crate::Result;

/// Draws `count` legal configurations of a kind, always the same ones from a seed; none if there is no such kind.
///
/// ```
/// let configs = tb::jobs::config::draw("gelu", 5, 1).expect("gelu is a kind")?;
/// assert!(configs.len() == 5 && configs.iter().all(|config| config.kind() == "gelu" && config.validate().is_ok()));
/// # Ok::<(), tb::Failure>(())
/// ```
pub fn draw(kind: &str, count: usize, seed: u64) -> Option<Result<Vec<UnitConfig>>> {
    Some(Source::new(seed).draw(of(kind)?, count))
}

/// Legal configurations of a kind; none if there is no such kind.
pub fn of(kind: &str) -> Option<BoxedStrategy<UnitConfig>> {
    let any = match kind {
        "exp" => exp(),
        "gelu" => gelu(),
        "plan_sigmoid" => plan_sigmoid(),
        "softmax" => softmax(),
        "systolic_gemm" => systolic_gemm(),
        "gemm_engine" => gemm_engine(),
        "mpca" => mpca(),
        "token_selector" => token_selector(),
        "bitonic_sort" => bitonic_sort(),
        "top_k" => top_k(),
        "tdhm" => tdhm(),
        "layer_norm" => layer_norm(),
        "elementwise" => elementwise(),
        "token_classifier" => token_classifier(),
        _ => return None,
    };
    Some(any.prop_filter("only legal configurations", |config| config.validate().is_ok()).boxed())
}

fn format(signed: impl Strategy<Value = bool>, width: std::ops::RangeInclusive<u32>) -> impl Strategy<Value = Format> {
    (signed, width).prop_flat_map(|(signed, width)| {
        let frac = prop_oneof![8 => 0..=width as i32, 1 => -4..=width as i32 + 4];
        frac.prop_map(move |frac| Format { signed, width, frac })
    })
}

fn flow() -> impl Strategy<Value = Flow> {
    prop::sample::select(vec![Flow::Stall, Flow::Skid, Flow::Credit])
}

fn method() -> impl Strategy<Value = Method> {
    prop_oneof![3 => Just(Method::Polynomial), 1 => Just(Method::Table)]
}

fn delta() -> impl Strategy<Value = Delta> {
    let any = (1u32..=1000).prop_filter_map("a factor", |thousandths| Delta::new(f64::from(thousandths) / 1000.0).ok());
    prop_oneof![2 => Just(Delta::ONE), 2 => Just(Delta::HALF), 1 => any]
}

fn coefficients() -> impl Strategy<Value = ExpCoefficients> {
    prop::sample::select(vec![ExpCoefficients::Paper, ExpCoefficients::Minimax])
}

/// Values in a beat.
fn lanes() -> impl Strategy<Value = u32> {
    prop_oneof![2 => Just(1), 1 => 2..=12u32]
}

fn exp() -> BoxedStrategy<UnitConfig> {
    (format(Just(true), 2..=24), format(any::<bool>(), 2..=24), coefficients(), method(), flow())
        .prop_map(|(x, y, coefficients, method, flow)| Exp { coefficients, method, flow, ..Exp::new(x, y) }.into())
        .boxed()
}

fn gelu() -> BoxedStrategy<UnitConfig> {
    (format(Just(true), 2..=24), format(Just(true), 2..=24), delta(), method(), flow(), lanes(), any::<bool>())
        .prop_map(|(x, y, delta1, method, flow, lanes, lane_dsp)| {
            let lane_dsp = lane_dsp || method == Method::Table;
            Gelu { delta1, method, flow, lanes, lane_dsp, ..Gelu::new(x, y) }.into()
        })
        .boxed()
}

fn plan_sigmoid() -> BoxedStrategy<UnitConfig> {
    (format(Just(true), 2..=24), format(any::<bool>(), 2..=24), method(), flow())
        .prop_map(|(x, y, method, flow)| PlanSigmoid { method, flow, ..PlanSigmoid::new(x, y) }.into())
        .boxed()
}

fn softmax() -> BoxedStrategy<UnitConfig> {
    let normalised = (format(Just(true), 2..=16), format(any::<bool>(), 7..=24)).prop_map(|(x, y)| Softmax::new(x, y));
    let relative = format(Just(true), 2..=16).prop_map(Softmax::unnormalised);
    (prop_oneof![normalised, relative], delta(), coefficients(), lanes())
        .prop_map(|(base, delta2, coefficients, lanes)| Softmax { delta2, coefficients, lanes, ..base }.into())
        .boxed()
}

fn systolic_gemm() -> BoxedStrategy<UnitConfig> {
    let data = prop::sample::select(vec![Operand::Int8, Operand::Int16]);
    let out_bits = prop::sample::select(vec![None, Some(8), Some(16)]);
    (2..=12u32, 2..=12u32, data, out_bits, depth())
        .prop_map(|(rows, cols, data, out_bits, max_m)| {
            SystolicGemm { data, out_bits, max_m, ..SystolicGemm::int8(rows, cols) }.into()
        })
        .boxed()
}

/// Depths of an accumulator memory, in LUTs and in block RAM.
fn depth() -> impl Strategy<Value = u32> {
    prop_oneof![1..=40u32, 60..=80u32, Just(256)]
}

fn gemm_engine() -> BoxedStrategy<UnitConfig> {
    let sizes = (1..=4u32, 1..=4u32, 1..=4u32, 1..=4u32);
    let out = (prop::sample::select(vec![8, 16u32]), any::<bool>(), 0..=14i32, 2..=16u32);
    (sizes, out, depth(), any::<bool>())
        .prop_map(|((blocks, pairs, t_h, load_rows), (out_bits, has_gelu, frac, width), max_m, requantise_dsp)| {
            let (x, y) = (Format::signed(out_bits, frac), Format::signed(width, frac.min(width as i32)));
            let gelu = has_gelu.then(|| Gelu::new(x, y));
            let base = GemmEngine::new(8 * blocks, 2 * pairs, t_h);
            GemmEngine { load_rows, out_bits, gelu, max_m, requantise_dsp, ..base }.into()
        })
        .boxed()
}

fn mpca() -> BoxedStrategy<UnitConfig> {
    prop_oneof![mpca_streamed(), mpca_algorithm_2()].boxed()
}

fn mpca_algorithm_2() -> BoxedStrategy<UnitConfig> {
    let sizes = (2..=40u32, 1..=12u32, 1..=12u32);
    let [p_h, p_t, p_c] = [1..=3u32, 1..=3, 1..=3];
    (prop::sample::select(vec![4u32, 8, 16]), 0..=3u32, p_h, p_t, p_c, 1..=4u32, sizes)
        .prop_map(|(tile, halvings, p_h, p_t, p_c, out_rows, (max_n, max_rows, feature_rows))| {
            let base = Mpca {
                organisation: MpcaOrganisation::Algorithm2,
                ..Mpca::new(p_h, p_t, p_c, (tile >> halvings).max(2))
            };
            let out_rows = if (p_h * p_c).is_multiple_of(out_rows) { out_rows } else { 1 };
            Mpca { tile, out_rows, max_n, max_rows, feature_rows: feature_rows.min(max_rows), ..base }.into()
        })
        .boxed()
}

fn mpca_streamed() -> BoxedStrategy<UnitConfig> {
    let tile = prop_oneof![3 => Just(4u32), 1 => Just(8u32)];
    (tile, 1..=4u32, 1..=3u32, 2..=40u32, 1..=12u32, 1..=12u32)
        .prop_map(|(tile, out_rows, lanes, max_n, max_rows, feature_rows)| {
            let base = Mpca::new(1, out_rows, lanes, tile);
            Mpca { tile, out_rows, max_n, max_rows, feature_rows: feature_rows.min(max_rows), ..base }.into()
        })
        .boxed()
}

fn token_selector() -> BoxedStrategy<UnitConfig> {
    let formats = (format(Just(true), 2..=16), format(Just(false), 2..=16), format(Just(false), 1..=16));
    (formats, 1..=8u32, 1..=6u32, 1..=40u32, 1..=6u32, any::<bool>())
        .prop_map(|((x, s, a), lanes, beats, max_tokens, max_heads, lane_dsp)| {
            let base = TokenSelector::int8(lanes * beats, lanes);
            TokenSelector { x, s, a, max_tokens, max_heads, lane_dsp, ..base }.into()
        })
        .boxed()
}

fn bitonic_sort() -> BoxedStrategy<UnitConfig> {
    let sizes = (2..=20u32, 1..=20u32, 0..=12u32);
    (sizes, any::<bool>(), prop_oneof![Just(1), 1..=10u32], prop::option::of(0..=20u32), flow())
        .prop_map(|((n, key_width, payload), key_signed, register_every, top_k, flow)| {
            BitonicSort { key_signed, register_every, top_k, flow, ..BitonicSort::new(n, key_width, payload) }.into()
        })
        .boxed()
}

fn top_k() -> BoxedStrategy<UnitConfig> {
    let sizes = (2..=24u32, 1..=20u32, prop::sample::select(Organisation::ALL.to_vec()));
    (sizes, any::<bool>(), prop::option::of(1..=24u32), prop_oneof![Just(1), 1..=10u32])
        .prop_map(|((n, key_width, organisation), key_signed, k_max, register_every)| {
            let k_max = k_max.filter(|_| organisation == Organisation::MergeExchange);
            let pipelined = organisation.is_pipelined();
            let units =
                (organisation == Organisation::BitonicShared && key_signed).then_some(1 << (register_every % 3));
            let register_every = if pipelined { register_every } else { 1 };
            TopK { key_signed, k_max, units, register_every, ..TopK::new(n, key_width, organisation) }.into()
        })
        .boxed()
}

fn tdhm() -> BoxedStrategy<UnitConfig> {
    let formats = (format(Just(true), 2..=16), format(Just(false), 1..=16));
    let sizes = (1..=6u32, 1..=6u32, 3..=20u32, 1..=5u32);
    (formats, sizes, prop::sample::select(Organisation::ALL.to_vec()))
        .prop_map(|((x, a), (lanes, beats, max_tokens, max_heads), organisation)| {
            Tdhm { x, a, max_tokens, max_heads, organisation, ..Tdhm::int8(lanes * beats, lanes) }.into()
        })
        .boxed()
}

fn layer_norm() -> BoxedStrategy<UnitConfig> {
    let affine = prop::option::of((format(Just(true), 2..=18), format(Just(true), 2..=24)));
    let epsilon = prop_oneof![Just(0), Just(1), 0..=LayerNorm::MAX_EPSILON];
    (format(Just(true), 2..=16), format(Just(true), 2..=16), 1..=6u32, 1..=12u32, affine, (epsilon, any::<bool>()))
        .prop_map(|(x, y, lanes, beats, affine, (epsilon, lane_dsp))| {
            let (gamma, beta) = affine.unzip();
            let base = LayerNorm::new(x, y, lanes);
            LayerNorm { max_width: lanes * beats, gamma, beta, epsilon, lane_dsp, ..base }.into()
        })
        .boxed()
}

fn elementwise() -> BoxedStrategy<UnitConfig> {
    let operation = prop::sample::select(vec![Operation::Scale, Operation::ResidualAdd]);
    (operation, format(Just(true), 2..=16), format(Just(true), 2..=16), lanes(), flow())
        .prop_map(|(operation, x, y, lanes, flow)| {
            Elementwise { operation, flow, ..Elementwise::scale(x, y, lanes) }.into()
        })
        .boxed()
}

fn token_classifier() -> BoxedStrategy<UnitConfig> {
    let signed = || format(Just(true), 2..=16);
    let score = (8..=17u32).prop_map(|width| Format::unsigned(width, width as i32 - 1));
    let formats = (signed(), signed(), signed(), signed(), score, format(Just(false), 2..=16));
    (formats, delta(), 2..=5u32, 0..=5u32, 0..=4u32, (2..=40u32, 1..=6u32))
        .prop_map(|((x, mean, feature, logit, s, a), delta2, width, x_lanes, lanes, (max_tokens, max_heads))| {
            let (x_lanes, lanes) = (1 << x_lanes.min(width), 1 << lanes.min(width - 1));
            let head_width = 1 << width;
            TokenClassifier { x, mean, feature, logit, s, a, delta2, head_width, x_lanes, lanes, max_tokens, max_heads }
                .into()
        })
        .boxed()
}
