//! The core: its parts, the queues between them, and its ports to memory.

use std::sync::Arc;

use hdl::{Bundle, Design, Instance, Module, Sig, Ty, prim};
use spec::accel::{Core, Counts};
use spec::axi::{Master, ReadMaster, WriteMaster};
use units::Error;

use super::column_means::column_means;
use super::count::kept_counts;
use super::memory::{columns, connect_data, reader, stores};
use super::shape::{COUNT, Shape, bits};
use super::{acts, dispatch, operands, residual, scores, vector, weights, words, writer};

/// Jobs that may wait in front of a part.
const JOBS: u32 = 4;
/// Beats of parameters of columns that may wait for the array: those of a layer of 1024.
const COLUMNS: u32 = 256;
/// Results that may wait for memory.
const STORES: u32 = 16;

/// Builds the core: [`Core`] has its sizes, formats and arithmetic, [`spec::accel::Instruction`] what it is told.
///
/// `start_i` asks for the `length_i` instructions at address `program_i`; addresses in them count beats from `base_i`,
/// logits go to `result_i`. `done_o` pulses once when all is done and written; the next start may follow. `illegal_o`
/// pulses for an instruction that the core does not know.
///
/// Ports to memory, named as `m_axi_…` of the masters with a prefix: `weights0`, one a group, `side` (parameters of
/// columns, images, positions), `code` (the program), `store` (logits and tiles of the residual stream). While `stop_i` is
/// high none asks for anything; `…_quiet_o` tells that memory owes it nothing, `…_error_o` its first fault. `tokens_o` is
/// the number of tokens, `matrix_done_o` and `vector_done_o` count jobs. Counters of the array are the core's:
/// [`units::gemm_engine()`] has them; [`spec::accel::VectorOp::Count`] stores them.
///
/// Source: HeatViT (HPCA 2023), section V; what is on the way to the array (softmax) and from it (residual sum) takes no
/// time of its own.
///
/// # Errors
/// [`Error::Config`] for a core that cannot be built.
///
/// ```
/// let design = accel::core::core(&spec::accel::Core::small())?;
/// assert_eq!(design.name(), "core_i16_o4_h3_t32_d48_m96");
/// # Ok::<(), units::Error>(())
/// ```
pub fn core(config: &Core) -> Result<Arc<Design>, Error> {
    build(config, Frame::Alone)
}

/// The core as a part of an accelerator: stream `code` gives it its program, and `image_i` is what the image's place in
/// the program counts from; all else is as [`core`] has it.
pub(crate) fn core_within(config: &Core) -> Result<Arc<Design>, Error> {
    build(config, Frame::Accelerator)
}

/// Where the program comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    Alone,
    Accelerator,
}

