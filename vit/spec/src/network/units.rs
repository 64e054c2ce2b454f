//! The units that a network runs on.

use serde::{Deserialize, Serialize};

use crate::unit::{
    BitonicSort, Elementwise, Gelu, GemmEngine, LayerNorm, Operation, PlanSigmoid, Softmax, SoftmaxForm, SystolicGemm,
    TokenClassifier, TokenSelector, UnitConfig,
};
use crate::{ConfigError, Format};

/// The units that a network's jobs run on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Units {
    /// Every matrix product.
    pub gemm: SystolicGemm,
    /// Attention rows, unnormalised form.
    pub softmax: Softmax,
    /// Every GELU.
    pub gelu: Gelu,
    /// The head-evaluation branch's sigmoid.
    pub sigmoid: Option<PlanSigmoid>,
    /// The token classifier's softmax over two channels, normalised form.
    pub classifier_softmax: Option<Softmax>,
    /// Score, threshold and packager.
    pub token_selector: Option<TokenSelector>,
    /// One sorter per token-dropping block, in order.
    pub sorters: Vec<BitonicSort>,
}

impl Units {
    /// All of them, without repetition, in the order of the fields.
    pub fn configs(&self) -> Vec<UnitConfig> {
        let mut configs: Vec<UnitConfig> =
            vec![self.gemm.clone().into(), self.softmax.clone().into(), self.gelu.clone().into()];
        configs.extend(self.sigmoid.clone().map(UnitConfig::from));
        configs.extend(self.classifier_softmax.clone().map(UnitConfig::from));
        configs.extend(self.token_selector.clone().map(UnitConfig::from));
        for sorter in self.sorters.iter().cloned().map(UnitConfig::from) {
            if !configs.contains(&sorter) {
                configs.push(sorter);
            }
        }
        configs
    }
}

/// Which arithmetic a network's results are defined by, to the bit.
///
/// | job | [`Self::Host`] | [`Self::Core`] |
/// |---|---|---|
/// | layer norm | exact root and division, ε as the network has it | the unit `layer_norm`: reciprocal root of 16 bits, ε of its configuration |
/// | matrix products | `systolic_gemm` | `gemm_engine`; the same results, for no weight is −128 |
/// | GELU | the unit `gelu` | `gemm_engine`'s, on the way out; the same results |
/// | residual and position | saturating addition | `elementwise` with a factor of 1; the same results |
/// | classifier's means, features, scores | exact means, `softmax`, `plan_sigmoid` | `token_classifier`; the same results in the same formats |
///
/// So it is in the layer norm alone that the two differ, by one LSB of some values (see [`LayerNorm`]), where the formats are the same ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arithmetic {
    /// The units of [`Units`], and integer arithmetic on a host between them.
    #[default]
    Host,
    /// The units of a core, which does everything.
    Core(Box<CoreUnits>),
}

/// The units of a core that computes whole networks: what their configurations fix, every network on it keeps to.
///
/// Binary points of the residual stream and of weights are free, for the units that take them scale by numbers of the command. Fixed are
/// GELU, softmax, the layer norm's result, the classifier's logits, and the bits between the residual stream's binary point and the
/// channel means'.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoreUnits {
    /// Every matrix product, with the GELU on its way out. 16-bit results.
    pub engine: GemmEngine,
    /// Attention rows, unnormalised form.
    pub softmax: Softmax,
    /// Every layer norm, to 8 bits; its affine part is in the weights behind it.
    pub layer_norm: LayerNorm,
    /// Residual and position.
    pub residual_add: Elementwise,
    /// From the residual stream to the classifiers' 8 bits.
    pub scale: Elementwise,
    /// What the token classifiers do between their products.
    pub classifier: TokenClassifier,
    /// Score, threshold and packager.
    pub selector: TokenSelector,
}

const KIND: &str = "core";

