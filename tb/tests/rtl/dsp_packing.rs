//! Two int8 products in one DSP: the lanes part exactly after eight products, and not after nine.

use sim::{Build, OptLevel, Sources};
use spec::unit::GemmEngine;
use tb::Unit;
use tb::jobs::gemm_engine::Streams;

/// The two lanes of an accumulated word: the low one's sign is a borrow of the high one.
fn split(word: i64) -> (i64, i64) {
    let word = word << 16 >> 16;
    let low = word << 46 >> 46;
    ((word >> 18) + ((word >> 17) & 1), low)
}

/// `count` times the products of both weights with the activation, through one word.
fn lanes(count: i64, high: i64, low: i64, act: i64) -> (i64, i64) {
    split(count * ((high << 18) + low) * act)
}

/// All 2²⁴ triples, accumulated as often as the lanes allow.
#[test]
fn eight_products_part_exactly() {
    let mut beyond_seven = 0;
    for high in -128..128 {
        for low in -128..128 {
            for act in -128..128 {
                let exact = |count: i64| lanes(count, high, low, act) == (count * high * act, count * low * act);
                assert!(exact(1) && exact(7), "{high}, {low}, {act}");
                if !exact(8) {
                    assert!(low == -128 && act == -128, "{high}, {low}, {act}");
                    beyond_seven += 1;
                }
            }
        }
    }
    assert_eq!(beyond_seven, 256, "−128 twice, with any high weight");
}

/// All triples of weights that the border lets in and an activation, through the cell itself.
#[test]
fn the_cell_multiplies_every_triple() {
    let emission = units::emit(&[GemmEngine::new(8, 2, 1).into()], "").unwrap();
    let (_, text) = emission.files.iter().find(|(name, _)| name == "prim_int8_pair.sv").unwrap();
    let cell = Build::new(Sources::new("prim_int8_pair").text("prim_int8_pair.sv", text)).opt_level(OptLevel::O2);
    let mut cell = cell.compile().unwrap().model().unwrap();
    let clock = cell.clock("clk_i").unwrap();
    let [load, weight, swap, act, carry, sum] =
        ["load_i", "weight_i", "swap_i", "act_i", "sum_i", "sum_o"].map(|name| cell.port(name).unwrap());
    cell.set(carry, 0);
    for high in -127i64..=127 {
        for low in -127i64..=127 {
            let borrowed = high - i64::from(low < 0);
            cell.set(weight, ((borrowed as u64 & 0xff) << 8) | (low as u64 & 0xff));
            for (port, other) in [(load, swap), (swap, load)] {
                cell.set(port, 1);
                cell.set(other, 0);
                cell.tick(clock).unwrap();
            }
            cell.set(swap, 0);
            // A product stands at the port two cycles after its activation.
            for at in -128i64..130 {
                cell.set(act, at.min(127) as u64 & 0xff);
                cell.tick(clock).unwrap();
                let given = at - 1;
                if given >= -128 {
                    let word = (cell.get(sum) << 28) as i64 >> 28;
                    assert_eq!(split(word), (high * given.min(127), low * given.min(127)), "{given}");
                }
            }
        }
    }
}

/// Sums of different products: whatever fits 18 bits parts from whatever is above it.
#[test]
fn sums_part_exactly() {
    let most = 8 * 127 * 128;
    for low in -most..=most {
        for high in [-most, -1, 0, 1, 77, most] {
            assert_eq!(split((high << 18) + low), (high, low));
        }
    }
}

/// Nine products of weights from −127 to 127 overflow the low lane, so eight are the most.
#[test]
fn nine_products_do_not() {
    assert_eq!(GemmEngine::CASCADE, 8);
    for (count, low, act) in [(9, -127, -128), (9, 127, -128), (9, 127, 127), (16, 127, 127)] {
        assert_ne!(lanes(count, 1, low, act), (count * act, count * low * act), "{count} of {low}·{act}");
    }
}

/// An engine and, if asked, one whose border lets weights of −128 into the DSPs.
fn engine(config: &GemmEngine, symmetric: bool) -> Unit {
    let emission = units::emit(&[config.clone().into()], "").unwrap();
    let module = emission.manifest.module(&config.module_name()).unwrap().clone();
    let mut changed = 0;
    let sources = emission.files.iter().fold(Sources::new(config.module_name()), |sources, (name, text)| {
        let text = if symmetric { text.clone() } else { text.replace("== 8'sh80", "!= 8'sh80 && 1'b0") };
        changed += usize::from(!symmetric && text.contains("&& 1'b0"));
        sources.text(name, text)
    });
    assert_eq!(changed, usize::from(!symmetric), "only the array's border knows −128");
    Unit::new(module, sources)
}

/// In RTL: products at the ends of the range fill the lanes to the last bit, and one unit more spills over.
#[test]
fn the_array_uses_the_whole_lane() {
    let config = GemmEngine { out_bits: 16, max_m: 4, ..GemmEngine::new(16, 4, 1) };
    let streams = Streams::new(&config);
    let job = |weight: i8, act: i8| reference::EngineJob {
        m: 2,
        k: 16,
        n: 4,
        heads: 1,
        grouped: false,
        a: vec![act; 32],
        w: vec![weight; 64],
        scales: reference::EngineScales::Job(reference::Scale { mult: 1, shift: 4 }),
        narrow: false,
        gelu: false,
    };
    let mut bench = engine(&config, true).bench().unwrap();
    for (weight, act) in [(-127, -128), (127, -128), (127, 127), (-127, 127), (-128, -128)] {
        streams.send(&mut bench, &job(weight, act)).unwrap();
    }
    bench.run().unwrap();

    let mut bench = engine(&config, false).bench().unwrap();
    bench.send("cmd", [streams.command(&job(-128, -128))]).unwrap();
    bench.send("weight", streams.weights(&job(-128, -128))).unwrap();
    bench.send("act", streams.acts(&job(-128, -128))).unwrap();
    bench.run_until("out", 2).unwrap();
    // Exact would be 16·128·128/16; both lanes are off, the low one by 2·2^18 units before the shift.
    let results = bench.received("out").unwrap()[0].values.clone();
    assert!(results.iter().any(|&y| y != 128 * 128), "{results:?}");
    assert_eq!(results[0], 128 * 128 - (2 << 18 >> 4), "{results:?}");
}
