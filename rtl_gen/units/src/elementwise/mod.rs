//! Scaling and residual addition, lane by lane.

mod lanes;

use std::sync::Arc;

use hdl::{Bundle, Design, Flow, Latency, Module, prim};
use spec::unit::{Elementwise, Operation};

use crate::{Error, convert};

/// Bits of a job's multiplier, of the same raised by up to seven places, and of its shift in bytes.
const MULT: u32 = Elementwise::MULT.width;
const FACTOR: u32 = MULT + 7;
const BYTES: u32 = 3;
/// Jobs whose commands may wait.
const JOBS: u32 = 2;

/// Builds an element-wise unit; [`Elementwise`] has streams, arithmetic and source.
///
/// Latency: 6 cycles for a scaling, 7 for an addition, one more with the flow `credit`. One DSP a lane. Most loads have the job's factor, 26
/// bits that reach every lane, and, without `credit`, the enable of the stages, some 150 flip-flops a lane.
///
/// ```
/// use spec::{Format, unit::Elementwise};
/// let design = units::elementwise(&Elementwise::scale(Format::signed(16, 9), Format::signed(8, 4), 8))?;
/// assert_eq!(design.streams().len(), 3);
/// # Ok::<(), units::Error>(())
/// ```
///
/// # Errors
/// [`Error::Config`] for formats or sizes that it cannot be built for.
pub fn elementwise(config: &Elementwise) -> Result<Arc<Design>, Error> {
    config.validate()?;
    let (jobs, datapath) = (prim::fifo(FACTOR + BYTES, JOBS)?, lanes::lanes(config)?);
    Ok(Module::build(config.module_name(), |m| build(m, config, &jobs, &datapath))?)
}

fn build(m: &Module, config: &Elementwise, jobs: &Arc<Design>, datapath: &Arc<Design>) {
    let adds = config.operation == Operation::ResidualAdd;
    let (residual, formats) = (if adds { "r + " } else { "" }, format!("{} to {}", config.x, config.y));
    m.doc(format!(
        "y = {residual}x mult / 2^shift, {formats}, {} lanes a beat, for a job's mult and shift.",
        config.lanes
    ));
    m.doc("Rounded once, half to even, and saturated. A job ends with last.");
    let flow = convert::flow(config.flow);
    let entry = |name: &str| Bundle::new(name).timing(Latency::Fixed(0), 1).flow(flow);
    let marked = |bundle: Bundle| if config.lanes == 1 { bundle.last() } else { bundle.last().keep(config.lanes) };
    let cmd = m.sink(
        entry("cmd").field("mult", convert::ty(Elementwise::MULT)).field("shift", convert::ty(Elementwise::SHIFT)),
    );
    let from = m.sink(marked(entry("in").lanes("x", convert::ty(config.x), config.lanes)));
    let residual = adds.then(|| m.sink(entry("residual").lanes("r", convert::ty(config.y), config.lanes)));
    let latency = lanes::LATENCY + u32::from(adds) + u32::from(flow == Flow::Credit);
    let to = Bundle::new("out").lanes("y", convert::ty(config.y), config.lanes);
    let to = m.source(marked(to.timing(Latency::Fixed(latency), 1).flow(flow)));
    let jobs = m.instance("jobs", jobs);
    let datapath = m.instance("lanes", datapath);

    m.comment("A shift is a number of bytes and 7 bits more; what it has too much the multiplier is raised by.");
    let shift = cmd.field("shift");
    let factor = cmd.field("mult").shl(!shift.bits(BYTES - 1, 0)).resize(FACTOR);
    jobs.input("in_valid_i", cmd.valid());
    jobs.input("in_data_i", m.concat([shift.bits(2 * BYTES - 1, BYTES), factor.as_bits()]));
    jobs.drive("in_ready_o", cmd.ready());

    m.comment("A beat passes when everything that it takes is there.");
    let mut there = jobs.output("out_valid_o");
    let mut data = vec![jobs.output("out_data_o")];
    if let Some(residual) = &residual {
        let job = there;
        there = (job & residual.valid()).named("job_and_residual");
        residual.ready().set(datapath.output("in_ready_o") & job & from.valid());
        data.push(residual.lanes("r").whole());
    }
    data.push(from.lanes("x").whole());
    from.ready().set(datapath.output("in_ready_o") & there);
    datapath.input("in_valid_i", from.valid() & there);
    datapath.input("in_data_i", m.concat(data));
    datapath.input("in_last_i", from.last());
    if config.lanes > 1 {
        datapath.input("in_keep_i", from.keep());
    }
    jobs.input("out_ready_i", from.fire() & from.last());
    datapath.drain("out", &to);
}
