//! Layer normalisation over rows.

mod inverse_root;
mod lanes;
mod scale;
mod sums;
mod widths;

use std::sync::Arc;

use hdl::{Bundle, Design, Flow, Instance, Latency, Module, Sig, Sink, Ty, prim};
use spec::unit::LayerNorm;

use crate::{Error, convert, ring};
use widths::Widths;

/// Rows between the sums and the second pass; so many one-beat rows cover the way there.
const ROWS: u32 = 64;
/// Cycles on that way beyond those of the sums, and some to spare.
const WAY: u32 = 32;
/// Cycles without a beat on its way to γ and β until they may change.
const QUIET: u32 = lanes::READS + 2;

/// Builds layer normalisation over rows; [`LayerNorm`] has streams, formats, rounding, error bound and source.
///
/// Beats wait in a ring while the sums of their row become gain and offset; then every channel is multiplied once, added
/// once and shifted. Two DSPs a channel of a beat, three with γ and β, and seven for a row's scale.
///
/// No enable reaches the lanes, for they never hold. Most loads have a row's gain and offset, a DSP a lane, and its shift: each bit picks
/// between some 30 bits of every lane.
///
/// ```
/// let design = units::layer_norm(&spec::unit::LayerNorm::preset8(4))?;
/// assert_eq!(design.name(), "layer_norm_s8f4_s8f4_l4_d1024_gs8f5_bs8f4");
/// # Ok::<(), units::Error>(())
/// ```
///
/// # Errors
/// [`Error::Config`] for formats or sizes that it cannot be built for.
pub fn layer_norm(config: &LayerNorm) -> Result<Arc<Design>, Error> {
    config.validate()?;
    let parts = Parts {
        sums: sums::sums(config)?,
        scale: scale::scale(config)?,
        lanes: lanes::lanes(config)?,
        words: prim::held_ram(config.lanes * config.x.width, places(config))?,
        ends: prim::fifo(places(config).trailing_zeros(), ROWS)?,
        scales: prim::fifo(scale_bits(&Widths::new(config)), ROWS)?,
    };
    Ok(Module::build(config.module_name(), |m| build(m, config, &parts))?)
}

struct Parts {
    sums: Arc<Design>,
    scale: Arc<Design>,
    lanes: Arc<Design>,
    words: Arc<Design>,
    ends: Arc<Design>,
    scales: Arc<Design>,
}

/// Words of the ring: the longest row and the beats that come while its scale is computed.
fn places(config: &LayerNorm) -> u32 {
    (config.max_beats() + sums::latency(config) + WAY).next_power_of_two()
}

fn scale_bits(widths: &Widths) -> u32 {
    widths.gain.width() + widths.offset.width() + widths.e.width()
}

fn doc(m: &Module, config: &LayerNorm) {
    let (lanes, most) = (config.lanes, config.max_width);
    let formula = if config.gamma.is_some() {
        "gamma (x - mean) / sqrt(var + eps) + beta"
    } else {
        "(x - mean) / sqrt(var + eps)"
    };
    m.doc(format!("y = {formula} over rows of up to {most} channels, {lanes} a beat, {} to {}.", config.x, config.y));
    m.doc(format!(
        "eps is {} LSB^2 of x. Rounded half to even, saturated; see the generator's contract.",
        config.epsilon
    ));
    if let Some((gamma, beta)) = config.affine() {
        m.doc(format!("gamma in {gamma} and beta in {beta} are loaded by the stream affine: once before the first row, then at will."));
    }
}

