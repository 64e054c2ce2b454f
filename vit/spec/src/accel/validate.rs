//! Which cores can be built.

use super::{Core, KIND};
use crate::unit::LayerNorm;
use crate::{ConfigError, Flow, Format};

fn fail(field: &'static str, reason: String, remedy: impl Into<String>) -> Result<(), ConfigError> {
    Err(ConfigError::new(KIND, field, reason, remedy))
}

impl Core {
    /// Refuses cores that cannot be built.
    ///
    /// # Errors
    /// Which field, and what it may be.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.validate_array()?;
        self.validate_sizes()?;
        self.validate_formats()?;
        self.validate_gelu()?;
        self.units().validate().map_err(own)
    }

    fn validate_array(&self) -> Result<(), ConfigError> {
        if !self.t_i.is_power_of_two() || !(16..=128).contains(&self.t_i) {
            return fail("t_i", format!("is {}", self.t_i), "write a power of two from 16 to 128, the width of a head");
        }
        // At least four columns, a head's in the token selector, and a bit for each of T_i tokens in a beat of 16-bit
        // results; at most an instruction's bits in a beat of weights.
        let (low, high) = (4.max(self.t_i / 16), 16.min(self.t_i / 2));
        if !self.t_o.is_power_of_two() || !(low..=high).contains(&self.t_o) {
            let remedy = format!("write a power of two from {low} to {high} for heads of {} channels", self.t_i);
            return fail("t_o", format!("is {}", self.t_o), remedy);
        }
        if !(1..=8).contains(&self.t_h) || self.t_h * self.t_o > 64 {
            let remedy = format!("write 1 to {}: groups have at most 64 columns together", 8.min(64 / self.t_o));
            return fail("t_h", format!("is {} with {} columns each", self.t_h, self.t_o), remedy);
        }
        if self.load_rows != 2 {
            let remedy = "write 2: a beat of a memory port has two rows";
            return fail("load_rows", format!("is {}", self.load_rows), remedy);
        }
        Ok(())
    }

    fn validate_sizes(&self) -> Result<(), ConfigError> {
        let (low, high) = (self.t_i, 256.min(16 * self.t_o));
        if !self.max_tokens.is_power_of_two() || !(low..=high).contains(&self.max_tokens) {
            let remedy = format!("write a power of two from {low}, the width of a head, to {high}");
            return fail("max_tokens", format!("is {}", self.max_tokens), remedy);
        }
        let word = self.word_bytes();
        // No more heads than a head has channels, and no more of a group than an instruction's index tells apart.
        let embed = LayerNorm::WIDEST.min(self.t_i * self.t_i).min(Self::GROUP_HEADS * word) / word * word;
        for (field, value, most) in
            [("max_embed", self.max_embed, embed), ("max_mlp", self.max_mlp, Self::ROW_WORDS * word)]
        {
            if value == 0 || !value.is_multiple_of(word) || value > most {
                let remedy = format!("write a multiple of {word}, what the groups take in a cycle, up to {most}");
                return fail(field, format!("is {value}"), remedy);
            }
        }
        if !(32..=64).contains(&self.address_bits) {
            let remedy = "write 32 to 64, what its AXI masters are built for";
            return fail("address_bits", format!("is {}", self.address_bits), remedy);
        }
        Ok(())
    }

    fn validate_formats(&self) -> Result<(), ConfigError> {
        let formats = [("residual", self.residual, 16), ("norm", self.norm, 8), ("mean", self.mean, 8)];
        for (field, format, width) in formats.into_iter().chain([("logit", self.logit, 16)]) {
            if (format.signed, format.width) != (true, width) {
                let example = Format { signed: true, width, ..format };
                return fail(
                    field,
                    format!("is {format}"),
                    format!("write a signed format of {width} bits, such as {example}"),
                );
            }
        }
        if !(5..=15).contains(&self.score_frac) {
            return fail("score_frac", format!("is {}", self.score_frac), "write 5 to 15");
        }
        Ok(())
    }

    fn validate_gelu(&self) -> Result<(), ConfigError> {
        let gelu = &self.gelu;
        let part = |error: ConfigError| {
            let reason = format!("has a field `{}` that {}", error.field, error.reason);
            ConfigError { kind: KIND, field: "gelu", reason, ..error }
        };
        gelu.validate().map_err(part)?;
        if (gelu.x.width, gelu.y.width) != (16, 8) {
            let remedy =
                "give it an `x` of 16 bits, the array's results, and a `y` of 8, what activations are stored in";
            return fail("gelu", format!("is {} to {}", gelu.x, gelu.y), remedy);
        }
        if gelu.flow != Flow::Stall || gelu.lanes != 1 {
            return fail(
                "gelu",
                "has `flow` or `lanes`".to_owned(),
                "leave them out: each column of a group has its own",
            );
        }
        Ok(())
    }
}

/// A unit's error as one of the core's: of its fields only formats are left to be refused.
fn own(error: ConfigError) -> ConfigError {
    let field = match error.field {
        "x" => "residual",
        "y" => "norm",
        other => other,
    };
    ConfigError { kind: KIND, field, ..error }
}
