//! The exchanges of `bitonic_shared`, as its schedule gives them in simulation: no data goes in but the size of the job, so
//! that one run shows all that it ever does for that size.

use sim::{Build, Sources};
use spec::unit::TopK;

use super::netlist::{Comparator, Result};

/// The place of the word in a bank's row: word i stands at row ⌊i / banks⌋ of the bank that is the exclusive or of i's digits
/// to the base of the banks.
fn place(bank: usize, row: usize, banks: usize) -> usize {
    let (mut rest, mut low) = (row, bank);
    while rest > 0 {
        low ^= rest % banks;
        rest /= banks;
    }
    row * banks + low
}

/// The stages for a job of `tokens`, the comparators of all cycles of a stage in one. Checks that a stage takes every place up to
/// the next power of two once, that the first one leaves out just the places without a token, and that a stage begins when
/// the words of the one before are written.
pub fn stages(config: &TopK, tokens: usize) -> Result<Vec<Vec<Comparator>>> {
    let emission = units::emit(&[config.clone().into()], "").unwrap();
    let top = emission.manifest.modules.iter().find(|m| m.name.starts_with("bitonic_schedule_")).unwrap();
    let text = emission.files.iter().find(|file| file.0 == top.file).unwrap();
    let mut model = Build::new(Sources::new(&top.name).text(&text.0, &text.1)).compile().unwrap().model().unwrap();
    let clock = model.clock("clk_i").unwrap();
    let port = |name: &str| model.port(name).unwrap();
    let [reset, start, last, valid, done] = ["rst_i", "start_i", "last_place_i", "valid_o", "done_o"].map(port);
    let [row, turned, absent] = ["row_o", "turned_o", "absent_o"].map(port);
    let banks = 2 * config.shared_units() as usize;
    let axis = (banks > 2).then(|| port("axis_o"));
    let row_width = (config.places() as usize / banks).ilog2();

    model.set(last, tokens as u64 - 1);
    for (reset_value, start_value) in [(1, 0), (0, 0), (0, 1)] {
        model.set(reset, reset_value);
        model.set(start, start_value);
        model.tick(clock).unwrap();
    }
    model.set(start, 0);
    let size = tokens.next_power_of_two().max(2);
    let (mut all, mut stage, mut seen, mut idle) = (vec![], vec![], vec![false; config.places() as usize], 2);
    loop {
        model.eval().unwrap();
        if model.get(valid) == 1 {
            if stage.is_empty() && idle < 2 {
                return Err("a stage begins before the last one is written".to_owned());
            }
            let bank_bit = 1 << axis.map_or(0, |axis| model.get(axis));
            let places: Vec<usize> = (0..banks)
                .map(|bank| place(bank, model.get_slice(row, bank as u32 * row_width, row_width) as usize, banks))
                .collect();
            for (bank, &at) in places.iter().enumerate() {
                if std::mem::replace(&mut seen[at], true) {
                    return Err(format!("place {at} twice in a stage"));
                }
                if (model.get_slice(absent, bank as u32, 1) == 1) != (all.is_empty() && at >= tokens) {
                    return Err(format!("place {at} is taken as {} token", if at < tokens { "no" } else { "a" }));
                }
                if bank & bank_bit == 0 {
                    let (a, b) = (at, places[bank | bank_bit]);
                    stage.push(if model.get_slice(turned, bank as u32, 1) == 1 { (b, a) } else { (a, b) });
                }
            }
            idle = 0;
        } else {
            idle += 1;
        }
        if idle == 1 {
            if !seen[..size].iter().all(|seen| *seen) {
                return Err("a stage leaves a place out".to_owned());
            }
            seen.fill(false);
            stage.retain(|pair: &Comparator| pair.0 < size && pair.1 < size);
            all.push(std::mem::take(&mut stage));
        }
        if model.get(done) == 1 {
            return if idle == 3 {
                Ok(all)
            } else {
                Err("the end is not in the third cycle after the last".to_owned())
            };
        }
        model.tick(clock).unwrap();
    }
}
