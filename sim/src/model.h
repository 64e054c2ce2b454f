// Forced into every model: Verilator's arithmetic on signed numbers of up to 64 bits, by two shifts, which compilers know to be one
// instruction at 8, 16 and 32 bits, on vectors too. What Verilator's own does with masks they do not see through. Bits above
// `lbits` of an operand are zero and those of a result free, as there.
#pragma once
#include "verilated.h"

static inline IData espalier_extend_i(int lbits, IData lhs) {
    return static_cast<IData>(static_cast<int32_t>(lhs << (32 - lbits)) >> (32 - lbits));
}
static inline QData espalier_extend_q(int lbits, QData lhs) {
    return static_cast<QData>(static_cast<int64_t>(lhs << (64 - lbits)) >> (64 - lbits));
}
static inline QData espalier_extend_qi(int lbits, IData lhs) {
    return static_cast<QData>(static_cast<int64_t>(static_cast<int32_t>(espalier_extend_i(lbits, lhs))));
}
static inline int32_t espalier_top_i(int lbits, IData lhs) { return static_cast<int32_t>(lhs << (32 - lbits)); }
static inline int64_t espalier_top_q(int lbits, QData lhs) { return static_cast<int64_t>(lhs << (64 - lbits)); }

#define VL_EXTENDS_II(obits, lbits, lhs) espalier_extend_i(lbits, lhs)
#define VL_EXTENDS_QI(obits, lbits, lhs) espalier_extend_qi(lbits, lhs)
#define VL_EXTENDS_QQ(obits, lbits, lhs) espalier_extend_q(lbits, lhs)
#define VL_MULS_III(lbits, lhs, rhs) (espalier_extend_i(lbits, lhs) * espalier_extend_i(lbits, rhs))
#define VL_MULS_QQQ(lbits, lhs, rhs) (espalier_extend_q(lbits, lhs) * espalier_extend_q(lbits, rhs))
#define VL_LTS_III(lbits, lhs, rhs) (espalier_top_i(lbits, lhs) < espalier_top_i(lbits, rhs))
#define VL_LTES_III(lbits, lhs, rhs) (espalier_top_i(lbits, lhs) <= espalier_top_i(lbits, rhs))
#define VL_GTS_III(lbits, lhs, rhs) (espalier_top_i(lbits, lhs) > espalier_top_i(lbits, rhs))
#define VL_GTES_III(lbits, lhs, rhs) (espalier_top_i(lbits, lhs) >= espalier_top_i(lbits, rhs))
#define VL_LTS_IQQ(lbits, lhs, rhs) (espalier_top_q(lbits, lhs) < espalier_top_q(lbits, rhs))
#define VL_LTES_IQQ(lbits, lhs, rhs) (espalier_top_q(lbits, lhs) <= espalier_top_q(lbits, rhs))
#define VL_GTS_IQQ(lbits, lhs, rhs) (espalier_top_q(lbits, lhs) > espalier_top_q(lbits, rhs))
#define VL_GTES_IQQ(lbits, lhs, rhs) (espalier_top_q(lbits, lhs) >= espalier_top_q(lbits, rhs))
