//! The accelerator's registers.

use super::{Access, Field, Interrupt, Register, RegisterMap};

/// What tells one accelerator from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Major number in the upper half, minor in the lower.
    pub version: u32,
    /// The hash of the configuration: a program for another one is refused.
    pub hash: u64,
}

fn field(name: &str, lsb: u32, width: u32, access: Access, doc: &str) -> Field {
    Field { name: name.to_owned(), lsb, width, access, reset: 0, doc: doc.to_owned() }
}

fn whole(access: Access, reset: u32) -> Vec<Field> {
    vec![Field { reset, ..field("", 0, 32, access, "") }]
}

/// Puts registers one behind the other.
struct Table {
    registers: Vec<Register>,
    offset: u32,
}

impl Table {
    fn from(&mut self, offset: u32) {
        self.offset = offset;
    }

    fn add(&mut self, name: &str, doc: &str, fields: Vec<Field>) {
        let (name, doc, offset) = (name.to_owned(), doc.to_owned(), self.offset);
        self.registers.push(Register { name, offset, doc, fields });
        self.offset += 4;
    }

    fn address(&mut self, name: &str, what: &str) {
        let lower = format!("{what}, bits 31 to 0.");
        self.add(&format!("{name}_LO"), &lower, whole(Access::ReadWrite, 0));
        let upper = format!("{what}, bits 63 to 32.");
        self.add(&format!("{name}_HI"), &upper, whole(Access::ReadWrite, 0));
    }

    fn counter(&mut self, name: &str, what: &str) {
        let lower = format!("{what}, bits 31 to 0; a read latches the upper half.");
        self.add(&format!("{name}_LO"), &lower, whole(Access::ReadOnly, 0));
        let upper = format!("{what}, bits 63 to 32, as they were when {name}_LO was read.");
        self.add(&format!("{name}_HI"), &upper, whole(Access::Latched, 0));
    }
}

/// The table of the accelerator's registers; `identity` is what its constants read as.
///
/// ```
/// use spec::register_map::{Access, Identity, accelerator};
/// let map = accelerator(Identity { version: 1, hash: 2 });
/// let start = &map.register("CTRL").expect("there is one").fields[0];
/// assert_eq!((start.name.as_str(), start.access), ("START", Access::Pulse));
/// ```
pub fn accelerator(identity: Identity) -> RegisterMap {
    use Access::{Constant, Pulse, ReadOnly, ReadWrite, WriteOneToClear};
    let mut table = Table { registers: vec![], offset: 0 };

    let doc = "Control. A start while busy is refused and raises BUSY_START in IRQ_STATUS.";
    table.add(
        "CTRL",
        doc,
        vec![
            field("START", 0, 1, Pulse, "Runs the program once."),
            field("ABORT", 1, 1, Pulse, "Stops at the next instruction's border and waits for the bus to fall silent."),
        ],
    );
    table.add(
        "STATUS",
        "What the accelerator does.",
        vec![
            field("BUSY", 0, 1, ReadOnly, "A program runs."),
            field(
                "DONE",
                1,
                1,
                ReadOnly,
                "The last program has ended, with or without an error; falls with the next start.",
            ),
            field("FAILED", 2, 1, ReadOnly, "The last program ended with an error, which ERROR names."),
        ],
    );
    table.add(
        "ERROR",
        "Why the last program failed.",
        vec![
            field("CODE", 0, 8, ReadOnly, "0: no error; else as listed in the documentation of the program."),
            field("INDEX", 8, 24, ReadOnly, "The instruction at fault, counted from 0."),
        ],
    );
    let events = |access, verb: &str| {
        vec![
            field("DONE", 0, 1, access, &format!("{verb} the end of a program.")),
            field("ERROR", 1, 1, access, &format!("{verb} a program's end with an error.")),
            field("BUSY_START", 2, 1, access, &format!("{verb} a start that came while a program ran.")),
        ]
    };
    table.add("IRQ_ENABLE", "Which events raise the interrupt.", events(ReadWrite, "Interrupts at"));
    let doc = "Events since they were cleared: write ones to clear. The interrupt is high while an enabled one stands.";
    table.add("IRQ_STATUS", doc, events(WriteOneToClear, "There was"));
    let doc = "Version of the accelerator: major number in bits 31 to 16, minor in 15 to 0.";
    table.add("VERSION", doc, whole(Constant, identity.version));
    table.add("HASH_LO", "Hash of the configuration, bits 31 to 0.", whole(Constant, identity.hash as u32));
    table.add("HASH_HI", "Hash of the configuration, bits 63 to 32.", whole(Constant, (identity.hash >> 32) as u32));

    table.from(0x20);
    table.address("PROGRAM", "Address of the program in memory");
    table.add("PROGRAM_LENGTH", "Length of the program, in instructions of 16 bytes.", whole(ReadWrite, 0));
    let doc = "Cycles that a program may take before it ends with an error; 0: no limit.";
    table.add("WATCHDOG", doc, whole(ReadWrite, 0));
    table.address("IMAGE", "Address of the image's patches in memory");
    table.address("RESULT", "Address in memory that the logits are written to");

    table.from(0x40);
    table.counter("CYCLES", "Cycles from start to end of the last program, or so far");
    table.counter("MAC_CYCLES", "Cycles of those in which the array multiplied");
    table.counter("STALL_WEIGHTS", "Cycles in which the array waited for weights");
    table.counter("STALL_FEATURES", "Cycles in which the array waited for its left operand");
    table.counter("STALL_ROOM", "Cycles in which the array waited for room for its results");
    table.counter("STALL_COMMAND", "Cycles in which the array had no command");
    table.counter("READ_BEATS", "Beats read from memory");
    table.counter("WRITE_BEATS", "Beats written to memory");

    RegisterMap {
        name: "accelerator".to_owned(),
        doc: "Control and status of the accelerator.".to_owned(),
        address_bits: 12,
        registers: table.registers,
        interrupt: Some(Interrupt { enable: "IRQ_ENABLE".to_owned(), status: "IRQ_STATUS".to_owned() }),
    }
}
