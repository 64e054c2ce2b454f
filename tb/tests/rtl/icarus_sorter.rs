//! The sorter on Icarus: four states, from power-up without initial values, over a sample of the vectors that run in
//! Verilator.

use crate::four_state;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use spec::UnitConfig;
use spec::manifest::{Field, Role};
use spec::unit::BitonicSort;
use toolbox::Tool;

/// Keys and k of one vector; payloads are the keys' places.
type Vector = (Vec<i64>, usize);

/// Every so many zero-one vectors, then vectors with many ties and some of all keys.
fn sample(config: &BitonicSort, count: usize) -> Vec<Vector> {
    let n = config.n as usize;
    let (low, high) = match config.key_signed {
        true => (-(1i64 << (config.key_width - 1)), (1i64 << (config.key_width - 1)) - 1),
        false => (0, (1i64 << config.key_width) - 1),
    };
    let zero_one =
        (0..count).map(|i| ((0..n).map(|j| ((i * 0x9e37_79b9) >> (j % 32) & 1) as i64).collect(), i % (n + 1)));
    let keys = prop_oneof![
        prop::collection::vec((0..3i64).prop_map(move |few| (low.max(-1) + few).min(high)), n),
        prop::collection::vec(low..=high, n),
    ];
    let strategy = (keys, 0..=n);
    let mut runner = TestRunner::deterministic();
    let random = (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current());
    zero_one.chain(random).collect()
}

/// The payload of a stream in bits, the highest first, from the elements of its fields in their order.
fn bits(fields: &[Field], width: u32, mut values: impl Iterator<Item = i64>) -> String {
    let mut bits = vec![b'?'; width as usize];
    for field in fields {
        for element in 0..field.count {
            let value = values.next().expect("as many values as elements");
            for bit in 0..field.width {
                let place = field.lsb + element * field.stride + bit;
                bits[(width - 1 - place) as usize] = b'0' + (value >> bit & 1) as u8;
            }
        }
    }
    String::from_utf8(bits).unwrap()
}

/// What comes of a sample, and what should; `change` is made to the emitted files.
fn run(
    config: &BitonicSort,
    count: usize,
    change: impl Fn(&mut String),
) -> (Result<Vec<String>, toolbox::Error>, Vec<String>) {
    let unit = UnitConfig::from(config.clone());
    let top = unit.module_name();
    let mut emission = units::emit(&[unit], "").unwrap();
    emission.files.iter_mut().for_each(|(_, text)| change(text));
    let module = emission.manifest.module(&top).unwrap();
    let [from, to] = ["in", "out"].map(|stream| module.stream_port(stream, Role::Data).unwrap());
    let (mut inputs, mut expected) = (vec![], vec![]);
    for (keys, k) in sample(config, count) {
        let with_payload = config.payload_width > 0;
        let places: Vec<u64> = (0..if with_payload { keys.len() as u64 } else { 0 }).collect();
        let field = config.top_k.is_none().then_some(k as i64);
        let values = keys.iter().copied().chain(places.iter().map(|&place| place as i64)).chain(field);
        inputs.push(bits(&from.fields, from.width, values));
        let wide: Vec<i128> = keys.iter().map(|&key| key.into()).collect();
        let sorted = reference::bitonic_sort(config, &wide, &places, k);
        let mut values: Vec<i64> = sorted.iter().map(|s| s.key as i64).collect();
        values.extend(sorted.iter().filter(|_| with_payload).map(|s| s.payload as i64));
        values.extend(sorted.iter().map(|s| s.id_old as i64));
        values.extend(sorted.iter().map(|s| s.id_new as i64));
        values.extend(sorted.iter().map(|s| i64::from(s.flag)));
        expected.push(bits(&to.fields, to.width, values.into_iter()));
    }
    (four_state::outputs(&top, &emission.files, (from.width, to.width), &inputs), expected)
}

fn sorts_from_power_up(config: &BitonicSort, count: usize) {
    let top = config.module_name();
    if !toolbox::need::present(Tool::Icarus, &format!("the four-state run of {top}")).unwrap() {
        return;
    }
    let (got, want) = run(config, count, |_| {});
    assert!(got.unwrap() == want, "{top}");
}

#[test]
fn presets_from_power_up() {
    sorts_from_power_up(&BitonicSort::new(8, 8, 0), 200);
    sorts_from_power_up(&BitonicSort::new(16, 16, 0), 200);
    sorts_from_power_up(&BitonicSort { top_k: Some(138), ..BitonicSort::new(197, 16, 0) }, 3);
}

#[test]
fn other_shapes_and_flows_from_power_up() {
    for (n, flow) in [(5, spec::Flow::Stall), (11, spec::Flow::Skid), (12, spec::Flow::Credit)] {
        let config = BitonicSort { flow, key_signed: n % 2 == 1, register_every: 2, ..BitonicSort::new(n, 6, 5) };
        sorts_from_power_up(&config, 100);
    }
}

/// Planted faults: a handshake that is not reset, a register that drives nothing, a comparator the wrong way round.
#[test]
fn what_is_unknown_or_wrong_is_seen() {
    if !toolbox::need::present(Tool::Icarus, "planted faults in a sorter").unwrap() {
        return;
    }
    let config = BitonicSort::new(8, 8, 0);
    let planted = |from: &str, to: &str| {
        let (got, want) = run(&config, 20, |text| *text = text.replacen(from, to, 1));
        match got {
            Ok(got) if got == want => "nothing".to_owned(),
            Ok(got) => format!("{got:?}"),
            Err(error) => error.to_string(),
        }
    };
    assert_eq!(planted("no such text", ""), "nothing");
    let unknown = planted("valid_q <= 6'd0;", "");
    assert!(unknown.contains("unknown handshake"), "{unknown}");
    let undriven = planted("assign q_o = held_q;", "");
    assert!(undriven.contains('x'), "{undriven}");
    let reversed = planted("assign larger_o = swap ? b_i : a_i;", "assign larger_o = swap ? a_i : b_i;");
    assert!(reversed != "nothing" && !reversed.contains('x'), "{reversed}");
}
