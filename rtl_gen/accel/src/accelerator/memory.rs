//! The accelerator's ports: registers, and memory.

use hdl::{Design, Dir, Instance, Module, Sig, Ty};
use spec::accel::Accelerator;

/// Bits of the counters of beats.
const BEATS: u32 = 40;

/// Ports of `part` whose names begin with `prefix` become the module's, with `own` in its place.
fn forward(m: &Module, part: Instance<'_>, design: &Design, prefix: &str, own: &str) {
    for port in design.ports() {
        let Some(rest) = port.name.strip_prefix(prefix) else { continue };
        let name = format!("{own}{}", rest.trim_end_matches("_i").trim_end_matches("_o"));
        match port.dir {
            Dir::In => part.input(&port.name, m.input(&name, port.ty.clone())),
            Dir::Out => part.drive(&port.name, m.output(&name, port.ty.clone())),
        }
    }
}

/// The bus of the registers.
pub(super) fn registers_bus(m: &Module, registers: Instance<'_>, design: &Design) {
    m.comment("Registers.");
    forward(m, registers, design, "s_axi_", "s_axi_");
}

/// Transfers on the ports, a signal a port.
pub(super) struct Transfers<'m> {
    /// Beats read.
    pub reads: Vec<Sig<'m>>,
    /// Beats written.
    pub writes: Vec<Sig<'m>>,
}

/// The ports to memory: each group's weights have their own; all else shares the last one, where the program is read
/// while `of_program` holds, and the core reads otherwise.
pub(super) fn ports<'m>(
    m: &'m Module,
    config: &Accelerator,
    core: (Instance<'m>, &Design),
    loader: (Instance<'m>, &Design),
    of_program: Sig<'m>,
) -> Transfers<'m> {
    let groups = config.core.t_h;
    let mut transfers = Transfers { reads: vec![], writes: vec![] };
    for group in 0..groups {
        m.comment(&format!("Memory: weights of group {group}."));
        let beat = forward_counted(m, core, &format!("weights{group}_m_axi_"), &format!("m_axi_gmem{group}_"), "r");
        transfers.reads.push(beat);
    }
    m.comment("Memory: all else. The program is read before the core runs.");
    let own = format!("m_axi_gmem{groups}_");
    transfers.reads.push(shared_reads(m, core, loader.0, of_program, &own));
    transfers.writes.push(forward_counted(m, core, "store_m_axi_", &own, "w"));
    transfers
}

/// [`forward`], and whether a beat of the channel is transferred.
fn forward_counted<'m>(
    m: &'m Module,
    (part, design): (Instance<'m>, &Design),
    prefix: &str,
    own: &str,
    channel: &str,
) -> Sig<'m> {
    let mut ends = Vec::new();
    for port in design.ports() {
        let Some(rest) = port.name.strip_prefix(prefix) else { continue };
        let rest = rest.trim_end_matches("_i").trim_end_matches("_o");
        let counted = rest.strip_prefix(channel).is_some_and(|signal| matches!(signal, "valid" | "ready"));
        let value = match port.dir {
            Dir::In => {
                let value = m.input(&format!("{own}{rest}"), port.ty.clone());
                part.input(&port.name, value);
                value
            }
            Dir::Out => {
                let target = m.output(&format!("{own}{rest}"), port.ty.clone());
                if counted {
                    target.set(part.output(&port.name));
                } else {
                    part.drive(&port.name, target);
                }
                if counted { part.output(&port.name) } else { target }
            }
        };
        if counted {
            ends.push(value);
        }
    }
    let fires = ends.into_iter().reduce(|a, b| a & b).unwrap_or_else(|| m.lit_of(0, Ty::bit()));
    fires.named(&format!("{own}{channel}_fires"))
}

/// The reads of the port that the program's master and the core's share; whether a beat comes.
fn shared_reads<'m>(
    m: &'m Module,
    (core, design): (Instance<'m>, &Design),
    loader: Instance<'m>,
    of_program: Sig<'m>,
    own: &str,
) -> Sig<'m> {
    let ty = |signal: &str| {
        let name = format!("side_m_axi_{signal}");
        design.ports().iter().find(|port| port.name == name).map_or_else(Ty::bit, |port| port.ty.clone())
    };
    let chosen = |signal: &str| {
        let [of_loader, of_core] =
            [loader.output(&format!("m_axi_{signal}_o")), core.output(&format!("side_m_axi_{signal}_o"))];
        of_program.mux(of_loader, of_core)
    };
    let give = |signal: &str, to_loader: Sig<'m>, to_core: Sig<'m>| {
        loader.input(&format!("m_axi_{signal}_i"), to_loader);
        core.input(&format!("side_m_axi_{signal}_i"), to_core);
    };
    for signal in ["araddr", "arlen", "arvalid"] {
        m.output(&format!("{own}{signal}"), ty(&format!("{signal}_o"))).set(chosen(signal));
    }
    let ready = m.input(&format!("{own}arready"), Ty::bit());
    give("arready", ready & of_program, ready & !of_program);
    for signal in ["rdata", "rresp", "rlast"] {
        let value = m.input(&format!("{own}{signal}"), ty(&format!("{signal}_i")));
        give(signal, value, value);
    }
    let valid = m.input(&format!("{own}rvalid"), Ty::bit());
    give("rvalid", valid & of_program, valid & !of_program);
    let taken = chosen("rready").named("shared_rready");
    m.output(&format!("{own}rready"), Ty::bit()).set(taken);
    (valid & taken).named(&format!("{own}r_fires"))
}

/// The beats on these ports since `clear`.
pub(super) fn count<'m>(m: &'m Module, name: &str, fires: &[Sig<'m>], clear: Sig<'m>) -> Sig<'m> {
    let zero = m.lit_of(0, Ty::bit());
    let now = fires.iter().copied().fold(zero, |sum, fire| sum + fire);
    let events = m.reg_init(&format!("{name}_now"), now.ty(), 0);
    let total = m.reg_init(name, Ty::uint(BEATS), 0);
    m.clocked(|| {
        events.set(now);
        m.when_else(clear, || total.set(0), || total.set((total + events).wrap(BEATS)));
    });
    total
}
