#ifndef CT_RUNTIME_H
#define CT_RUNTIME_H

#include "ct_base.h"

#pragma clang assume_nonnull begin
CT_BEGIN

/// The version that was compiled against, for example "2.13.0".
const char *ct_version(void);
int64_t ct_thread_count(void);
CTStatus ct_set_thread_count(int64_t count, CTErrorOut error);
int64_t ct_cuda_device_count(void);
/// Whether the device multiplies bfloat16 matrices in hardware.
bool ct_has_native_bfloat16(CTDevice device);
CTStatus ct_synchronize(CTDevice device, CTErrorOut error);
/// Bytes of a CUDA device that are free.
CTStatus ct_device_free_memory(CTDevice device, int64_t *bytes, CTErrorOut error);
/// The most bytes that tensors took of a CUDA device at a time.
CTStatus ct_device_peak_memory(CTDevice device, int64_t *bytes, CTErrorOut error);
/// Gives back freed memory that is kept for reuse: by libtorch on a CUDA device, by glibc on the CPU. Does nothing on the CPU with
/// another C library.
CTStatus ct_empty_cache(CTDevice device, CTErrorOut error);
/// Sets from which size on the C library maps blocks of their own, and how much free memory it keeps; tensors are then aligned so
/// that what is kept can be used again.
/// Does nothing where the C library is not glibc.
CTStatus ct_set_allocator(int32_t mapped_from_bytes, int32_t kept_bytes, CTErrorOut error);
CTStatus ct_set_deterministic(bool deterministic, CTErrorOut error);

CT_END
#pragma clang assume_nonnull end
#endif
