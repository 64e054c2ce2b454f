//! Configuration of `bitonic_sort`.

use serde::{Deserialize, Serialize};

use crate::{ConfigError, Flow};

/// A sorting network over `n` keys, one whole vector of keys a beat.
///
/// Keys come out descending, equal keys by lower index. Stream `in`: field `key` (`n` keys), field `payload` (`n`
/// words, where `payload_width` is not 0), and field `k` unless `top_k` fixes it. Stream `out`, in sorted order, so
/// that element i is the token whose new index is i: fields `key`, `payload` (as above), `id_old` (the index it came
/// in with), `id_new` (i itself) and `flag` (1 where i < k: the token is among the k of highest key).
///
/// Source: Batcher 1968 in the form where all comparators point the same way; the triple `(id_old, id_new, flag)` is that
/// of the token dropping hardware module of "Accelerating ViT Inference on FPGA through Static and Dynamic Pruning",
/// section V.
///
/// ```
/// let config = spec::unit::BitonicSort::new(197, 16, 8);
/// assert_eq!(config.module_name(), "bitonic_sort_n197_k16_p8");
/// assert_eq!((config.id_width(), config.k_width()), (8, 8));
/// config.validate()?;
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BitonicSort {
    /// Keys per vector, 2 to 256.
    pub n: u32,
    /// Bits of a key, 1 to 64.
    pub key_width: u32,
    /// Whether keys are two's complement.
    #[serde(default)]
    pub key_signed: bool,
    /// Bits that travel along with each key, 0 to 64.
    #[serde(default)]
    pub payload_width: u32,
    /// Stages of comparators between two registers, 1 to 36; the last stage is always registered.
    #[serde(default = "one")]
    pub register_every: u32,
    /// The k of the top-k flag; left out, it is a field of every beat.
    #[serde(default)]
    pub top_k: Option<u32>,
    /// How it stalls.
    #[serde(default)]
    pub flow: Flow,
}

fn one() -> u32 {
    1
}

const KIND: &str = "bitonic_sort";

impl BitonicSort {
    /// A sorter of unsigned keys, registered after every stage, with `k` a field of the beat.
    pub fn new(n: u32, key_width: u32, payload_width: u32) -> Self {
        let (key_signed, register_every, top_k, flow) = (false, 1, None, Flow::Stall);
        Self { n, key_width, key_signed, payload_width, register_every, top_k, flow }
    }

    /// Bits of `id_old` and `id_new`: as many as `n - 1` needs.
    pub fn id_width(&self) -> u32 {
        32 - (self.n.max(2) - 1).leading_zeros()
    }

    /// Bits of `k`: as many as `n` needs, for 0 to `n` are allowed (and more means all).
    pub fn k_width(&self) -> u32 {
        32 - self.n.max(1).leading_zeros()
    }

    /// `bitonic_sort_n197_k16_p8` (`ks16`: signed keys), with what differs from the defaults behind it.
    pub fn module_name(&self) -> String {
        let sign = if self.key_signed { "s" } else { "" };
        let mut name = format!("{KIND}_n{}_k{sign}{}_p{}", self.n, self.key_width, self.payload_width);
        if self.register_every != 1 {
            name += &format!("_r{}", self.register_every);
        }
        if let Some(k) = self.top_k {
            name += &format!("_top{k}");
        }
        name += match self.flow {
            Flow::Stall => "",
            Flow::Skid => "_skid",
            Flow::Credit => "_credit",
        };
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
        range("key_width", self.key_width, 1, 64)?;
        range("payload_width", self.payload_width, 0, 64)?;
        range("register_every", self.register_every, 1, 36)?;
        self.top_k.map_or(Ok(()), |k| range("top_k", k, 0, self.n))
    }
}
