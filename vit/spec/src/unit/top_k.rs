//! Configuration of `top_k`.

use serde::{Deserialize, Serialize};

use crate::ConfigError;

/// How a [`TopK`] finds its tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Organisation {
    /// Batcher's bitonic network, pipelined.
    #[default]
    Bitonic,
    /// Batcher's bitonic network, its stages one after the other on a few comparators (`units`).
    BitonicShared,
    /// Batcher's merge exchange for exactly `n` elements, pipelined, without the comparators that no place below `k_max`
    /// depends on.
    MergeExchange,
    /// The threshold, found digit by digit from the top, then a stable partition.
    RadixSelect,
}

impl Organisation {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Bitonic, Self::BitonicShared, Self::MergeExchange, Self::RadixSelect];

    /// The name, as in a configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bitonic => "bitonic",
            Self::BitonicShared => "bitonic_shared",
            Self::MergeExchange => "merge_exchange",
            Self::RadixSelect => "radix_select",
        }
    }

    /// Whether it has a network with registers between the stages.
    pub fn is_pipelined(self) -> bool {
        matches!(self, Self::Bitonic | Self::MergeExchange)
    }
}

/// Selects the k tokens of highest key among up to `n`, one token a beat; equal keys by lower index.
///
/// Stream `cmd`: one beat a job, fields `n` (tokens of the job, 1 to the `n` of the configuration; a job of any other
/// size is dropped) and `k` (tokens to keep; more than there are means all). Stream `in`: field `key`, one beat a token in
/// the order of their indices. Stream `out`, with `last`: one beat a token in the order of the new indices, fields
/// `id_old`, `id_new` and `keep` (1 for the first k).
///
/// All organisations keep the same tokens. They differ in the order:
///
/// | organisation | kept | others |
/// |---|---|---|
/// | `bitonic`, `bitonic_shared` | descending | descending |
/// | `merge_exchange` | descending | descending up to place `k_max`, then as the network leaves them |
/// | `radix_select` | by index | by index |
///
/// Source: "Accelerating ViT Inference on FPGA through Static and Dynamic Pruning", section V (token dropping hardware
/// module), for what it does; Batcher 1968 for the bitonic network; Knuth, The Art of Computer Programming 3, section 5.2.2,
/// algorithm M for merge exchange.
///
/// ```
/// use spec::unit::{Organisation, TopK};
/// let config = TopK { k_max: Some(138), ..TopK::new(197, 16, Organisation::MergeExchange) };
/// assert_eq!(config.module_name(), "top_k_merge_exchange_n197_k16_top138");
/// assert_eq!((config.id_width(), config.count_width()), (8, 8));
/// config.validate()?;
/// let shared = TopK { units: Some(16), ..TopK::new(197, 16, Organisation::BitonicShared) };
/// assert_eq!(shared.module_name(), "top_k_bitonic_shared_n197_k16_p16");
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopK {
    /// Most tokens of a job, 2 to 256.
    pub n: u32,
    /// Bits of a key, 1 to 32.
    pub key_width: u32,
    /// Whether keys are two's complement.
    #[serde(default)]
    pub key_signed: bool,
    /// How the tokens are found.
    #[serde(default)]
    pub organisation: Organisation,
    /// The largest k of a job, for `merge_exchange` only; left out, `n`.
    #[serde(default)]
    pub k_max: Option<u32>,
    /// Comparators of `bitonic_shared`, a power of two up to [`Self::most_units`]; left out, 8 or as many as there may be.
    #[serde(default)]
    pub units: Option<u32>,
    /// Stages of comparators between two registers, 1 to 36, for `bitonic` and `merge_exchange` only.
    #[serde(default = "one")]
    pub register_every: u32,
}

fn one() -> u32 {
    1
}

const KIND: &str = "top_k";

impl TopK {
    /// Bits of a digit of `radix_select`.
    pub const DIGIT: u32 = 4;

    /// A selector of unsigned keys; a network has a register after every stage.
    pub fn new(n: u32, key_width: u32, organisation: Organisation) -> Self {
        Self { n, key_width, key_signed: false, organisation, k_max: None, units: None, register_every: 1 }
    }

    /// The largest k of a job.
    pub fn most_kept(&self) -> u32 {
        self.k_max.unwrap_or(self.n)
    }

    /// Places of `bitonic_shared`: the power of two from `n` up, at least 4.
    pub fn places(&self) -> u32 {
        self.n.next_power_of_two().max(4)
    }

    /// The most comparators that `bitonic_shared` can use: a quarter of its places.
    pub fn most_units(&self) -> u32 {
        self.places() / 4
    }

    /// Comparators of `bitonic_shared`.
    pub fn shared_units(&self) -> u32 {
        self.units.unwrap_or(self.most_units().min(8))
    }

    /// Bits of `id_old` and `id_new`: as many as `n - 1` needs.
    pub fn id_width(&self) -> u32 {
        32 - (self.n.max(2) - 1).leading_zeros()
    }

    /// Bits of `n` and `k`: as many as `n` needs.
    pub fn count_width(&self) -> u32 {
        32 - self.n.max(1).leading_zeros()
    }

    /// `top_k_bitonic_n197_k16` (`ks16`: signed keys), with what differs from the defaults behind it.
    pub fn module_name(&self) -> String {
        let sign = if self.key_signed { "s" } else { "" };
        let mut name = format!("{KIND}_{}_n{}_k{sign}{}", self.organisation.name(), self.n, self.key_width);
        if let Some(k) = self.k_max {
            name += &format!("_top{k}");
        }
        if let Some(units) = self.units {
            name += &format!("_p{units}");
        }
        if self.register_every != 1 {
            name += &format!("_r{}", self.register_every);
        }
        name
    }

    /// Refuses sizes that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let range = |field, value: u32, low: u32, high: u32| {
            if (low..=high).contains(&value) {
                return Ok(());
            }
            Err(ConfigError::new(KIND, field, format!("is {value}"), format!("give a number from {low} to {high}")))
        };
        range("n", self.n, 2, 256)?;
        range("key_width", self.key_width, 1, 32)?;
        range("register_every", self.register_every, 1, 36)?;
        let foreign = |field| {
            let remedy = "leave it out, or choose another organisation";
            Err(ConfigError::new(KIND, field, format!("means nothing to {}", self.organisation.name()), remedy))
        };
        if !self.organisation.is_pipelined() && self.register_every != 1 {
            return foreign("register_every");
        }
        if let Some(units) = self.units {
            if self.organisation != Organisation::BitonicShared {
                return foreign("units");
            }
            if !units.is_power_of_two() || units > self.most_units() {
                let remedy = format!("give a power of two up to {}", self.most_units());
                return Err(ConfigError::new(KIND, "units", format!("is {units}"), remedy));
            }
        }
        match (self.k_max, self.organisation) {
            (None, _) => Ok(()),
            (Some(k), Organisation::MergeExchange) => range("k_max", k, 1, self.n),
            (Some(_), _) => foreign("k_max"),
        }
    }
}
