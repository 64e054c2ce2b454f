//! From instructions to the jobs of the core's parts.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Sig, Ty};
use spec::accel::{Layout, VectorOp};

use super::shape::{COUNT, Shape, bits};
use super::{acts, vector, weights, writer};

/// Bits of an instruction.
const INSTRUCTION: u32 = 256;
/// Bits of a number of beats of a transfer.
pub(super) const LENGTH: u32 = 24;
/// Beats of a tile's column parameters: T_o columns of 64 bits.
const TILE_COLUMNS: u32 = 4;

/// A transfer between memory and the core; `vector` tells whose data it is where there are two.
pub(super) fn transfer(shape: &Shape, name: &str, two: bool) -> Bundle {
    let bundle = Bundle::new(name).field("address", Ty::uint(shape.core.address_bits)).field("beats", Ty::uint(LENGTH));
    if two { bundle.field("vector", Ty::bit()) } else { bundle }
}

/// A job of the array.
pub(super) fn command(shape: &Shape) -> Bundle {
    let sizes = Bundle::new("command").field("m", shape.rows()).field("k", Ty::uint(16)).field("n", Ty::uint(16));
    let scale = sizes.field("heads", Ty::uint(8)).field("grouped", Ty::bit()).field("scale", Ty::uint(2));
    scale.field("mult", Ty::uint(16)).field("shift", Ty::uint(6)).field("narrow", Ty::bit()).field("gelu", Ty::bit())
}

