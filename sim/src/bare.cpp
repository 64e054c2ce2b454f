// What Verilator's runtime asks for when a model is a program of its own.

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "verilated.h"

extern "C" int espalier_printf(const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int length = std::vprintf(format, args);
    va_end(args);
    return length;
}

void vl_finish(const char*, int, const char*) VL_MT_UNSAFE { std::exit(0); }

void vl_stop(const char*, int, const char*) VL_MT_UNSAFE { std::exit(1); }

void vl_fatal(const char*, int, const char*, const char* message) VL_MT_UNSAFE {
    std::fprintf(stderr, "%s\n", message);
    std::exit(1);
}
