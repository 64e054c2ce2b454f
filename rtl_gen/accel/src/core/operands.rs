//! The keys and values of a group's heads, as right operands.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty, prim};

use super::shape::{Shape, bits};

/// Memory of keys and values: tiles of T_o channels of a token in, rows of T_o weights out.
///
/// A key is written by token and read by channel. Channel c of token t stands in bank (c + t) mod T_o, so that both a
/// tile of a token and a channel of a tile of tokens lie in T_o different banks.
///
/// Ports: `keys_we_i` or `values_we_i`, `head_i`, `tile_i` (of the head's channels), `row_i` (token), `data_i`; `read_i`, `keys_i`,
/// `read_head_i`, `read_tile_i`, `read_row_i`, `data_o`. Read row k, tile n of the keys is channel k of tokens n·T_o …;
/// of the values channels n·T_o … of token k. Data is there four cycles after its request.
pub(super) fn operands(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (t_o, tokens, heads) = (shape.t_o, shape.core.max_tokens, shape.core.group_heads());
    let (lane_bits, row_bits, tile_bits) = (bits(t_o), bits(tokens), bits(shape.head_tiles));
    let head_bits = shape.head().width();
    let depth = 1 << (head_bits + tile_bits + row_bits);
    let bank_design = prim::held_ram_reg(8, depth)?;
    let values_design = prim::held_ram_reg(8 * t_o, depth)?;
    Module::build(format!("core_operands_i{}_o{t_o}_t{tokens}_g{heads}", shape.t_i), |m| {
        m.doc(format!("Keys and values of {heads} heads of {} channels, {tokens} tokens.", shape.t_i));
        m.doc(format!(
            "Channel c of the key of token t stands in bank (c + t) mod {t_o}: a tile of channels is written, a tile of tokens read, in one cycle."
        ));
        units::share(m);
        let [keys_we, values_we] = ["keys_we", "values_we"].map(|name| m.input(name, Ty::bit()));
        let (head, tile, row) =
            (m.input("head", shape.head()), m.input("tile", shape.head_tile()), m.input("row", shape.row()));
        let data = m.input_vec("data", t_o, Ty::uint(8));
        let (read, keys) = (m.input("read", Ty::bit()), m.input("keys", Ty::bit()));
        let (read_head, read_row) = (m.input("read_head", shape.head()), m.input("read_row", shape.row()));
        let read_tile = m.input("read_tile", shape.token_tile());
        let out = m.output_vec("data", t_o, Ty::uint(8));

        m.comment("A token's channels go to their banks.");
        let address = m.reg("address", Ty::uint(head_bits + tile_bits + row_bits));
        let [write_keys, write_values] = ["write_keys", "write_values"].map(|name| m.reg_init(name, Ty::bit(), 0));
        let token_lane = row.bits(lane_bits - 1, 0).named("token_lane");
        let turned = m.reg_vec("turned", t_o, Ty::uint(8), None);
        let straight = m.reg_vec("straight", t_o, Ty::uint(8), None);
        m.clocked(|| {
            write_keys.set(keys_we);
            write_values.set(values_we);
            address.set(m.concat([head, tile, row]));
            straight.whole().set(data.whole());
        });

        m.comment("Channel c of the tokens of a tile: bank b has the token whose lane is b - c.");
        let channel = read_row.bits(lane_bits - 1, 0).named("channel");
        let channel_tile = read_row.bits(lane_bits + tile_bits - 1, lane_bits);
        let line = m.concat([read_head, channel_tile, read_tile]).named("line");
        let banks = m.wire_vec("bank_data", t_o, Ty::uint(8));
        let [reads_keys, reads_values] = ["reads_keys", "reads_values"].map(|name| m.reg_init(name, Ty::bit(), 0));
        m.clocked(|| {
            reads_keys.set(read & keys);
            reads_values.set(read & !keys);
        });
        m.for_each("bank", 0..t_o.into(), |bank| {
            let ram = m.instance("keys", &bank_design);
            let place = m.reg("place", address.ty());
            let source = (m.lit(0) + bank - token_lane).wrap(lane_bits).as_bits().named("source");
            let lane = (m.lit(0) + bank - channel).wrap(lane_bits).as_bits();
            m.clocked(|| {
                turned.at(bank).set(data.pick(source));
                m.when(read & keys, || place.set(m.concat([line, lane])));
            });
            ram.input("we_i", write_keys);
            ram.input("waddr_i", address);
            ram.input("wdata_i", turned.at(bank));
            ram.input("re_i", reads_keys);
            ram.input("raddr_i", place);
            ram.drive("rdata_o", banks.at(bank));
        });

        m.comment("Values are read as they were written.");
        let values = m.instance("values", &values_design);
        let value_place = m.reg("value_place", address.ty());
        m.clocked(|| value_place.set(m.concat([read_head, read_tile.bits(tile_bits - 1, 0), read_row])));
        values.input("we_i", write_values);
        values.input("waddr_i", address);
        values.input("wdata_i", straight.whole());
        values.input("re_i", reads_values);
        values.input("raddr_i", value_place);
        let value = m.wire_vec("value", t_o, Ty::uint(8));
        value.whole().set(values.output("rdata_o"));

        m.comment("What was asked for, three cycles later.");
        let channels = m.reg_vec("asked_channel", 3, Ty::uint(lane_bits), None);
        let kinds = m.reg_vec("asked_keys", 3, Ty::bit(), None);
        m.clocked(|| {
            channels.at(0).set(channel);
            kinds.at(0).set(keys);
        });
        m.for_each("asked", 1..3, |cycle| {
            m.clocked(|| {
                channels.at(cycle).set(channels.at(cycle - 1));
                kinds.at(cycle).set(kinds.at(cycle - 1));
            });
        });
        m.for_each("lane", 0..t_o.into(), |lane| {
            let word = m.reg("word", Ty::uint(8));
            let bank = (m.lit(0) + lane + channels.at(2)).wrap(lane_bits).as_bits().named("from_bank");
            m.clocked(|| word.set(kinds.at(2).mux(banks.pick(bank), value.at(lane))));
            out.at(lane).set(word);
        });
    })
}
