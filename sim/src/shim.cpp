// The C interface between one verilated model (class Vdut) and Rust.

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "verilated.h"
#if ESPALIER_WAVES == 1
#include "verilated_fst_c.h"
using EspalierWaves = VerilatedFstC;
#elif ESPALIER_WAVES == 2
#include "verilated_vcd_c.h"
using EspalierWaves = VerilatedVcdC;
#endif
#if ESPALIER_COVERAGE
#include "verilated_cov.h"
#endif

namespace {

enum Status : uint32_t { FINISH = 1, STOP = 2, FATAL = 4, OUTPUT = 8 };

std::atomic<uint64_t> instances{0};

struct Instance {
    const uint64_t id = ++instances;
    std::unique_ptr<VerilatedContext> context;
    std::unique_ptr<Vdut> top;
    uint64_t time = 0;
    uint32_t status = 0;
    bool started = false;
    bool waving = false;
    std::string text;
#if ESPALIER_WAVES
    std::unique_ptr<EspalierWaves> waves;
#endif
};

struct Fatal final : std::exception {};

thread_local Instance* current = nullptr;
thread_local uint64_t current_id = 0;

// Models of one library may be used from several threads: the runtime asks the thread which context is meant. Numbers
// are compared, not addresses, because another thread may have freed an instance and got its address again.
inline void enter(Instance* self) {
    if (VL_UNLIKELY(current_id != self->id)) {
        current_id = self->id;
        current = self;
        Verilated::threadContextp(self->context.get());
    }
}

void note(uint32_t status, const char* what, const char* file, int line, const char* message) {
    if (!current) return;
    current->status |= status;
    if (!what) return;
    std::string& text = current->text;
    text += what;
    if (file && file[0]) text += std::string{" at "} + file + ":" + std::to_string(line);
    if (message && message[0]) text += std::string{": "} + message;
    text += '\n';
}

inline uint32_t step(Instance* self) {
    self->started = true;
    self->top->eval();
#if ESPALIER_WAVES
    if (VL_UNLIKELY(self->waving)) self->waves->dump(self->time);
#endif
    return self->status;
}

template <typename Body>
inline uint32_t guarded(Instance* self, Body&& body) {
    enter(self);
    if (VL_UNLIKELY(self->status & FATAL)) return self->status;
    try {
        return body();
    } catch (const Fatal&) {
    } catch (const std::exception& e) {
        note(FATAL, "C++ exception", "", 0, e.what());
    }
    return self->status |= FATAL;
}

}  // namespace

extern "C" int espalier_printf(const char* format, ...) {
    char small[512];
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    const int length = std::vsnprintf(small, sizeof small, format, args);
    va_end(args);
    std::string text;
    if (length >= 0 && static_cast<size_t>(length) < sizeof small) {
        text.assign(small, length);
    } else if (length >= 0) {
        std::vector<char> big(static_cast<size_t>(length) + 1);
        std::vsnprintf(big.data(), big.size(), format, again);
        text.assign(big.data(), length);
    }
    va_end(again);
    if (current) {
        current->text += text;
        current->status |= OUTPUT;
    } else {
        std::fputs(text.c_str(), stdout);
    }
    return length;
}

void vl_finish(const char* file, int line, const char*) VL_MT_UNSAFE {
    Verilated::threadContextp()->gotFinish(true);
    note(FINISH, "$finish", file, line, "");
}

void vl_stop(const char* file, int line, const char*) VL_MT_UNSAFE { note(STOP, "stopped", file, line, ""); }

void vl_fatal(const char* file, int line, const char*, const char* message) VL_MT_UNSAFE {
    note(FATAL, "fatal error", file, line, message);
    // The caller does not expect to be returned to: a model that does not settle would loop for ever.
    throw Fatal{};
}

