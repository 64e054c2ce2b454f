//! Indices into the tables of a module.

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) struct $name(pub(crate) u32);

        impl $name {
            pub(crate) fn index(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}
id! {
    /// An expression in [`Rtl::exprs`].
    ExprId,
    /// A signal in [`Rtl::signals`].
    SignalId,
    /// A loop in [`Rtl::loops`].
    LoopId,
    /// A memory in [`Rtl::memories`].
    MemoryId,
    /// An enumeration in [`Rtl::enums`].
    EnumId,
    /// A clock domain in [`Rtl::domains`].
    DomainId,
    /// An instance in [`Rtl::instances`].
    InstanceId,
    /// A pipe of the module.
    PipeId
}
