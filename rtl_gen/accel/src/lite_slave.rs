//! The slave that holds the registers.

use std::sync::Arc;

use hdl::{Cases, Design, Errors, Module, Sig, Ty};
use spec::axi::LiteSlave;
use spec::register_map::{Access, Field, Register, RegisterMap};
use units::Error;

/// The accelerator's registers behind AXI4-Lite: [`register_slave`] of its map.
///
/// # Errors
/// [`Error::Config`] for a hash that is none.
///
/// ```
/// use spec::axi::LiteSlave;
/// let design = accel::axi_lite_slave(&LiteSlave { version: 1, hash: "00112233aabbccdd".to_owned() })?;
/// assert!(design.ports().iter().any(|port| port.name == "ctrl_start_o"));
/// # Ok::<(), units::Error>(())
/// ```
pub fn axi_lite_slave(config: &LiteSlave) -> Result<Arc<Design>, Error> {
    Ok(register_slave(&config.module_name(), &config.map()?)?)
}

/// The registers of a map behind an AXI4-Lite slave of 32 bits, called `name`.
///
/// Addresses that hold no register are answered with SLVERR and change nothing; writes to what cannot be written are
/// answered with OKAY and change nothing. Address and data of a write may come in any order; reads go beside writes.
/// An answer comes two cycles after what it answers was taken; each kind of access can be made every other cycle.
///
/// Ports of the bus: `s_axi_awaddr_i`, `s_axi_awvalid_i`, `s_axi_awready_o`, `s_axi_wdata_i`, `s_axi_wstrb_i`, …, by
/// AXI's names. Every field has a port called after register and field (`irq_enable_done_o`; `watchdog_o` for one that is
/// the whole register):
///
/// | access | port |
/// |---|---|
/// | read-write | `…_o`, the value |
/// | read-only, latched | `…_i`, the value; a latched one is seen as it was when software last read a lower half |
/// | write one to clear | `…_set_i`, pulses that set the bits; `…_o`, the bits |
/// | pulse | `…_o`, high for the cycle after the write |
/// | constant | none |
///
/// `irq_o` is high while a bit of the interrupts' status stands that is enabled, if the map has interrupts.
///
/// # Errors
/// If the map is unsound, or names a port twice.
///
/// ```
/// use spec::register_map::{Identity, accelerator};
/// let map = accelerator(Identity { version: 1, hash: 2 });
/// assert_eq!(accel::register_slave("registers", &map)?.name(), "registers");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn register_slave(name: &str, map: &RegisterMap) -> Result<Arc<Design>, Errors> {
    Module::build(name, |m| {
        m.doc(format!("AXI4-Lite slave: {} {} registers of 32 bits.", map.doc, map.registers.len()));
        m.doc(
            "Addresses without a register are answered with SLVERR; writes to what cannot be written change nothing.",
        );
        let address = Ty::uint(map.address_bits);
        let given = |name: &str, ty: Ty| m.input(&format!("s_axi_{name}"), ty);
        let shown = |name: &str, ty: Ty| m.output(&format!("s_axi_{name}"), ty);
        let (aw_address, aw_valid) = (given("awaddr", address.clone()), given("awvalid", Ty::bit()));
        let aw_ready = shown("awready", Ty::bit());
        let (w_data, w_strobes) = (given("wdata", Ty::uint(32)), given("wstrb", Ty::uint(4)));
        let (w_valid, w_ready) = (given("wvalid", Ty::bit()), shown("wready", Ty::bit()));
        let (b_response, b_valid) = (shown("bresp", Ty::uint(2)), shown("bvalid", Ty::bit()));
        let b_ready = given("bready", Ty::bit());
        let (ar_address, ar_valid) = (given("araddr", address.clone()), given("arvalid", Ty::bit()));
        let ar_ready = shown("arready", Ty::bit());
        let (r_data, r_response) = (shown("rdata", Ty::uint(32)), shown("rresp", Ty::uint(2)));
        let (r_valid, r_ready) = (shown("rvalid", Ty::bit()), given("rready", Ty::bit()));

        m.comment("A write waits here until address and data are there and its answer has a place.");
        let to = m.reg("write_address", address.clone());
        let data = m.reg("write_data", Ty::uint(32));
        let strobes = m.reg("write_strobes", Ty::uint(4));
        let has_address = m.reg_init("has_write_address", Ty::bit(), 0);
        let has_data = m.reg_init("has_write_data", Ty::bit(), 0);
        let answered = m.reg_init("write_answered", Ty::bit(), 0);
        let refused = m.reg("write_refused", Ty::bit());
        let room = (!answered | b_ready).named("answer_free");
        let write = (has_address & has_data & room).named("write");
        m.clocked(|| {
            m.when_else(has_address, || m.when(write, || has_address.set(0)), || has_address.set(aw_valid));
            m.when_else(has_data, || m.when(write, || has_data.set(0)), || has_data.set(w_valid));
            m.when(room, || answered.set(write));
        });
        m.clocked(|| {
            m.when(!has_address, || to.set(aw_address));
            m.when(!has_data, || {
                data.set(w_data);
                strobes.set(w_strobes);
            });
            m.when(write, || refused.set(!is_known(map, to)));
        });
        aw_ready.set(!has_address);
        w_ready.set(!has_data);
        b_valid.set(answered);
        b_response.set(m.concat([refused, m.lit_of(0, Ty::bit())]));

        m.comment("A read waits here until its answer has a place.");
        let from = m.reg("read_address", address);
        let has_read = m.reg_init("has_read", Ty::bit(), 0);
        let shows = m.reg_init("read_answered", Ty::bit(), 0);
        let answer = m.reg("read_data", Ty::uint(32));
        let missed = m.reg("read_refused", Ty::bit());
        let free = (!shows | r_ready).named("read_free");
        let read = (has_read & free).named("read");
        let value = m.wire("read_value", Ty::uint(32));
        m.clocked(|| {
            m.when_else(has_read, || m.when(read, || has_read.set(0)), || has_read.set(ar_valid));
            m.when(free, || shows.set(read));
        });
        m.clocked(|| {
            m.when(!has_read, || from.set(ar_address));
            m.when(read, || {
                answer.set(value);
                missed.set(!is_known(map, from));
            });
        });
        ar_ready.set(!has_read);
        r_valid.set(shows);
        r_data.set(answer);
        r_response.set(m.concat([missed, m.lit_of(0, Ty::bit())]));

        m.comment("The registers.");
        let mask = m.concat((0..4).rev().map(|byte| strobes.bit(byte).repeat(8)));
        let bus = Bus { m, map, to, data, mask: mask.named("write_mask"), write, from, read };
        let cells = bus.cells();
        bus.writes(&cells);
        bus.reads(&cells, value);
        bus.interrupt(&cells);
    })
}

