//! The libraries' `config.json`.

use serde_json::Value;
use spec::network::Architecture;

use super::Naming;
use crate::CheckpointError;

/// What a `config.json` says; every field may be missing.
pub(super) struct Config {
    place: String,
    value: Value,
}

impl Config {
    /// The object in `text`, which came from `place`.
    pub fn parse(place: &str, text: &str) -> Result<Self, CheckpointError> {
        let error = |reason: String| CheckpointError::Config {
            place: place.to_owned(),
            reason,
            remedy: "fetch it again from where the weights are from".into(),
        };
        let value: Value = serde_json::from_str(text).map_err(|e| error(format!("is not JSON: {e}")))?;
        if !value.is_object() {
            return Err(error("is no JSON object".into()));
        }
        Ok(Self { place: place.to_owned(), value })
    }

    /// The field of the library's object that says how the model is built.
    fn field(&self, name: &str) -> Option<&Value> {
        let arguments = self.value.get("model_args").and_then(|arguments| arguments.get(name));
        arguments.or_else(|| self.value.get(name)).filter(|value| !value.is_null())
    }

    fn error(&self, field: &str, reason: String, remedy: &str) -> CheckpointError {
        let reason = format!("`{field}` {reason}");
        CheckpointError::Config { place: self.place.clone(), reason, remedy: remedy.to_owned() }
    }

    /// A whole number, or the two equal ones of a list.
    fn number(&self, field: &str) -> Result<Option<usize>, CheckpointError> {
        let Some(value) = self.field(field) else { return Ok(None) };
        let wrong = || self.error(field, format!("is {value}"), "write a whole number, or one twice for a square");
        let whole = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
        match value.as_array().map(Vec::as_slice) {
            Some([a, b]) if a == b => whole(a).ok_or_else(wrong).map(Some),
            Some(_) => Err(wrong()),
            None => whole(value).ok_or_else(wrong).map(Some),
        }
    }

    /// A number with a fraction.
    pub fn real(&self, field: &str) -> Result<Option<f64>, CheckpointError> {
        let Some(value) = self.field(field) else { return Ok(None) };
        value.as_f64().map(Some).ok_or_else(|| self.error(field, format!("is {value}"), "write a number"))
    }

    /// A text.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.field(field)?.as_str()
    }

    /// Attention heads, where they are told or the model's name tells them.
    pub fn heads(&self) -> Result<Option<usize>, CheckpointError> {
        for field in ["num_attention_heads", "num_heads"] {
            if let Some(heads) = self.number(field)? {
                return Ok(Some(heads));
            }
        }
        let sizes = [("tiny", 3), ("small", 6), ("base", 12), ("large", 16), ("huge", 16)];
        let architecture = self.text("architecture").unwrap_or_default();
        Ok(sizes.into_iter().find(|(size, _)| architecture.contains(size)).map(|(_, heads)| heads))
    }

    /// ε of the layer norms: what is told, or the library's own.
    pub fn epsilon(&self, naming: &Naming) -> Result<f64, CheckpointError> {
        Ok(self.real("layer_norm_eps")?.unwrap_or_else(|| library_epsilon(naming)))
    }

    /// Refuses what the tensors contradict and what the units do not compute.
    pub fn check(&self, arch: &Architecture, side: usize) -> Result<(), CheckpointError> {
        for (fields, held) in [
            (["hidden_size", "embed_dim"], arch.embed),
            (["num_hidden_layers", "depth"], arch.depth),
            (["intermediate_size", ""], arch.mlp),
            (["image_size", "img_size"], side),
            (["num_labels", "num_classes"], arch.classes),
        ] {
            for field in fields {
                if let Some(told) = self.number(field)?
                    && told != held
                {
                    let reason = format!("is {told}, but the tensors have {held}");
                    return Err(self.error(field, reason, "give the config.json that belongs to the weights"));
                }
            }
        }
        if let Some(act) = self.text("hidden_act").or_else(|| self.text("act_layer"))
            && !matches!(act, "gelu" | "gelu_new" | "gelu_fast" | "gelu_pytorch_tanh" | "gelu_tanh")
        {
            return Err(self.error("hidden_act", format!("is `{act}`"), "the units compute GELU only"));
        }
        if let Some(pool) = self.text("global_pool")
            && pool != "token"
        {
            return Err(self.error("global_pool", format!("is `{pool}`"), "only the class token is classified"));
        }
        Ok(())
    }

    /// What skip connections of LV-ViT divide their branch by.
    pub fn skip(&self) -> Result<Option<f64>, CheckpointError> {
        self.real("skip_lam")
    }
}

/// ε of a library's layer norms where nothing is told.
pub(super) fn library_epsilon(naming: &Naming) -> f64 {
    match naming {
        Naming::HuggingFace { .. } => 1e-12,
        Naming::Timm => 1e-6,
        Naming::LvVit => 1e-5,
    }
}
