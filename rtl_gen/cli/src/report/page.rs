//! The page.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use spec::unit::Organisation;
use tb::jobs::encoder::Counters;
use tb::jobs::top_k::cycles;

use super::Figures;
use super::chart::{self, Band, Bars, number};
use super::errors::Group;
use super::gantt;
use super::mac_use::{Engine, Model};
use super::row_errors::ROWS;
use super::synthesis::{Costed, Selector, Synthesis};
use super::timeline::Timeline;
use crate::limits::{bram36, luts};
use crate::papers::{TABLE_III, Total, yardstick};

type Outcome<T = Markup> = Result<T, Box<dyn std::error::Error>>;

const STYLE: &str = include_str!("style.css");

/// MAC use that is wanted of a block, in per cent: the higher level and the lower.
const WANTED: [f64; 2] = [95.0, 92.0];

/// What stands where figures were left out.
fn missing(what: &str) -> Markup {
    html! { p.missing { (what) " left out: " code { "--quick" } " or " code { "--only" } " was given. " code { "espalier report" } " measures." } }
}

/// The whole page: no script, no other file, no address.
pub fn page(figures: &Figures) -> Outcome<String> {
    let mac_use = match &figures.engines {
        Some(engines) => html! { @for engine in engines { (mac_use(engine)?) } },
        None => missing("Simulation of the engines is"),
    };
    let timeline = match &figures.timeline {
        Some(timeline) => self::timeline(timeline)?,
        None => missing("Simulation of an image is"),
    };
    let patches = match &figures.patches {
        Some(patches) => patches.section(),
        None => missing("Simulation of the token selectors is"),
    };
    let (resources, selectors) = match &figures.synthesis {
        Some(synthesis) => (resources(synthesis), selectors(&synthesis.selectors)),
        None => (missing("Synthesis of units and engines is"), missing("Synthesis of the selectors is")),
    };
    let errors = figures.errors.iter().map(errors).collect::<Outcome<Vec<_>>>()?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Espalier: figures" }
                style { (PreEscaped(STYLE)) (PreEscaped(chart_colours())) }
            }
            body {
                h1 { "Espalier: figures" }
                p.quiet { "Written by " code { "espalier report" } " " (env!("CARGO_PKG_VERSION")) "." }
                section #mac-use { h2 { "MAC use" } (mac_use) }
                section #timeline { h2 { "An image on the core" } (timeline) }
                section #patches { h2 { "Pruned patches" } (patches) }
                section #resources { h2 { "Resources" } (resources) }
                section #errors {
                    h2 { "Errors of the approximations" }
                    p {
                        "Output less function, bit for bit what the hardware gives; a dot marks the largest distance. Of " code { "exp" } ", "
                        code { "gelu" } " and " code { "plan_sigmoid" } " over all inputs of the format; of " code { "softmax" } " and "
                        code { "layer_norm" } " over " (number(ROWS as u64)) " random rows each, of any length and scale. Where the exact result is "
                        "beyond the output format, the nearest value that it has counts."
                    }
                    div.pairs { @for group in &errors { (group) } }
                }
                section #selectors { h2 { "Selectors" } (selectors) }
            }
        }
    };
    Ok(page.into_string())
}

/// Rules that put the style sheet's colours in place of the charts'.
fn chart_colours() -> String {
    let rules = chart::colours().into_iter().map(|(hex, name)| {
        format!(
            "svg [fill=\"{hex}\"] {{ fill: var(--{name}); }}\nsvg [stroke=\"{hex}\"] {{ stroke: var(--{name}); }}\n"
        )
    });
    let keys = (0..chart::SERIES.len()).map(|at| format!(".key-{at} {{ background: var(--series-{at}); }}\n"));
    rules.chain(keys).collect()
}

fn legend<'a>(names: impl IntoIterator<Item = &'a str>) -> Markup {
    html! {
        @for (at, name) in names.into_iter().enumerate() { span class=(format!("key key-{at}")) {} (name) }
    }
}

fn mac_use(engine: &Engine) -> Outcome {
    let charts = engine.models.iter().map(|model| mac_use_of(engine, model)).collect::<Outcome<Vec<_>>>()?;
    Ok(html! {
        h3 { code { (engine.kind) } ", preset " code { (engine.name) } }
        p {
            (number(engine.macs.into())) " multiply-accumulates a cycle in " (number(engine.dsps.into()))
            " DSPs. Useful multiply-accumulates over what the array could have done between the first input and the last output, by the "
            "counters in the RTL: all products of an encoder block back to back, then each by itself, fill and drain included. "
            "The lines are what is wanted of a block: "
            @for (at, (level, which)) in WANTED.iter().zip(&engine.wanted).enumerate() {
                @if at > 0 { ", " }
                (level) " % " (which)
            }
            "."
        }
        @for chart in charts { (chart) }
    })
}