fn build(config: &Core, frame: Frame) -> Result<Arc<Design>, Error> {
    config.validate()?;
    let shape = &Shape::new(config);
    let (t_h, t_o, t_i) = (shape.t_h, shape.t_o, shape.t_i);
    let master = Master { length_bits: dispatch::LENGTH, ..Master::new(config.address_bits, config.beat_bits()) };
    let read_master = crate::axi_read_master(&ReadMaster { master: master.clone() })?;
    let write_master = crate::axi_write_master(&WriteMaster { master })?;
    let parts = Parts {
        array: units::gemm_engine(&config.array())?,
        norm: words::words(shape, config.norm_words())?,
        act: words::activations(shape)?,
        operands: operands::operands(shape)?,
        scores: scores::scores(shape)?,
        residual: residual::residual(shape)?,
        acts: acts::acts(shape)?,
        weights: weights::weights(shape)?,
        writer: writer::writer(shape)?,
        vector: vector::vector(shape)?,
        dispatch: dispatch::dispatch(shape)?,
        counts: kept_counts(shape)?,
        column_means: column_means(shape)?,
    };
    let queue = |bits: u32| prim::fifo(bits, JOBS);
    let queues = [
        ("acts", queue(acts::job(shape, "job").bits())?),
        ("weights", queue(weights::job(shape, "job").bits())?),
        ("writes", queue(writer::job(shape, "job").bits())?),
        ("vectors", queue(vector::job(shape, "job").bits())?),
        ("command", queue(dispatch::command(shape).bits())?),
    ];
    let transfer_bits = config.address_bits + dispatch::LENGTH;
    let transfers = queue(transfer_bits)?;
    let owners = prim::fifo(1, 2 * JOBS)?;
    let store_owners = prim::fifo(1 + dispatch::LENGTH, 2 * JOBS)?;
    let results = prim::fifo(16 * t_o, STORES)?;
    let column_beats = prim::ram_fifo(config.beat_bits(), COLUMNS)?;
    let name = match frame {
        Frame::Alone => config.module_name(),
        Frame::Accelerator => format!("accelerator_core_{}", config.ident()),
    };
    Ok(Module::build(name, |m| {
        m.doc(format!(
            "Vision transformer core: {} multiply-accumulates a cycle, up to {} tokens of {} channels.",
            config.array().macs(),
            config.max_tokens,
            config.max_embed
        ));
        let dispatch = m.instance("dispatch", &parts.dispatch);
        let address = Ty::uint(config.address_bits);
        dispatch.input("start_i", m.input("start", Ty::bit()));
        let base = m.input("base", address.clone());
        dispatch.input("base_i", base);
        dispatch.input("result_i", m.input("result", address.clone()));
        program(m, dispatch, frame, base, config);
        let stop = m.input("stop", Ty::bit());
        dispatch.drive("tokens_o", m.output("tokens", shape.rows()));
        dispatch.drive("done_o", m.output("done", Ty::bit()));
        dispatch.drive("illegal_o", m.output("illegal", Ty::bit()));
        let restart = dispatch.output("restart_o");

        m.comment("Jobs wait in front of their parts.");
        let [acts_jobs, weights_jobs, writer_jobs, vector_jobs, commands] = queues.each_ref().map(|(name, design)| {
            let queue = m.instance(&format!("{name}_queue"), design);
            queue.feed_from("in", dispatch, name);
            queue
        });
        let array = m.instance("array", &parts.array);
        array.feed_from("cmd", commands, "out");
        let counts = m.instance("counts", &parts.counts);
        for name in ["cycles", "macs"].into_iter().chain(Counts::CAUSES) {
            let total = array.output(&format!("{name}_o"));
            m.output(name, total.ty()).set(total);
            let name = if name == "cycles" { "array_cycles" } else { name };
            counts.input(&format!("{name}_i"), total.bits(31, 0));
        }

        m.comment("Left operands.");
        let feeder = m.instance("acts", &parts.acts);
        let weight_feeder = m.instance("weights", &parts.weights);
        let writer = m.instance("writer", &parts.writer);
        let vector = m.instance("vector", &parts.vector);
        feeder.feed_from("job", acts_jobs, "out");
        weight_feeder.feed_from("job", weights_jobs, "out");
        writer.feed_from("job", writer_jobs, "out");
        vector.feed_from("job", vector_jobs, "out");
        let (matrix_done, vector_done) = (writer.output("done_o"), vector.output("done_o"));
        if frame == Frame::Alone {
            for (name, done) in [("matrix_jobs", matrix_done), ("vector_jobs", vector_done)] {
                m.output(name, done.ty()).set(done);
            }
        }
        m.output("matrix_done", Ty::uint(COUNT)).set(matrix_done);
        m.output("vector_done", Ty::uint(COUNT)).set(vector_done);
        for part in [feeder, vector, dispatch] {
            part.input("matrix_done_i", matrix_done);
            part.input("vector_done_i", vector_done);
        }
        weight_feeder.input("matrix_done_i", matrix_done);
        writer.input("restart_i", restart);
        vector.input("restart_i", restart);
        array.feed_from("act", feeder, "act");
        array.feed_from("weight", weight_feeder, "weight");

        let (norm, act) = (m.instance("norm", &parts.norm), m.instance("act", &parts.act));
        let place = feeder.output("address_o");
        norm.input("we_i", vector.output("norm_we_o"));
        norm.input("waddr_i", low(vector.output("norm_address_o"), config.norm_words()));
        let tile = vector.output("norm_data_o");
        norm.input("wdata_i", tile.repeat(2 * t_h));
        norm.input("re_i", feeder.output("norm_read_o"));
        norm.input("raddr_i", feeder.output("norm_address_o"));
        act.input("we_i", writer.output("act_we_o"));
        act.input("waddr_i", writer.output("act_address_o"));
        act.input("wdata_i", writer.output("act_data_o"));
        act.input("load_i", vector.output("act_loads_o"));
        for name in ["we", "address", "data"] {
            act.input(&format!("load_{name}_i"), vector.output(&format!("act_{name}_o")));
        }
        act.input("re_i", feeder.output("act_read_o"));
        act.input("raddr_i", place);
        feeder.input("norm_i", norm.output("rdata_o"));
        feeder.input("act_i", act.output("rdata_o"));

        m.comment("What is counted goes to memory by the vector unit.");
        counts.input("restart_i", restart);
        counts.input("keeps_i", feeder.output("keeps_o"));
        for name in ["counting", "counted"] {
            counts.input(&format!("{name}_i"), vector.output(&format!("{name}_o")));
        }
        vector.input("counts_i", counts.output("counts_o"));

        m.comment("Each group has the keys, values and scores of its heads.");
        let lanes = i64::from(t_h);
        let y = m.wire_vec("result_y", t_h, Ty::uint(16 * t_o));
        y.whole().set(writer.output("y_o"));
        let keep = m.wire_vec("result_keep", t_h, Ty::uint(t_o));
        keep.whole().set(writer.output("keep_o"));
        let [keys_we, values_we] = ["keys_we", "values_we"].map(|name| {
            let enables = m.wire_vec(&format!("group_{name}"), t_h, Ty::bit());
            enables.whole().set(writer.output(&format!("{name}_o")));
            enables
        });
        let operand = m.wire_vec("operand", t_h, Ty::uint(8 * t_o));
        let e = m.wire_vec("e", t_h, Ty::uint(7 * t_i));
        let [mult, shift, scored] =
            [("mult", 16), ("shift", 6), ("scored", 1)].map(|(name, bits)| m.wire_vec(name, t_h, Ty::uint(bits)));
        let writes = |name: &str| writer.output(&format!("{name}_o"));
        let reads = |name: &str| feeder.output(&format!("{name}_o"));
        let asks = |name: &str| weight_feeder.output(&format!("{name}_o"));
        let [head, tile_of_head, token, scores_we] = ["head", "tile", "row", "scores_we"].map(writes);
        let [buffer, segment, first, written] = ["buffer", "segment", "first", "operand"].map(writes);
        let [read, read_buffer, read_row] = ["read", "read_buffer", "read_row"].map(reads);
        let [read_segment, read_first, count, finer] = ["read_segment", "read_first", "count", "finer"].map(reads);
        let [asked, keys, asked_head, asked_tile, asked_row] = ["read", "keys", "head", "tile", "row"].map(asks);
        m.for_each("group", 0..lanes, |group| {
            let operands = m.instance("operands", &parts.operands);
            operands.input("keys_we_i", keys_we.at(group));
            operands.input("values_we_i", values_we.at(group));
            let places = [("head_i", head), ("tile_i", tile_of_head), ("row_i", token), ("data_i", written)];
            let wanted = [
                ("read_i", asked),
                ("keys_i", keys),
                ("read_head_i", asked_head),
                ("read_tile_i", asked_tile),
                ("read_row_i", asked_row),
            ];
            for (port, value) in places.into_iter().chain(wanted) {
                operands.input(port, value);
            }
            operands.drive("data_o", operand.at(group));

            let scores = m.instance("scores", &parts.scores);
            let places = [("we_i", scores_we), ("buffer_i", buffer), ("row_i", token), ("segment_i", segment)];
            let marks =
                [("tile_i", tile_of_head), ("first_i", first), ("keep_i", keep.at(group)), ("data_i", y.at(group))];
            let wanted = [
                ("read_i", read),
                ("read_buffer_i", read_buffer),
                ("read_row_i", read_row),
                ("read_segment_i", read_segment),
            ];
            let rest = [("read_first_i", read_first), ("count_i", count), ("finer_i", finer)];
            for (port, value) in places.into_iter().chain(marks).chain(wanted).chain(rest) {
                scores.input(port, value);
            }
            scores.drive("valid_o", scored.at(group));
            scores.drive("e_o", e.at(group));
            scores.drive("mult_o", mult.at(group));
            scores.drive("shift_o", shift.at(group));
        });
        weight_feeder.input("operand_i", operand.whole());
        feeder.input("e_i", e.whole());
        feeder.input("mult_i", mult.whole());
        feeder.input("shift_i", shift.whole());
        feeder.input("scored_i", scored.whole().reduce_and());

        m.comment("The token selector's share of the results.");
        let column_means = m.instance("column_means", &parts.column_means);
        for (port, from) in [("we_i", "features"), ("first_i", "opens"), ("last_i", "closes"), ("rows_i", "rows")] {
            column_means.input(port, writes(from));
        }
        column_means.input("y_i", written);
        vector.feed_from("column_means", column_means, "out");
        vector.input("logits_we_i", writes("logits"));
        vector.input("logits_row_i", token);
        vector.input("logits_number_i", writes("number"));
        vector.input("logits_y_i", y.at(0));
        for name in ["tokens_we", "tokens", "package"] {
            dispatch.input(&format!("{name}_i"), vector.output(&format!("{name}_o")));
        }

        m.comment("Results, and the residual stream that some of them are added to.");
        let residual = m.instance("residual", &parts.residual);
        residual.input("add_i", writer.output("add_o"));
        residual.input("add_odd_i", writer.output("add_odd_o"));
        residual.input("add_address_i", writer.output("add_address_o"));
        residual.input("y_i", y.at(0));
        residual.feed_from("read", vector, "read");
        residual.feed_from("write", vector, "write");
        vector.feed_from("tile", residual, "tile");
        writer.input("y_valid_i", array.output("out_valid_o"));
        writer.input("y_data_i", array.output("out_data_o"));
        writer.input("y_keep_i", array.output("out_keep_o"));
        array.output_named("out_last_o", "unused_out_last");
        array.input("out_ready_i", writer.output("y_ready_o"));

        m.comment("Memory: weights of each group.");
        for group in 0..t_h {
            let reader = reader(m, &format!("weights{group}"), &read_master, stop);
            let queue = m.instance(&format!("load_{group}_queue"), &transfers);
            queue.feed_from("in", dispatch, &format!("load_{group}"));
            reader.feed_from("cmd", queue, "out");
            connect_data(m, reader, weight_feeder, &format!("memory_{group}"), config.beat_bits());
        }
        if frame == Frame::Alone {
            m.comment("The program.");
            let code = reader(m, "code", &read_master, stop);
            code.feed_from("cmd", dispatch, "fetch");
            connect_data(m, code, dispatch, "code", config.beat_bits());
        }

        m.comment("What is not weights: parameters of columns, or tiles for the vector unit, in the order of their transfers.");
        let side = reader(m, "side", &read_master, stop);
        let side_queue = m.instance("side_queue", &transfers);
        let side_owners = m.instance("side_owners", &owners);
        let [side_ready, owner_ready] = [side_queue.output("in_ready_o"), side_owners.output("in_ready_o")];
        let given = dispatch.output("side_data_o");
        dispatch.input("side_ready_i", side_ready & owner_ready);
        side_queue.input("in_valid_i", dispatch.output("side_valid_o"));
        side_owners.input("in_valid_i", dispatch.output("side_valid_o"));
        side_queue.input("in_data_i", given.bits(transfer_bits - 1, 0));
        side_owners.input("in_data_i", given.bit(transfer_bits));
        side.feed_from("cmd", side_queue, "out");
        let for_vector = side_owners.output("out_data_o").as_bits().bit(0).named("for_vector");
        let owned = (side.output("data_valid_o") & side_owners.output("out_valid_o")).named("owned");
        let word = side.output("data_data_o");
        let beat = word.bits(config.beat_bits() - 1, 0);
        m.comment("A fault is seen by the master's error port; the beat goes on.");
        let _unused_fault = word.bits(config.beat_bits() + 1, config.beat_bits()).named("unused_fault");
        vector.input("memory_valid_i", owned & for_vector);
        vector.input("memory_data_i", beat);
        let for_columns = (owned & !for_vector).named("for_columns");
        m.comment("Parameters of columns make way for what comes behind them.");
        let waiting = m.instance("columns", &column_beats);
        waiting.input("in_valid_i", for_columns);
        waiting.input("in_data_i", beat);
        let columns_taken = waiting.output("in_ready_o");
        let waits = waiting.output("out_valid_o");
        waiting
            .input("out_ready_i", columns(m, shape, array, waits, waiting.output_named("out_data_o", "columns_beat")));
        let taken = for_vector.mux(vector.output("memory_ready_o"), columns_taken).named("side_taken");
        side.input("data_ready_i", side_owners.output("out_valid_o") & taken);
        side_owners.input("out_ready_i", owned & taken & side.output("data_last_o"));

        m.comment("Stores: logits or tiles of the residual stream, in the order of their transfers.");
        stores(m, shape, dispatch, writer, vector, &write_master, stop, &transfers, &store_owners, &results);
    })?)
}

