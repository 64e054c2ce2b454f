//! One value of all lanes, by pairs, and the marks that come with it.

use hdl::{Module, Sig, Ty, Vector};

use crate::arith::add_in_parts;

/// The longest addition that is left to one carry chain.
const SHORT: u32 = 18;

/// Levels of a tree over `lanes`, a cycle each.
///
/// ```
/// assert_eq!([1, 2, 12, 16].map(units::tree::levels), [0, 1, 4, 4]);
/// ```
pub fn levels(lanes: u32) -> u32 {
    lanes.next_power_of_two().trailing_zeros()
}

/// All elements joined by pairs, a register after each level; `ty` is that of a value of so many terms.
///
/// ```
/// use hdl::{Module, Ty};
/// let largest = Module::build("largest_of_3", |m| {
///     m.doc("The largest of three, two cycles later.");
///     let x = m.input_vec("x", 3, Ty::sint(8));
///     let largest = units::tree::tree(m, "max", x, |_| Ty::sint(8), |a, b, _| a.gt(b).mux(a, b));
///     m.output("y", Ty::sint(8)).set(largest);
/// })?;
/// assert!(largest.to_sv(&Default::default()).contains("max_2"));
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn tree<'m>(
    m: &'m Module,
    name: &str,
    level: Vector<'m>,
    ty: impl Fn(u32) -> Ty,
    join: impl Fn(Sig<'m>, Sig<'m>, &Ty) -> Sig<'m>,
) -> Sig<'m> {
    tree_when(m, name, level, None, ty, join)
}

/// As [`tree`]; with `valid`, a level's registers load only in the cycle in which its bit of `valid` is set, lowest first.
///
/// ```
/// use hdl::{Module, Ty};
/// let largest = Module::build("largest_of_3", |m| {
///     m.doc("The largest of three, two cycles later; nothing switches while nothing comes.");
///     let (x, valid) = (m.input_vec("x", 3, Ty::sint(8)), m.input("valid", Ty::bit()));
///     let late = m.reg_init("late", Ty::bit(), 0);
///     m.clocked(|| late.set(valid));
///     let valid = m.concat([late, valid]);
///     let largest = units::tree::tree_when(m, "max", x, Some(valid), |_| Ty::sint(8), |a, b, _| a.gt(b).mux(a, b));
///     m.output("y", Ty::sint(8)).set(largest);
/// })?;
/// let sv = largest.to_sv(&Default::default());
/// assert!(sv.contains("max_2") && sv.contains("late_q"));
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn tree_when<'m>(
    m: &'m Module,
    name: &str,
    mut level: Vector<'m>,
    valid: Option<Sig<'m>>,
    ty: impl Fn(u32) -> Ty,
    join: impl Fn(Sig<'m>, Sig<'m>, &Ty) -> Sig<'m>,
) -> Sig<'m> {
    let all = level.len();
    for number in 1..=levels(all) {
        let count = level.len();
        let ty = ty(all.min(1 << number));
        let next = m.reg_vec(&format!("{name}_{number}"), count.div_ceil(2), ty.clone(), None);
        let load = |body: &dyn Fn()| {
            m.clocked(|| match valid {
                Some(valid) => m.when(valid.bit(number - 1), body),
                None => body(),
            });
        };
        m.for_each(&format!("{name}_{number}"), 0..(count / 2).into(), |pair| {
            let joined = join(level.at(pair * 2), level.at(pair * 2 + 1), &ty);
            load(&|| next.at(pair).set(joined));
        });
        if count % 2 == 1 {
            load(&|| next.at(count / 2).set(level.at(count - 1)));
        }
        level = next;
    }
    level.at(0)
}

/// a + b, which is in the range of `ty`; in parts where the carry would run far.
pub(crate) fn sum<'m>(m: &'m Module, a: Sig<'m>, b: Sig<'m>, ty: &Ty) -> Sig<'m> {
    let width = ty.width();
    if width <= SHORT {
        return (a + b).assume_range(ty.lo().clone(), ty.hi().clone());
    }
    let wide = |value: Sig<'m>| value.resize(width).as_bits();
    add_in_parts(m, wide(a), wide(b)).cast(ty.clone())
}

/// The marks of a beat, `levels` cycles after they entered: whether there is one, and whether it ends its row.
pub(crate) fn marks<'m>(m: &'m Module, enters: Sig<'m>, last: Sig<'m>, cycles: u32) -> (Sig<'m>, Sig<'m>) {
    let valid = m.reg_init("beat_valid", Ty::uint(cycles), 0);
    let ends = m.reg("beat_last", Ty::uint(cycles));
    let shifted = |line: Sig<'m>, bit: Sig<'m>| match cycles {
        1 => bit,
        _ => m.concat([line.bits(cycles - 2, 0), bit]),
    };
    let (next_valid, next_ends) = (shifted(valid, enters), shifted(ends, last));
    m.clocked(|| {
        valid.set(next_valid);
        ends.set(next_ends);
    });
    (valid.bit(cycles - 1), ends.bit(cycles - 1))
}
