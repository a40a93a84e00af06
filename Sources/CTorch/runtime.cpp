#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/headeronly/version.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "Guard.h"
#include "include/ct_runtime.h"

using namespace ct;

const char *ct_version(void) { return TORCH_VERSION; }
int64_t ct_thread_count(void) { return at::get_num_threads(); }

CTStatus ct_set_thread_count(int64_t count, char **error) {
    return guard(error, [&] {
        TORCH_CHECK(count >= 1, "a thread count must be at least 1, not ", count);
        at::set_num_threads(static_cast<int>(count));
    });
}

int64_t ct_cuda_device_count(void) {
    try {
        return at::detail::getCUDAHooks().deviceCount();
    } catch (...) {
        return 0;
    }
}

bool ct_has_native_bfloat16(CTDevice where) {
    // Every CUDA device that this libtorch supports for training has it, or emulates it fast.
    if (where.kind == CT_CUDA) return true;
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bf16") || __builtin_cpu_supports("amx-bf16");
#else
    return false;
#endif
}

CTStatus ct_synchronize(CTDevice where, char **error) {
    return guard(error, [&] {
        if (where.kind == CT_CUDA) at::accelerator::synchronizeDevice(where.index);
    });
}

CTStatus ct_device_memory(CTDevice where, int64_t *free_bytes, int64_t *total_bytes, char **error) {
    return guard(error, [&] {
        TORCH_CHECK(where.kind == CT_CUDA, "only CUDA devices count their memory");
        const auto [unused, all] = at::accelerator::getMemoryInfo(where.index);
        *free_bytes = static_cast<int64_t>(unused);
        *total_bytes = static_cast<int64_t>(all);
    });
}

CTStatus ct_set_allocator(int32_t mapped_from_bytes, int32_t kept_bytes, char **error) {
    return guard(error, [&] {
#if defined(__GLIBC__)
        TORCH_CHECK(mallopt(M_MMAP_THRESHOLD, mapped_from_bytes) == 1 && mallopt(M_TRIM_THRESHOLD, kept_bytes) == 1,
                    "the C library refused the allocator's settings");
#else
        (void)mapped_from_bytes, (void)kept_bytes;
#endif
    });
}

CTStatus ct_set_deterministic(bool deterministic, char **error) {
    return guard(error, [&] { at::globalContext().setDeterministicAlgorithms(deterministic, /*warn_only=*/false); });
}
