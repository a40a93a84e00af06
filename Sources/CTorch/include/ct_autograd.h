#ifndef CT_AUTOGRAD_H
#define CT_AUTOGRAD_H

#include "ct_base.h"

#pragma clang assume_nonnull begin
CT_BEGIN

CTStatus ct_requires_grad(CTTensor tensor, bool *out, CTErrorOut error);
CTStatus ct_set_requires_grad(CTTensor tensor, bool value, CTErrorOut error);
CTStatus ct_detach(CTTensor tensor, CTTensorOut out, CTErrorOut error);
/// Writes nil where no gradient was accumulated.
CTStatus ct_grad(CTTensor tensor, CTTensorOut out, CTErrorOut error);
CTStatus ct_set_grad(CTTensor tensor, CTTensor _Nullable grad, CTErrorOut error);
/// One backward pass over several outputs, each with its given gradient.
CTStatus ct_backward(const CTTensor _Nonnull *_Nonnull outputs, const CTTensor _Nonnull *_Nonnull gradients, int64_t count, bool keep_graph, CTErrorOut error);
/// Gradient recording is a property of the calling thread.
bool ct_grad_enabled(void);
void ct_set_grad_enabled(bool enabled);

CT_END
#pragma clang assume_nonnull end
#endif
