//! Layers in the order in which the core reads them.

use spec::accel::Core;
use spec::network::Linear;

/// The weights of a layer, a stream a group behind the other, and the beats of a stream.
///
/// A beat has rows b and b + T_i/2 of the group's T_i rows of a pass, T_o columns each; tile by tile, pass by pass. A layer without weights has
/// beats and no bytes.
pub(crate) fn weights(core: &Core, layer: &Linear) -> (Vec<u8>, u32) {
    let (t_i, t_o, t_h) = (core.t_i as usize, core.t_o as usize, core.t_h as usize);
    let half = t_i / 2;
    let weight = |row: usize, column: usize| match (row < layer.inputs, column < layer.outputs) {
        (true, true) => layer.weight[row * layer.outputs + column] as u8,
        _ => 0,
    };
    let beats = layer.outputs.div_ceil(t_o) * layer.inputs.div_ceil(t_i * t_h) * half;
    let mut bytes = Vec::new();
    if layer.weight.is_empty() {
        return (bytes, beats as u32);
    }
    for group in 0..t_h {
        for tile in (0..layer.outputs).step_by(t_o) {
            for pass in (0..layer.inputs).step_by(t_i * t_h) {
                for beat in 0..half {
                    for row in [beat, beat + half].map(|row| pass + group * t_i + row) {
                        bytes.extend((tile..tile + t_o).map(|column| weight(row, column)));
                    }
                }
            }
        }
    }
    (bytes, beats as u32)
}

/// The parameters of a layer's columns, eight bytes each, whole tiles: bias, multiplier, shift.
pub(crate) fn columns(core: &Core, layer: &Linear) -> Vec<u8> {
    let columns = layer.outputs.next_multiple_of(core.t_o as usize);
    let column = |c: usize| -> [u8; 8] {
        if c >= layer.mult.len() {
            return [0; 8];
        }
        let high = u64::from(layer.mult[c]) | u64::from(layer.shift[c]) << 16;
        (u64::from(layer.bias[c] as u32) | high << 32).to_le_bytes()
    };
    (0..columns).flat_map(column).collect()
}

/// Layers as one of `inputs` × `outputs`: row r of layer l is row `input(l, r)`, its column c column `output(l, c)`; the
/// rest is zero. Of layers without weights, one without.
pub(crate) fn placed(
    layers: &[Linear],
    inputs: usize,
    outputs: usize,
    input: impl Fn(usize, usize) -> usize,
    output: impl Fn(usize, usize) -> usize,
) -> Linear {
    let mut all = Linear::unweighted(inputs, outputs, layers[0].x, layers[0].y);
    if layers[0].weight.is_empty() {
        return all;
    }
    all.weight = vec![0; inputs * outputs];
    (all.bias, all.mult, all.shift) = (vec![0; outputs], vec![0; outputs], vec![0; outputs]);
    for (number, layer) in layers.iter().enumerate() {
        for column in 0..layer.outputs {
            let to = output(number, column);
            (all.bias[to], all.mult[to], all.shift[to]) = (layer.bias[column], layer.mult[column], layer.shift[column]);
            for row in 0..layer.inputs {
                all.weight[input(number, row) * outputs + to] = layer.weight[row * layer.outputs + column];
            }
        }
    }
    all
}
