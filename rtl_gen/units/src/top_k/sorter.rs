//! A network between a register for every token and a serial way out.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty, prim};
use spec::unit::TopK;

use super::network::network;
use super::{Streams, doc};

/// Orders in the network or on their way out; the last stage holds one while the one before leaves.
const IN_FLIGHT: u32 = 2;

pub(super) fn sorter(config: &TopK) -> Result<Arc<Design>, Errors> {
    let network = network(config)?;
    let (n, count, id) = (config.n, config.count_width(), config.id_width());
    let jobs = prim::fifo(2 * count, IN_FLIGHT)?;
    let output = prim::fifo(2 * id + 2, 2)?;
    Module::build(config.module_name(), |m| {
        doc(m, config);
        m.doc("A comparator network over all keys at once. Places without a token hold the lowest key and the highest indices, so that");
        m.doc("no comparator moves them.");
        let s = Streams::new(m, config);

        let (state, [idle, load, launch]) = m.state_machine("state", ["Idle", "Load", "Launch"]);
        let job_n = m.reg("job_n", Ty::uint(count));
        let job_k = m.reg("job_k", Ty::uint(count));
        let index = m.reg_init("index", Ty::uint(id), 0);
        let in_flight = m.reg_init("in_flight", Ty::range(0, IN_FLIGHT), 0);
        let start = (state.eq(launch) & in_flight.ne(IN_FLIGHT)).named("start");
        s.cmd.ready().set(state.eq(idle) | start);
        s.keys.ready().set(state.eq(load));
        let fits = s.job_fits(m, config);
        let accept = (s.cmd.fire() & fits).named("accept");
        let fire = s.keys.fire();
        let final_key = (fire & (index + 1).eq(job_n)).named("final_key");
        m.comb(|| {
            m.when(fire, || index.set((index + 1).wrap(id)));
            m.when(final_key, || state.set(launch));
            m.when(start, || state.set(idle));
            m.when(accept, || {
                state.set(load);
                index.set(0);
            });
        });
        m.clocked(|| {
            m.when(accept, || {
                job_n.set(s.cmd.field("n"));
                job_k.set(s.cmd.field("k"));
            });
        });

        m.comment("A key for every place; those of a job before are cleared when the next one begins.");
        let keys = m.reg_vec("key", n, Ty::uint(config.key_width), None);
        let rank = s.rank(m, config).named("rank");
        m.for_each("token", 0..n.into(), |i| {
            let here = (fire & index.eq(i)).named("here");
            m.clocked(|| m.when_else(accept, || keys.at(i).set(0), || m.when(here, || keys.at(i).set(rank))));
        });

        let sort = m.instance("network", &network);
        sort.input("start_i", start);
        sort.input("key_i", keys.whole());
        let sorted = m.wire_vec("sorted", n, Ty::uint(id));
        sort.drive("order_o", sorted.whole());
        let queue = m.instance("jobs", &jobs);
        queue.input("in_valid_i", start);
        queue.input("in_data_i", m.concat([job_k, job_n]));
        queue.output_named("in_ready_o", "unused_jobs_ready");
        queue.output_named("out_valid_o", "unused_jobs_valid");
        let job = queue.output("out_data_o");

        m.comment("The order that leaves, one token a cycle, while the next one may stand behind the network.");
        let leaving = m.reg_init("leaving", Ty::bit(), 0);
        let waiting = m.reg_init("waiting", Ty::bit(), 0);
        let order = m.reg_vec("order", n, Ty::uint(id), None);
        let place = m.reg_init("place", Ty::uint(id), 0);
        let last_place = m.reg("last_place", Ty::uint(id));
        let kept = m.reg("kept", Ty::uint(count));
        let tokens = m.instance("tokens", &output);
        let step = (leaving & tokens.output("in_ready_o")).named("step");
        let last = place.eq(last_place).named("last");
        let left = (step & last).named("left");
        let arrived = (waiting | sort.output("done_o")).named("arrived");
        let take = (arrived & (!leaving | left)).named("take");
        queue.input("out_ready_i", take);
        m.comb(|| {
            waiting.set(arrived & !take);
            m.when(step, || place.set((place + 1).wrap(id)));
            m.when(left, || {
                leaving.set(0);
                place.set(0);
            });
            m.when(take, || leaving.set(1));
            m.when(start & !left, || in_flight.set((in_flight + 1).assume_range(0, IN_FLIGHT)));
            m.when(left & !start, || in_flight.set((in_flight - 1).assume_range(0, IN_FLIGHT)));
        });
        let rest = m.concat([m.lit_of(0, Ty::uint(id)), order.whole().bits(n * id - 1, id)]);
        m.comment("Behind the last token comes whatever stands behind the network; it leaves once it has arrived.");
        let goes_on = (leaving & !last).named("goes_on");
        m.clocked(|| {
            m.when(step | take, || order.whole().set(goes_on.mux(rest, sorted.whole())));
            m.when(take, || {
                last_place.set((job.bits(count - 1, 0) - 1).wrap(count).bits(id - 1, 0));
                kept.set(job.bits(2 * count - 1, count));
            });
        });

        let keep = kept.gt(place).named("keep");
        tokens.input("in_valid_i", leaving);
        tokens.input("in_data_i", m.concat([last, keep, place, order.whole().bits(id - 1, 0)]));
        tokens.input("out_ready_i", s.out.ready());
        tokens.drive("out_valid_o", s.out.valid());
        let token = tokens.output("out_data_o");
        s.out.field("id_old").set(token.bits(id - 1, 0));
        s.out.field("id_new").set(token.bits(2 * id - 1, id));
        s.out.field("keep").set(token.bit(2 * id));
        s.out.last().set(token.bit(2 * id + 1));
    })
}
