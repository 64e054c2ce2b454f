//! A timeline as SVG.

use std::error::Error;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::chart::{Drawn, GRID, INK, LIMIT, SERIES, labelled, text};
use super::timeline::{Kind, Span, Timeline};

/// Width and height.
const SIZE: (u32, u32) = (960, 330);
/// The lanes' lower and upper ends.
const LANES: [(&str, f64, f64); 4] =
    [("array", 205.0, 305.0), ("products", 160.0, 195.0), ("vector unit", 115.0, 150.0), ("tokens", 0.0, 105.0)];

/// The colours' meanings, of products and of the vector unit's jobs.
pub const KINDS: [&str; 4] = ["linear layers, layer norm", "attention", "MLP", "token selector"];

fn colour(kind: Kind) -> RGBColor {
    match kind {
        Kind::Layer | Kind::Norm => SERIES[0],
        Kind::Attention => SERIES[1],
        Kind::Mlp => SERIES[2],
        Kind::Selector => SERIES[3],
        Kind::Move => INK,
    }
}

/// The array's use with what it waited for above, jobs of the array and of the vector unit, and the number of tokens.
pub fn gantt(title: &str, timeline: &Timeline) -> Drawn {
    let mut svg = String::new();
    draw(&mut svg, timeline)?;
    Ok(labelled(svg, title))
}

fn draw(svg: &mut String, timeline: &Timeline) -> Result<(), Box<dyn Error>> {
    let cycles = timeline.cycles as f64;
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin(6)
        .margin_right(14)
        .x_label_area_size(30)
        .y_label_area_size(92)
        .build_cartesian_2d(0.0..cycles, 0.0..310.0)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(INK)
        .label_style(text(15))
        .x_labels(9)
        .x_label_formatter(&|cycle| format!("{:.0} k", cycle / 1e3))
        .y_labels(0)
        .draw()?;
    let (_, low, high) = LANES[0];
    let height = (high - low) / 100.0;
    for (at, sample) in timeline.samples.iter().enumerate() {
        let (left, right) = ((at as u64 * timeline.period) as f64, ((at as u64 + 1) * timeline.period) as f64);
        let top = low + height * sample.mac_use;
        chart.draw_series([Rectangle::new([(left, low), (right, top)], SERIES[0].filled())])?;
        let waits = (height * sample.waits.iter().sum::<f64>()).min(high - top);
        if waits > 0.5 {
            chart.draw_series([Rectangle::new([(left, high - waits), (right, high)], LIMIT.filled())])?;
        }
    }
    for span in &timeline.spans {
        let (_, low, high) = if span.vector { LANES[2] } else { LANES[1] };
        let corners = [(span.begin as f64, low), (span.end as f64, high)];
        chart.draw_series([Rectangle::new(corners, colour(span.kind).filled())])?;
    }
    let most = timeline.tokens.iter().map(|change| change.1).max().unwrap_or(1) as f64;
    let level = |tokens: usize| 85.0 * tokens as f64 / most;
    let mut steps = Vec::new();
    for (at, &(cycle, tokens)) in timeline.tokens.iter().enumerate() {
        let until = timeline.tokens.get(at + 1).map_or(timeline.cycles, |next| next.0) as f64;
        steps.extend([(cycle as f64, level(tokens)), (until, level(tokens))]);
        let style = text(14).pos(Pos::new(HPos::Left, VPos::Bottom));
        chart.draw_series([Text::new(
            tokens.to_string(),
            (cycle as f64 + 0.004 * cycles, level(tokens) + 2.0),
            style,
        )])?;
    }
    chart.draw_series(LineSeries::new(steps, INK.stroke_width(2)))?;
    for (name, low, high) in LANES {
        let style = text(15).pos(Pos::new(HPos::Right, VPos::Center));
        let place = chart.backend_coord(&(0.0, 0.5 * (low + high)));
        area.draw(&Text::new(name, (place.0 - 8, place.1), style))?;
    }
    area.present()?;
    Ok(())
}

/// Share of an image in which a part works, in per cent.
pub fn busy(timeline: &Timeline, vector: bool) -> f64 {
    let own = timeline.spans.iter().filter(|span| span.vector == vector);
    100.0 * own.map(|Span { begin, end, .. }| end - begin).sum::<u64>() as f64 / timeline.cycles as f64
}
