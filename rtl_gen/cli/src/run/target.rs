//! What a network runs on.

use compile::Compiled;
use model::Checkpoint;
use sim::Sources;
use spec::UnitConfig;
use spec::accel::{Accelerator, Core};
use spec::manifest::Module;
use spec::network::{Network, Pruning};

use crate::failure::{Failure, Result};

/// A quantised network and the hardware that it is for.
pub struct Target {
    pub net: Network,
    pub hardware: Hardware,
}

/// Hardware for a network.
pub enum Hardware {
    /// An accelerator of the network's shape, with its program.
    Accelerator { config: Accelerator, compiled: Box<Compiled> },
    /// The units of the network, what lies between them on the host: nothing prunes by attention on one core yet.
    Units,
}

impl Target {
    /// The hardware for a checkpoint, and the network quantised for it.
    pub fn new(checkpoint: &Checkpoint) -> Result<Self> {
        let arch = &checkpoint.arch;
        if matches!(arch.pruning, Pruning::Sdp { .. }) {
            return Ok(Self { net: checkpoint.quantise(), hardware: Hardware::Units });
        }
        let groups = (2..=4).rev().find(|groups| arch.heads.is_multiple_of(*groups)).unwrap_or(arch.heads);
        let word = groups * arch.head_width();
        let base = Core {
            t_i: arch.head_width() as u32,
            t_h: groups as u32,
            max_tokens: (arch.tokens().next_power_of_two() as u32).max(Core::small().max_tokens),
            max_embed: arch.embed.next_multiple_of(word) as u32,
            max_mlp: arch.mlp.next_multiple_of(word) as u32,
            ..Core::small()
        };
        let core = checkpoint.core(&base);
        let net = checkpoint.quantise_for(&core.units()).map_err(|error| refused(&error))?;
        let compiled = Box::new(compile::compile(&core, &net, false).map_err(|error| refused(&error))?);
        let max_instructions = (compiled.program.len() as u32).next_power_of_two();
        Ok(Self { net, hardware: Hardware::Accelerator { config: Accelerator { max_instructions, core }, compiled } })
    }

    /// What is left to the host.
    pub const fn on_host(&self) -> &'static str {
        match self.hardware {
            Hardware::Accelerator { .. } => "cutting the image into patches, argmax",
            Hardware::Units => {
                "patches, layer norm, residual and position adds, means over channels and tokens, gathering and \
                 fusing of dropped tokens, argmax; all in integers"
            }
        }
    }

    /// The modules that it needs, with their sources.
    pub fn modules(&self) -> Result<Vec<(Module, Sources)>> {
        let mut emitter = ::units::Emitter::new("");
        let names: Vec<String> = match &self.hardware {
            Hardware::Accelerator { config, .. } => {
                accel::emit(&config.clone().into(), &mut emitter).map_err(defect)?;
                vec![config.module_name()]
            }
            Hardware::Units => {
                let configs = self.net.units.configs();
                configs.iter().try_for_each(|config| emitter.unit(config)).map_err(defect)?;
                configs.iter().map(UnitConfig::module_name).collect()
            }
        };
        let emission = emitter.finish();
        let module = |name: &String| {
            let module = emission.manifest.module(name)?;
            let files = emission.files.iter().filter(|(file, _)| module.sources.contains(file));
            Some((module.clone(), files.fold(Sources::new(name), |sources, (file, text)| sources.text(file, text))))
        };
        Ok(names.iter().filter_map(module).collect())
    }
}

/// No core has the network's shape; the messages name reason and remedy, divided by the last semicolon.
fn refused(error: &dyn std::error::Error) -> Failure {
    let text = error.to_string();
    let (message, remedy) = text.rsplit_once("; ").unwrap_or((&text, "train a network of another shape"));
    Failure::input(message, remedy)
}

fn defect(error: ::units::Error) -> Failure {
    Failure::input(error.to_string(), "this is a defect of espalier, not of the model")
}
