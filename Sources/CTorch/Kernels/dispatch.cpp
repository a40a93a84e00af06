#include "Kernels.h"

namespace ct {

#if defined(__x86_64__)
namespace v4 {
extern const Kernels table;
}
namespace v3 {
extern const Kernels table;
}
#endif
namespace baseline {
extern const Kernels table;
}

const Kernels &kernels() {
#if defined(__x86_64__)
    static const Kernels *const best = [] {
        __builtin_cpu_init();
        if (__builtin_cpu_supports("x86-64-v4")) return &v4::table;
        if (__builtin_cpu_supports("x86-64-v3")) return &v3::table;
        return &baseline::table;
    }();
    return *best;
#else
    return baseline::table;
#endif
}

}  // namespace ct