/// The dispatcher: takes the program's beats, gives each instruction to the parts that have a share in it, in order.
///
/// The number of tokens is a register that `tokens` instructions set. `start_i` asks for `length_i` instructions from
/// `program_i` on; addresses in instructions count beats from `base_i`, those of activations from `image_i`. `done_o` pulses when the program's last job is
/// done.
pub(super) fn dispatch(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let beat_bits = shape.core.beat_bits();
    let beats = INSTRUCTION / beat_bits;
    let address = Ty::uint(shape.core.address_bits);
    Module::build(format!("core_dispatch_{}", shape.core.ident()), |m| {
        m.doc("Gives instructions to the parts that have a share in them, in order; sizes that depend on the number of tokens are");
        m.doc("settled here.");
        let start = m.input("start", Ty::bit());
        let [program, base, image, result] =
            ["program", "base", "image", "result"].map(|name| m.input(name, address.clone()));
        let length = m.input("length", Ty::uint(16));
        let [matrix_done, vector_done] = ["matrix_done", "vector_done"].map(|name| m.input(name, Ty::uint(COUNT)));
        let stores_idle = m.input("stores_idle", Ty::bit());
        let selected = m.input("tokens_we", Ty::bit());
        let (tokens_left, package_left) = (m.input("tokens", shape.rows()), m.input("package", Ty::bit()));
        let code = m.sink(Bundle::new("code").field("data", Ty::uint(beat_bits)));
        let fetch = m.source(transfer(shape, "fetch", false));
        let to_acts = m.source(acts::job(shape, "acts"));
        let to_weights = m.source(weights::job(shape, "weights"));
        let to_writer = m.source(writer::job(shape, "writes"));
        let to_vector = m.source(vector::job(shape, "vectors"));
        let to_array = m.source(command(shape));
        let loads: Vec<_> =
            (0..shape.t_h).map(|group| m.source(transfer(shape, &format!("load_{group}"), false))).collect();
        let side = m.source(transfer(shape, "side", true));
        let store = m.source(transfer(shape, "store", true));

        let (state, [idle, ask, read, settle, give, finish]) =
            m.state_machine("state", ["Idle", "Ask", "Read", "Settle", "Give", "Finish"]);
        m.comment("An instruction comes in beats, the lowest first.");
        let word = m.reg("instruction", Ty::uint(INSTRUCTION));
        let number = m.reg_init("beat", Ty::uint(bits(beats).max(1)), 0);
        let whole = number.eq(beats - 1).named("whole");
        code.ready().set(state.eq(read));
        let taken = code.fire();
        let next = match beats {
            1 => code.field("data"),
            _ => m.concat([code.field("data"), word.bits(INSTRUCTION - 1, beat_bits)]),
        };
        m.clocked(|| {
            m.when(taken, || {
                word.set(next);
                number.set(whole.mux(0, (number + 1).wrap(number.width()).as_bits()));
            });
        });
        let field = |layout: Layout, name: &str| match layout.field(name) {
            Some(found) => word.bits(found.lsb + found.width - 1, found.lsb),
            None => m.lit(0),
        };
        let matrix_field = |name: &str| field(Layout::MATRIX, name);
        let vector_field = |name: &str| field(Layout::VECTOR, name);
        let opcode = matrix_field("opcode");
        let [is_end, is_matrix, is_vector, is_tokens, is_wait] =
            [("is_end", 0u32), ("is_matrix", 1), ("is_vector", 2), ("is_tokens", 3), ("is_wait", 4)]
                .map(|(name, code)| opcode.eq(code).named(name));

        m.comment("Sizes, from the number of tokens where the instruction says so.");
        let tokens = m.reg_init("tokens", shape.rows(), 0);
        m.output("tokens", shape.rows()).set(tokens);
        let package = m.reg_init("package", Ty::bit(), 0);
        let kind = is_matrix.mux(matrix_field("rows"), vector_field("rows")).named("rows_kind");
        let count = shape.rows().width();
        let given = is_matrix.mux(matrix_field("m").bits(count - 1, 0), vector_field("m").bits(count - 1, 0));
        let even = (tokens + 1).drop_low(1).with_frac(0).resize(count).as_bits();
        let odd = tokens.bits(count - 1, 1);
        let rows = m.reg("rows", shape.rows());
        let [k, n] = ["k", "n"].map(|name| m.reg(name, Ty::uint(16)));
        let tiles = m.reg("tiles", shape.tiles());
        let passes = m.reg("passes", shape.passes());
        m.comment("Halves that would be done before the next pass's weights are there are not worth it: the first is all rows then.");
        let [short, short_of_operands] = ["short", "short_of_operands"].map(|name| m.reg(name, Ty::bit()));
        m.clocked(|| {
            short.set(tokens.lt(shape.core.halved_from(false)));
            short_of_operands.set(tokens.lt(shape.core.halved_from(true)));
        });
        let of_operands = (is_matrix & matrix_field("weights").is_nonzero()).named("of_operands");
        let halved = !of_operands.mux(short_of_operands, short);
        let every_other = (kind.bit(1) & halved).named("every_other");
        let first_row = (every_other & kind.bit(0)).named("first_row");
        let columns = matrix_field("n_tokens").mux(tokens, matrix_field("n")).named("columns");
        let token_passes = (tokens + (shape.t_i - 1)).drop_low(bits(shape.t_i)).with_frac(0);
        let loads_at = m.reg_vec("load_at", shape.t_h, Ty::uint(28), None);
        let mut at = matrix_field("weights_at");
        m.clocked(|| {
            m.when(state.eq(settle), || {
                m.switch(kind, |cases| {
                    cases.case(0, || rows.set(given));
                    cases.case(1, || rows.set(tokens));
                    cases.case(2, || rows.set(every_other.mux(even, tokens)));
                    cases.default(|| rows.set(every_other.mux(odd, 0)));
                });
                k.set(matrix_field("k_tokens").mux(tokens, matrix_field("k")));
                n.set(columns);
                tiles.set(
                    (columns + (shape.t_o - 1))
                        .drop_low(bits(shape.t_o))
                        .with_frac(0)
                        .resize(shape.tiles().width())
                        .as_bits(),
                );
                passes.set(matrix_field("k_tokens").mux(token_passes, matrix_field("passes")));
            });
        });
        let mut ats = vec![at];
        for group in 1..shape.t_h {
            at = (at + matrix_field("weights_beats")).wrap(28).as_bits().named(&format!("weights_at_{group}"));
            ats.push(at);
        }
        m.clocked(|| {
            m.when(state.eq(settle), || ats.iter().enumerate().for_each(|(g, at)| loads_at.at(g as i64).set(*at)))
        });

        m.comment("Every part with a share takes it in the same cycle. A job of no rows has a share for the writer alone, who counts it.");
        let works = (is_matrix & rows.is_nonzero()).named("works");
        let from_memory = (works & !matrix_field("weights").is_nonzero()).named("from_memory");
        let by_column = (works & !matrix_field("scale").is_nonzero()).named("by_column");
        let to_memory = (works & matrix_field("to").eq(5)).named("to_memory");
        let op = vector_field("op").bits(2, 0);
        let moves = (is_vector & rows.is_nonzero()).named("moves");
        let loads_tiles = (moves & (op.eq(0) | op.eq(1))).named("loads_tiles");
        let selects = op.eq(VectorOp::Select as u32).named("selects");
        let counts = op.eq(VectorOp::Count as u32).named("counts");
        let stores_tiles = (moves & (op.eq(3) | selects | counts)).named("stores_tiles");
        let shares = [
            (to_acts.valid(), to_acts.ready(), works, "acts"),
            (to_weights.valid(), to_weights.ready(), works, "weights"),
            (to_array.valid(), to_array.ready(), works, "array"),
            (to_writer.valid(), to_writer.ready(), is_matrix, "writer"),
            (to_vector.valid(), to_vector.ready(), is_vector, "vector"),
            (side.valid(), side.ready(), by_column | loads_tiles, "side"),
            (store.valid(), store.ready(), to_memory | stores_tiles, "store"),
        ];
        let mut all: Vec<(Sig<'_>, Sig<'_>, Sig<'_>)> = shares
            .into_iter()
            .map(|(valid, ready, has, name)| (valid, ready, has.named(&format!("share_of_{name}"))))
            .collect();
        all.extend(loads.iter().map(|load| (load.valid(), load.ready(), from_memory)));
        let can = all.iter().map(|(_, ready, has)| *ready | !*has).reduce(|a, b| a & b).unwrap_or_else(|| m.lit(1));
        let reached = matrix_done.ge(matrix_field("after_matrix")) & vector_done.ge(matrix_field("after_vector"));
        let gives = (state.eq(give) & can & (!is_wait | reached)).named("gives");
        for (valid, _, has) in &all {
            valid.set(gives & *has);
        }

        m.comment("The state, and the jobs that were given.");
        let [matrix_given, vector_given] =
            ["matrix_given", "vector_given"].map(|name| m.reg_init(name, Ty::uint(COUNT), 0));
        fetch.valid().set(state.eq(ask));
        fetch.field("address").set(program);
        let beats_shift = bits(beats);
        fetch.field("beats").set(
            m.concat([length, m.lit_of(0, Ty::uint(beats_shift.max(1)))])
                .drop_low(u32::from(beats_shift == 0))
                .with_frac(0)
                .resize(LENGTH)
                .as_bits(),
        );
        let finished = (state.eq(finish) & matrix_done.eq(matrix_given) & vector_done.eq(vector_given) & stores_idle)
            .named("finished");
        m.comb(|| {
            m.switch(state, |cases| {
                cases.case(idle, || m.when(start, || state.set(ask)));
                cases.case(ask, || m.when(fetch.ready(), || state.set(read)));
                cases.case(read, || m.when(taken & whole, || state.set(settle)));
                cases.case(settle, || state.set(give));
                cases.case(give, || m.when(gives, || m.when_else(is_end, || state.set(finish), || state.set(read))));
                cases.default(|| m.when(finished, || state.set(idle)));
            });
        });
        m.clocked(|| {
            m.when_else(
                state.eq(ask),
                || {
                    matrix_given.set(0);
                    vector_given.set(0);
                },
                || {
                    m.when(gives & is_matrix, || matrix_given.set((matrix_given + 1).wrap(COUNT).as_bits()));
                    m.when(gives & is_vector, || vector_given.set((vector_given + 1).wrap(COUNT).as_bits()));
                },
            );
            m.when(gives & is_tokens, || {
                tokens.set(field(Layout::TOKENS, "m").bits(count - 1, 0));
                package.set(0);
            });
            m.when(selected, || {
                tokens.set(tokens_left);
                package.set(package_left);
            });
        });
        m.output("restart", Ty::bit()).set(state.eq(ask));
        let done = m.reg_init("done", Ty::bit(), 0);
        m.clocked(|| done.set(finished));
        m.output("done", Ty::bit()).set(done);
        let [source, destination, normal, acted] =
            [shape.source(), shape.destination(), shape.norm_word(), shape.act_word()].map(|ty| ty.width());
        let places = [
            (is_matrix, matrix_field("from_base"), source),
            (is_matrix, matrix_field("to_base"), destination),
            (is_vector & op.eq(VectorOp::LoadAct as u32), vector_field("base"), acted),
            (is_vector & op.gt(VectorOp::LoadResidual as u32), vector_field("base"), normal),
            (is_matrix, matrix_field("index"), shape.head().width()),
        ];
        let beyond = places
            .into_iter()
            .filter(|(_, base, width)| base.width() > *width)
            .map(|(kind, base, width)| kind & base.bits(base.width() - 1, width).is_nonzero())
            .fold(m.lit_of(0, Ty::bit()), |any, one| any | one);
        let illegal =
            (gives & (opcode.gt(4) | (is_matrix & matrix_field("reserved").is_nonzero()) | beyond)).named("illegal");
        m.output("illegal", Ty::bit()).set(illegal);

        m.comment("What the parts are told.");
        let to_residual = matrix_field("to").eq(4).named("to_residual");
        let from_stride = word_stride(m, source, every_other, matrix_field("from_stride"));
        let from_start = first_row.mux(matrix_field("from_stride"), 0);
        to_acts.field("from").set(matrix_field("from"));
        to_acts.field("base").set(fitted(matrix_field("from_base") + from_start, source));
        to_acts.field("stride").set(from_stride);
        to_acts.field("rows").set(rows);
        to_acts.field("first_row").set(first_row);
        to_acts.field("every_other").set(every_other);
        to_acts.field("rounds").set(tiles);
        to_acts.field("passes").set(passes);
        to_acts.field("tokens").set(tokens);
        let means = m.lit(shape.core.feature_means()) + matrix_field("index");
        to_acts.field("means").set(means.wrap(normal));
        to_acts.field("buffer").set(matrix_field("buffer"));
        to_acts.field("finer").set(matrix_field("finer"));
        to_acts.field("keeps").set(matrix_field("keeps"));
        to_acts.field("after_matrix").set(matrix_field("after_matrix"));
        to_acts.field("after_vector").set(matrix_field("after_vector"));

        to_weights.field("source").set(matrix_field("weights"));
        to_weights.field("head").set(matrix_field("index").bits(shape.head().width() - 1, 0));
        to_weights.field("rounds").set(tiles);
        to_weights.field("passes").set(passes);
        to_weights.field("after_matrix").set(matrix_field("after_matrix"));

        to_array.field("m").set(rows);
        to_array.field("k").set(k);
        to_array.field("n").set(n);
        to_array.field("heads").set(shape.t_h);
        for name in ["grouped", "scale", "mult", "shift", "narrow", "gelu"] {
            to_array.field(name).set(matrix_field(name));
        }

        let to_start = (first_row & !to_residual).mux(matrix_field("to_stride"), 0);
        to_writer.field("to").set(matrix_field("to"));
        to_writer.field("base").set(fitted(matrix_field("to_base") + to_start, destination));
        to_writer.field("stride").set(to_residual.mux(
            fitted(matrix_field("to_stride"), destination),
            word_stride(m, destination, every_other, matrix_field("to_stride")),
        ));
        to_writer.field("rows").set(rows);
        to_writer.field("first_row").set(first_row | matrix_field("to_row"));
        to_writer.field("every_other").set(every_other);
        to_writer.field("tiles").set(tiles);
        to_writer.field("grouped").set(matrix_field("grouped"));
        to_writer.field("buffer").set(matrix_field("buffer"));

        let vector_start = first_row.mux(vector_field("stride"), 0);
        to_vector.field("op").set(op);
        to_vector.field("rows").set(rows);
        to_vector.field("first_row").set(first_row);
        to_vector.field("every_other").set(every_other);
        to_vector.field("tiles").set(vector_field("tiles"));
        to_vector.field("base").set(fitted(vector_field("base") + vector_start, source));
        to_vector.field("line").set(fitted(vector_field("base"), shape.residual().width()));
        to_vector.field("stride").set(word_stride(m, normal, every_other, vector_field("stride")));
        to_vector.field("means").set(fitted(vector_field("means"), normal));
        for name in ["drop", "heads", "threshold"] {
            to_vector.field(name).set(fitted(vector_field(name), to_vector.field(name).width()));
        }
        to_vector.field("package").set(package);
        to_vector.field("after_matrix").set(vector_field("after_matrix"));
        to_vector.field("after_vector").set(vector_field("after_vector"));

        m.comment("Transfers: addresses count beats from the base.");
        let byte_bits = bits(beat_bits / 8);
        for (group, load) in loads.iter().enumerate() {
            load.field("address").set(place_of(m, base, loads_at.at(group as i64), byte_bits));
            load.field("beats").set(matrix_field("weights_beats"));
        }
        let row_tiles = (rows * vector_field("tiles")).named("row_tiles");
        let tile_beats = op.eq(0).mux(row_tiles.drop_low(1).with_frac(0), row_tiles).named("tile_beats");
        let column_beats = m.concat([tiles, m.lit_of(0, Ty::uint(bits(TILE_COLUMNS)))]);
        let beats_at = is_matrix.mux(matrix_field("columns_at"), vector_field("at")).named("beats_at");
        let of_image = (is_vector & op.eq(0)).named("of_image");
        let place = place_of(m, of_image.mux(image, base), beats_at, byte_bits).named("place");
        side.field("address").set(place);
        side.field("beats").set(is_matrix.mux(column_beats, tile_beats).resize(LENGTH).as_bits());
        side.field("vector").set(is_vector);
        store.field("address").set(is_matrix.mux(result, place));
        let stored =
            m.first([(is_matrix, tiles), (selects, m.lit(1)), (counts, m.lit(shape.core.count_beats()))], row_tiles);
        store.field("beats").set(stored.resize(LENGTH).as_bits());
        store.field("vector").set(is_vector);
    })
}

/// The words between the rows of a job, of which every other one may be left out.
fn word_stride<'m>(m: &'m Module, width: u32, every_other: Sig<'m>, stride: Sig<'m>) -> Sig<'m> {
    let twice = m.concat([stride, m.lit_of(0, Ty::bit())]);
    fitted(every_other.mux(twice, stride), width)
}

/// The value in so many bits.
fn fitted(value: Sig<'_>, width: u32) -> Sig<'_> {
    if value.width() > width { value.wrap(width).as_bits() } else { value.resize(width).as_bits() }
}

/// The address of a beat.
fn place_of<'m>(m: &'m Module, base: Sig<'m>, beat: Sig<'m>, byte_bits: u32) -> Sig<'m> {
    (base + m.concat([beat, m.lit_of(0, Ty::uint(byte_bits))])).wrap(base.width()).as_bits()
}