/// The program's place in memory, or the program itself.
fn program<'m>(m: &'m Module, dispatch: Instance<'m>, frame: Frame, base: Sig<'m>, config: &Core) {
    let address = Ty::uint(config.address_bits);
    if frame == Frame::Alone {
        dispatch.input("image_i", base);
        dispatch.input("program_i", m.input("program", address));
        dispatch.input("length_i", m.input("length", Ty::uint(16)));
        return;
    }
    dispatch.input("image_i", m.input("image", address.clone()));
    dispatch.input("program_i", m.lit_of(0, address));
    dispatch.input("length_i", m.lit_of(0, Ty::uint(16)));
    dispatch.feed("code", &m.sink(Bundle::new("code").field("data", Ty::uint(config.beat_bits()))));
    m.comment("The program comes without being asked for.");
    dispatch.input("fetch_ready_i", m.lit_of(1, Ty::bit()));
    dispatch.output_named("fetch_valid_o", "unused_fetch_valid");
    dispatch.output_named("fetch_data_o", "unused_fetch_data");
}

struct Parts {
    array: Arc<Design>,
    norm: Arc<Design>,
    act: Arc<Design>,
    operands: Arc<Design>,
    scores: Arc<Design>,
    residual: Arc<Design>,
    acts: Arc<Design>,
    weights: Arc<Design>,
    writer: Arc<Design>,
    vector: Arc<Design>,
    dispatch: Arc<Design>,
    counts: Arc<Design>,
    column_means: Arc<Design>,
}

/// The bits of an address that a memory of so many words has.
fn low(address: Sig<'_>, words: u32) -> Sig<'_> {
    address.bits(bits(words.max(2)) - 1, 0)
}
