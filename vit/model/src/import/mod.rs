//! Checkpoints of other libraries: ViT and DeiT of Hugging Face and timm, LV-ViT from its encoder on.

mod config;
mod layers;
mod naming;
mod source;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use spec::Delta;
use spec::network::{Architecture, Pruning};

pub use naming::Naming;

use crate::beside::Beside;
use crate::preprocessing::Preprocessing;
use crate::{Calibration, Checkpoint, CheckpointError, Tensor, parameters};
use config::{Config, library_epsilon};
use source::Source;

/// A tensor of the file that the network does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    /// Its name.
    pub name: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Why it is left out.
    pub reason: &'static str,
}

/// A network read from another library's checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The network, in our names and layouts. It is not calibrated yet.
    ///
    /// Its pixels are bytes less 128, as s8.8: mean and deviation of the preprocessing are folded into the patch embedding. Those of
    /// an LV-ViT are its stem's results, whose format is calibrated.
    pub checkpoint: Checkpoint,
    /// Whose names the tensors had.
    pub naming: Naming,
    /// How a picture becomes the network's image, or, of LV-ViT, its stem's.
    pub preprocessing: Preprocessing,
    /// What of the file is not computed.
    pub apart: Vec<Apart>,
}

/// Reads the checkpoint at `path`: a safetensors file, or the folder of a `model.safetensors`. `config.json` and
/// `preprocessor_config.json` beside it are read if they are there. `selectors` is a safetensors file of HeatViT's token
/// classifiers, with the names and shapes that [`parameters`] gives them; the blocks that its names tell get one each.
///
/// ```no_run
/// let deit = model::import("deit-small/".as_ref(), None)?;
/// assert_eq!((deit.checkpoint.arch.embed, deit.naming.library()), (384, "Hugging Face"));
/// # Ok::<(), model::CheckpointError>(())
/// ```
///
/// # Errors
/// [`CheckpointError`]: unreadable or truncated files, names of no library, a tensor missing, of another shape or type, not finite or of
/// no layer; a configuration that does not fit; a distilled DeiT.
pub fn import(path: &Path, selectors: Option<&Path>) -> Result<Imported, CheckpointError> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|source| CheckpointError::File { verb: "read", path: path.to_owned(), source })
    };
    let file = if path.is_dir() { path.join("model.safetensors") } else { path.to_owned() };
    let text = |name: &str| -> Result<Option<(String, String)>, CheckpointError> {
        let path: PathBuf = file.with_file_name(name);
        if !path.exists() {
            return Ok(None);
        }
        let place = path.display().to_string();
        let text = String::from_utf8(read(&path)?).map_err(|e| CheckpointError::Config {
            place: place.clone(),
            reason: format!("is no text: {e}"),
            remedy: "fetch it again from where the weights are from".into(),
        })?;
        Ok(Some((place, text)))
    };
    let beside = Beside { config: text("config.json")?, preprocessor: text("preprocessor_config.json")? };
    let bytes = read(&file)?;
    let selectors = selectors.map(|path| Ok((path.display().to_string(), read(path)?))).transpose()?;
    let selectors = selectors.as_ref().map(|(place, bytes)| (place.as_str(), bytes.as_slice()));
    import_bytes(&file.display().to_string(), &bytes, &beside, selectors)
}

/// As [`import`], from bytes, `place` names them in errors; `selectors` with a place of their own.
///
/// ```
/// let error = model::import_bytes("vit.safetensors", &[0; 9], &model::Beside::default(), None).unwrap_err();
/// assert!(error.to_string().starts_with("vit.safetensors is not a complete safetensors file"));
/// ```
///
/// # Errors
/// As [`import`].
pub fn import_bytes(
    place: &str,
    bytes: &[u8],
    beside: &Beside,
    selectors: Option<(&str, &[u8])>,
) -> Result<Imported, CheckpointError> {
    let mut source = Source::new(place, bytes)?;
    let naming = Naming::of(&source).ok_or_else(|| CheckpointError::Unsupported {
        place: place.to_owned(),
        reason: "has no tensor of a first encoder block".into(),
        remedy: "give a ViT or DeiT of Hugging Face (`vit.encoder.layer.0…`) or timm (`blocks.0…`), or an LV-ViT"
            .into(),
    })?;
    refuse_distilled(place, &source)?;
    let config = beside.config.as_ref().map(|(place, text)| Config::parse(place, text)).transpose()?;
    let mut arch = shape(place, &source, &naming, config.as_ref())?;
    let mut chosen = selectors.map(|(place, bytes)| Source::new(place, bytes)).transpose()?;
    if let Some(chosen) = &chosen {
        arch.pruning = Pruning::Heatvit { before: selected_blocks(chosen) };
    }
    arch.validate().map_err(|source| CheckpointError::Architecture { place: place.to_owned(), source })?;
    let preprocessing = Preprocessing::parse(beside, naming_side(&naming, &arch))?;

    let skip = skip(place, &naming, &arch, config.as_ref())?;
    let mut tensors = layers::read(&mut source, &naming, &arch, skip)?;
    let mut calibration = Calibration::default();
    if naming != Naming::LvVit {
        preprocessing.fold(&arch, &mut tensors)?;
        calibration.frac.insert("pixel".into(), 8);
    }
    if let Some(chosen) = &mut chosen {
        read_selectors(chosen, &arch, &mut tensors)?;
    }
    let apart = apart(&source, &naming)?;
    let name = name(place, config.as_ref());
    let training = format!("read from a checkpoint of {}", naming.library());
    let recorded = Tensor { shape: vec![0, arch.classes], data: vec![] };
    let checkpoint = Checkpoint { name, arch, calibration, training, tensors, recorded };
    Ok(Imported { checkpoint, naming, preprocessing, apart })
}