fn mac_use_of(engine: &Engine, model: &Model) -> Outcome {
    let products = model.blocks.first().map(|block| block.products.as_slice()).unwrap_or_default();
    let of_block = Bars { label: "block", values: model.blocks.iter().map(|block| block.mac_use).collect() };
    let of_products = products.iter().enumerate().map(|(at, (label, _))| Bars {
        label,
        values: model.blocks.iter().filter_map(|block| Some(block.products.get(at)?.1)).collect(),
    });
    let groups: Vec<Bars<'_>> = std::iter::once(of_block).chain(of_products).collect();
    let title = format!("MAC use of {} on {}", engine.name, model.name);
    let svg = chart::bars(&title, &groups, &WANTED)?;
    let tokens: Vec<String> = model.blocks.iter().map(|block| format!("{} tokens", block.tokens)).collect();
    Ok(html! {
        figure {
            figcaption { strong { (model.name) } (legend(tokens.iter().map(String::as_str))) }
            (PreEscaped(svg))
        }
    })
}

/// One image: what the array and the vector unit do, and the tokens that are left.
fn timeline(timeline: &Timeline) -> Outcome {
    let svg = gantt::gantt("An image of DeiT-S on the core of the ZCU102", timeline)?;
    let mean = timeline.samples.iter().map(|sample| sample.mac_use).sum::<f64>() / timeline.samples.len().max(1) as f64;
    let cause = |at: usize| timeline.samples.iter().map(|sample| sample.waits[at]).sum::<f64>();
    let mut causes: Vec<(f64, &str)> =
        Counters::CAUSES.iter().enumerate().map(|(at, name)| (cause(at), *name)).collect();
    causes.sort_by(|a, b| b.0.total_cmp(&a.0));
    let share = |cycles: f64| cycles / timeline.samples.len().max(1) as f64;
    Ok(html! {
        p {
            "DeiT-S with random weights, whose selectors keep 70, 39 and 21 % of the patches, on the core of the ZCU102 in simulation: "
            (number(timeline.cycles)) " cycles. The array's use is blue, and what it waits red: "
            @for (at, (cycles, name)) in causes.iter().filter(|(cycles, _)| *cycles > 0.0).enumerate() {
                @if at > 0 { ", " }
                code { (name) } (format!(" {:.2} %", share(*cycles)))
            }
            ". A job's bar begins when what it waits for and the one before it are done; loads are black."
        }
        figure {
            figcaption {
                strong { (format!("MAC use {mean:.1} %, the vector unit busy {:.1} %", gantt::busy(timeline, true))) }
                (legend(gantt::KINDS))
            }
            (PreEscaped(svg))
        }
        (super::layers::layers(timeline)?)
    })
}

fn scientific(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.2e}"))
}

fn errors(group: &Group) -> Outcome {
    let formula = group.curves.iter().any(|curve| curve.formula_max.is_some());
    let bands: Vec<Band<'_>> = group
        .curves
        .iter()
        .map(|curve| {
            let (x, error) = curve.worst;
            Band { steps: &curve.bins, mark: (x, error, format!("{:.2e} at {x:.3}", error.abs())) }
        })
        .collect();
    let svg = chart::curves(&format!("Error of {}", group.title), &bands)?;
    Ok(html! {
        figure {
            figcaption {
                strong { (group.title) } (legend(group.curves.iter().map(|curve| curve.method.as_str())))
            }
            (PreEscaped(svg))
            div.scroll { table {
                tr {
                    th { "" } th { "max" } th { "mean" }
                    @if formula { th { "formula's max" } }
                    th { "output LSB" }
                }
                @for curve in &group.curves {
                    tr {
                        td { (curve.method) }
                        @for value in [Some(curve.worst.1.abs()), Some(curve.mean)] { td { (scientific(value)) } }
                        @if formula { td { (scientific(curve.formula_max)) } }
                        td { (scientific(curve.lsb)) }
                    }
                }
            } }
        }
    })
}

fn resources(synthesis: &Synthesis) -> Markup {
    html! {
        p {
            "UltraScale+ by " (synthesis.tool) ". DSP, BRAM and URAM are exact; LUT and FF are upper bounds, for no register is packed into a DSP. "
            "LUTs are those of all uses. Depth is logic levels between registers, DSPs and clocked memories: LUTs, reads of LUT RAM, and a run of carry "
            "as one, however long. "
            "Fan-out is the largest number of pins that a net drives, clock and reset apart."
        }
        h3 { "Engines, against the papers' accelerators and their parts" }
        @for costed in &synthesis.engines { (engine(costed)) }
        h3 { "Function units, against HeatViT's Table III" }
        div.scroll { table {
            tr { th { "unit" } @for name in ["LUT", "FF", "DSP", "depth"] { th { (name) } } }
            @for row in TABLE_III {
                @for unit in synthesis.units.iter().filter(|unit| unit.module.kind == row.kind) {
                    tr.ours {
                        td { code { (unit.module.name) } }
                        @for value in [luts(&unit.report), unit.report.ff, unit.report.dsp, unit.report.depth.into()] { td { (number(value)) } }
                    }
                }
                @for (whose, cost) in [("approximated", row.approximated), ("original HLS", row.original)] {
                    tr.part {
                        td { (row.kind) " in HeatViT, " (whose) }
                        @for value in [cost.lut, cost.ff, cost.dsp] { td { (number(value)) } }
                        td {}
                    }
                }
            }
        } }
        h3 { "All reference configurations" }
        div.scroll { table {
            tr { th { "unit" } @for name in ["LUT", "FF", "DSP", "BRAM36", "URAM", "depth", "fan-out"] { th { (name) } } }
            @for Costed { module, report } in &synthesis.units {
                tr {
                    td { code { (module.name) } }
                    @for value in [luts(report), report.ff, report.dsp] { td { (number(value)) } }
                    td { (bram36(report)) }
                    @for value in [report.uram, report.depth.into(), report.fanout.pins] { td { (number(value)) } }
                }
            }
        } }
    }
}

