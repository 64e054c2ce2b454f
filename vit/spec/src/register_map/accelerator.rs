//! The accelerator's registers.

use crate::accel::Fault;

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

/// What the codes of errors mean.
fn codes() -> String {
    let named = Fault::ALL.iter().map(|fault| format!("{} {}", fault.code(), format!("{fault:?}").to_lowercase()));
    let named = named.collect::<Vec<_>>().join(", ");
    format!("0 no error, {named}, 64 + 4 port + response: 1 unaligned, 2 SLVERR, 3 DECERR.")
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
            field("ABORT", 1, 1, Pulse, "Ends the program with an error once memory has answered what it was asked."),
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
            field("FAILED", 2, 1, ReadOnly, "The last program, or the one that runs, has an error, which ERROR names."),
            field("STOPPING", 3, 1, ReadOnly, "After an error: memory still owes answers. If it stays, memory hangs."),
        ],
    );
    table.add(
        "ERROR",
        "Why the last program failed.",
        vec![
            field("CODE", 0, 8, ReadOnly, &codes()),
            field(
                "INDEX",
                8,
                24,
                ReadOnly,
                "The instruction at fault, or the last one that was begun, counted from 0.",
            ),
        ],
    );
    let events = |access, verb: &str| {
        vec![
            field("DONE", 0, 1, access, &format!("{verb} the end of a program without an error.")),
            field("ERROR", 1, 1, access, &format!("{verb} an error.")),
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
    table.address("PROGRAM", "Address of the program's header in memory");
    table.address("BASE", "Address that places of weights and parameters in the program count from");
    table.address(
        "IMAGE",
        "Address that the image's place in the program counts from; BASE where it stands among the weights",
    );
    table.address("RESULT", "Address in memory that the logits are written to");
    let doc = "Cycles without a job done after which a program ends with an error; 0: no limit.";
    table.add("WATCHDOG", doc, whole(ReadWrite, 0));
    table.add("TOKENS", "Tokens that are left.", whole(ReadOnly, 0));
    let jobs = |what: &str| format!("Jobs of the {what} that are done, modulo 2^16.");
    let fields =
        vec![field("MATRIX", 0, 16, ReadOnly, &jobs("array")), field("VECTOR", 16, 16, ReadOnly, &jobs("vector unit"))];
    table.add("JOBS", "How far the program is.", fields);

    table.from(0x60);
    table.counter("CYCLES", "Cycles from start to end of the last program, or so far");
    table.counter("MACS", "Products that the array has computed");
    table.counter(
        "ARRAY_CYCLES",
        "Cycles in which the array had work; less the stalls that follow, those in which it multiplied",
    );
    table.counter("STALL_DRAINING", "Cycles of those in which only the array's last results were on their way");
    table.counter("STALL_JOB", "Cycles of those in which the array had no job");
    table.counter("STALL_WEIGHTS", "Cycles of those in which the array waited for weights");
    table.counter("STALL_ROOM", "Cycles of those in which the array waited for room for its results");
    table.counter("STALL_COLUMNS", "Cycles of those in which the array waited for the parameters of columns");
    table.counter("STALL_ROWS", "Cycles of those in which the array waited for its left operand");
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
