//! A network's sketch takes as long as the network itself.

use compile::{compile, sketch};
use predict::predict;
use spec::accel::Core;
use spec::heatvit::{Keep, Model};

/// Cycles from a request to memory to its data.
const LATENCY: u64 = 100;

/// DeiT-T with weights, dense and pruned, against its sketch: every job is predicted the same, to the cycle.
#[test]
fn a_network_is_predicted_from_its_sketch_to_the_cycle() {
    let core = Core::zcu102();
    let deit = Model::named("deit-t").expect("a network of the paper's");
    let pruned: Keep = "0.70/0.39/0.21".parse().expect("shares");
    for (keep, stages) in [(Keep::Dense, vec![197]), (pruned, vec![197, 140, 79, 44])] {
        let arch = deit.arch(keep);
        let network = model::generated("deit-t", arch.clone(), 1)
            .and_then(|checkpoint| checkpoint.quantise_for(&core.units()))
            .expect("a network for the core");
        let compiled = compile(&core, &network, false).expect("it fits");
        let sketched = sketch(&core, &arch).expect("it fits");

        let tokens = keep.tokens(arch.patches());
        let real = predict(&core, &compiled.program, &tokens, LATENCY);
        assert_eq!(predict(&core, &sketched, &tokens, LATENCY), real, "{keep}");
        let mut tokens: Vec<u32> = real.jobs.iter().map(|job| job.tokens).collect();
        tokens.dedup();
        assert_eq!(tokens, stages, "{keep}");
    }
}
