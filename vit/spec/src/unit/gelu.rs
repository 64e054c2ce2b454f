//! Configuration of `gelu`.

use serde::{Deserialize, Serialize};

use super::method::{Method, expect_format};
use super::{lane_dsp, lanes};
use crate::{ConfigError, Delta, Flow, Format};

/// GELU by HeatViT's polynomial for erf. Source: HeatViT (HPCA 2023), eq. 5 and 6.
///
/// x/2·(1 + L(x/√2)), L(u) = sign(u)·δ1·(a·(min(|u|, −b) + b)² + 1), a = −0.2888, b = −1.769. With δ1 = 1 it
/// approximates GELU; the paper's 0.5 is deliberately another function, 0.75·x for large x, that a network is trained with.
///
/// One value a cycle, or `lanes` of them: then a beat of `in` and `out` holds a vector, with `keep`, which passes through, and `last`.
///
/// # Arithmetic, exact to the bit
///
/// The constants a and 1/√2 are folded into one coefficient, 0.0722·δ1 = −a·δ1/4, and the sign of x picks the constant of
/// the gain: y = x·g(x). With T, P and Q of [`Self::vertex_bits`], [`Self::precision`] and
/// [`Self::coefficient_bits`]:
///
/// 1. t = max(0, round(1.769·√2·2^T) − |⌊x⌉|), where ⌊x⌉ is ⌊x·2^(T − x.frac)⌋, negated for negative x.
/// 2. u = ⌊t²·2^(P + 1 − 2T)⌋; h = ⌊C·u / 2^(Q − 3)⌋ where C = round(0.0722·δ1·2^Q).
/// 3. g = round((1 + δ1)/2·2^(P + 4)) − h for x ≥ 0, round((1 − δ1)/2·2^(P + 4)) + h for x < 0.
/// 4. y = x·g·2^(−x.frac − P − 4), rounded once, half to even, and saturated.
///
/// The square and the last product hold one DSP each, or LUTs where `lane_dsp` says so; C·u is shifts and adds. With [`Method::Table`], y is
/// x/2·(1 + δ1·erf(x/√2)), rounded half to even and saturated.
///
/// ```
/// use spec::{Delta, unit::Gelu};
/// let trained = Gelu { delta1: Delta::HALF, ..Gelu::preset16() };
/// assert_eq!(trained.module_name(), "gelu_s16f12_s16f12_delta0p5");
/// assert_eq!((trained.vertex_bits(), trained.precision()), (12, 12));
/// trained.validate()?;
/// assert_eq!(Gelu { lanes: 16, ..Gelu::preset8() }.module_name(), "gelu_s8f4_s8f4_l16");
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gelu {
    /// Format of the input `x`: signed, 2 to 24 bits, 0 to 24 of them fraction bits, and not so many that all results round to 0.
    pub x: Format,
    /// Format of the output `y`: signed, 2 to 24 bits, 0 to 24 of them fraction bits.
    pub y: Format,
    /// The regularisation factor δ1.
    #[serde(default)]
    pub delta1: Delta,
    /// Datapath or table.
    #[serde(default)]
    pub method: Method,
    /// How it stalls. From some 16 lanes on take `credit`, which has no enable that reaches every register.
    #[serde(default)]
    pub flow: Flow,
    /// Values in a beat, 1 to 64, each with a datapath of its own.
    #[serde(default = "lanes::one", skip_serializing_if = "lanes::is_one")]
    pub lanes: u32,
    /// Whether the datapath's two products are in DSPs, or in LUTs.
    #[serde(default = "lane_dsp::yes", skip_serializing_if = "lane_dsp::is_yes")]
    pub lane_dsp: bool,
}

const KIND: &str = "gelu";

impl Gelu {
    /// a of eq. 5.
    pub const A: f64 = -0.2888;
    /// The smallest δ1 that the datapath's precision can tell from 0.
    pub const MIN_DELTA: Delta = Delta::of_millionths(100);
    /// b of eq. 5.
    pub const B: f64 = -1.769;

    /// The datapath between two formats, with δ1 = 1.
    pub fn new(x: Format, y: Format) -> Self {
        Self { x, y, delta1: Delta::ONE, method: Method::Polynomial, flow: Flow::Stall, lanes: 1, lane_dsp: true }
    }

    /// s16.12 to s16.12.
    pub fn preset16() -> Self {
        Self::new(Format::signed(16, 12), Format::signed(16, 12))
    }

    /// s8.4 to s8.4.
    pub fn preset8() -> Self {
        Self::new(Format::signed(8, 4), Format::signed(8, 4))
    }

    /// P, which the internal precisions follow: the output's fraction bits, within 4 (more for a small δ1) to 12.
    pub fn precision(&self) -> i32 {
        self.y.frac.clamp((4 + self.delta1.halvings()).min(12), 12)
    }

    /// Q, the fraction bits of the coefficient: P + 2, and more for a small δ1.
    pub fn coefficient_bits(&self) -> i32 {
        self.precision() + 2 + self.delta1.halvings()
    }

    /// T, the fraction bits of the distance t from the parabola's vertex: the input's, within P to 15.
    pub fn vertex_bits(&self) -> i32 {
        self.x.frac.clamp(self.precision(), 15)
    }

    /// `gelu_s16f12_s16f12`, with what differs from the defaults behind it.
    pub fn module_name(&self) -> String {
        let delta = if self.delta1 == Delta::ONE { String::new() } else { format!("_delta{}", self.delta1.ident()) };
        let (x, y, lanes) = (self.x.ident(), self.y.ident(), lanes::suffix(self.lanes));
        let lut = lane_dsp::suffix(self.lane_dsp);
        format!("{KIND}_{x}_{y}{lanes}{delta}{}{lut}{}", self.method.suffix(), self.flow.suffix())
    }

    /// Whether every result of the datapath rounds to 0: the largest |x| times the largest gain is at most half an LSB of `y`.
    fn vanishes(&self) -> bool {
        let gain_bits = self.precision() + 4;
        let gain = ((1.0 + self.delta1.value()) / 2.0 * f64::from(gain_bits).exp2()).round();
        gain * f64::from(self.x.width as i32 - self.x.frac + self.y.frac - gain_bits).exp2() <= 1.0
    }

    /// Refuses formats that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        expect_format(KIND, "x", self.x, Some(true), 2..=24, 0..=24)?;
        expect_format(KIND, "y", self.y, Some(true), 2..=24, 0..=24)?;
        if self.method == Method::Polynomial && self.delta1.millionths() < Self::MIN_DELTA.millionths() {
            let remedy = format!("give {} or more, or take the table", Self::MIN_DELTA);
            return Err(ConfigError::new(KIND, "delta1", format!("is {}", self.delta1), remedy));
        }
        if self.method == Method::Polynomial && self.vanishes() {
            let reason = format!("is {}, so small that gelu is 0 as far as {} tells", self.x, self.y);
            let remedy = "give it fewer fraction bits or `y` more, or take the table".to_owned();
            return Err(ConfigError::new(KIND, "x", reason, remedy));
        }
        lanes::validate(KIND, self.lanes)?;
        self.method.validate(KIND, self.x)
    }
}
