//! The parts that an accelerator is made of.

use serde::{Deserialize, Deserializer, Serialize};

use crate::ConfigError;
use crate::accel::{Accelerator, Core};
use crate::axi::{LiteSlave, ReadMaster, WriteMaster};

macro_rules! part_configs {
    ($($(#[$doc:meta])* $variant:ident => $kind:literal),+ $(,)?) => {
        /// The configuration of any part of an accelerator, tagged by `kind`.
        ///
        /// ```
        /// use spec::PartConfig;
        /// use spec::axi::{Master, ReadMaster};
        /// let part = PartConfig::from(ReadMaster { master: Master::new(32, 64) });
        /// assert_eq!((part.kind(), part.module_name().as_str()), ("axi_read_master", "axi_read_master_a32_d64_b64_o4"));
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        pub enum PartConfig {
            $($(#[$doc])* #[serde(rename = $kind)] $variant($variant)),+
        }

        impl PartConfig {
            /// The kinds.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// Reads the configuration of a part of the given kind, without a tag: so errors keep their places. `None` if
            /// there is no such kind.
            pub fn deserialize_kind<'de, D: Deserializer<'de>>(
                kind: &str,
                deserializer: D,
            ) -> Option<Result<Self, D::Error>> {
                match kind {
                    $($kind => Some($variant::deserialize(deserializer).map(Self::$variant)),)+
                    _ => None,
                }
            }

            /// The part's plain name.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $kind),+ }
            }

            /// The name of the emitted module.
            pub fn module_name(&self) -> String {
                match self { $(Self::$variant(config) => config.module_name()),+ }
            }

            /// Whether a part can be built from it.
            ///
            /// # Errors
            /// Which field, and what it may be.
            pub fn validate(&self) -> Result<(), ConfigError> {
                match self { $(Self::$variant(config) => config.validate()),+ }
            }
        }

        $(impl From<$variant> for PartConfig {
            fn from(config: $variant) -> Self {
                Self::$variant(config)
            }
        })+
    };
}

part_configs! {
    /// Reads memory.
    ReadMaster => "axi_read_master",
    /// Writes memory.
    WriteMaster => "axi_write_master",
    /// Holds the registers.
    LiteSlave => "axi_lite_slave",
    /// Runs whole networks.
    Core => "core",
    /// Runs whole networks for a host.
    Accelerator => "accelerator",
}
