//! The ports of an interface, by AXI's names.

use sim::{Model, Port};

use super::signals::{Beat, Burst, Cycle, Handshake, WORDS};
use crate::{Failure, Result};

/// The ports of an address channel.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub valid: Port,
    pub ready: Port,
    pub address: Port,
    len: Option<Port>,
    size: Option<Port>,
    burst: Option<Port>,
}

/// The ports of a data channel.
#[derive(Clone, Debug)]
pub(super) struct Data {
    pub valid: Port,
    pub ready: Port,
    pub data: Port,
    /// R: response. W: strobes.
    pub mark: Option<Port>,
    pub last: Option<Port>,
}

/// The ports of a response channel.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub valid: Port,
    pub ready: Port,
    pub resp: Port,
}

/// The ports of an interface; it may lack the reading or the writing half.
#[derive(Clone, Debug)]
pub(super) struct Wires {
    pub prefix: String,
    pub beat_bytes: usize,
    pub read: Option<(Address, Data)>,
    pub write: Option<(Address, Data, Answer)>,
}

impl Wires {
    /// Finds `<prefix>_arvalid` and all others, with or without `_i` and `_o` behind them.
    pub fn new(model: &Model, prefix: &str) -> Result<Self> {
        let optional = |name: &str| {
            let port = |suffix: &str| model.port(&format!("{prefix}_{name}{suffix}")).ok();
            port("_i").or_else(|| port("_o")).or_else(|| port(""))
        };
        let port = |name: &str| {
            optional(name).ok_or_else(|| {
                Failure::Use(format!("`{}` has no port `{prefix}_{name}` of an AXI interface", model.top()))
            })
        };
        let address = |c: &str| -> Result<Address> {
            Ok(Address {
                valid: port(&format!("{c}valid"))?,
                ready: port(&format!("{c}ready"))?,
                address: port(&format!("{c}addr"))?,
                len: optional(&format!("{c}len")),
                size: optional(&format!("{c}size")),
                burst: optional(&format!("{c}burst")),
            })
        };
        let data = |c: &str, mark: &str| -> Result<Data> {
            Ok(Data {
                valid: port(&format!("{c}valid"))?,
                ready: port(&format!("{c}ready"))?,
                data: port(&format!("{c}data"))?,
                mark: optional(mark),
                last: optional(&format!("{c}last")),
            })
        };
        let read = match optional("arvalid") {
            Some(_) => Some((address("ar")?, data("r", "rresp")?)),
            None => None,
        };
        let write = match optional("awvalid") {
            Some(_) => {
                let answer = Answer { valid: port("bvalid")?, ready: port("bready")?, resp: port("bresp")? };
                Some((address("aw")?, data("w", "wstrb")?, answer))
            }
            None => None,
        };
        let width = match (&read, &write) {
            (Some((_, data)), _) | (None, Some((_, data, _))) => model.info(data.data).width,
            (None, None) => {
                return Err(Failure::Use(format!("`{}` has no AXI interface `{prefix}`", model.top())));
            }
        };
        Ok(Self { prefix: prefix.to_owned(), beat_bytes: width as usize / 8, read, write })
    }

    /// Takes note of what the interface shows now; payloads that are not valid stay as they were.
    pub fn look(&self, model: &Model, seen: &mut Cycle) {
        if let Some((address, data)) = &self.read {
            self.burst(model, address, &mut seen.ar);
            self.beat(model, data, 0, &mut seen.r);
        }
        if let Some((address, data, answer)) = &self.write {
            self.burst(model, address, &mut seen.aw);
            self.beat(model, data, u64::MAX, &mut seen.w);
            (seen.b.valid, seen.b.ready) = (model.get(answer.valid) != 0, model.get(answer.ready) != 0);
            if seen.b.valid {
                seen.b.payload = model.get(answer.resp);
            }
        }
    }

    fn burst(&self, model: &Model, wires: &Address, seen: &mut Handshake<Burst>) {
        (seen.valid, seen.ready) = (model.get(wires.valid) != 0, model.get(wires.ready) != 0);
        if seen.valid {
            let get = |port: Option<Port>, other: u64| port.map_or(other, |port| model.get(port));
            let size = u64::from(self.beat_bytes.trailing_zeros());
            seen.payload = Burst {
                address: model.get(wires.address),
                len: get(wires.len, 0),
                size: get(wires.size, size),
                burst: get(wires.burst, 1),
            };
        }
    }

    fn beat(&self, model: &Model, wires: &Data, mark: u64, seen: &mut Handshake<Beat>) {
        (seen.valid, seen.ready) = (model.get(wires.valid) != 0, model.get(wires.ready) != 0);
        if seen.valid {
            let payload = &mut seen.payload;
            model.get_words(wires.data, &mut payload.data[..self.beat_bytes.div_ceil(8).min(WORDS)]);
            payload.mark = wires.mark.map_or(mark, |port| model.get(port));
            payload.last = wires.last.is_none_or(|port| model.get(port) != 0);
        }
    }
}
