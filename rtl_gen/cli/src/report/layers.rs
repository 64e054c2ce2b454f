//! What the array did in each layer of an image, as cells below its timeline and as a table.

use std::error::Error;

use maud::{Markup, PreEscaped, html};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use spec::accel::Counts;

use super::chart::{Drawn, GRID, INK, LIMIT, SERIES, labelled, number, text};
use super::timeline::{Layer, Timeline};

/// Width and height.
const SIZE: (u32, u32) = (960, 250);
/// The cells' lower and upper ends, and where the number of tokens stands.
const CELLS: (f64, f64, f64) = (0.0, 100.0, 103.0);
/// Between two cells, in pixels.
const GAP: f64 = 1.0;

/// What a cell is stacked of, from below: its name, its colour and the style sheet's class of its key.
const PARTS: [(&str, RGBColor, &str); 6] = [
    ("multiplies", SERIES[0], "key-0"),
    ("waits for its left operand", SERIES[1], "key-1"),
    ("for weights", SERIES[2], "key-2"),
    ("for the last results", SERIES[3], "key-3"),
    ("for a job, room or columns", LIMIT, "key-limit"),
    ("has no work", GRID, "key-grid"),
];

impl Layer {
    /// Its cycles by [`PARTS`].
    fn parts(&self) -> [u64; 6] {
        let [draining, no_job, no_weights, no_room, no_columns, no_rows] = self.waits;
        [self.mac_cycles, no_rows, no_weights, draining, no_job + no_room + no_columns, self.idle]
    }

    /// `blocks.3` of `blocks.3.mlp`.
    fn block(&self) -> Option<&str> {
        self.name.strip_prefix("blocks.")?.split('.').next()
    }
}

/// The layers' cells, and their numbers.
pub fn layers(timeline: &Timeline) -> Result<Markup, Box<dyn Error>> {
    let svg = cells(timeline)?;
    let share = |cycles: u64, layer: &Layer| match cycles {
        0 => "–".to_owned(),
        _ => format!("{:.1}", 100.0 * cycles as f64 / layer.cycles.max(1) as f64),
    };
    Ok(html! {
        figure {
            figcaption {
                strong { "The array, layer by layer" }
                @for (name, _, class) in PARTS { span class=(format!("key {class}")) {} (name) }
            }
            (PreEscaped(svg))
        }
        p {
            "A cell is a layer, as wide as the cycles from behind the last row of the layer before it to its own last row in the array. "
            "Above stand the tokens that it leaves, below the block. In the table, shares of a layer's cycles in per cent."
        }
        div.scroll { table.narrow {
            tr {
                @for name in ["layer", "tokens", "cycles", "MAC cycles"].into_iter().chain(Counts::CAUSES).chain(["idle"]) { th { (name) } }
            }
            @for layer in &timeline.layers {
                tr {
                    td { code { (layer.name) } }
                    td { (layer.tokens) }
                    td { (number(layer.cycles)) }
                    @for cycles in [layer.mac_cycles].into_iter().chain(layer.waits).chain([layer.idle]) { td { (share(cycles, layer)) } }
                }
            }
        } }
    })
}

fn cells(timeline: &Timeline) -> Drawn {
    let mut svg = String::new();
    draw(&mut svg, timeline)?;
    Ok(labelled(svg, "What the array did in each layer"))
}

fn draw(svg: &mut String, timeline: &Timeline) -> Result<(), Box<dyn Error>> {
    let cycles = timeline.cycles as f64;
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin(6)
        .margin_right(14)
        .x_label_area_size(30)
        .y_label_area_size(92)
        .build_cartesian_2d(0.0..cycles, 0.0..112.0)?;
    chart
        .configure_mesh()
        .disable_mesh()
        .axis_style(INK)
        .label_style(text(15))
        .x_labels(0)
        .y_labels(6)
        .y_label_formatter(&|percent| if *percent > CELLS.1 { String::new() } else { format!("{percent:.0} %") })
        .draw()?;
    let gap = GAP * cycles / f64::from(SIZE.0);
    let height = CELLS.1 - CELLS.0;
    let mut left = timeline.layers_begin as f64;
    let mut blocks: Vec<(&str, f64, f64, usize)> = Vec::new();
    for layer in &timeline.layers {
        let right = left + layer.cycles as f64;
        let mut low = CELLS.0;
        for (part, (_, colour, _)) in layer.parts().into_iter().zip(PARTS) {
            let high = low + height * part as f64 / layer.cycles.max(1) as f64;
            let corners = [(left, low), ((right - gap).max(left), high)];
            chart.draw_series([Rectangle::new(corners, colour.filled())])?;
            low = high;
        }
        match (blocks.last_mut(), layer.block()) {
            (Some(last), Some(block)) if last.0 == block => (last.2, last.3) = (right, layer.tokens),
            (_, block) => blocks.push((block.unwrap_or(""), left, right, layer.tokens)),
        }
        left = right;
    }
    for (block, left, right, tokens) in blocks.into_iter().filter(|block| !block.0.is_empty()) {
        let middle = 0.5 * (left + right);
        let above = text(14).pos(Pos::new(HPos::Center, VPos::Bottom));
        chart.draw_series([Text::new(tokens.to_string(), (middle, CELLS.2), above)])?;
        let below = text(14).pos(Pos::new(HPos::Center, VPos::Top));
        let place = chart.backend_coord(&(middle, CELLS.0));
        area.draw(&Text::new(block.to_owned(), (place.0, place.1 + 8), below))?;
    }
    for (name, at, vertical) in [("tokens", CELLS.2, VPos::Bottom), ("block", CELLS.0, VPos::Top)] {
        let place = chart.backend_coord(&(0.0, at));
        let lower = if at > CELLS.0 { 0 } else { 8 };
        area.draw(&Text::new(name, (place.0 - 8, place.1 + lower), text(15).pos(Pos::new(HPos::Right, vertical))))?;
    }
    area.present()?;
    Ok(())
}