/// The configuration's name of the model, or that of its folder or file.
fn name(place: &str, config: Option<&Config>) -> String {
    let path = Path::new(place);
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let file = match stem(path) {
        Some(stem) if stem == "model" => path.parent().and_then(stem_of_folder).unwrap_or(stem),
        Some(stem) => stem,
        None => "vit".into(),
    };
    config.and_then(|config| config.text("architecture")).map_or(file, str::to_owned)
}

fn stem_of_folder(path: &Path) -> Option<String> {
    path.file_name().map(|name| name.to_string_lossy().into_owned())
}

fn refuse_distilled(place: &str, source: &Source<'_>) -> Result<(), CheckpointError> {
    let second = |name: &String| {
        name.ends_with("distillation_token") || ["dist_token", "head_dist.weight"].contains(&name.as_str())
    };
    match source.names().iter().find(|name| second(name)) {
        Some(name) => Err(CheckpointError::Unsupported {
            place: place.to_owned(),
            reason: format!("is a distilled DeiT (tensor `{name}`): it has two class tokens, and one is computed"),
            remedy: "give the model that was trained without distillation".into(),
        }),
        None => Ok(()),
    }
}

/// The architecture that the shapes of the tensors tell, with heads and ε of the configuration.
fn shape(
    place: &str,
    source: &Source<'_>,
    naming: &Naming,
    config: Option<&Config>,
) -> Result<Architecture, CheckpointError> {
    let patch = source.shape(&format!("{}.weight", naming.name("patch")), 4)?;
    let mlp = source.shape(&format!("{}.weight", naming.name("blocks.0.fc1")), 2)?[0];
    let classes = source.shape(&format!("{}.weight", naming.name("head")), 2)?[0];
    let position = naming.name("position");
    let tokens = source.shape(&position, 3)?[1];
    let across = tokens.saturating_sub(1).isqrt();
    if across == 0 || across * across + 1 != tokens {
        let expected = "positions of one class token and of a square of patches".into();
        return Err(source.error(&position, format!("has {tokens} positions"), expected));
    }
    let embed = patch[0];
    let told = config.map(Config::heads).transpose()?.flatten();
    let heads = told.or(embed.is_multiple_of(64).then_some(embed / 64)).ok_or_else(|| CheckpointError::Config {
        place: place.to_owned(),
        reason: format!("comes without a word on its attention heads, and {embed} channels are no heads of 64"),
        remedy: "put its config.json beside it, with `num_attention_heads` or `model_args.num_heads`".into(),
    })?;
    let epsilon = config.map_or(Ok(library_epsilon(naming)), |config| config.epsilon(naming))?;
    let arch = Architecture {
        image: across * patch[2],
        channels: patch[1],
        patch: patch[2],
        embed,
        heads,
        depth: naming.depth(source),
        mlp,
        classes,
        epsilon,
        delta1: Delta::ONE,
        delta2: Delta::ONE,
        pruning: Pruning::None,
    };
    if let Some(config) = config {
        config.check(&arch, naming_side(naming, &arch))?;
    }
    Ok(arch)
}

/// Side of the picture, which the stem of an LV-ViT halves.
fn naming_side(naming: &Naming, arch: &Architecture) -> usize {
    if *naming == Naming::LvVit { 2 * arch.image } else { arch.image }
}

/// What the branches of skip connections are divided by.
fn skip(place: &str, naming: &Naming, arch: &Architecture, config: Option<&Config>) -> Result<f64, CheckpointError> {
    if *naming != Naming::LvVit {
        return Ok(1.0);
    }
    let published = || match arch.embed {
        240 => Some(1.0),
        384 | 512 => Some(2.0),
        768 => Some(3.0),
        _ => None,
    };
    let told = config.map(Config::skip).transpose()?.flatten();
    told.filter(|skip| *skip > 0.0).or_else(published).ok_or_else(|| CheckpointError::Config {
        place: place.to_owned(),
        reason: format!("is no published LV-ViT ({} channels), so that its `skip_lam` is not known", arch.embed),
        remedy: "put a config.json with `skip_lam` beside it".into(),
    })
}

/// The blocks that a file of selectors tells of.
fn selected_blocks(source: &Source<'_>) -> Vec<usize> {
    let block = |name: String| name.strip_prefix("selectors.")?.split('.').next()?.parse().ok();
    let mut blocks: Vec<usize> = source.names().into_iter().filter_map(block).collect();
    blocks.sort_unstable();
    blocks.dedup();
    blocks
}

fn read_selectors(
    source: &mut Source<'_>,
    arch: &Architecture,
    tensors: &mut BTreeMap<String, Tensor>,
) -> Result<(), CheckpointError> {
    for (name, shape) in parameters(arch).into_iter().filter(|(name, _)| name.starts_with("selectors.")) {
        let tensor = source.tensor(&name, &shape)?;
        tensors.insert(name, tensor);
    }
    match source.left().first() {
        Some((name, _)) => {
            let expected = "selectors.<block>.<local, score1, score2, score3, branch1 or branch2>.<weight or bias>";
            Err(source.error(name, "belongs to no selector".into(), expected.into()))
        }
        None => Ok(()),
    }
}

/// What was not taken, if all of it may be left out.
fn apart(source: &Source<'_>, naming: &Naming) -> Result<Vec<Apart>, CheckpointError> {
    let left = source.left().into_iter();
    left.map(|(name, shape)| match naming.apart(&name) {
        Some(reason) => Ok(Apart { name, shape, reason }),
        None => {
            let expected = format!("the tensors of a plain ViT of {}, and no other", naming.library());
            Err(source.error(&name, "belongs to no layer of this network".into(), expected))
        }
    })
    .collect()
}