/// Whether there is a register at the address: one comparison for each run of registers without a gap.
fn is_known<'m>(map: &RegisterMap, address: Sig<'m>) -> Sig<'m> {
    let mut runs: Vec<(u32, u32)> = vec![];
    for Register { offset, .. } in &map.registers {
        match runs.last_mut() {
            Some((_, last)) if *last + 4 == *offset => *last = *offset,
            _ => runs.push((*offset, *offset)),
        }
    }
    let within = runs.into_iter().map(|(first, last)| match first {
        0 => address.le(last),
        _ => address.ge(first) & address.le(last),
    });
    let aligned = address.bits(1, 0).eq(0);
    within.reduce(|a, b| a | b).map_or(aligned, |within| aligned & within)
}

/// What the registers are reached through.
struct Bus<'a, 'm> {
    m: &'m Module,
    map: &'a RegisterMap,
    to: Sig<'m>,
    data: Sig<'m>,
    mask: Sig<'m>,
    write: Sig<'m>,
    from: Sig<'m>,
    read: Sig<'m>,
}

/// A field in hardware.
struct Cell<'a, 'm> {
    register: &'a Register,
    field: &'a Field,
    /// What is read.
    value: Sig<'m>,
    /// What a latched field latches, or what sets the bits of one that is cleared by ones.
    input: Option<Sig<'m>>,
}

/// `irq_enable_done`, or `watchdog` for a field that is the whole register.
fn port_name(register: &Register, field: &Field) -> String {
    let joint = if field.name.is_empty() { "" } else { "_" };
    format!("{}{joint}{}", register.name, field.name).to_lowercase()
}

impl<'a, 'm> Bus<'a, 'm> {
    fn cells(&self) -> Vec<Cell<'a, 'm>> {
        let m = self.m;
        let upper = self.map.registers.iter().flat_map(|r| &r.fields).any(|f| f.access == Access::Latched);
        let upper = upper.then(|| m.reg_init("upper_half", Ty::uint(32), 0));
        let mut cells = Vec::new();
        for register in &self.map.registers {
            for field in &register.fields {
                let (name, ty) = (port_name(register, field), Ty::uint(field.width));
                let (value, input) = match field.access {
                    Access::Constant => (m.lit_of(field.reset, ty), None),
                    Access::ReadOnly => (m.input(&name, ty), None),
                    Access::Latched => {
                        let input = m.input(&name, ty);
                        (upper.map_or(input, |upper| upper.bits(field.width - 1, 0)), Some(input))
                    }
                    Access::WriteOneToClear => {
                        let bits = m.reg_init(&name, ty.clone(), field.reset);
                        m.output(&name, ty.clone()).set(bits);
                        (bits, Some(m.input(&format!("{name}_set"), ty)))
                    }
                    Access::ReadWrite | Access::Pulse => {
                        let bits = m.reg_init(&name, ty.clone(), field.reset);
                        m.output(&name, ty).set(bits);
                        (bits, None)
                    }
                };
                cells.push(Cell { register, field, value, input });
            }
        }
        if let Some(upper) = upper {
            m.clocked(|| m.when(self.read, || m.switch(self.from, |cases| self.latch(cases, &cells, upper))));
        }
        cells
    }