/// An engine beside the paper's accelerators, each number with its share of the part.
fn engine(costed: &Costed) -> Markup {
    let Costed { module, report } = costed;
    let Some(yardstick) = yardstick(&module.kind) else { return html! {} };
    let part = yardstick.part;
    let ours = Total {
        name: "",
        lut: luts(report),
        ff: Some(report.ff),
        dsp: report.dsp,
        bram36: bram36(report),
        uram: Some(report.uram),
    };
    let cells = |total: &Total| {
        let of = |value: Option<f64>, whole: Option<f64>| match value {
            None => html! { td { "–" } },
            Some(value) => html! { td {
                (number(value as u64)) @if value.fract() != 0.0 { (format!("{:.1}", value.fract()).trim_start_matches('0')) }
                @if let Some(whole) = whole.filter(|whole| *whole > 0.0) {
                    @let share = 100.0 * value / whole;
                    " (" (format!("{share:.0}")) " %)"
                    span.share { span style=(format!("width: {:.1}%", share.min(100.0))) {} }
                }
            } },
        };
        let whole = |value: u64| Some(value as f64);
        html! {
            (of(whole(total.lut), whole(part.lut)))
            (of(total.ff.map(|n| n as f64), part.ff.map(|n| n as f64)))
            (of(whole(total.dsp), whole(part.dsp)))
            (of(Some(total.bram36), Some(part.bram36)))
            (of(total.uram.map(|n| n as f64), part.uram.map(|n| n as f64)))
        }
    };
    html! {
        div.scroll { table {
            tr { th { "" } @for name in ["LUT", "FF", "DSP", "BRAM36", "URAM"] { th { (name) } } }
            tr.ours { td { code { (module.name) } } (cells(&ours)) }
            @for paper in yardstick.papers { tr { td { (paper.name) } (cells(paper)) } }
            tr.part {
                td { (part.name) }
                @for value in [Some(part.lut), part.ff, Some(part.dsp), Some(part.bram36 as u64), part.uram] {
                    td { (value.map_or("–".to_owned(), number)) }
                }
            }
        } }
        p.quiet {
            "Depth " (report.depth) ", largest fan-out " (number(report.fanout.pins)) ": " code { (report.fanout.net) } "."
        }
    }
}

fn selectors(selectors: &[Selector]) -> Markup {
    html! {
        p {
            "The k highest of n keys of 16 bits, one key a cycle, by the organisations of " code { "top_k" }
            ". Cycles are from the last key to the first token, and from job to job; depth and fan-out as above."
        }
        div.scroll { table {
            tr {
                th { "organisation" }
                @for name in ["n", "comparators", "LUT", "FF", "depth", "fan-out", "latency", "interval"] { th { (name) } }
            }
            @for Selector { config, report } in selectors {
                @let cycles = cycles(config, config.n);
                tr {
                    td { code { (config.organisation.name()) } }
                    @for value in [config.n.into(), units::comparators(config) as u64, luts(report), report.ff, report.depth.into(), report.fanout.pins] {
                        td { (number(value)) }
                    }
                    @for range in [cycles.latency, cycles.interval] { td { (span(*range.start(), *range.end())) } }
                }
            }
        } }
        p {
            "Take " code { (Organisation::RadixSelect.name()) } " wherever a selection may last a few cycles a token, "
            code { (Organisation::BitonicShared.name()) } " where tokens must be ranked, a network where jobs follow each other without a "
            "pause."
        }
    }
}

fn span(first: u64, last: u64) -> String {
    if first == last { number(first) } else { format!("{}–{}", number(first), number(last)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A colour that the style sheet does not know would stay as it is on a dark page.
    #[test]
    fn every_colour_of_a_chart_has_a_variable_in_both_schemes() {
        for (_, name) in chart::colours() {
            assert_eq!(STYLE.matches(&format!("--{name}:")).count(), 2, "{name}");
        }
    }
}
