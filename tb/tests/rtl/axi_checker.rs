//! The checker of AXI sees every broken rule, and none where none is.

use tb::axi::{Beat, Burst, Checker, Cycle, Handshake, Limits, Response, Rule, Violation};

fn burst(address: u64, beats: u64) -> Burst {
    Burst { address, len: beats - 1, size: 3, burst: 1 }
}

fn beat(data: u64, last: bool) -> Beat {
    Beat { data: [data; 8], mark: 0, last }
}

fn go<P>(payload: P) -> Handshake<P> {
    Handshake { valid: true, ready: true, payload }
}

fn wait<P>(payload: P) -> Handshake<P> {
    Handshake { valid: true, ready: false, payload }
}

fn silent() -> Cycle {
    Cycle::default()
}

fn ar(channel: Handshake<Burst>) -> Cycle {
    Cycle { ar: channel, ..silent() }
}

fn r(channel: Handshake<Beat>) -> Cycle {
    Cycle { r: channel, ..silent() }
}

fn aw(channel: Handshake<Burst>) -> Cycle {
    Cycle { aw: channel, ..silent() }
}

fn w(channel: Handshake<Beat>) -> Cycle {
    Cycle { w: channel, ..silent() }
}

fn b(channel: Handshake<u64>) -> Cycle {
    Cycle { b: channel, ..silent() }
}

fn limits() -> Limits {
    Limits { outstanding: 2, max_burst: 16, ..Limits::full(8) }
}

fn checked(cycles: &[Cycle]) -> Result<(), Violation> {
    let mut checker = Checker::new(limits());
    cycles.iter().try_for_each(|cycle| checker.check(cycle))
}

/// The last cycle, and no earlier one, breaks the rule on that channel.
#[track_caller]
fn breaks(rule: Rule, channel: &str, cycles: &[Cycle]) {
    let (last, sound) = cycles.split_last().unwrap();
    assert_eq!(checked(sound), Ok(()));
    let violation = checked(cycles).expect_err(&format!("{last:?} breaks {rule:?}"));
    assert_eq!((violation.rule, violation.channel), (rule, channel), "{violation}");
}

#[test]
fn sound_traffic_passes() {
    let reads = [
        ar(wait(burst(0xfc0, 8))),
        ar(go(burst(0xfc0, 8))),
        ar(go(burst(0x1000, 1))),
        r(wait(beat(1, false))),
        r(go(beat(1, false))),
        silent(),
    ];
    let rest: Vec<Cycle> = (2..=8).map(|i| r(go(beat(i, i == 8)))).collect();
    let end = [Cycle { ar: go(burst(0x2003, 16)), ..r(go(Beat { mark: Response::SlvErr.code(), ..beat(9, true) })) }];
    checked(&[&reads[..], &rest, &end].concat()).unwrap();
    let writes = [
        // Data ahead of its address, with it, and behind it.
        w(go(beat(1, false))),
        w(go(beat(2, true))),
        aw(wait(burst(0, 2))),
        aw(go(burst(0, 2))),
        b(wait(0)),
        b(go(0)),
        Cycle { aw: go(burst(8, 1)), ..w(go(beat(3, true))) },
        Cycle { aw: go(burst(16, 2)), ..b(go(3)) },
        w(go(beat(4, false))),
        w(wait(beat(5, true))),
        w(go(beat(5, true))),
        b(go(2)),
    ];
    checked(&writes).unwrap();
}

#[test]
fn offers_stand_until_they_are_taken() {
    breaks(Rule::ValidFell, "AR", &[ar(wait(burst(0, 1))), silent()]);
    breaks(Rule::PayloadChanged, "AR", &[ar(wait(burst(0, 1))), ar(wait(burst(8, 1)))]);
    breaks(Rule::PayloadChanged, "AR", &[ar(wait(burst(0, 1))), ar(go(burst(0, 2)))]);
    breaks(Rule::ValidFell, "AW", &[aw(wait(burst(0, 1))), silent()]);
    breaks(Rule::PayloadChanged, "AW", &[aw(wait(burst(0, 1))), aw(go(burst(0, 2)))]);
    breaks(Rule::ValidFell, "W", &[w(wait(beat(0, true))), silent()]);
    breaks(Rule::PayloadChanged, "W", &[w(wait(beat(0, true))), w(wait(beat(0, false)))]);
    breaks(Rule::PayloadChanged, "W", &[w(wait(beat(0, true))), w(wait(Beat { mark: 1, ..beat(0, true) }))]);
    breaks(Rule::ValidFell, "R", &[ar(go(burst(0, 1))), r(wait(beat(0, true))), silent()]);
    breaks(Rule::PayloadChanged, "R", &[ar(go(burst(0, 1))), r(wait(beat(0, true))), r(go(beat(1, true)))]);
    let written = [aw(go(burst(0, 1))), w(go(beat(0, true))), b(wait(0))];
    breaks(Rule::ValidFell, "B", &[&written[..], &[silent()]].concat());
    breaks(Rule::PayloadChanged, "B", &[&written[..], &[b(go(2))]].concat());
}

