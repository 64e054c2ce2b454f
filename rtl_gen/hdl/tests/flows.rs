//! Every flow policy of a pipe passes the checks, with and without `last`, gated and not, at every latency.

use hdl::{Bundle, Flow, Module, Ty};

#[test]
fn pipes_of_every_flow_and_latency_pass_the_checks() {
    for flow in [Flow::Stall, Flow::Skid, Flow::Credit] {
        for latency in 0..4 {
            for (last, gated) in [(false, false), (false, true), (true, false), (true, true)] {
                let bundle = Bundle::new("in").field("x", Ty::sint(8));
                let bundle = if last { bundle.last() } else { bundle };
                let built = Module::build("pipe", |m| {
                    let p = m.pipe(&m.sink(bundle));
                    let p = if gated { p.gated() } else { p };
                    let y = (0..latency).fold(p.field("x"), |x, stage| p.stage(&format!("x{stage}"), x));
                    let cycles = p.finish(Bundle::new("out"), [("y", y)], flow);
                    assert_eq!(cycles, latency + u32::from(flow == Flow::Credit));
                });
                if let Err(errors) = built {
                    panic!("{flow:?}, {latency} stages, last {last}, gated {gated}: {errors}");
                }
            }
        }
    }
}
