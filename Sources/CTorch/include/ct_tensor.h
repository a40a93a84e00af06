#ifndef CT_TENSOR_H
#define CT_TENSOR_H

#include "ct_base.h"

#pragma clang assume_nonnull begin
CT_BEGIN

/// Drops one reference. Never fails.
void ct_release(CTTensor tensor);
/// How many references are out and not yet released, in the whole process.
int64_t ct_live_count(void);

// Metadata.
CTStatus ct_rank(CTTensor tensor, int64_t *out, CTErrorOut error);
/// Writes `rank` sizes.
CTStatus ct_shape(CTTensor tensor, int64_t *sizes, int64_t rank, CTErrorOut error);
CTStatus ct_dtype(CTTensor tensor, CTDType *out, CTErrorOut error);
CTStatus ct_device(CTTensor tensor, CTDevice *out, CTErrorOut error);
CTStatus ct_is_contiguous(CTTensor tensor, bool *out, CTErrorOut error);

// Creation.
CTStatus ct_full(const int64_t *sizes, int64_t rank, double value, CTDType dtype, CTDevice device, CTTensorOut out, CTErrorOut error);
CTStatus ct_empty(const int64_t *sizes, int64_t rank, CTDType dtype, CTDevice device, CTTensorOut out, CTErrorOut error);
CTStatus ct_arange(int64_t start, int64_t end, CTDType dtype, CTDevice device, CTTensorOut out, CTErrorOut error);
/// Copies `byte_count` bytes, which must be exactly what the sizes and the type need.
CTStatus ct_from_bytes(const void *bytes, int64_t byte_count, const int64_t *sizes, int64_t rank, CTDType dtype, CTDevice device, CTTensorOut out, CTErrorOut error);
/// Wraps memory without copying; `release(context)` runs when the last view is gone.
CTStatus ct_from_memory(void *bytes, const int64_t *sizes, int64_t rank, CTDType dtype, void (*release)(void *_Nullable), void *_Nullable context, CTTensorOut out, CTErrorOut error);

// Reading. Both wait for the device.
CTStatus ct_copy_bytes(CTTensor tensor, void *bytes, int64_t byte_count, CTErrorOut error);
CTStatus ct_item(CTTensor tensor, double *out, CTErrorOut error);
/// The address of a contiguous CPU tensor's elements, valid while the tensor lives.
CTStatus ct_data(CTTensor tensor, void *_Nullable *_Nonnull out, CTErrorOut error);

// Conversion.
CTStatus ct_to(CTTensor tensor, CTDType dtype, CTDevice device, bool non_blocking, CTTensorOut out, CTErrorOut error);
CTStatus ct_contiguous(CTTensor tensor, CTTensorOut out, CTErrorOut error);
CTStatus ct_clone(CTTensor tensor, CTTensorOut out, CTErrorOut error);
CTStatus ct_copy_(CTTensor destination, CTTensor source, CTErrorOut error);
CTStatus ct_fill_(CTTensor tensor, double value, CTErrorOut error);

CT_END
#pragma clang assume_nonnull end
#endif