fn build(m: &Module, config: &LayerNorm, parts: &Parts) {
    doc(m, config);
    let lanes = config.lanes;
    let place = places(config).trailing_zeros();
    let entry = |name: &str| Bundle::new(name).timing(Latency::Fixed(0), 1).flow(Flow::Credit);
    let from = m.sink(entry("in").lanes("x", convert::ty(config.x), lanes).last());
    let to = Bundle::new("out").lanes("y", convert::ty(config.y), lanes).last();
    let to = m.source(to.timing(Latency::Variable, 1).flow(Flow::Credit));
    let words = m.instance("words", &parts.words);
    let sums = m.instance("sums", &parts.sums);
    m.comment("Sums to scale: nothing waits, for there are no more rows than `scales` holds.");
    let scale = m.instance("scale", &parts.scale);
    let ends = m.instance("ends", &parts.ends);
    let scales = m.instance("scales", &parts.scales);
    let second = m.instance("lanes", &parts.lanes);

    m.comment("First pass: beats into the ring and into the sums of their row.");
    let write = m.reg_init("write", Ty::uint(place + 1), 0);
    let read = m.reg_init("read", Ty::uint(place + 1), 0);
    let rows = m.reg_init("rows", Ty::range(0, ROWS), 0);
    let held = m.reg_init("word_valid", Ty::bit(), 0);
    let room = (!ring::full(write, read) & !rows.bit(ROWS.trailing_zeros())).named("room");
    let moving = || (write.ne(read) | held).named("moving");
    let open = config.affine().map(|_| load(m, config, &from, &second, moving()));
    from.ready().set(open.map_or(room, |open| room & open));
    let row_ends = (from.fire() & from.last()).named("row_ends");
    m.clocked(|| m.when(from.fire(), || write.set(ring::next(write))));
    words.input("we_i", from.fire());
    words.input("waddr_i", ring::place(write));
    words.input("wdata_i", from.lanes("x").whole());
    ends.input("in_valid_i", row_ends);
    ends.input("in_data_i", ring::place(write));
    ends.output_named("in_ready_o", "unused_ends_ready");
    sums.input("valid_i", from.fire());
    sums.input("last_i", from.last());
    sums.input("x_i", from.lanes("x").whole());

    scale.input("in_valid_i", sums.output("row_valid_o"));
    let rows_sums = ["row_q_high_o", "row_q_low_o", "row_d_o", "row_s_o"].map(|port| sums.output(port));
    scale.input("in_data_i", m.concat(rows_sums));
    scale.output_named("in_ready_o", "unused_scale_ready");
    scale.input("out_ready_i", m.lit_of(1, Ty::bit()));
    scales.input("in_valid_i", scale.output("out_valid_o"));
    scales.input("in_data_i", scale.output("out_data_o"));
    scales.output_named("in_ready_o", "unused_scales_ready");

    m.comment("Second pass: the beats of a row whose scale is there, again.");
    let advance = (second.output("in_ready_o") | !held).named("advance");
    let reads = (scales.output("out_valid_o") & advance).named("reads");
    let row_end = ends.output("out_data_o");
    let ends_here = ring::place(read).eq(row_end).named("ends_here");
    let row_read = (reads & ends_here).named("row_read");
    ends.output_named("out_valid_o", "unused_ends_valid");
    ends.input("out_ready_i", row_read);
    scales.input("out_ready_i", row_read);
    words.input("re_i", reads);
    words.input("raddr_i", ring::place(read));
    let word_last = m.reg("word_last", Ty::bit());
    let word_scale = m.reg("word_scale", Ty::uint(scale_bits(&Widths::new(config))));
    m.clocked(|| {
        m.when(reads, || read.set(ring::next(read)));
        m.when(advance, || {
            held.set(scales.output("out_valid_o"));
            word_last.set(ends_here);
            word_scale.set(scales.output("out_data_o"));
        });
        m.when_else(
            row_ends & !row_read,
            || rows.set((rows + 1).assume_range(0, ROWS)),
            || m.when(row_read & !row_ends, || rows.set((rows - 1).assume_range(0, ROWS))),
        );
    });
    let mut data = vec![word_scale, words.output("rdata_o")];
    if config.affine().is_some() {
        data.insert(0, beat_of_row(m, config, reads, ends_here, advance));
    }
    second.input("in_valid_i", held);
    second.input("in_data_i", m.concat(data));
    second.input("in_last_i", word_last);
    second.drain("out", &to);
}

/// The place within its row of the beat that was read.
fn beat_of_row<'m>(m: &'m Module, config: &LayerNorm, reads: Sig<'m>, ends: Sig<'m>, advance: Sig<'m>) -> Sig<'m> {
    let ty = lanes::beat(config);
    let (next, beat) = (m.reg_init("next_beat", ty.clone(), 0), m.reg("word_beat", ty.clone()));
    m.clocked(|| {
        m.when(reads, || next.set((next + 1).wrap(ty.width()) & (!ends).repeat(ty.width())));
        m.when(advance, || beat.set(next));
    });
    beat
}

/// Loads γ and β while no beat is `moving`, first of all after reset; gives whether rows may enter.
fn load<'m>(m: &'m Module, config: &LayerNorm, rows: &Sink<'m>, lanes: &Instance<'m>, moving: Sig<'m>) -> Sig<'m> {
    let Some((gamma, beta)) = config.affine() else { return m.lit_of(1, Ty::bit()) };
    let bundle = Bundle::new("affine").timing(Latency::Fixed(0), 1).flow(Flow::Credit);
    let bundle = bundle.lanes("gamma", convert::ty(gamma), config.lanes);
    let from = m.sink(bundle.lanes("beta", convert::ty(beta), config.lanes).last());
    m.comment(
        "A load that is offered holds back the next row, and begins when no beat is on its way to gamma and beta.",
    );
    let loading = m.reg_init("loading", Ty::bit(), 1);
    let wanted = m.reg_init("wanted", Ty::bit(), 0);
    let first = m.reg_init("first", Ty::bit(), 1);
    let quiet = m.reg_init("quiet", Ty::range(0, QUIET), 0);
    let place = m.reg_init("load_place", lanes::beat(config), 0);
    let settled = quiet.eq(QUIET).named("settled");
    let next = (place + 1).wrap(place.width()).as_bits();
    from.ready().set(loading);
    m.clocked(|| {
        wanted.set(from.valid() & !loading);
        m.when(rows.fire(), || first.set(rows.last()));
        m.when_else(moving, || quiet.set(0), || m.when(!settled, || quiet.set((quiet + 1).assume_range(0, QUIET))));
        m.when(wanted & settled & !moving, || loading.set(1));
        m.when(from.fire(), || {
            place.set(next & (!from.last()).repeat(place.width()));
            m.when(from.last(), || loading.set(0));
        });
    });
    lanes.input("we_i", from.fire());
    lanes.input("waddr_i", place);
    lanes.input("wdata_i", m.concat([from.lanes("beta").whole(), from.lanes("gamma").whole()]));
    !loading & !(wanted & first)
}
