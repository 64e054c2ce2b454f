//! How the libraries call a vision transformer's tensors.

use super::source::Source;

/// Whose names a checkpoint's tensors have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Naming {
    /// Hugging Face `transformers`: `vit.encoder.layer.0.attention.attention.query.weight`.
    HuggingFace {
        /// What stands before `encoder`: `vit.`, `deit.` or nothing.
        prefix: String,
    },
    /// `timm`: `blocks.0.attn.qkv.weight`.
    Timm,
    /// Token labelling's LV-ViT: timm's names, behind a convolutional stem.
    LvVit,
}

impl Naming {
    /// Whose names the file has, if it has any that are known.
    pub(super) fn of(source: &Source<'_>) -> Option<Self> {
        let names = source.names();
        if names.iter().any(|name| name.starts_with("blocks.0.")) {
            let stem = source.has("patch_embed.conv1.weight");
            return Some(if stem { Self::LvVit } else { Self::Timm });
        }
        let first = names.iter().find_map(|name| name.split_once("encoder.layer.0."))?;
        Some(Self::HuggingFace { prefix: first.0.to_owned() })
    }

    /// The library's name.
    ///
    /// ```
    /// assert_eq!(model::Naming::LvVit.library(), "token labelling (LV-ViT)");
    /// ```
    pub fn library(&self) -> &'static str {
        match self {
            Self::HuggingFace { .. } => "Hugging Face",
            Self::Timm => "timm",
            Self::LvVit => "token labelling (LV-ViT)",
        }
    }

    /// What the library calls our parameter or layer, such as `blocks.3.fc1` or `class_token`. Query, key and value of timm
    /// are one layer.
    pub(super) fn name(&self, ours: &str) -> String {
        let part = |block: &str, part: &str| match self {
            Self::HuggingFace { prefix } => {
                let part = match part {
                    "query" | "key" | "value" => format!("attention.attention.{part}"),
                    "proj" => "attention.output.dense".into(),
                    "fc1" => "intermediate.dense".into(),
                    "fc2" => "output.dense".into(),
                    "norm1" => "layernorm_before".into(),
                    _ => "layernorm_after".into(),
                };
                format!("{prefix}encoder.layer.{block}.{part}")
            }
            Self::Timm | Self::LvVit => {
                let part = match part {
                    "query" | "key" | "value" => "attn.qkv",
                    "proj" => "attn.proj",
                    "fc1" => "mlp.fc1",
                    "fc2" => "mlp.fc2",
                    other => other,
                };
                format!("blocks.{block}.{part}")
            }
        };
        if let Some((block, layer)) = ours.strip_prefix("blocks.").and_then(|rest| rest.split_once('.')) {
            return part(block, layer);
        }
        match self {
            Self::HuggingFace { prefix } => match ours {
                "patch" => format!("{prefix}embeddings.patch_embeddings.projection"),
                "class_token" => format!("{prefix}embeddings.cls_token"),
                "position" => format!("{prefix}embeddings.position_embeddings"),
                "norm" => format!("{prefix}layernorm"),
                _ => "classifier".into(),
            },
            Self::Timm | Self::LvVit => match ours {
                "patch" => "patch_embed.proj".into(),
                "class_token" => "cls_token".into(),
                "position" => "pos_embed".into(),
                other => other.into(),
            },
        }
    }

    /// Why a tensor that no layer has is left out, if it may be.
    pub(super) fn apart(&self, name: &str) -> Option<&'static str> {
        match self {
            Self::LvVit if name.starts_with("patch_embed.") => {
                Some("convolutional stem; its output is the network's input")
            }
            Self::LvVit if name.starts_with("aux_head.") => {
                Some("classes of the patches; only the class token's are computed")
            }
            Self::HuggingFace { prefix } if name.starts_with(&format!("{prefix}pooler.")) => {
                Some("no part of the classifier")
            }
            _ => None,
        }
    }

    /// Number of blocks that the file's names tell of.
    pub(super) fn depth(&self, source: &Source<'_>) -> usize {
        let before = self.name("blocks.?.norm1");
        let before = before.split('?').next().unwrap_or_default();
        let index = |name: String| name.strip_prefix(before)?.split('.').next()?.parse::<usize>().ok();
        source.names().into_iter().filter_map(index).max().map_or(0, |last| last + 1)
    }
}
