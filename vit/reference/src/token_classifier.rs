//! What HeatViT's token classifier does between its matrix products.

use spec::ConfigError;
use spec::unit::TokenClassifier;

use crate::network::host;
use crate::token_selector::HeadScore;
use crate::{FunctionUnit, PlanSigmoidModel, RowError, SoftmaxModel};

/// The unit `token_classifier`, bit for bit, by the contract of [`spec::unit::TokenClassifier`].
///
/// ```
/// use reference::TokenClassifierModel;
/// use spec::unit::TokenClassifier;
/// let model = TokenClassifierModel::new(&TokenClassifier { head_width: 4, x_lanes: 4, lanes: 2, ..TokenClassifier::int8() })?;
/// assert_eq!(model.means(&[32, 64, 96, 130, 0, 0, 0, 1 << 15]), [3, 127]); // from s16.10 to s8.5
/// let rows = model.features(&[1, 10, 2, 20, 2, 31]);
/// assert_eq!(rows, [[1, 10, 2, 20], [2, 20, 2, 20], [2, 31, 2, 20]]);
/// let score = model.score(0, 0, 0)?;
/// assert_eq!((score.s0, score.s1, score.a), (64, 64, 64)); // halves in u8.7
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TokenClassifierModel {
    config: TokenClassifier,
    softmax: SoftmaxModel,
    sigmoid: PlanSigmoidModel,
}

impl TokenClassifierModel {
    /// Refuses what the configuration refuses.
    pub fn new(config: &TokenClassifier) -> Result<Self, ConfigError> {
        config.validate()?;
        let (softmax, sigmoid) = (SoftmaxModel::new(&config.softmax())?, PlanSigmoidModel::new(&config.sigmoid())?);
        Ok(Self { config: config.clone(), softmax, sigmoid })
    }

    /// The mean of every head's channels, head by head, token by token, of channels in that order.
    pub fn means(&self, x: &[i32]) -> Vec<i32> {
        host::means(x, self.config.head_width as usize, self.config.x, self.config.mean)
    }

    /// A head's rows \[local, global\], a row a token, of its local features in the same order.
    pub fn features(&self, local: &[i32]) -> Vec<Vec<i32>> {
        let width = self.config.head_width as usize / 2;
        let global = host::row_mean(local, width);
        local.chunks(width).map(|row| [row, &global].concat()).collect()
    }

    /// Scores and weight of a head for a token.
    pub fn score(&self, keep: i64, prune: i64, gate: i64) -> Result<HeadScore, RowError> {
        let scores = self.softmax.eval_row(&[keep, prune])?.y;
        Ok(HeadScore { s0: scores[0] as u32, s1: scores[1] as u32, a: self.sigmoid.eval(gate) as u32 })
    }
}
