//! A module's code in Verilator's model.

use hdl::Module;

/// Lets all instances of the module share one piece of code in Verilator's model: it is not inlined, and the parent's signals
/// do not take the place of its inputs.
///
/// ```
/// let design = hdl::Module::build("invert", |m| {
///     units::share(m);
///     m.output("y", hdl::Ty::bit()).set(!m.input("x", hdl::Ty::bit()));
/// })?;
/// assert!(design.to_sv(&Default::default()).contains("no_inline_module"));
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn share(m: &Module) {
    m.pragma("verilator no_inline_module");
    m.input_pragma("verilator public_flat_rd");
}
