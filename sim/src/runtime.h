// Forced into every translation unit: what a model prints goes to its own log, not to the process's stdout.
#pragma once
#ifdef __cplusplus
extern "C"
#endif
    int espalier_printf(const char* format, ...) __attribute__((format(printf, 1, 2)));
#define VL_PRINTF espalier_printf
