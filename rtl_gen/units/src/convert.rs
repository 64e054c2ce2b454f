//! From the configuration's words to the construction library's.

use hdl::Ty;

/// A number format as a type.
pub(crate) fn ty(format: spec::Format) -> Ty {
    if format.signed { Ty::sfix(format.width, format.frac) } else { Ty::ufix(format.width, format.frac) }
}

/// A flow policy.
pub(crate) fn flow(flow: spec::Flow) -> hdl::Flow {
    match flow {
        spec::Flow::Stall => hdl::Flow::Stall,
        spec::Flow::Skid => hdl::Flow::Skid,
        spec::Flow::Credit => hdl::Flow::Credit,
    }
}
