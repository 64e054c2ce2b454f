//! Commands cut into bursts, for both masters.

use hdl::{Bundle, Module, Sig, Sink, Ty};
use spec::axi::Master;

/// What a response or a command can be at fault for, as `error` fields encode it: the codes of AXI, and one of our own
/// in the place of EXOKAY, which only answers exclusive accesses.
pub(crate) const UNALIGNED: u32 = 1;

/// The burst that is next, in registers.
pub(crate) struct Split<'m> {
    /// The stream of commands.
    pub cmd: Sink<'m>,
    /// Whether a command is being cut.
    pub active: Sig<'m>,
    /// Whether there is a burst.
    pub valid: Sig<'m>,
    /// To be set: whether the burst is taken.
    pub issue: Sig<'m>,
    /// Its address, in beats.
    pub place: Sig<'m>,
    /// Its beats.
    pub beats: Sig<'m>,
    /// Whether it is the last of its command.
    pub last: Sig<'m>,
    /// Whether the command's address was no multiple of a beat.
    pub unaligned: Sig<'m>,
}

/// Takes commands while `accept` holds and cuts them where the address is a multiple of the longest burst. A command of no
/// beats is dropped.
pub(crate) fn split<'m>(m: &'m Module, config: &Master, accept: Option<Sig<'m>>) -> Split<'m> {
    let (lane, burst) = (config.lane_bits(), config.max_burst.trailing_zeros());
    let (word, length) = (config.address_bits - lane, config.length_bits);
    let address = Ty::uint(config.address_bits);
    let cmd = m.sink(Bundle::new("cmd").field("address", address.clone()).field("beats", Ty::uint(length)));
    m.comment("The command that is being cut: where its next burst begins, in beats, and how many beats are left.");
    let active = m.reg_init("active", Ty::bit(), 0);
    let high = m.reg("high", Ty::uint(word - burst));
    let low = m.reg("low", Ty::uint(burst));
    let left = m.reg("left", Ty::uint(length));
    let skewed = m.reg("skewed", Ty::bit());
    cmd.ready().set(match accept {
        Some(accept) => !active & accept,
        None => !active,
    });
    let room = (config.max_burst - low).assume_range(1, config.max_burst).named("to_border");
    let ends = left.le(room).named("ends");

    m.comment("The next burst, which reaches to the border or to the command's end.");
    let valid = m.reg_init("burst_valid", Ty::bit(), 0);
    let place = m.reg("burst_place", Ty::uint(word));
    let beats = m.reg("burst_beats", Ty::range(0, config.max_burst));
    let last = m.reg("burst_last", Ty::bit());
    let unaligned = m.reg("burst_unaligned", Ty::bit());
    let issue = m.wire("issue", Ty::bit());
    let cut = (active & (!valid | issue)).named("cut");
    let asked = cmd.field("address");
    m.clocked(|| {
        m.when(cut, || {
            place.set(m.concat([high, low]));
            beats.set(ends.mux(left.wrap(burst + 1), room).assume_range(0, config.max_burst));
            last.set(ends);
            unaligned.set(skewed);
            high.set((high + 1).wrap(word - burst));
            low.set(0);
            left.set((left - room).wrap(length).as_bits());
        });
        m.when(cmd.fire(), || {
            high.set(asked.bits(config.address_bits - 1, lane + burst));
            low.set(asked.bits(lane + burst - 1, lane));
            left.set(cmd.field("beats"));
            skewed.set(asked.bits(lane - 1, 0).is_nonzero());
        });
    });
    m.comb(|| {
        m.when_else(cut, || valid.set(1), || m.when(issue, || valid.set(0)));
        m.when(cut & ends, || active.set(0));
        m.when(cmd.fire() & cmd.field("beats").is_nonzero(), || active.set(1));
    });
    Split { cmd, active, valid, issue, place, beats, last, unaligned }
}

/// The address channel `<prefix>addr`, `<prefix>len`, `<prefix>valid`, `<prefix>ready`, made of registers that
/// `split.issue` loads. Returns whether they can be loaded.
pub(crate) fn address_channel<'m>(m: &'m Module, config: &Master, prefix: &str, split: &Split<'m>) -> Sig<'m> {
    let port = |part: &str| format!("{prefix}{part}");
    let valid = m.reg_init("request_valid", Ty::bit(), 0);
    let place = m.reg("request_place", split.place.ty());
    let len = m.reg("request_len", Ty::uint(8));
    let free = (!valid | m.input(&port("ready"), Ty::bit())).named("request_free");
    m.clocked(|| {
        m.when(free, || valid.set(split.issue));
        m.when(split.issue, || {
            place.set(split.place);
            len.set((split.beats - 1).wrap(8).as_bits());
        });
    });
    let zeros = m.lit_of(0, Ty::uint(config.lane_bits()));
    m.output(&port("valid"), Ty::bit()).set(valid);
    m.output(&port("addr"), Ty::uint(config.address_bits)).set(m.concat([place, zeros]));
    m.output(&port("len"), Ty::uint(8)).set(len);
    free
}
