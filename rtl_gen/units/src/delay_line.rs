//! Values that wait a fixed number of cycles.

use hdl::{Module, Sig, Ty};

/// `value` now and in each of the next `cycles` cycles: bits through a shift register `<name>_line`, words through registers
/// `<name>1`, `<name>2`, …
pub(crate) fn delayed<'m>(m: &'m Module, name: &str, value: Sig<'m>, cycles: usize, reset: bool) -> Vec<Sig<'m>> {
    let register = |name: String, ty: Ty| if reset { m.reg_init(&name, ty, 0) } else { m.reg(&name, ty) };
    if value.width() == 1 && cycles > 1 {
        let cycles = cycles as u32;
        let line = register(format!("{}_line", name.trim_end_matches('_')), Ty::uint(cycles));
        m.clocked(|| line.set(m.concat([line.bits(cycles - 2, 0), value])));
        return std::iter::once(value).chain((0..cycles).map(|late| line.bit(late))).collect();
    }
    let words = (1..=cycles).map(|late| register(format!("{name}{late}"), value.ty()));
    let line: Vec<Sig<'m>> = std::iter::once(value).chain(words).collect();
    m.clocked(|| line.windows(2).for_each(|pair| pair[1].set(pair[0])));
    line
}
