#ifndef CT_SHAPE_H
#define CT_SHAPE_H

#include "ct_base.h"

#pragma clang assume_nonnull begin
CT_BEGIN

CTStatus ct_reshape(CTTensor tensor, const int64_t *sizes, int64_t rank, CTTensorOut out, CTErrorOut error);
CTStatus ct_expand(CTTensor tensor, const int64_t *sizes, int64_t rank, CTTensorOut out, CTErrorOut error);
CTStatus ct_permute(CTTensor tensor, const int64_t *dims, int64_t rank, CTTensorOut out, CTErrorOut error);
CTStatus ct_transpose(CTTensor tensor, int64_t dim0, int64_t dim1, CTTensorOut out, CTErrorOut error);
CTStatus ct_unsqueeze(CTTensor tensor, int64_t dim, CTTensorOut out, CTErrorOut error);
CTStatus ct_squeeze(CTTensor tensor, int64_t dim, CTTensorOut out, CTErrorOut error);
CTStatus ct_slice(CTTensor tensor, int64_t dim, int64_t start, int64_t end, int64_t step, CTTensorOut out, CTErrorOut error);
CTStatus ct_select(CTTensor tensor, int64_t dim, int64_t index, CTTensorOut out, CTErrorOut error);
CTStatus ct_index_select(CTTensor tensor, int64_t dim, CTTensor indices, CTTensorOut out, CTErrorOut error);
CTStatus ct_gather(CTTensor tensor, int64_t dim, CTTensor indices, CTTensorOut out, CTErrorOut error);
CTStatus ct_index_copy_(CTTensor tensor, int64_t dim, CTTensor indices, CTTensor source, CTErrorOut error);
CTStatus ct_index_add_(CTTensor tensor, int64_t dim, CTTensor indices, CTTensor source, CTErrorOut error);
CTStatus ct_concatenate(const CTTensor _Nonnull *_Nonnull tensors, int64_t count, int64_t dim, CTTensorOut out, CTErrorOut error);
CTStatus ct_stack(const CTTensor _Nonnull *_Nonnull tensors, int64_t count, int64_t dim, CTTensorOut out, CTErrorOut error);
CTStatus ct_flip(CTTensor tensor, int64_t dim, CTTensorOut out, CTErrorOut error);
CTStatus ct_diagonal(CTTensor tensor, CTTensorOut out, CTErrorOut error);

CT_END
#pragma clang assume_nonnull end
#endif
