//! A register on both sides of each DSP and behind each memory, on small engines that have all that the large ones have. The other
//! tests of resources ask for the same units wherever they can: each is synthesised once.
//! `bitonic_sort`, `top_k` and `plan_sigmoid` have neither DSP nor block RAM.

use spec::unit::{
    Elementwise, Exp, Gelu, GemmEngine, LayerNorm, Mpca, Softmax, SystolicGemm, Tdhm, TokenClassifier, TokenSelector,
};
use spec::{Flow, Format, UnitConfig};

use super::{mpca, mpca_algorithm_2, synthesised};

/// LUT RAM whose words are used as they are read: a read is a logic level then, which the limits of the depth count. `words` are those of
/// queues, which show their first word so that a job or a beat waits no cycle more.
const SHOWN: [&str; 1] = ["words"];

/// The same in `token_classifier`: sums of features that are read, added to and written in one cycle, and how many they are of.
const SHOWN_BY_TOKEN_CLASSIFIER: [&str; 3] = ["counts", "sums", "words"];

/// The same in `tdhm`: where tokens begin, their order, and sums that are read, added to and written in one cycle.
const SHOWN_BY_TDHM: [&str; 6] = ["begins", "order", "partial", "whole", "keys", "words"];

fn unregistered(config: impl Into<UnitConfig>, shown: &[&str]) -> Vec<String> {
    let Some(report) = synthesised(config) else { return Vec::new() };
    let other = |place: &String| match place.strip_prefix("LUT RAM ") {
        Some(name) => !shown.iter().any(|shown| name.rsplit('.').next() == Some(*shown)),
        None => true,
    };
    report.unregistered.into_iter().filter(other).collect()
}

#[test]
fn dsps_and_memories_stand_between_registers() {
    let engine = |preset| GemmEngine { t_i: 16, t_o: 2, t_h: 2, ..preset };
    // What is shown is found, so that what is not found is not there.
    for config in [engine(GemmEngine::zcu102()), engine(GemmEngine::deit_b())] {
        let Some(report) = synthesised(config) else { return };
        assert!(report.unregistered.iter().any(|place| place.ends_with(".words")), "{report:?}");
    }
    let (s8, s16) = (Format::signed(8, 4), Format::signed(16, 10));
    let lanes = 4;
    let configs: [UnitConfig; 18] = [
        engine(GemmEngine::zcu102()).into(),
        engine(GemmEngine::deit_b()).into(),
        // Tokens enough for block RAM, and two groups.
        Mpca { max_n: 65, out_rows: 2, ..mpca::small() }.into(),
        mpca_algorithm_2::small().into(),
        LayerNorm::preset16(4).into(),
        Elementwise { flow: Flow::Credit, ..Elementwise::residual_add(s8, s16, lanes) }.into(),
        Elementwise::scale(s16, s8, lanes).into(),
        Softmax::preset16().into(),
        Softmax::preset8().into(),
        Softmax { lanes, ..Softmax::preset16() }.into(),
        Softmax::unnormalised(s8).into(),
        Softmax { lanes, ..Softmax::unnormalised(s16) }.into(),
        Exp::preset16().into(),
        Exp::preset8().into(),
        Gelu::preset8().into(),
        Gelu { lanes, ..Gelu::preset16() }.into(),
        SystolicGemm::int8(4, 4).into(),
        SystolicGemm::int16(4, 4).into(),
    ];
    for config in configs {
        assert_eq!(unregistered(config.clone(), &SHOWN), Vec::<String>::new(), "{}", config.module_name());
    }
    // The sums of the package are read, added to and written in one cycle.
    for config in [TokenSelector::int16(192, 8), TokenSelector { lane_dsp: false, ..TokenSelector::int16(32, 2) }] {
        assert_eq!(unregistered(config, &["words", "sums"]), Vec::<String>::new());
    }
    assert_eq!(unregistered(TokenClassifier::int8(), &SHOWN_BY_TOKEN_CLASSIFIER), Vec::<String>::new());
    // Tokens that fit into the depth of a block RAM: the multiplexer of deeper ones stands between the blocks and the register.
    let tdhm = Tdhm { max_tokens: 9, max_heads: 4, ..Tdhm::int16(32, 2) };
    assert_eq!(unregistered(tdhm, &SHOWN_BY_TDHM), Vec::<String>::new());
}
