#ifndef CT_REDUCE_H
#define CT_REDUCE_H

#include "ct_base.h"

#pragma clang assume_nonnull begin
CT_BEGIN

// `dims` of count 0 means all.
#define CT_DECLARE_REDUCTION(name) \
    CTStatus ct_##name(CTTensor tensor, const int64_t *_Nullable dims, int64_t count, bool keep, CTTensorOut out, CTErrorOut error);

CT_DECLARE_REDUCTION(sum)
CT_DECLARE_REDUCTION(mean)
CT_DECLARE_REDUCTION(amax)
CT_DECLARE_REDUCTION(amin)
CT_DECLARE_REDUCTION(logsumexp)
CT_DECLARE_REDUCTION(norm)

CTStatus ct_all(CTTensor tensor, CTTensorOut out, CTErrorOut error);
CTStatus ct_any(CTTensor tensor, CTTensorOut out, CTErrorOut error);
CTStatus ct_argmax(CTTensor tensor, int64_t dim, CTTensorOut out, CTErrorOut error);
CTStatus ct_softmax(CTTensor tensor, int64_t dim, CTTensorOut out, CTErrorOut error);
CTStatus ct_log_softmax(CTTensor tensor, int64_t dim, CTTensorOut out, CTErrorOut error);
CTStatus ct_topk(CTTensor tensor, int64_t k, int64_t dim, CTTensorOut values, CTTensorOut indices, CTErrorOut error);
CTStatus ct_sort(CTTensor tensor, int64_t dim, bool descending, CTTensorOut values, CTTensorOut indices, CTErrorOut error);
CTStatus ct_cumsum(CTTensor tensor, int64_t dim, CTTensorOut out, CTErrorOut error);

CT_END
#pragma clang assume_nonnull end
#endif
