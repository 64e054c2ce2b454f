//! Faults planted in the emitted text of units: each is found by a few random jobs, without which none fails.

use crate::emitted::brief;
use sim::{Sources, Start};
use spec::unit::{Elementwise, Mpca, Softmax, TokenClassifier};
use spec::{Flow, Format, UnitConfig};
use tb::{Pattern, Unit};

const S8: Format = Format::signed(8, 4);
const S16: Format = Format::signed(16, 10);

/// The unit with the first `from` of the file whose name begins with `file` replaced; as it is if `from` is empty.
fn faulty(config: &UnitConfig, file: &str, from: &str, to: &str) -> Unit {
    let emission = units::emit(std::slice::from_ref(config), "").unwrap();
    let top = &emission.manifest.tops[0];
    let mut changed = 0;
    let sources = emission.files.iter().fold(Sources::new(top), |sources, (name, text)| {
        let here = !from.is_empty() && name.starts_with(file) && text.contains(from);
        changed += u32::from(here);
        sources.text(name, if here { text.replacen(from, to, 1) } else { text.clone() })
    });
    assert_eq!(changed, u32::from(!from.is_empty()), "`{from}` stands in one file of {file}");
    brief(emission.manifest.module(top).unwrap().clone(), sources).start(Start::Random(1))
}

/// Each fault, and none, on `count` jobs; `stalled` streams come and go in bursts.
fn each_is_found(config: impl Into<UnitConfig>, count: usize, stalled: &[&str], faults: &[(&str, &str, &str)]) {
    let config = config.into();
    for &(file, from, to) in [("", "", "")].iter().chain(faults) {
        let mut bench = faulty(&config, file, from, to).bench().unwrap();
        bench.set_watchdog(5_000);
        for stream in stalled {
            bench.stalls(stream, Pattern::Bursts { go: 40, stop: 60 }).unwrap();
        }
        tb::jobs::queue(&mut bench, &config, count, 7).unwrap();
        assert_eq!(bench.run().is_err(), !from.is_empty(), "{file}: `{to}` for `{from}`");
    }
}

#[test]
fn mpca() {
    let config = Mpca { tile: 4, max_n: 20, max_rows: 6, feature_rows: 2, out_rows: 3, ..Mpca::new(1, 3, 2, 4) };
    each_is_found(
        config,
        30,
        &["out"],
        &[
            // The second half of a column of wide blocks is left out; a head begins at the first head's features.
            ("mpca_walk", "second_follows = double &&", "second_follows = 1'b0 &&"),
            ("mpca_walk", "job_per_head_i ? head_base_q + ", "1'b0 ? head_base_q + "),
            // What is behind a column's end is lost, or begins with the column's sum; a slot forgets what it carried.
            ("mpca_slot", "<= entry_valid_i && ended_q", "<= 1'b0 && ended_q"),
            ("mpca_group", "after_low_q <= ends_i ?", "after_low_q <= 1'b0 ?"),
            ("mpca_column", "old = sums_first_i ?", "old = 1'b1 ?"),
            // A carry between the parts of a sum is dropped; an exact half always goes up.
            ("mpca_group", " + 20'(acc_low_q[", " + 20'(1'b0 & acc_low_q["),
            ("mpca_group", "shifted[0] && (shifted[1] ||", "shifted[0] && (1'b1 ||"),
            // Tiles are written to all groups or lanes; a group's features, weights or lanes come with another group's; a slot's
            // lanes or ends take effect a cycle early; tokens come without room.
            ("mpca_steer", "fires = slot_group_i & ", "fires = "),
            ("mpca_dots", "load_lane_i[lane] && load_beat_i", "load_beat_i"),
            ("mpca_features", "late2_q <= late1_q[", "late2_q <= chosen["),
            ("mpca_follow", "begins[group+3]", "begins[3]"),
            ("mpca_follow", "<= head_mid[group*", "<= head_mid[0*"),
            ("mpca_follow", "if (begins[group+9])", "if (begins[group+8])"),
            ("mpca_follow", "if (begins[group+11])", "if (begins[group+10])"),
            ("mpca_issue", "no_room = has_end_now &&", "no_room = 1'b0 &&"),
        ],
    );
}

#[test]
fn elementwise() {
    each_is_found(
        Elementwise { flow: Flow::Credit, ..Elementwise::residual_add(S8, S16, 4) },
        60,
        &["out"],
        &[
            // Half to even of the product, not of the sum; bits below are forgotten; saturation forgets what rounding adds.
            ("elementwise_lanes", "(whole_q[0] ^ r_s5_q[0])", "whole_q[0]"),
            ("elementwise_lanes", "(bytes_s3_q > 3'd0)", "(bytes_s3_q > 3'd1)"),
            ("elementwise_lanes", "(up_q && &sum_q[14:0]", "(1'b0 && &sum_q[14:0]"),
            ("elementwise_residual", "out_ready_i(in_fire && in_last_i)", "out_ready_i(in_fire)"),
        ],
    );
}

#[test]
fn softmax() {
    each_is_found(
        Softmax { lanes: 8, ..Softmax::preset16() },
        40,
        &["out"],
        &[
            // Lanes that are not kept count; a row's maximum is also that of the row before.
            ("softmax_row_exp", "kept_here_s12_q ?", "1'b1 ?"),
            ("softmax_row_max", "(first_q || ", "("),
            ("softmax_row_max", "first_q <= beat_last_q", "first_q <= 1'b1 | beat_last_q"),
        ],
    );
}

#[test]
fn token_classifier() {
    each_is_found(
        TokenClassifier { head_width: 16, ..TokenClassifier::int8() },
        8,
        &["feature"],
        &[
            // Two heads share a place of the tokens' number, of the sums, of the features; keep and prune change places.
            ("token_classifier_features", "counts[came_q[0]] <=", "counts[1'b0] <="),
            ("token_classifier_features", "adding_place = {adding_bank_q,", "adding_place = {1'b0,"),
            ("token_classifier_features", ".waddr_i({came_q[0],", ".waddr_i({1'b0,"),
            ("token_classifier_scores", "{logit_prune, logit_keep}", "{logit_keep, logit_prune}"),
            ("token_classifier_scores", "{score_a, score_s1, score_s0}", "{score_a, score_s0, score_s1}"),
            ("token_classifier_features", "full = (came_q", "full = 1'b0 && (came_q"),
        ],
    );
}
