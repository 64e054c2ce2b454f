//! The error of `layer_norm` over a million rows, which a test measures over fewer.

#[path = "../tests/rows/mod.rs"]
mod rows;

use reference::{LayerNormError, LayerNormModel};
use rows::{Random, measured, row};

const ROWS: u64 = 250_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("| `layer_norm` | γ, β | rows | channels | max, LSB | mean, LSB | mean distance, LSB |");
    println!("|---|---|---|---|---|---|---|");
    for (config, bound) in measured() {
        let model = LayerNormModel::new(&config)?;
        let (mut random, mut error) = (Random(1), LayerNormError::default());
        for _ in 0..ROWS {
            let (x, affine) = row(&config, &mut random);
            error.add(&model, &x, &affine)?;
        }
        let affine = config.affine().map_or("none".to_owned(), |(gamma, beta)| format!("{gamma}, {beta}"));
        println!(
            "| {} → {} | {affine} | {ROWS} | {} | {:.3} | {:+.5} | {:.3} |",
            config.x,
            config.y,
            error.channels,
            error.max,
            error.mean(),
            error.mean_distance()
        );
        assert!(
            error.max <= bound && error.mean().abs() <= 0.02,
            "beyond the bound of {bound} LSB, or of 0.02 in mean"
        );
    }
    Ok(())
}
