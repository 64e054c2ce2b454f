//! Selectors of the k highest keys behind one serial interface.

mod merge_exchange;
mod network;
mod radix_select;
mod schedule;
mod shared;
mod sorter;

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Latency, Module, Sig, Sink, Source, Ty};
use spec::unit::{Organisation, TopK};

use crate::bitonic_sort;

/// Builds the selector; see [`TopK`] for its streams.
///
/// A network of s stages takes ⌈s / `register_every`⌉ + 3 cycles from the last key of a job to its first token, and a job of
/// n tokens every n + 1 cycles where n + 4 is at least the latency. `bitonic_shared` takes S + 5 cycles, and S + n + 3 from job
/// to job, where a job of up to 2^l tokens has S = l·(l + 1)/2·(max(2^(l − 1) / units, 1) + 2). `radix_select`, with keys of d digits of four bits,
/// takes d·(n + 2) + 2 to d·(n + 17) + 2 cycles from the last key to the first token, and n more from job to job.
///
/// ```
/// use spec::unit::{Organisation, TopK};
/// let design = units::top_k(&TopK::new(5, 4, Organisation::MergeExchange))?;
/// assert_eq!(design.name(), "top_k_merge_exchange_n5_k4");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn top_k(config: &TopK) -> Result<Arc<Design>, Errors> {
    match config.organisation {
        Organisation::Bitonic | Organisation::MergeExchange => sorter::sorter(config),
        Organisation::BitonicShared => shared::shared(config),
        Organisation::RadixSelect => radix_select::radix_select(config),
    }
}

/// Compare-exchange cells of the selector.
///
/// ```
/// use spec::unit::{Organisation, TopK};
/// let count = |organisation| units::comparators(&TopK::new(64, 16, organisation));
/// assert_eq!((count(Organisation::Bitonic), count(Organisation::MergeExchange)), (672, 543)); // Knuth 5.2.2 for the latter
/// ```
pub fn comparators(config: &TopK) -> usize {
    match config.organisation {
        Organisation::Bitonic => bitonic_sort::comparators(config.n),
        Organisation::BitonicShared => config.shared_units() as usize,
        Organisation::MergeExchange => {
            let stages = merge_exchange::stages(config.n.into(), config.most_kept().into());
            stages.iter().map(|stage| stage.low.len()).sum()
        }
        Organisation::RadixSelect => 0,
    }
}

/// The streams that all organisations have.
struct Streams<'m> {
    cmd: Sink<'m>,
    keys: Sink<'m>,
    out: Source<'m>,
}

impl<'m> Streams<'m> {
    fn new(m: &'m Module, config: &TopK) -> Self {
        let (count, id) = (Ty::uint(config.count_width()), Ty::uint(config.id_width()));
        let key = if config.key_signed { Ty::sint(config.key_width) } else { Ty::uint(config.key_width) };
        let out = Bundle::new("out").field("id_old", id.clone()).field("id_new", id).field("keep", Ty::bit());
        Self {
            cmd: m.sink(Bundle::new("cmd").field("n", count.clone()).field("k", count)),
            keys: m.sink(Bundle::new("in").field("key", key)),
            out: m.source(out.last().timing(Latency::Variable, 1)),
        }
    }

    /// Whether the offered job has a size that the unit can do.
    fn job_fits(&self, m: &'m Module, config: &TopK) -> Sig<'m> {
        let n = self.cmd.field("n");
        let whole = (1u32 << config.count_width()) - 1 == config.n;
        let small = if whole { m.lit_of(1, Ty::bit()) } else { n.le(config.n) };
        (n.is_nonzero() & small).named("fits")
    }

    /// The key as an unsigned number of the same order: the sign bit, if any, inverted.
    fn rank(&self, m: &'m Module, config: &TopK) -> Sig<'m> {
        let key = self.keys.field("key").as_bits();
        let top = config.key_width - 1;
        match (config.key_signed, top) {
            (false, _) => key,
            (true, 0) => !key,
            (true, _) => m.concat([!key.bit(top), key.bits(top - 1, 0)]),
        }
    }
}

fn doc(m: &Module, config: &TopK) {
    m.doc(format!(
        "Selects the k of up to {} tokens with the highest {} keys of {} bits, equal keys by lower index.",
        config.n,
        if config.key_signed { "signed" } else { "unsigned" },
        config.key_width
    ));
    m.doc("One beat of `cmd` a job (n, k), one of `in` a token in the order of the indices, one of `out` a token in the order of");
    m.doc("the new indices, the kept ones first.");
    m.doc("");
}
