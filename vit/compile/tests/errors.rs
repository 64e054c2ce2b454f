//! Networks that no program can be made of, and what the user is told.

use compile::compile;
use spec::accel::Core;
use spec::network::{Architecture, Network, Pruning};

fn core() -> Core {
    Core { score_frac: 11, ..Core::small() }
}

fn network(arch: Architecture, core: &Core) -> Network {
    let checkpoint = model::generated("tried", arch, 1).expect("a legal architecture");
    checkpoint.quantise_for(&core.units()).expect("a network for the core")
}

fn refused(core: &Core, network: &Network) -> String {
    compile(core, network, false).map(|_| ()).expect_err("it does not fit").to_string()
}

#[test]
fn networks_of_another_shape_are_refused() {
    let core = core();
    let digits = Architecture::digits(Pruning::None);
    assert!(compile(&core, &network(digits.clone(), &core), false).is_ok());

    let larger = Core { t_h: 4, max_embed: 64, ..core.clone() };
    let net = network(Architecture { embed: 64, heads: 4, ..digits.clone() }, &larger);
    let text = refused(&core, &net);
    assert!(text.contains("tried: the number of heads is 4, but the core works on 3 at a time; take"), "{text}");

    let wide = Core { t_i: 32, max_embed: 96, max_tokens: 32, ..core.clone() };
    let text = refused(&wide, &network(digits.clone(), &core));
    assert!(text.contains("a head's width is 16, but the core is built for 32; take a core whose `t_i`"), "{text}");

    for (arch, wanted) in [
        (Architecture { image: 12, ..digits.clone() }, "the number of tokens is 37, but the core holds 32"),
        (Architecture { embed: 96, heads: 6, ..digits.clone() }, "the width of a token is 96, but the core holds 48"),
        (Architecture { mlp: 144, ..digits.clone() }, "the width of the hidden layer is 144, but the core holds 96"),
    ] {
        let larger = Core { max_tokens: 64, max_embed: 96, max_mlp: 192, ..core.clone() };
        let text = refused(&core, &network(arch, &larger));
        assert!(text.contains(wanted) && text.ends_with("take a larger core"), "{text}");
    }

    let short = Core { max_mlp: 48, max_tokens: 16, ..core.clone() };
    let pruned = Architecture { image: 6, mlp: 48, pruning: Pruning::Heatvit { before: vec![1] }, ..digits };
    assert!(compile(&short, &network(pruned, &short), false).is_ok());
}

#[test]
fn networks_of_other_formats_are_refused() {
    let core = core();
    let digits = model::named("digits-heatvit").expect("a network of the project");
    let host = refused(&core, &digits.quantise());
    assert!(host.contains("its arithmetic is not the core's; quantise the network for this core"), "{host}");
    let own = digits.core(&core);
    let net = digits.quantise_for(&own.units()).expect("its own core");
    assert!(compile(&own, &net, false).is_ok());
    for (other, what) in [
        (Core { gelu: core.gelu.clone(), ..own.clone() }, "GELU"),
        (Core { delta2: core.delta2, ..own.clone() }, "softmax"),
        (Core { epsilon: own.epsilon + 1, ..own.clone() }, "layer norm"),
        (Core { logit: spec::Format::signed(16, own.logit.frac - 1), ..own.clone() }, "token classifier"),
    ] {
        let text = refused(&other, &net);
        assert!(text.contains(&format!("its {what} is not the core's")), "{text}");
    }
    let text = refused(&Core { t_o: 2, ..own }, &net);
    assert!(text.contains("`t_o`"), "{text}");
}
