//! The error of `layer_norm` over a million rows of each configuration, which a test measures over fewer.

#[path = "../tests/measured/mod.rs"]
mod measured;

use measured::measured;
use reference::rows::{Random, of_layer_norm};
use reference::{LayerNormError, LayerNormModel, RowError};

const ROWS: u64 = 1_000_000;
/// Parts with rows from seeds of their own, shared out to the processors.
const PARTS: u64 = 8;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("| `layer_norm` | γ, β | rows | channels | max, LSB | mean, LSB | mean distance, LSB |");
    println!("|---|---|---|---|---|---|---|");
    for (config, bound) in measured() {
        let model = LayerNormModel::new(&config)?;
        let mut error = LayerNormError::default();
        std::thread::scope(|scope| -> Result<(), Box<dyn std::error::Error>> {
            let part = |seed| {
                let (model, config) = (&model, &config);
                scope.spawn(move || -> Result<LayerNormError, RowError> {
                    let (mut random, mut error) = (Random(seed), LayerNormError::default());
                    for _ in 0..ROWS / PARTS {
                        let (x, affine) = of_layer_norm(config, &mut random);
                        error.add(model, &x, &affine)?;
                    }
                    Ok(error)
                })
            };
            for part in (1..=PARTS).map(part).collect::<Vec<_>>() {
                error.merge(&part.join().map_err(|_| "a part of the rows panicked")??);
            }
            Ok(())
        })?;
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
