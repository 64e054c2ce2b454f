//! The function units on Icarus: four states, from power-up without initial values, over a sample of the inputs.

use std::fmt::Write;

use reference::{ExpModel, FunctionUnit, GeluModel, PlanSigmoidModel};
use spec::UnitConfig;
use spec::unit::{Exp, Gelu, Method, PlanSigmoid};
use toolbox::Tool;
use toolbox::icarus::{Simulation, simulate};

/// Feeds `x.hex` with gaps, takes with stalls, prints every output.
fn bench(top: &str, x_width: u32, y_width: u32, count: usize) -> String {
    format!(
        "module bench;
  reg clk = 0, rst = 1, valid = 0, take = 0;
  reg [{x}:0] inputs [0:{last}];
  reg [{x}:0] data;
  wire ready, out_valid;
  wire [{y}:0] out;
  integer sent = 0, got = 0, cycle = 0;
  {top} dut (.clk_i(clk), .rst_i(rst), .in_valid_i(valid), .in_ready_o(ready), .in_data_i(data),
    .out_valid_o(out_valid), .out_ready_i(take), .out_data_o(out));
  always #5 clk = !clk;
  initial $readmemh(\"x.hex\", inputs);
  always @(posedge clk) begin
    cycle <= cycle + 1;
    rst <= cycle < 2;
    take <= cycle % 7 != 3;
    if (!rst && out_valid && take) begin
      $display(\"%b\", out);
      got <= got + 1;
      if (got == {last}) $finish;
    end
    if (cycle > 4 && (!valid || ready)) begin
      valid <= sent < {count} && cycle % 5 != 2;
      data <= sent < {count} && cycle % 5 != 2 ? inputs[sent] : {{{x_width}{{1'bx}}}};
      if (sent < {count} && cycle % 5 != 2) sent <= sent + 1;
    end
    if (cycle > 10 * {count} + 100) $fatal(1, \"stuck\");
  end
endmodule
",
        x = x_width - 1,
        y = y_width - 1,
        last = count - 1,
    )
}

fn runs_on_icarus(config: impl Into<UnitConfig>, model: &impl FunctionUnit) {
    let config = config.into();
    if !toolbox::need::present(Tool::Icarus, &format!("the four-state run of {}", config.module_name())).unwrap() {
        return;
    }
    let (x, y) = (model.x(), model.y());
    let step = 1 << x.width.saturating_sub(9);
    let sample: Vec<i64> = (x.min() as i64..=x.max() as i64).step_by(step).map(|raw| raw + raw.rem_euclid(7)).collect();
    let sample: Vec<i64> = sample.into_iter().filter(|raw| x.contains((*raw).into())).collect();
    let mask = |raw: i64, width: u32| raw as u64 & ((1 << width) - 1);
    let mut hex = String::new();
    sample.iter().for_each(|&raw| writeln!(hex, "{:x}", mask(raw, x.width)).unwrap());
    let top = config.module_name();
    let mut inputs = units::emit(&[config], "").unwrap().files;
    inputs.push(("x.hex".to_owned(), hex));
    inputs.push(("bench.sv".to_owned(), bench(&top, x.width, y.width, sample.len())));
    let run = simulate(&Simulation { top: "bench".to_owned(), inputs, ..Simulation::default() }).unwrap();
    let got: Vec<&str> = run.stdout.lines().filter(|line| line.chars().all(|c| "01xz".contains(c))).collect();
    let width = y.width as usize;
    let want: Vec<String> = sample.iter().map(|&raw| format!("{:0width$b}", mask(model.eval(raw), y.width))).collect();
    assert_eq!(got, want, "{top}");
}

#[test]
fn exp_from_power_up() {
    for config in [Exp::preset16(), Exp::preset8(), Exp { method: Method::Table, ..Exp::preset8() }] {
        let model = ExpModel::new(&config).unwrap();
        runs_on_icarus(config, &model);
    }
}

#[test]
fn gelu_from_power_up() {
    for config in [Gelu::preset16(), Gelu::preset8(), Gelu { method: Method::Table, ..Gelu::preset8() }] {
        let model = GeluModel::new(&config).unwrap();
        runs_on_icarus(config, &model);
    }
}

#[test]
fn plan_sigmoid_from_power_up() {
    let table = PlanSigmoid { method: Method::Table, ..PlanSigmoid::preset8() };
    for config in [PlanSigmoid::preset16(), PlanSigmoid::preset8(), table] {
        let model = PlanSigmoidModel::new(&config).unwrap();
        runs_on_icarus(config, &model);
    }
}
