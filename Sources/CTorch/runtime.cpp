#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/CPUAllocator.h>
#include <torch/headeronly/version.h>

#include <cstdlib>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "Guard.h"
#include "include/ct_runtime.h"

namespace ct {
namespace {

/// Blocks of malloc, aligned inside of themselves.
///
/// glibc's aligned allocation asks for more than it keeps and gives the ends back, so that a freed block is too small for the next
/// one of its size: a heap that keeps what is freed grows by a tenth to a half then.
struct AlignedBlocks final : c10::Allocator {
    static constexpr size_t alignment = 64;

    c10::DataPtr allocate(size_t bytes) override {
        const c10::Device cpu(c10::DeviceType::CPU);
        if (bytes == 0) return {nullptr, nullptr, &release, cpu};
        void *block = bytes <= SIZE_MAX - alignment ? std::malloc(bytes + alignment) : nullptr;
        TORCH_CHECK(block != nullptr, "out of memory: the system gave no ", bytes, " bytes");
        // malloc's blocks start at multiples of 16: the start lies 16 to 64 bytes into them, and the block's address before it.
        void *start = reinterpret_cast<void *>(reinterpret_cast<uintptr_t>(block) / alignment * alignment + alignment);
        static_cast<void **>(start)[-1] = block;
        return {start, start, &release, cpu};
    }

    c10::DeleterFnPtr raw_deleter() const override { return &release; }

    void copy_data(void *target, const void *source, std::size_t count) const override { default_copy_data(target, source, count); }

    static void release(void *start) {
        if (start != nullptr) std::free(static_cast<void **>(start)[-1]);
    }
};

}  // namespace
}  // namespace ct

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
    if (where.kind == CT_CUDA) {
        try {
            // The one question by which libtorch tells, without headers of CUDA, whether a GPU is Ampere or newer.
            return at::detail::getCUDAHooks().supportsBFloat16ConvolutionWithCuDNNv8();
        } catch (...) {
            return false;
        }
    }
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

CTStatus ct_device_free_memory(CTDevice where, int64_t *bytes, char **error) {
    return guard(error, [&] {
        TORCH_CHECK(where.kind == CT_CUDA, "only CUDA devices count their memory");
        *bytes = static_cast<int64_t>(at::accelerator::getMemoryInfo(where.index).first);
    });
}

CTStatus ct_device_peak_memory(CTDevice where, int64_t *bytes, char **error) {
    return guard(error, [&] {
        TORCH_CHECK(where.kind == CT_CUDA, "only CUDA devices count their memory");
        constexpr auto all = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
        *bytes = at::accelerator::getDeviceStats(where.index).allocated_bytes[all].peak;
    });
}

CTStatus ct_empty_cache(CTDevice where, char **error) {
    return guard(error, [&] {
        if (where.kind == CT_CUDA) at::accelerator::emptyCache();
#if defined(__GLIBC__)
        // It also returns free pages between blocks that are still in use.
        if (where.kind == CT_CPU) malloc_trim(0);
#endif
    });
}

CTStatus ct_set_allocator(int32_t mapped_from_bytes, int32_t kept_bytes, char **error) {
    return guard(error, [&] {
#if defined(__GLIBC__)
        TORCH_CHECK(mallopt(M_MMAP_THRESHOLD, mapped_from_bytes) == 1 && mallopt(M_TRIM_THRESHOLD, kept_bytes) == 1,
                    "the C library refused the allocator's settings");
        // Never destroyed: threads may still take and free tensors while the process ends.
        static AlignedBlocks &blocks = *new AlignedBlocks;
        c10::SetCPUAllocator(&blocks);
#else
        (void)mapped_from_bytes, (void)kept_bytes;
#endif
    });
}

CTStatus ct_set_deterministic(bool deterministic, char **error) {
    return guard(error, [&] {
        // cuBLAS is deterministic only with a fixed workspace for each stream; without this, libtorch refuses matrix products.
        if (deterministic) setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
        at::globalContext().setDeterministicAlgorithms(deterministic, /*warn_only=*/false);
    });
}