#[test]
fn bursts_have_their_form() {
    for (channel, of) in [("AR", ar as fn(Handshake<Burst>) -> Cycle), ("AW", aw)] {
        breaks(Rule::Crosses4K, channel, &[of(wait(burst(0xff8, 2)))]);
        breaks(Rule::Crosses4K, channel, &[of(wait(burst(0x1f8c, 16)))]);
        breaks(Rule::BurstLength, channel, &[of(wait(burst(0, 17)))]);
        breaks(Rule::BurstKind, channel, &[of(wait(Burst { burst: 0, ..burst(0, 1) }))]);
        breaks(Rule::BurstKind, channel, &[of(wait(Burst { burst: 2, ..burst(0, 2) }))]);
        breaks(Rule::BurstKind, channel, &[of(wait(Burst { size: 2, ..burst(0, 1) }))]);
        breaks(Rule::Outstanding, channel, &vec![of(go(burst(0, 1))); 3]);
    }
}

#[test]
fn answers_follow_requests() {
    breaks(Rule::ReadUnasked, "R", &[r(wait(beat(0, true)))]);
    breaks(Rule::ReadUnasked, "R", &[Cycle { ar: go(burst(0, 1)), ..r(wait(beat(0, true))) }]);
    breaks(Rule::ReadUnasked, "R", &[ar(go(burst(0, 1))), r(go(beat(0, true))), r(wait(beat(0, true)))]);
    breaks(Rule::ReadLast, "R", &[ar(go(burst(0, 2))), r(wait(beat(0, true)))]);
    breaks(Rule::ReadLast, "R", &[ar(go(burst(0, 2))), r(go(beat(0, false))), r(wait(beat(0, false)))]);
    // The second burst's length where the first one's is due: order.
    breaks(Rule::ReadLast, "R", &[ar(go(burst(0, 2))), ar(go(burst(64, 1))), r(wait(beat(0, true)))]);
    breaks(Rule::ExOkay, "R", &[ar(go(burst(0, 1))), r(wait(Beat { mark: 1, ..beat(0, true) }))]);
    breaks(Rule::WriteUnasked, "B", &[b(wait(0))]);
    breaks(Rule::WriteUnasked, "B", &[aw(go(burst(0, 1))), b(wait(0))]);
    breaks(Rule::WriteUnasked, "B", &[w(go(beat(0, true))), b(wait(0))]);
    breaks(Rule::WriteUnasked, "B", &[aw(go(burst(0, 1))), Cycle { b: wait(0), ..w(go(beat(0, true))) }]);
    breaks(Rule::WriteUnasked, "B", &[aw(go(burst(0, 1))), w(go(beat(0, true))), b(go(0)), b(wait(0))]);
    breaks(Rule::ExOkay, "B", &[aw(go(burst(0, 1))), w(go(beat(0, true))), b(wait(1))]);
}

#[test]
fn write_bursts_end_where_they_said() {
    breaks(Rule::WriteLast, "W", &[aw(go(burst(0, 2))), w(wait(beat(0, true)))]);
    breaks(Rule::WriteLast, "W", &[aw(go(burst(0, 1))), w(wait(beat(0, false)))]);
    breaks(Rule::WriteLast, "W", &[aw(go(burst(0, 2))), w(go(beat(0, false))), w(wait(beat(0, false)))]);
    // Ahead of the address: too short, too long, without an end.
    breaks(Rule::WriteLast, "W", &[w(go(beat(0, true))), aw(go(burst(0, 2)))]);
    breaks(Rule::WriteLast, "W", &[w(go(beat(0, false))), w(go(beat(0, true))), aw(go(burst(0, 1)))]);
    breaks(Rule::WriteLast, "W", &[w(go(beat(0, false))), w(go(beat(0, false))), aw(go(burst(0, 1)))]);
    breaks(Rule::WriteLast, "W", &vec![w(go(beat(0, false))); 16]);
}

#[test]
fn reset_is_silent_and_forgets() {
    let one = [
        ("AR", ar(wait(burst(0, 1)))),
        ("R", r(wait(beat(0, true)))),
        ("AW", aw(wait(burst(0, 1)))),
        ("W", w(wait(beat(0, true)))),
        ("B", b(wait(0))),
    ];
    for (channel, cycle) in one {
        let violation = Checker::new(limits()).check_reset(&cycle).unwrap_err();
        assert_eq!((violation.rule, violation.channel), (Rule::ValidInReset, channel));
    }
    let mut checker = Checker::new(limits());
    checker.check(&ar(go(burst(0, 4)))).unwrap();
    checker.check(&aw(wait(burst(0, 4)))).unwrap();
    checker.check_reset(&silent()).unwrap();
    assert_eq!(checker.on_their_way(), (0, 0));
    checker.check(&silent()).unwrap();
    assert_eq!(checker.check(&r(wait(beat(0, true)))).unwrap_err().rule, Rule::ReadUnasked);
}
