//! A unit with one stream in and one out on Icarus: four states, from power-up without initial values.

use toolbox::icarus::{Simulation, simulate};

/// The outputs, in bits, that come of the inputs in as many bits as the stream has; what is unknown is `x`.
///
/// # Errors
/// What stopped the simulation: a handshake that is unknown after reset, or nothing for long.
pub fn outputs(
    top: &str,
    files: &[(String, String)],
    widths: (u32, u32),
    inputs: &[String],
) -> Result<Vec<String>, toolbox::Error> {
    let mut files = files.to_vec();
    files.push(("in.mem".to_owned(), inputs.join("\n") + "\n"));
    files.push(("bench.sv".to_owned(), bench(top, widths.0, widths.1, inputs.len())));
    let run = simulate(&Simulation { top: "bench".to_owned(), inputs: files, ..Simulation::default() })?;
    let bits = |line: &&str| !line.is_empty() && line.chars().all(|c| "01xz".contains(c));
    Ok(run.stdout.lines().filter(bits).map(str::to_owned).collect())
}

/// Feeds `in.mem` with gaps, takes with stalls, prints every output.
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
  initial $readmemb(\"in.mem\", inputs);
  always @(posedge clk) begin
    cycle <= cycle + 1;
    rst <= cycle < 2;
    take <= cycle % 7 != 3;
    if (cycle > 2 && ^{{ready, out_valid}} === 1'bx) $fatal(1, \"unknown handshake in cycle %0d\", cycle);
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