namespace {

struct PortInfo {
    const char* name;
    uint32_t width;
    uint32_t bytes;
    uint32_t direction;
};

const PortInfo port_table[] = {
#define ESPALIER_PORT(name, width, bytes, direction, place) {name, width, bytes, direction},
#include "espalier_ports.inc"
#undef ESPALIER_PORT
    {nullptr, 0, 0, 0}};

void port_pointers(Instance* self, void** out) {
    Vdut& top = *self->top;
    (void)top;
#define ESPALIER_PORT(name, width, bytes, direction, place) \
    *out++ = static_cast<void*>(&(place)); \
    static_assert(sizeof(place) == bytes, "port " name " has another size than its declaration says");
#include "espalier_ports.inc"
#undef ESPALIER_PORT
}

// The thread must not keep a context that is about to go.
void leave() {
    current = nullptr;
    current_id = 0;
    Verilated::threadContextp(nullptr);
}

Instance* create(int argc, const char** argv, int reset_mode, int seed) {
    std::unique_ptr<Instance> self{new Instance};
    self->context.reset(new VerilatedContext);
    enter(self.get());
    self->context->commandArgs(argc, argv);
    self->context->randReset(reset_mode);
    self->context->randSeed(seed);
#if ESPALIER_WAVES
    self->context->traceEverOn(true);
#endif
    try {
        self->top.reset(new Vdut{self->context.get(), "TOP"});
    } catch (const std::exception&) {
        leave();
        return nullptr;
    }
    return self.release();
}

void destroy(Instance* self) {
    guarded(self, [&] {
#if ESPALIER_WAVES
        if (self->waves) self->waves->close();
#endif
        if (!(self->status & FATAL)) self->top->final();
        return 0U;
    });
#if ESPALIER_WAVES
    self->waves.reset();
#endif
    self->top.reset();
    leave();
    delete self;
}

uint32_t eval(Instance* self) {
    return guarded(self, [&] { return step(self); });
}

uint32_t tick(Instance* self, uint8_t* clock, uint64_t half_period, uint64_t cycles) {
    return guarded(self, [&] {
        // The first evaluation only remembers the levels of clocks: without it the first edge would be lost.
        if (VL_UNLIKELY(!self->started)) *clock = 0, step(self);
        for (uint64_t i = 0; i < cycles; ++i) {
            *clock = 1;
            uint32_t status = step(self);
            self->context->time(self->time += half_period);
            *clock = 0;
            status |= step(self);
            self->context->time(self->time += half_period);
            if (VL_UNLIKELY(status)) return status;
        }
        return self->status;
    });
}

uint32_t edge(Instance* self, uint8_t* clock, uint8_t level, uint64_t half_period) {
    return guarded(self, [&] {
        *clock = level;
        const uint32_t status = step(self);
        self->context->time(self->time += half_period);
        return status;
    });
}

uint64_t get_time(const Instance* self) { return self->time; }

void set_time(Instance* self, uint64_t time) { self->context->time(self->time = time); }

uint32_t waves_open(Instance* self, const char* path) {
#if ESPALIER_WAVES
    return guarded(self, [&] {
        self->waves.reset(new EspalierWaves);
        self->top->trace(self->waves.get(), 99);
        self->waves->open(path);
        self->waving = self->waves->isOpen();
        return self->waving ? 0U : STOP;
    });
#else
    (void)self;
    (void)path;
    return STOP;
#endif
}

void waves_close(Instance* self) {
#if ESPALIER_WAVES
    guarded(self, [&] {
        if (self->waves) self->waves->close();
        self->waving = false;
        return 0U;
    });
#else
    (void)self;
#endif
}

uint32_t coverage_write(Instance* self, const char* path) {
#if ESPALIER_COVERAGE
    return guarded(self, [&] {
        self->context->coveragep()->write(path);
        return self->status & FATAL;
    });
#else
    (void)self;
    (void)path;
    return STOP;
#endif
}

// Hands over what was printed and forgets why the model halted, unless it is dead.
uint32_t take(Instance* self, void (*sink)(void*, const char*, size_t), void* to) {
    const uint32_t status = self->status;
    sink(to, self->text.data(), self->text.size());
    self->text.clear();
    self->status &= FATAL;
    return status;
}

struct Api {
    uint32_t version;
    uint32_t port_count;
    const PortInfo* ports;
    Instance* (*create)(int, const char**, int, int);
    void (*destroy)(Instance*);
    void (*port_pointers)(Instance*, void**);
    uint32_t (*eval)(Instance*);
    uint32_t (*tick)(Instance*, uint8_t*, uint64_t, uint64_t);
    uint32_t (*edge)(Instance*, uint8_t*, uint8_t, uint64_t);
    uint64_t (*get_time)(const Instance*);
    void (*set_time)(Instance*, uint64_t);
    uint32_t (*waves_open)(Instance*, const char*);
    void (*waves_close)(Instance*);
    uint32_t (*coverage_write)(Instance*, const char*);
    uint32_t (*take)(Instance*, void (*)(void*, const char*, size_t), void*);
};

const Api api = {2,    sizeof port_table / sizeof port_table[0] - 1,
                 port_table, create, destroy, port_pointers, eval, tick, edge, get_time, set_time, waves_open, waves_close,
                 coverage_write, take};

}  // namespace

extern "C" __attribute__((visibility("default"))) const void* espalier_model() { return &api; }
