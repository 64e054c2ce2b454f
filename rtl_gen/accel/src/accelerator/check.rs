//! What no instruction may be.

use hdl::{Module, Sig, Ty};
use spec::accel::{Core, Fault, Layout, VectorOp};

/// A field of a word that is laid out so.
pub(super) fn field<'m>(m: &'m Module, word: Sig<'m>, layout: Layout, name: &str) -> Sig<'m> {
    match layout.field(name) {
        Some(found) => word.bits(found.lsb + found.width - 1, found.lsb),
        None => m.lit(0),
    }
}

/// A fault's code.
pub(super) fn code(m: &Module, fault: Fault) -> Sig<'_> {
    m.lit_of(fault.code(), Ty::uint(8))
}

/// What is wrong with an instruction, as [`Fault::code`] has it, or 0. `last` tells that it is the program's last.
///
/// Sizes that follow from the number of tokens are not looked at: that number is itself within the core's.
pub(super) fn verdict<'m>(m: &'m Module, core: &Core, word: Sig<'m>, last: Sig<'m>) -> Sig<'m> {
    m.comment("What is wrong with the instruction.");
    let matrix = |name: &str| field(m, word, Layout::MATRIX, name);
    let vector = |name: &str| field(m, word, Layout::VECTOR, name);
    let opcode = matrix("opcode").named("opcode");
    let [is_end, is_matrix, is_vector, is_tokens] =
        [("is_end", 0u32), ("is_matrix", 1), ("is_vector", 2), ("is_tokens", 3)]
            .map(|(name, value)| opcode.eq(value).named(name));
    let over = |value: Sig<'m>, most: u32| match u64::from(most) < (1u64 << value.width()) - 1 {
        true => value.gt(most),
        false => m.lit_of(0, Ty::bit()),
    };
    let over_norm = |value: Sig<'m>| over(value, core.norm_words() - 1);
    let over_act = |value: Sig<'m>| over(value, core.act_words() - 1);

    let [from, weights, to, scale] =
        ["from", "weights", "to", "scale"].map(|name| matrix(name).named(&format!("matrix_{name}")));
    let strange = (weights.eq(3) | scale.eq(3) | matrix("reserved").is_nonzero()).named("strange");
    let op = vector("op").named("vector_op");
    let unknown = (opcode.gt(4) | (is_matrix & strange) | (is_vector & op.gt(VectorOp::Count as u32)))
        .named("unknown_instruction");

    m.comment("Sizes, as far as they do not follow from the number of tokens.");
    let given_rows = |kind: &str, rows: Sig<'m>, count: Sig<'m>| {
        let count = count.named(&format!("{kind}_rows"));
        (rows.eq(0) & over(count, core.max_tokens)).named(&format!("{kind}_rows_beyond"))
    };
    let matrix_rows = given_rows("matrix", matrix("rows"), matrix("m"));
    let (k, n) = (matrix("k").named("matrix_k"), matrix("n").named("matrix_n"));
    let reach = (matrix("passes") * core.word_bytes()).named("reach_of_passes");
    let k_beyond = (!matrix("k_tokens") & (k.gt(reach) | !k.is_nonzero())).named("matrix_k_beyond");
    let act_row = core.act_words() / core.max_tokens * core.word_bytes();
    let to_words = (to.eq(0) | to.eq(6)).named("to_words");
    let most = m.first(
        [(to_words, over(n, act_row)), (to.eq(3), over(n, core.max_tokens)), (to.eq(7), over(n, 4 * core.max_heads()))],
        over(n, core.max_embed),
    );
    let n_beyond = (!matrix("n_tokens") & ((to.ne(5) & most) | !n.is_nonzero())).named("matrix_n_beyond");
    let no_weights = (weights.eq(0) & matrix("weights_beats").eq(0)).named("no_weights");
    let tiles = vector("tiles").named("vector_tiles");
    let vector_rows = given_rows("vector", vector("rows"), vector("m"));
    let tiles_beyond = ((tiles.eq(0) & op.ne(VectorOp::Count as u32))
        | (op.is_nonzero() & over(tiles, core.residual_tiles())))
    .named("vector_tiles_beyond");
    let heads = vector("heads").named("vector_heads");
    let of_heads = op.eq(4) | op.eq(6);
    let heads_beyond = (of_heads & (heads.eq(0) | over(heads, core.max_heads()))).named("vector_heads_beyond");
    let tokens = field(m, word, Layout::TOKENS, "m").named("tokens");
    let tokens_beyond = (over(tokens, core.max_tokens) | tokens.eq(0)).named("tokens_beyond");
    let large = (is_matrix & (matrix_rows | k_beyond | n_beyond | no_weights))
        | (is_vector & (vector_rows | tiles_beyond | heads_beyond))
        | (is_tokens & tokens_beyond);

    m.comment("Places in the core's memories.");
    let (from_base, to_base) = (matrix("from_base").named("from_base"), matrix("to_base").named("to_base"));
    let source_away = ((from.eq(0) & over_norm(from_base)) | (from.bit(0) & over_act(from_base))).named("source_away");
    let head_away = over(matrix("index"), core.group_heads() - 1).named("head_away");
    let result_away = (to_words & over_act(to_base)).named("result_away");
    let to_norm = op.eq(2) | op.eq(4) | op.eq(5);
    let means_away = op.eq(4) & over_norm(vector("means"));
    let norm_away = ((to_norm & over_norm(vector("base"))) | means_away).named("norm_away");
    let load_away = (op.eq(0) & over_act(vector("base"))).named("load_away");
    let away = (is_matrix & (source_away | head_away | result_away)) | (is_vector & (norm_away | load_away));

    m.first(
        [
            (unknown, code(m, Fault::Instruction)),
            (is_end.ne(last), code(m, Fault::End)),
            (large.named("size_beyond"), code(m, Fault::Size)),
            (away.named("place_beyond"), code(m, Fault::Place)),
        ],
        0,
    )
    .named("complaint")
}