impl CoreUnits {
    /// Around an engine with GELU, for tokens of up to `max_width` channels in heads of `head_width`. The residual stream is taken
    /// as s16.10, attention scores as s16.11, layer norm's results as s8.5, the classifiers' logits as s16.12.
    ///
    /// ```
    /// use spec::network::CoreUnits;
    /// use spec::unit::GemmEngine;
    /// let core = CoreUnits::new(GemmEngine::zcu102(), 768, 64);
    /// core.validate()?;
    /// assert_eq!(core.layer_norm.module_name(), "layer_norm_s16f10_s8f5_l16_d768");
    /// assert!(CoreUnits::new(GemmEngine::deit_b(), 768, 64).validate().unwrap_err().to_string().contains("gelu"));
    /// # Ok::<(), spec::ConfigError>(())
    /// ```
    pub fn new(engine: GemmEngine, max_width: u32, head_width: u32) -> Self {
        let (wide, narrow) = (Format::signed(16, 10), Format::signed(8, 4));
        let lanes = [16, 8, 4, 2].into_iter().find(|l| max_width.is_multiple_of(*l)).unwrap_or(1);
        let feature = engine.gelu.as_ref().map_or(narrow, |gelu| gelu.y);
        let classifier = TokenClassifier::int16();
        let part = |most: u32| most.min(head_width / 2).max(1);
        Self {
            softmax: Softmax { lanes: 16, ..Softmax::unnormalised(Format::signed(16, 11)) },
            layer_norm: LayerNorm { max_width, ..LayerNorm::new(wide, Format::signed(8, 5), lanes) },
            residual_add: Elementwise::residual_add(wide, wide, 16),
            scale: Elementwise::scale(wide, narrow, 16),
            selector: TokenSelector {
                x: wide,
                s: classifier.s,
                a: classifier.a,
                max_tokens: engine.max_m,
                ..TokenSelector::int16(max_width.next_multiple_of(8), 8)
            },
            classifier: TokenClassifier {
                feature,
                head_width,
                x_lanes: part(8),
                lanes: part(8),
                max_tokens: engine.max_m,
                ..classifier
            },
            engine,
        }
    }

    /// All of them.
    pub fn configs(&self) -> Vec<UnitConfig> {
        vec![
            self.engine.clone().into(),
            self.softmax.clone().into(),
            self.layer_norm.clone().into(),
            self.residual_add.clone().into(),
            self.scale.clone().into(),
            self.classifier.clone().into(),
            self.selector.clone().into(),
        ]
    }

    /// Refuses units that cannot be built or do not fit together.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let refuse =
            |field, reason: String, remedy: &str| Err(ConfigError::new(KIND, field, reason, remedy.to_owned()));
        for config in self.configs() {
            config.validate()?;
        }
        let Some(gelu) = &self.engine.gelu else {
            return refuse("engine", "has no gelu".into(), "give it one, such as s16.11 to s8.4");
        };
        if self.engine.out_bits != 16 || gelu.y.width != 8 {
            let reason = format!("has results of {} bits, of {} behind GELU", self.engine.out_bits, gelu.y.width);
            return refuse("engine", reason, "give 16 and 8");
        }
        if self.softmax.form != SoftmaxForm::Unnormalised || self.softmax.x.width != 16 {
            return refuse("softmax", "is not for 16-bit scores in the unnormalised form".into(), "give that form");
        }
        if self.layer_norm.affine().is_some() || self.layer_norm.x.width != 16 || self.layer_norm.y.width != 8 {
            return refuse("layer_norm", "is not plain, from 16 to 8 bits".into(), "leave `gamma` and `beta` out");
        }
        for (field, unit, operation, width) in [
            ("residual_add", &self.residual_add, Operation::ResidualAdd, 16),
            ("scale", &self.scale, Operation::Scale, 8),
        ] {
            if unit.operation != operation || (unit.x.width, unit.y.width) != (16, width) {
                let reason = format!("is a {} from {} to {}", unit.operation.ident(), unit.x, unit.y);
                return refuse(field, reason, &format!("give a {} from 16 to {width} bits", operation.ident()));
            }
        }
        let (c, s) = (&self.classifier, &self.selector);
        if (c.x.width, c.mean.width, c.logit.width) != (16, 8, 16) || c.feature != gelu.y {
            let reason = format!("has x {}, mean {}, feature {}, logit {}", c.x, c.mean, c.feature, c.logit);
            return refuse("classifier", reason, "give 16, 8, 8 and 16 bits, and features in the GELU's format");
        }
        if (s.x.width, s.s, s.a) != (16, c.s, c.a) {
            let reason = format!("takes x {}, scores {}, weights {}", s.x, s.s, s.a);
            return refuse("selector", reason, "give 16 bits, and the classifier's formats");
        }
        Ok(())
    }
}
