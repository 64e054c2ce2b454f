//! Charts as SVG whose colours the page's style sheet replaces, so that they fit a light and a dark page.

use std::error::Error;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Text and axes.
pub const INK: RGBColor = RGBColor(0, 0, 0);
/// Grid lines.
pub const GRID: RGBColor = RGBColor(221, 221, 221);
/// Limits.
pub const LIMIT: RGBColor = RGBColor(170, 0, 0);
/// The series.
pub const SERIES: [RGBColor; 4] =
    [RGBColor(31, 111, 235), RGBColor(191, 88, 0), RGBColor(26, 127, 55), RGBColor(130, 80, 223)];

/// The result of drawing.
pub type Drawn = Result<String, Box<dyn Error>>;

/// The style sheet's variable of each colour.
pub fn colours() -> Vec<(String, String)> {
    let hex = |RGBColor(r, g, b): RGBColor| format!("#{r:02X}{g:02X}{b:02X}");
    let fixed = [(INK, "ink"), (GRID, "grid"), (LIMIT, "limit")].map(|(colour, name)| (hex(colour), name.to_owned()));
    let series = SERIES.iter().enumerate().map(|(at, colour)| (hex(*colour), format!("series-{at}")));
    fixed.into_iter().chain(series).collect()
}

/// A group of bars.
pub struct Bars<'a> {
    /// What stands below it.
    pub label: &'a str,
    /// Height of each series's bar, in per cent.
    pub values: Vec<f64>,
}

/// Bars from 0 to 100 %, with lines at `limits`.
pub fn bars(title: &str, groups: &[Bars<'_>], limits: &[f64]) -> Drawn {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (960, 260)).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin(6)
            .x_label_area_size(30)
            .y_label_area_size(52)
            .build_cartesian_2d(-0.5..groups.len() as f64 - 0.5, 0.0..108.0)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(INK)
            .label_style(text(15))
            .x_labels(groups.len() + 1)
            .x_label_formatter(&|x| {
                groups.get(x.round() as usize).map_or(String::new(), |group| group.label.to_owned())
            })
            .y_labels(6)
            .y_label_formatter(&|y| format!("{y:.0} %"))
            .draw()?;
        for (at, group) in groups.iter().enumerate() {
            let width = 0.84 / group.values.len().max(1) as f64;
            for (series, &value) in group.values.iter().enumerate() {
                let left = at as f64 - 0.42 + width * series as f64;
                let colour = SERIES[series % SERIES.len()];
                let corners = [(left + 0.01, 0.0), (left + width - 0.01, value)];
                let label = text(13).pos(Pos::new(HPos::Center, VPos::Bottom));
                chart.draw_series([Rectangle::new(corners, colour.filled())])?;
                chart.draw_series([Text::new(format!("{value:.1}"), (left + width / 2.0, value + 1.0), label)])?;
            }
        }
        for &limit in limits {
            let ends = [(-0.5, limit), (groups.len() as f64 - 0.5, limit)];
            chart.draw_series(LineSeries::new(ends, LIMIT.stroke_width(1)))?;
        }
        area.present()?;
    }
    Ok(labelled(svg, title))
}

/// A curve as the range that it has in each step of x.
pub struct Band<'a> {
    /// First x, lowest and highest value of each step.
    pub steps: &'a [(f64, f64, f64)],
    /// The point to mark, and what to write beside it.
    pub mark: (f64, f64, String),
}

/// Curves over one axis, each with its marked point.
pub fn curves(title: &str, bands: &[Band<'_>]) -> Drawn {
    let all = || bands.iter().flat_map(|band| band.steps);
    let first = all().map(|step| step.0).fold(f64::INFINITY, f64::min);
    let last = all().map(|step| step.0).fold(f64::NEG_INFINITY, f64::max);
    let low = all().map(|step| step.1).fold(0.0, f64::min);
    let high = all().map(|step| step.2).fold(0.0, f64::max);
    // A power of a thousand.
    let exponent = 3 * ((high - low).max(f64::MIN_POSITIVE).log10() / 3.0).floor() as i32;
    let room = 0.18 * (high - low).max(f64::MIN_POSITIVE);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (640, 300)).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin(6)
            .margin_right(14)
            .x_label_area_size(30)
            .y_label_area_size(76)
            .build_cartesian_2d(first..last, low - room..high + room)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(INK)
            .label_style(text(15))
            .x_labels(9)
            .y_labels(6)
            .y_label_formatter(&|y| format!("{:.1}e{exponent}", y / 10f64.powi(exponent)))
            .draw()?;
        for (colour, band) in SERIES.iter().cycle().zip(bands) {
            let below = band.steps.iter().map(|step| (step.0, step.1));
            let above = band.steps.iter().map(|step| (step.0, step.2));
            let outline: Vec<(f64, f64)> = below.clone().chain(above.clone().rev()).collect();
            chart.draw_series([Polygon::new(outline, colour.mix(0.35))])?;
            chart.draw_series(LineSeries::new(below, colour.stroke_width(1)))?;
            chart.draw_series(LineSeries::new(above, colour.stroke_width(1)))?;
        }
        for (colour, band) in SERIES.iter().cycle().zip(bands) {
            let (x, y, words) = &band.mark;
            let right = *x > 0.5 * (first + last);
            let side = if right { HPos::Right } else { HPos::Left };
            let height = if *y < 0.0 { VPos::Top } else { VPos::Bottom };
            let style = ("sans-serif", 15).into_font().color(colour).pos(Pos::new(side, height));
            let shift = (if right { -6 } else { 6 }, if *y < 0.0 { 4 } else { -4 });
            chart.draw_series([EmptyElement::at((*x, *y))
                + Circle::new((0, 0), 4, colour.filled())
                + Text::new(words.clone(), shift, style)])?;
        }
        area.present()?;
    }
    Ok(labelled(svg, title))
}

/// Ink of that size.
pub fn text(size: i32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}

/// A picture with a name for those who cannot see it. HTML needs no namespace.
pub fn labelled(svg: String, title: &str) -> String {
    let label = format!("<svg role=\"img\" aria-label=\"{title}\"");
    svg.replacen("<svg", &label, 1).replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1)
}

/// Thousands apart.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join("\u{202f}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            ["0", "999", "1\u{202f}000", "12\u{202f}345\u{202f}678"],
            [0, 999, 1000, 12_345_678].map(number).each_ref().map(String::as_str)
        );
    }
}
