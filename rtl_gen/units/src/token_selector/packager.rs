//! The token packager: passes kept tokens on, accumulates the others, appends their weighted mean (eq. 4).

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, RamStyle, Ty, prim};
use spec::unit::TokenSelector;

use super::divider::divider;
use super::widths::Widths;
use crate::convert::ty;

/// One entry on `token` per token (`last`: the job's last one; `last_beat`: beats − 1), its channels on `in`, the dense
/// job on `out`.
pub(super) fn packager(config: &TokenSelector) -> Result<Arc<Design>, Errors> {
    let w = Widths::new(config);
    let (lanes, width, channel) = (config.lanes, config.x.width, ty(config.x));
    let division = divider(lanes, w.weight_sum, width)?;
    let output = prim::fifo(lanes * width + 1, 2)?;
    let depth = config.max_channels / lanes;
    let (x, s) = (config.x.ident(), config.s.width);
    Module::build(format!("token_packager_{x}_w{s}_l{lanes}_b{depth}_t{}", config.max_tokens), |m| {
        m.doc("Token packager: kept tokens pass in order, the others are accumulated with their weights, and their weighted mean,");
        m.doc("rounded half to even, follows as package token. Weights that are all zero count as ones.");
        m.doc("");
        m.doc("Source: HeatViT (HPCA 2023), eq. 4 and Fig. 10, step 3.");
        let token = m.sink(w.entry(config, "token"));
        let from = m.sink(Bundle::new("in").lanes("x", channel.clone(), lanes));
        let to = m.source(Bundle::new("out").lanes("y", channel.clone(), lanes).last());
        let (keep, weight) = (token.field("keep"), token.field("weight"));

        let states = ["Token", "Flush", "Load", "Divide", "Send"];
        let (state, [receive, flush, load, divide, send]) = m.state_machine("state", states);
        let beat = m.reg_init("beat", Ty::uint(w.beat), 0);
        let package_last_beat = m.reg("package_last_beat", Ty::uint(w.beat));
        let fifo = m.instance("output", &output);
        let dividers = m.instance("dividers", &division);
        let room = fifo.output("in_ready_o");

        let receiving = state.eq(receive).named("receiving");
        from.ready().set(receiving & token.valid() & (room | !keep));
        let fire = from.fire();
        let final_beat = beat.eq(token.field("last_beat")).named("final_beat");
        let token_done = (fire & final_beat).named("token_done");
        token.ready().set(token_done);
        let sending = (state.eq(send) & room).named("sending");
        let sent = (sending & dividers.output("out_valid_o")).named("sent");
        let package_end = beat.eq(package_last_beat).named("package_end");
        let job_done = (sent & package_end).named("job_done");

        m.comment("Whether a token of the job was pruned, and whether one with a weight other than zero was.");
        let any = m.reg_init("any", Ty::bit(), 0);
        let weighted = m.reg_init("weighted", Ty::bit(), 0);
        m.comment("Zero weights count as ones until the first other weight, which starts the sums anew.");
        let zero = (!weight.is_nonzero()).named("zero");
        let factor = (zero & !weighted).mux(1, weight).named("factor");
        let restart = (!any | (!zero & !weighted)).named("restart");
        let packages = (token.field("last") & (any | !keep)).named("packages");
        m.comb(|| {
            m.when(token_done & !keep, || {
                any.set(1);
                weighted.set(weighted | !zero);
            });
            m.when(job_done, || {
                any.set(0);
                weighted.set(0);
            });
        });
        m.comb(|| {
            m.when(fire | sent, || beat.set((beat + 1).wrap(w.beat)));
            m.when(token_done | job_done, || beat.set(0));
        });
        m.comb(|| {
            m.switch(state, |cases| {
                cases.case(receive, || m.when(token_done & packages, || state.set(flush)));
                cases.case(flush, || state.set(load));
                cases.case(load, || state.set(divide));
                cases.case(divide, || m.when(dividers.output("in_ready_o"), || state.set(send)));
                cases.default(|| m.when_else(job_done, || state.set(receive), || m.when(sent, || state.set(load))));
            });
        });

        let weight_sum = m.reg("weight_sum", Ty::uint(w.weight_sum));
        m.clocked(|| {
            m.when(token_done, || package_last_beat.set(token.field("last_beat")));
            m.when(token_done & !keep, || weight_sum.set((restart.mux(0, weight_sum) + factor).wrap(w.weight_sum)));
        });

        m.comment("Products, one cycle before they are added to the sums of their beat.");
        let adding = m.reg_init("adding", Ty::bit(), 0);
        let product_beat = m.reg("product_beat", Ty::uint(w.beat));
        let product_restart = m.reg("product_restart", Ty::bit());
        m.clocked(|| {
            adding.set(fire & !keep);
            product_beat.set(beat);
            product_restart.set(restart);
        });
        let sums = m.memory("sums", depth, Ty::uint(lanes * w.total), RamStyle::Distributed);
        let old = m.wire_vec("stored", lanes, Ty::sint(w.total));
        let new = m.wire_vec("updated", lanes, Ty::sint(w.total));
        let address = state.eq(load).mux(beat, product_beat).named("address");
        old.whole().set(sums.read(address));
        m.clocked(|| m.when(adding, || sums.write(product_beat, new.whole())));

        let numerators = m.wire_vec("numerator", lanes, Ty::uint(w.total));
        let quotients = m.wire_vec("quotient", lanes, Ty::uint(width));
        let results = m.wire_vec("result", lanes, Ty::sint(width));
        let x = from.lanes("x");
        m.for_each("lane", 0..lanes.into(), |lane| {
            let value = x.at(lane).with_frac(0) * factor;
            let product = m.reg("product", value.ty());
            m.clocked(|| product.set(value));
            new.at(lane).set((product_restart.mux(0, old.at(lane)) + product).wrap(w.total));
            let sum = m.reg("sum", Ty::sint(w.total));
            m.clocked(|| m.when(state.eq(load), || sum.set(old.at(lane))));
            numerators.at(lane).set(sum.abs());
            let quotient = quotients.at(lane);
            results.at(lane).set(sum.is_neg().mux(-quotient, quotient).wrap(width));
        });
        dividers.input("in_valid_i", state.eq(divide));
        dividers.input("in_data_i", m.concat([weight_sum, numerators.whole()]));
        dividers.drive("out_data_o", quotients.whole());
        dividers.input("out_ready_i", sending);

        let last = receiving.mux(token.field("last") & final_beat & !any, package_end).named("last");
        let channels = receiving.mux(x.whole(), results.whole()).named("channels");
        fifo.input("in_valid_i", (fire & keep) | sent);
        fifo.input("in_data_i", m.concat([last, channels]));
        let held = fifo.output("out_data_o");
        fifo.drive("out_valid_o", to.valid());
        fifo.input("out_ready_i", to.ready());
        to.lanes("y").whole().set(held.bits(lanes * width - 1, 0));
        to.last().set(held.bit(lanes * width));
    })
}
