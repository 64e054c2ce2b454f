// SPDX-License-Identifier: CC0-1.0
// This file belongs to whoever emitted it.
//
// Scale of a row from its sums: v = d q - s^2, r = 2^(16 + e) / sqrt(v), gain = d r,
// offset = 2^(e - 6) - s r. The reciprocal root is a chord in each of 256 segments of two
// octaves. Never stalled: `out_ready_i` stays set.
//
// Bits of the streams' data:
//   in: s[25:0], d[36:26], q_low[62:37], q_high[88:63]
//   out: gain[25:0], offset[67:26], e[72:68]
//
// Emitted by espalier 0.1.0.

`default_nettype none

module layer_norm_scale_x16_d1024_e1 (
  input  wire logic        clk_i,
  input  wire logic        rst_i,
  input  wire logic        in_valid_i,
  output      logic        in_ready_o,
  input  wire logic [88:0] in_data_i,
  output      logic        out_valid_o,
  input  wire logic        out_ready_i,
  output      logic [72:0] out_data_o
);

  logic advance;
`ifdef SIMULATION
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      never_holds: assert (advance);
    end
  end
`endif

  logic signed [25:0] in_s;
  assign in_s = in_data_i[25:0];

  logic [10:0] in_d;
  assign in_d = in_data_i[36:26];

  logic [25:0] in_q_low;
  assign in_q_low = in_data_i[62:37];

  logic [25:0] in_q_high;
  assign in_q_high = in_data_i[88:63];

  logic signed [25:0] s_s2_q;
  logic [35:0] scaled_low_q;
  logic signed [41:0] below_p;
  prim_multiply_subtract_s26_u15_u36_p42 u_below (
    .clk_i(clk_i),
    .a_i  (s_s2_q),
    .b_i  (s_s2_q[14:0]),
    .c_i  (scaled_low_q),
    .p_o  (below_p)
  );

  logic [10:0] d_s3_q;
  logic [25:0] q_high_s3_q;
  logic signed [35:0] scaled_high_p;
  prim_multiply_add_u11_u26_s27_p36 u_scaled_high (
    .clk_i(clk_i),
    .a_i  (d_s3_q),
    .b_i  (q_high_s3_q),
    .c_i  (below_p[41:15]),
    .p_o  (scaled_high_p)
  );

  logic signed [25:0] s_s4_q;
  logic signed [35:0] above_p;
  prim_multiply_subtract_s26_s11_u36_p36 u_above (
    .clk_i(clk_i),
    .a_i  (s_s4_q),
    .b_i  (s_s4_q[25:15]),
    .c_i  (scaled_high_p),
    .p_o  (above_p)
  );

  logic [11:0] way_q;
  logic [27:0] chord_q;
  logic [17:0] height_s12_q;
  logic signed [15:0] root_p;
  prim_multiply_subtract_u10_u12_u18_p30_f12_drop14 u_root (
    .clk_i(clk_i),
    .a_i  (chord_q[9:0]),
    .b_i  (way_q),
    .c_i  (height_s12_q),
    .p_o  (root_p)
  );

  // Half of what the channels' shift cuts off goes along with s r.
  logic [15:0] r_q;
  logic [40:0] half_q;
  logic signed [25:0] s_s14_q;
  logic signed [41:0] scaled_sum_p;
  prim_multiply_subtract_s26_u16_u41_p42 u_scaled_sum (
    .clk_i(clk_i),
    .a_i  (s_s14_q),
    .b_i  (r_q),
    .c_i  (half_q),
    .p_o  (scaled_sum_p)
  );

  // Every stage moves when the output is empty or taken.
  logic [15:0] valid_q;
  assign out_valid_o = valid_q[15];
  assign advance = out_ready_i || !out_valid_o;
  assign in_ready_o = advance;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 16'd0;
    end else if (advance) begin
      valid_q <= {valid_q[14:0], in_valid_i};
    end
  end

  // Stage 1
  logic signed [25:0] s_q;
  logic [10:0] d_q;
  logic [25:0] q_low_q;
  logic [25:0] q_high_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      s_q <= in_s;
      d_q <= in_d;
      q_low_q <= in_q_low;
      q_high_q <= in_q_high;
    end
  end

  // Stage 2
  (* use_dsp = "yes" *) logic [35:0] scaled_low_m_q;
  logic [10:0] d_s2_q;
  logic [25:0] q_high_s2_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      s_s2_q <= s_q;
      scaled_low_m_q <= 36'(d_q) * 36'(q_low_q);
      d_s2_q <= d_q;
      q_high_s2_q <= q_high_q;
    end
  end

  // Stage 3
  logic signed [25:0] s_s3_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      scaled_low_q <= scaled_low_m_q;
      d_s3_q <= d_s2_q;
      q_high_s3_q <= q_high_s2_q;
      s_s3_q <= s_s2_q;
    end
  end

  // Stage 4
  // v = d q - s^2 in a cascade of DSPs.
  logic [10:0] d_s4_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      s_s4_q <= s_s3_q;
      d_s4_q <= d_s3_q;
    end
  end

  // Stage 5
  logic [14:0] v_low;
  assign v_low = below_p[14:0];

  logic [14:0] v_low_s5_q;
  logic [10:0] d_s5_q;
  logic signed [25:0] s_s5_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      v_low_s5_q <= v_low;
      d_s5_q <= d_s4_q;
      s_s5_q <= s_s4_q;
    end
  end

  logic [14:0] v_low_s6_q;
  logic [10:0] d_s6_q;
  logic signed [25:0] s_s6_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      v_low_s6_q <= v_low_s5_q;
      d_s6_q <= d_s5_q;
      s_s6_q <= s_s5_q;
    end
  end

  // Stage 7
  logic [50:0] v_q;
  logic [10:0] d_s7_q;
  logic signed [25:0] s_s7_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      v_q <= {above_p, v_low_s6_q};
      d_s7_q <= d_s6_q;
      s_s7_q <= s_s6_q;
    end
  end

  // Stage 8
  // Shift the leading one to the top: by 16s, by 4s, by 1s.
  logic [50:0] by_16;
  assign by_16 = v_q;

  logic zero_1x16;
  assign zero_1x16 = by_16[50:35] == 16'd0;

  logic zero_2x16;
  assign zero_2x16 = by_16[50:19] == 32'd0;

  logic zero_3x16;
  assign zero_3x16 = by_16[50:3] == 48'd0;

  logic [34:0] shifted_16_q;
  logic [1:0] count_16_q;
  logic [10:0] d_s8_q;
  logic signed [25:0] s_s8_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      shifted_16_q <=
          zero_3x16 ? {by_16[2:0], 32'd0} :
          zero_2x16 ? {by_16[18:0], 16'd0} :
          zero_1x16 ? by_16[34:0] :
          by_16[50:16];
      count_16_q <= {zero_2x16, zero_3x16 || (zero_1x16 && !zero_2x16)};
      d_s8_q <= d_s7_q;
      s_s8_q <= s_s7_q;
    end
  end

  // Stage 9
  logic [34:0] by_4;
  assign by_4 = shifted_16_q;

  logic zero_1x4;
  assign zero_1x4 = by_4[34:31] == 4'd0;

  logic zero_2x4;
  assign zero_2x4 = by_4[34:27] == 8'd0;

  logic zero_3x4;
  assign zero_3x4 = by_4[34:23] == 12'd0;

  logic [22:0] shifted_4_q;
  logic [1:0] count_4_q;
  logic [1:0] count_16_s9_q;
  logic [10:0] d_s9_q;
  logic signed [25:0] s_s9_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      shifted_4_q <=
          zero_3x4 ? by_4[22:0] : zero_2x4 ? by_4[26:4] : zero_1x4 ? by_4[30:8] : by_4[34:12];
      count_4_q <= {zero_2x4, zero_3x4 || (zero_1x4 && !zero_2x4)};
      count_16_s9_q <= count_16_q;
      d_s9_q <= d_s8_q;
      s_s9_q <= s_s8_q;
    end
  end

  // Stage 10
  logic [22:0] by_1;
  assign by_1 = shifted_4_q;

  logic zero_1x1;
  assign zero_1x1 = !by_1[22];

  logic zero_2x1;
  assign zero_2x1 = by_1[22:21] == 2'd0;

  logic zero_3x1;
  assign zero_3x1 = by_1[22:20] == 3'd0;

  logic [19:0] shifted_1_q;
  logic [1:0] count_1_q;
  logic [1:0] count_16_s10_q;
  logic [1:0] count_4_s10_q;
  logic [10:0] d_s10_q;
  logic signed [25:0] s_s10_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      shifted_1_q <=
          zero_3x1 ? by_1[19:0] : zero_2x1 ? by_1[20:1] : zero_1x1 ? by_1[21:2] : by_1[22:3];
      count_1_q <= {zero_2x1, zero_3x1 || (zero_1x1 && !zero_2x1)};
      count_16_s10_q <= count_16_s9_q;
      count_4_s10_q <= count_4_q;
      d_s10_q <= d_s9_q;
      s_s10_q <= s_s9_q;
    end
  end

  // Stage 11
  logic [5:0] count;
  assign count = {count_16_s10_q, count_4_s10_q, count_1_q};

  logic [5:0] place;
  assign place = 6'd50 - count;

  logic [7:0] segment;
  assign segment = {place[0], shifted_1_q[18:12]};

  // The chord of 1/sqrt on the segment: its height above 10 bits of its fall.
  logic [27:0] chord_word;
  always_comb begin
    unique case (segment)
      8'd0: chord_word = 28'd268435450;
      8'd1: chord_word = 28'd267395054;
      8'd2: chord_word = 28'd266364899;
      8'd3: chord_word = 28'd265346007;
      8'd4: chord_word = 28'd264339404;
      8'd5: chord_word = 28'd263344065;
      8'd6: chord_word = 28'd262358967;
      8'd7: chord_word = 28'd261386156;
      8'd8: chord_word = 28'd260422562;
      8'd9: chord_word = 28'd259471256;
      8'd10: chord_word = 28'd258529166;
      8'd11: chord_word = 28'd257597316;
      8'd12: chord_word = 28'd256675706;
      8'd13: chord_word = 28'd255764337;
      8'd14: chord_word = 28'd254862184;
      8'd15: chord_word = 28'd253969247;
      8'd16: chord_word = 28'd253085526;
      8'd17: chord_word = 28'd252211021;
      8'd18: chord_word = 28'd251346756;
      8'd19: chord_word = 28'd250489660;
      8'd20: chord_word = 28'd249641779;
      8'd21: chord_word = 28'd248803115;
      8'd22: chord_word = 28'd247972643;
      8'd23: chord_word = 28'd247150363;
      8'd24: chord_word = 28'd246335251;
      8'd25: chord_word = 28'd245529356;
      8'd26: chord_word = 28'd244730628;
      8'd27: chord_word = 28'd243940093;
      8'd28: chord_word = 28'd243156725;
      8'd29: chord_word = 28'd242381550;
      8'd30: chord_word = 28'd241613543;
      8'd31: chord_word = 28'd240851680;
      8'd32: chord_word = 28'd240098009;
      8'd33: chord_word = 28'd239351507;
      8'd34: chord_word = 28'd238611148;
      8'd35: chord_word = 28'd237878981;
      8'd36: chord_word = 28'd237151935;
      8'd37: chord_word = 28'd236432056;
      8'd38: chord_word = 28'd235719346;
      8'd39: chord_word = 28'd235012780;
      8'd40: chord_word = 28'd234312358;
      8'd41: chord_word = 28'd233618080;
      8'd42: chord_word = 28'd232929946;
      8'd43: chord_word = 28'd232247956;
      8'd44: chord_word = 28'd231571087;
      8'd45: chord_word = 28'd230901385;
      8'd46: chord_word = 28'd230236803;
      8'd47: chord_word = 28'd229578366;
      8'd48: chord_word = 28'd228925048;
      8'd49: chord_word = 28'd228276851;
      8'd50: chord_word = 28'd227634798;
      8'd51: chord_word = 28'd226998889;
      8'd52: chord_word = 28'd226367076;
      8'd53: chord_word = 28'd225740382;
      8'd54: chord_word = 28'd225119833;
      8'd55: chord_word = 28'd224503381;
      8'd56: chord_word = 28'd223893072;
      8'd57: chord_word = 28'd223286859;
      8'd58: chord_word = 28'd222685766;
      8'd59: chord_word = 28'd222089794;
      8'd60: chord_word = 28'd221497917;
      8'd61: chord_word = 28'd220911160;
      8'd62: chord_word = 28'd220329524;
      8'd63: chord_word = 28'd219751984;
      8'd64: chord_word = 28'd219178539;
      8'd65: chord_word = 28'd218610215;
      8'd66: chord_word = 28'd218045987;
      8'd67: chord_word = 28'd217486878;
      8'd68: chord_word = 28'd216930842;
      8'd69: chord_word = 28'd216379926;
      8'd70: chord_word = 28'd215832082;
      8'd71: chord_word = 28'd215289358;
      8'd72: chord_word = 28'd214750730;
      8'd73: chord_word = 28'd214216198;
      8'd74: chord_word = 28'd213684739;
      8'd75: chord_word = 28'd213158399;
      8'd76: chord_word = 28'd212635131;
      8'd77: chord_word = 28'd212115959;
      8'd78: chord_word = 28'd211599860;
      8'd79: chord_word = 28'd211088880;
      8'd80: chord_word = 28'd210579949;
      8'd81: chord_word = 28'd210076137;
      8'd82: chord_word = 28'd209575398;
      8'd83: chord_word = 28'd209077730;
      8'd84: chord_word = 28'd208584159;
      8'd85: chord_word = 28'd208093659;
      8'd86: chord_word = 28'd207607256;
      8'd87: chord_word = 28'd207123925;
      8'd88: chord_word = 28'd206643666;
      8'd89: chord_word = 28'd206167502;
      8'd90: chord_word = 28'd205694411;
      8'd91: chord_word = 28'd205223368;
      8'd92: chord_word = 28'd204756421;
      8'd93: chord_word = 28'd204293570;
      8'd94: chord_word = 28'd203832767;
      8'd95: chord_word = 28'd203375036;
      8'd96: chord_word = 28'd202920377;
      8'd97: chord_word = 28'd202468790;
      8'd98: chord_word = 28'd202020275;
      8'd99: chord_word = 28'd201574832;
      8'd100: chord_word = 28'd201132461;
      8'd101: chord_word = 28'd200693163;
      8'd102: chord_word = 28'd200255912;
      8'd103: chord_word = 28'd199822757;
      8'd104: chord_word = 28'd199391650;
      8'd105: chord_word = 28'd198962592;
      8'd106: chord_word = 28'd198537629;
      8'd107: chord_word = 28'd198114714;
      8'd108: chord_word = 28'd197693848;
      8'd109: chord_word = 28'd197277077;
      8'd110: chord_word = 28'd196861331;
      8'd111: chord_word = 28'd196449680;
      8'd112: chord_word = 28'd196040078;
      8'd113: chord_word = 28'd195632523;
      8'd114: chord_word = 28'd195228041;
      8'd115: chord_word = 28'd194825606;
      8'd116: chord_word = 28'd194426244;
      8'd117: chord_word = 28'd194028930;
      8'd118: chord_word = 28'd193634687;
      8'd119: chord_word = 28'd193242493;
      8'd120: chord_word = 28'd192852347;
      8'd121: chord_word = 28'd192464248;
      8'd122: chord_word = 28'd192079222;
      8'd123: chord_word = 28'd191696244;
      8'd124: chord_word = 28'd191315314;
      8'd125: chord_word = 28'd190936431;
      8'd126: chord_word = 28'd190560621;
      8'd127: chord_word = 28'd190186859;
      8'd128: chord_word = 28'd189814480;
      8'd129: chord_word = 28'd189077192;
      8'd130: chord_word = 28'd188349119;
      8'd131: chord_word = 28'd187629239;
      8'd132: chord_word = 28'd186916528;
      8'd133: chord_word = 28'd186213032;
      8'd134: chord_word = 28'd185516704;
      8'd135: chord_word = 28'd184828569;
      8'd136: chord_word = 28'd184147602;
      8'd137: chord_word = 28'd183473802;
      8'd138: chord_word = 28'd182808195;
      8'd139: chord_word = 28'd182149756;
      8'd140: chord_word = 28'd181497462;
      8'd141: chord_word = 28'd180853359;
      8'd142: chord_word = 28'd180215400;
      8'd143: chord_word = 28'd179583586;
      8'd144: chord_word = 28'd178958940;
      8'd145: chord_word = 28'd178341461;
      8'd146: chord_word = 28'd177729103;
      8'd147: chord_word = 28'd177123913;
      8'd148: chord_word = 28'd176523843;
      8'd149: chord_word = 28'd175930942;
      8'd150: chord_word = 28'd175343160;
      8'd151: chord_word = 28'd174761522;
      8'd152: chord_word = 28'd174186029;
      8'd153: chord_word = 28'd173615655;
      8'd154: chord_word = 28'd173051426;
      8'd155: chord_word = 28'd172492317;
      8'd156: chord_word = 28'd171938328;
      8'd157: chord_word = 28'd171390482;
      8'd158: chord_word = 28'd170846733;
      8'd159: chord_word = 28'd170309129;
      8'd160: chord_word = 28'd169775620;
      8'd161: chord_word = 28'd169247231;
      8'd162: chord_word = 28'd168724986;
      8'd163: chord_word = 28'd168205814;
      8'd164: chord_word = 28'd167692785;
      8'd165: chord_word = 28'd167183852;
      8'd166: chord_word = 28'd166679016;
      8'd167: chord_word = 28'd166179300;
      8'd168: chord_word = 28'd165684703;
      8'd169: chord_word = 28'd165193179;
      8'd170: chord_word = 28'd164706775;
      8'd171: chord_word = 28'd164224467;
      8'd172: chord_word = 28'd163746255;
      8'd173: chord_word = 28'd163272139;
      8'd174: chord_word = 28'd162802119;
      8'd175: chord_word = 28'd162337219;
      8'd176: chord_word = 28'd161875391;
      8'd177: chord_word = 28'd161416635;
      8'd178: chord_word = 28'd160963000;
      8'd179: chord_word = 28'd160512436;
      8'd180: chord_word = 28'd160065968;
      8'd181: chord_word = 28'd159623597;
      8'd182: chord_word = 28'd159184297;
      8'd183: chord_word = 28'd158749094;
      8'd184: chord_word = 28'd158316962;
      8'd185: chord_word = 28'd157887903;
      8'd186: chord_word = 28'd157462940;
      8'd187: chord_word = 28'd157042072;
      8'd188: chord_word = 28'd156623253;
      8'd189: chord_word = 28'd156208530;
      8'd190: chord_word = 28'd155796879;
      8'd191: chord_word = 28'd155388300;
      8'd192: chord_word = 28'd154983817;
      8'd193: chord_word = 28'd154581382;
      8'd194: chord_word = 28'd154183043;
      8'd195: chord_word = 28'd153786752;
      8'd196: chord_word = 28'd153393533;
      8'd197: chord_word = 28'd153004410;
      8'd198: chord_word = 28'd152617335;
      8'd199: chord_word = 28'd152233332;
      8'd200: chord_word = 28'd151852401;
      8'd201: chord_word = 28'd151474543;
      8'd202: chord_word = 28'd151098732;
      8'd203: chord_word = 28'd150725993;
      8'd204: chord_word = 28'd150356327;
      8'd205: chord_word = 28'd149988708;
      8'd206: chord_word = 28'd149624161;
      8'd207: chord_word = 28'd149262687;
      8'd208: chord_word = 28'd148903260;
      8'd209: chord_word = 28'd148546906;
      8'd210: chord_word = 28'd148192599;
      8'd211: chord_word = 28'd147841365;
      8'd212: chord_word = 28'd147492179;
      8'd213: chord_word = 28'd147145040;
      8'd214: chord_word = 28'd146800974;
      8'd215: chord_word = 28'd146458955;
      8'd216: chord_word = 28'd146120009;
      8'd217: chord_word = 28'd145783111;
      8'd218: chord_word = 28'd145448261;
      8'd219: chord_word = 28'd145115458;
      8'd220: chord_word = 28'd144785728;
      8'd221: chord_word = 28'd144458046;
      8'd222: chord_word = 28'd144131388;
      8'd223: chord_word = 28'd143808826;
      8'd224: chord_word = 28'd143487288;
      8'd225: chord_word = 28'd143167798;
      8'd226: chord_word = 28'd142850356;
      8'd227: chord_word = 28'd142535986;
      8'd228: chord_word = 28'd142222640;
      8'd229: chord_word = 28'd141912366;
      8'd230: chord_word = 28'd141603116;
      8'd231: chord_word = 28'd141295914;
      8'd232: chord_word = 28'd140991784;
      8'd233: chord_word = 28'd140688678;
      8'd234: chord_word = 28'd140387620;
      8'd235: chord_word = 28'd140088610;
      8'd236: chord_word = 28'd139791648;
      8'd237: chord_word = 28'd139496734;
      8'd238: chord_word = 28'd139202845;
      8'd239: chord_word = 28'd138911003;
      8'd240: chord_word = 28'd138621209;
      8'd241: chord_word = 28'd138333463;
      8'd242: chord_word = 28'd138047766;
      8'd243: chord_word = 28'd137763092;
      8'd244: chord_word = 28'd137480466;
      8'd245: chord_word = 28'd137199889;
      8'd246: chord_word = 28'd136920335;
      8'd247: chord_word = 28'd136642829;
      8'd248: chord_word = 28'd136367372;
      8'd249: chord_word = 28'd136093962;
      8'd250: chord_word = 28'd135820552;
      8'd251: chord_word = 28'd135550215;
      8'd252: chord_word = 28'd135280901;
      8'd253: chord_word = 28'd135013636;
      8'd254: chord_word = 28'd134747394;
      8'd255: chord_word = 28'd134483201;
      default: chord_word = 28'd0;
    endcase
  end

  logic [4:0] e;
  assign e = place[5:1];

  logic some_q;
  logic [10:0] d_s11_q;
  logic [4:0] e_s11_q;
  logic signed [25:0] s_s11_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      way_q <= shifted_1_q[11:0];
      some_q <= shifted_1_q[19];
      chord_q <= chord_word;
      d_s11_q <= d_s10_q;
      e_s11_q <= e;
      s_s11_q <= s_s10_q;
    end
  end

  // Stage 12
  logic [17:0] height;
  assign height = chord_q[27:10];

  logic some_s12_q;
  logic [10:0] d_s12_q;
  logic [4:0] e_s12_q;
  logic signed [25:0] s_s12_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      height_s12_q <= height;
      some_s12_q <= some_q;
      d_s12_q <= d_s11_q;
      e_s12_q <= e_s11_q;
      s_s12_q <= s_s11_q;
    end
  end

  logic some_s13_q;
  logic [10:0] d_s13_q;
  logic [4:0] e_s13_q;
  logic signed [25:0] s_s13_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      some_s13_q <= some_s12_q;
      d_s13_q <= d_s12_q;
      e_s13_q <= e_s12_q;
      s_s13_q <= s_s12_q;
    end
  end

  // Stage 14
  logic [10:0] d_s14_q;
  logic signed [5:0] beyond_q;
  logic [4:0] e_s14_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      r_q <= root_p & {16{some_s13_q}};
      d_s14_q <= d_s13_q;
      beyond_q <= 6'(e_s13_q) - 6'd6;
      s_s14_q <= s_s13_q;
      e_s14_q <= e_s13_q;
    end
  end

  // Stage 15
  (* use_dsp = "yes" *) logic [25:0] gain_m_q;
  logic [4:0] e_s15_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      gain_m_q <= 26'(d_s14_q) * 26'(r_q);
      half_q <= (41'd1 << beyond_q[4:0]) & {41{!beyond_q[5]}};
      e_s15_q <= e_s14_q;
    end
  end

  // Stage 16
  logic [25:0] gain_q;
  logic [4:0] e_s16_q;
  always_ff @(posedge clk_i) begin
    if (advance) begin
      gain_q <= gain_m_q;
      e_s16_q <= e_s15_q;
    end
  end

  logic [25:0] gain_bits;
  assign gain_bits = gain_q;

  logic signed [41:0] offset;
  assign offset = scaled_sum_p;

  logic [25:0] out_gain;
  assign out_gain = gain_bits;

  logic signed [41:0] out_offset;
  assign out_offset = offset;

  logic [4:0] out_e;
  assign out_e = e_s16_q;
  assign out_data_o = {out_e, out_offset, out_gain};

endmodule

`default_nettype wire
