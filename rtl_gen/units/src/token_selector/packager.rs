//! The token packager: passes kept tokens on, accumulates the others, appends their weighted mean (eq. 4).

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, RamStyle, Ty, prim};
use spec::unit::TokenSelector;

use super::widths::Widths;
use crate::arith::{IN_PARTS, abs_in_parts, add_in_parts};
use crate::convert::ty;
use crate::divider::Divider;
use crate::lut_product;

/// One entry on `token` per token (`last`: the job's last one; `last_beat`: beats − 1), its channels on `in`, the dense
/// job on `out`.
pub(super) fn packager(config: &TokenSelector) -> Result<Arc<Design>, Errors> {
    let w = Widths::new(config);
    let (lanes, width, channel) = (config.lanes, config.x.width, ty(config.x));
    let division = Divider { lanes, denominator: w.weight_sum, quotient: width, signed: true }.build()?;
    let output = prim::fifo(lanes * width + 1, 2)?;
    let depth = config.max_channels / lanes;
    let (x, s) = (config.x.ident(), config.s.width);
    let lut = if config.lane_dsp { "" } else { "_lut" };
    Module::build(format!("token_packager_{x}_w{s}_l{lanes}_b{depth}_t{}{lut}", config.max_tokens), |m| {
        m.doc("Token packager: kept tokens pass in order, the others are accumulated with their weights, and their weighted mean,");
        m.doc("rounded half to even, follows as package token. Weights that are all zero count as ones.");
        m.doc("");
        m.doc("Source: HeatViT (HPCA 2023), eq. 4 and Fig. 10, step 3.");
        let token = m.sink(w.entry(config, "token"));
        let from = m.sink(Bundle::new("in").lanes("x", channel.clone(), lanes));
        let to = m.source(Bundle::new("out").lanes("y", channel.clone(), lanes).last());
        let (keep, weight) = (token.field("keep"), token.field("weight"));

        let packing = m.reg_init("packing", Ty::bit(), 0);
        let states = ["Idle", "Settle", "Address", "Read", "Divide"];
        let (fetch, [idle, settle, address, read, divide]) = m.state_machine("fetch", states);
        let fetch_beat = m.reg("fetch_beat", Ty::uint(w.beat));
        let beat = m.reg_init("beat", Ty::uint(w.beat), 0);
        let package_last_beat = m.reg("package_last_beat", Ty::uint(w.beat));
        let fifo = m.instance("output", &output);
        let dividers = m.instance("dividers", &division);
        let room = fifo.output("in_ready_o");

        from.ready().set(!packing & token.valid() & (room | !keep));
        let fire = from.fire();
        let final_beat = beat.eq(token.field("last_beat")).named("final_beat");
        let token_done = (fire & final_beat).named("token_done");
        token.ready().set(token_done);
        let sent = (room & dividers.output("out_valid_o")).named("sent");
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
        m.comment("The package token: its sums are fetched and divided, one beat ahead of the quotients that leave.");
        let begins = (token_done & packages).named("begins");
        let fetched = (fetch.eq(divide) & dividers.output("in_ready_o")).named("fetched");
        let fetch_end = fetch_beat.eq(package_last_beat).named("fetch_end");
        m.comb(|| {
            m.when(begins, || packing.set(1));
            m.when(job_done, || packing.set(0));
            m.switch(fetch, |cases| {
                cases.case(idle, || m.when(begins, || fetch.set(settle)));
                cases.case(settle, || fetch.set(address));
                cases.case(address, || fetch.set(read));
                cases.case(read, || fetch.set(divide));
                cases.default(|| {
                    m.when(fetched, || m.when_else(fetch_end, || fetch.set(idle), || fetch.set(address)));
                });
            });
        });
        m.clocked(|| {
            m.when_else(
                fetch.eq(idle),
                || fetch_beat.set(0),
                || m.when(fetched, || fetch_beat.set((fetch_beat + 1).wrap(w.beat))),
            );
        });

        m.comment("Factors, products, sums: a cycle each.");
        let [multiplying, ending, adding, counting] =
            ["multiplying", "ending", "adding", "counting"].map(|name| m.reg_init(name, Ty::bit(), 0));
        let [product_beat, sum_beat] = ["product_beat", "sum_beat"].map(|name| m.reg(name, Ty::uint(w.beat)));
        let [restarting, starting] = ["restarting", "starting"].map(|name| m.reg(name, Ty::bit()));
        let [held_factor, addend] = ["held_factor", "addend"].map(|name| m.reg(name, factor.ty()));
        m.clocked(|| {
            m.when(token_done, || package_last_beat.set(token.field("last_beat")));
            multiplying.set(fire & !keep);
            ending.set(token_done & !keep);
            product_beat.set(beat);
            restarting.set(restart);
            held_factor.set(factor);
            adding.set(multiplying);
            counting.set(ending);
            sum_beat.set(fetch.eq(address).mux(fetch_beat, product_beat));
            starting.set(restarting);
            addend.set(held_factor);
        });
        m.comment(IN_PARTS);
        let weight_sum = m.reg("weight_sum", Ty::uint(w.weight_sum));
        let so_far = (weight_sum & (!starting).repeat(w.weight_sum)).named("weight_so_far");
        let addend = addend.resize(w.weight_sum).named("weight_addend");
        m.clocked(|| m.when(counting, || weight_sum.set(add_in_parts(m, so_far, addend))));

        let numerators = m.wire_vec("numerator", lanes, Ty::uint(w.total + 1));
        let x = from.lanes("x");
        m.for_each("lane", 0..lanes.into(), |lane| {
            let value = match config.lane_dsp {
                true => {
                    let held = m.reg("held", channel.clone());
                    m.clocked(|| m.when(token.valid(), || held.set(x.at(lane))));
                    held.with_frac(0) * held_factor
                }
                false => lut_product::product(m, "part", x.at(lane).with_frac(0), factor, token.valid()),
            };
            let product = m.reg("product", value.ty());
            m.clocked(|| m.when(multiplying, || product.set(value)));
            let sums = m.memory("sums", depth, Ty::sint(w.total), RamStyle::Distributed);
            let stored = sums.read(sum_beat).named("stored");
            let so_far = (stored.as_bits() & (!starting).repeat(w.total)).named("so_far");
            let addend = product.resize(w.total).as_bits().named("addend");
            let updated = add_in_parts(m, so_far, addend).cast(Ty::sint(w.total));
            m.clocked(|| m.when(adding, || sums.write(sum_beat, updated)));
            let magnitude = m.reg("magnitude", Ty::uint(w.total));
            let negative = m.reg("negative", Ty::bit());
            m.clocked(|| {
                m.when(fetch.eq(read), || {
                    magnitude.set(abs_in_parts(m, stored));
                    negative.set(stored.is_neg());
                });
            });
            numerators.at(lane).set(m.concat([negative, magnitude]));
        });
        dividers.input("in_valid_i", fetch.eq(divide));
        dividers.input("in_data_i", m.concat([weight_sum, numerators.whole()]));
        dividers.input("out_ready_i", room);

        let quotients = dividers.output("out_data_o").as_bits();
        let last = packing.mux(package_end, token.field("last") & final_beat & !any).named("last");
        let channels = packing.mux(quotients, x.whole().as_bits()).named("channels");
        fifo.input("in_valid_i", (fire & keep) | sent);
        fifo.input("in_data_i", m.concat([last, channels]));
        let held = fifo.output("out_data_o");
        fifo.drive("out_valid_o", to.valid());
        fifo.input("out_ready_i", to.ready());
        to.lanes("y").whole().set(held.bits(lanes * width - 1, 0));
        to.last().set(held.bit(lanes * width));
    })
}