    fn latch(&self, cases: &mut Cases<'m>, cells: &[Cell<'a, 'm>], upper: Sig<'m>) {
        for register in &self.map.registers {
            let pair = register.latches(self.map);
            let input = cells.iter().find(|cell| pair == Some(cell.register)).and_then(|cell| cell.input);
            if let Some(input) = input {
                cases.case(register.offset, || upper.set(input));
            }
        }
        cases.default(|| {});
    }

    fn writes(&self, cells: &[Cell<'a, 'm>]) {
        let m = self.m;
        let writable = |cell: &&Cell<'_, '_>| {
            matches!(cell.field.access, Access::ReadWrite | Access::Pulse | Access::WriteOneToClear)
        };
        m.clocked(|| {
            for cell in cells {
                match (cell.field.access, cell.input) {
                    (Access::Pulse, _) => cell.value.set(0),
                    (Access::WriteOneToClear, Some(set)) => cell.value.set(cell.value | set),
                    _ => {}
                }
            }
            m.when(self.write, || {
                m.switch(self.to, |cases| {
                    for register in &self.map.registers {
                        let own: Vec<_> =
                            cells.iter().filter(writable).filter(|cell| cell.register == register).collect();
                        if !own.is_empty() {
                            cases.case(register.offset, || own.iter().for_each(|cell| self.write(cell)));
                        }
                    }
                    cases.default(|| {});
                });
            });
        });
    }

    fn write(&self, cell: &Cell<'a, 'm>) {
        let (low, high) = (cell.field.lsb, cell.field.lsb + cell.field.width - 1);
        let (data, mask) = (self.data.bits(high, low), self.mask.bits(high, low));
        match (cell.field.access, cell.input) {
            (Access::ReadWrite, _) => cell.value.set((cell.value & !mask) | (data & mask)),
            (Access::WriteOneToClear, Some(set)) => cell.value.set((cell.value & !(data & mask)) | set),
            _ => cell.value.set(data & mask),
        }
    }

    /// What is read at the address.
    fn reads(&self, cells: &[Cell<'a, 'm>], value: Sig<'m>) {
        let m = self.m;
        m.comb(|| {
            value.set(0);
            m.switch(self.from, |cases| {
                for register in &self.map.registers {
                    let own = cells.iter().filter(|cell| cell.register == register);
                    cases.case(register.offset, || value.set(self.word(own)));
                }
                cases.default(|| {});
            });
        });
    }

    /// The fields at their places, with zeros between them.
    fn word<'b>(&self, cells: impl Iterator<Item = &'b Cell<'a, 'm>>) -> Sig<'m>
    where
        'a: 'b,
        'm: 'b,
    {
        let (mut parts, mut bit) = (Vec::new(), 0);
        for Cell { field, value, .. } in cells {
            let pulse = field.access == Access::Pulse;
            if field.lsb > bit && !pulse {
                parts.push(self.m.lit_of(0, Ty::uint(field.lsb - bit)));
            }
            if !pulse {
                parts.push(*value);
                bit = field.lsb + field.width;
            }
        }
        if bit < 32 {
            parts.push(self.m.lit_of(0, Ty::uint(32 - bit)));
        }
        self.m.concat(parts.into_iter().rev())
    }

    fn interrupt(&self, cells: &[Cell<'a, 'm>]) {
        let Some(interrupt) = &self.map.interrupt else { return };
        let of = |name: &str| {
            let own: Vec<Sig<'m>> = cells.iter().filter(|c| c.register.name == *name).map(|c| c.value).collect();
            self.m.concat(own.into_iter().rev())
        };
        let irq = self.m.reg_init("irq", Ty::bit(), 0);
        let raised = (of(&interrupt.status) & of(&interrupt.enable)).is_nonzero();
        self.m.clocked(|| irq.set(raised));
        self.m.output("irq", Ty::bit()).set(irq);
    }
}
