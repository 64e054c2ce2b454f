//! The accelerator, every part usable alone: the [`core`] that runs networks, masters that read and write memory, and
//! the slave that holds the registers.
//!
//! ```
//! use spec::axi::{Master, ReadMaster};
//! let design = accel::axi_read_master(&ReadMaster { master: Master::new(40, 256) })?;
//! assert_eq!(design.name(), "axi_read_master_a40_d256_b64_o4");
//! # Ok::<(), units::Error>(())
//! ```

mod accelerator;
pub mod core;
mod lite_slave;
mod read_master;
pub mod render;
mod split;
mod wrapper;
mod write_master;

use std::sync::Arc;

use hdl::Design;
use spec::PartConfig;
use units::{About, Emitter, Error};

pub use accelerator::accelerator;
pub use lite_slave::{axi_lite_slave, register_slave};
pub use read_master::axi_read_master;
pub use wrapper::wrapper;
pub use write_master::axi_write_master;

/// Generates a part.
///
/// # Errors
/// [`Error::Config`] for a configuration that no part can be built from.
///
/// ```
/// use spec::axi::{Master, ReadMaster};
/// let part = ReadMaster { master: Master::new(32, 64) }.into();
/// assert_eq!(accel::generate(&part)?.name(), "axi_read_master_a32_d64_b64_o4");
/// # Ok::<(), units::Error>(())
/// ```
pub fn generate(config: &PartConfig) -> Result<Arc<Design>, Error> {
    match config {
        PartConfig::ReadMaster(config) => axi_read_master(config),
        PartConfig::WriteMaster(config) => axi_write_master(config),
        PartConfig::LiteSlave(config) => axi_lite_slave(config),
        PartConfig::Core(config) => core::core(config),
        PartConfig::Accelerator(config) => accelerator(config),
    }
}

/// Where what a part does is defined.
pub fn source(config: &PartConfig) -> &'static str {
    match config {
        PartConfig::ReadMaster(_) | PartConfig::WriteMaster(_) => "ARM IHI 0022 (AXI4)",
        PartConfig::LiteSlave(_) => "ARM IHI 0022 (AXI4-Lite)",
        PartConfig::Core(_) | PartConfig::Accelerator(_) => "HeatViT (HPCA 2023), section V",
    }
}

/// Generates a part and adds it to what is emitted. An accelerator comes with its wrapper for Vivado, which is the top
/// then, and with its registers as files for those who program it.
///
/// # Errors
/// [`Error::Config`] for a configuration that no part can be built from, [`Error::Clash`] where two modules would share
/// a file.
///
/// ```
/// use spec::accel::{Accelerator, Core};
/// let mut emitter = units::Emitter::new("");
/// accel::emit(&Accelerator::new(Core::small()).into(), &mut emitter)?;
/// let emission = emitter.finish();
/// assert_eq!(emission.manifest.tops, ["accelerator_i16_o4_h3_t32_d48_m96_wrapper"]);
/// assert!(emission.files.iter().any(|(name, _)| name == "accelerator_i16_o4_h3_t32_d48_m96_registers.h"));
/// # Ok::<(), units::Error>(())
/// ```
pub fn emit(config: &PartConfig, emitter: &mut Emitter) -> Result<(), Error> {
    let design = generate(config)?;
    emitter.design(&design, &About::new(config.kind(), source(config), config))?;
    if let PartConfig::Accelerator(config) = config {
        let inner = format!("{}{}", emitter.prefix(), design.name());
        let outer = format!("{inner}_wrapper");
        let (text, ports) = wrapper::wrap(&outer, &inner, &design);
        emitter.around(&inner, &outer, &format!("{outer}.v"), text, ports);
        for (name, text) in render::all(&config.map()) {
            emitter.file(&name.replacen(&config.map().name, &inner, 1), text);
        }
    }
    Ok(())
}
