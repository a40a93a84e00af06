#include <ATen/ops/cat.h>
#include <ATen/ops/diagonal.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/slice.h>
#include <ATen/ops/stack.h>

#include "Guard.h"
#include "include/ct_shape.h"

using namespace ct;

CTStatus ct_reshape(CTTensor tensor, const int64_t *shape, int64_t rank, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(borrow(tensor).reshape(sizes(shape, rank))); });
}
CTStatus ct_expand(CTTensor tensor, const int64_t *shape, int64_t rank, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(borrow(tensor).expand(sizes(shape, rank))); });
}
CTStatus ct_permute(CTTensor tensor, const int64_t *dims, int64_t rank, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(borrow(tensor).permute(sizes(dims, rank))); });
}
CTStatus ct_transpose(CTTensor tensor, int64_t dim0, int64_t dim1, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(borrow(tensor).transpose(dim0, dim1)); });
}
CTStatus ct_unsqueeze(CTTensor tensor, int64_t dim, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(borrow(tensor).unsqueeze(dim)); });
}
CTStatus ct_squeeze(CTTensor tensor, int64_t dim, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(borrow(tensor).squeeze(dim)); });
}
CTStatus ct_slice(CTTensor tensor, int64_t dim, int64_t start, int64_t end, int64_t step, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::slice(borrow(tensor), dim, start, end, step)); });
}
CTStatus ct_select(CTTensor tensor, int64_t dim, int64_t index, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(borrow(tensor).select(dim, index)); });
}
CTStatus ct_index_select(CTTensor tensor, int64_t dim, CTTensor indices, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::index_select(borrow(tensor), dim, borrow(indices))); });
}
CTStatus ct_gather(CTTensor tensor, int64_t dim, CTTensor indices, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::gather(borrow(tensor), dim, borrow(indices))); });
}
CTStatus ct_index_copy_(CTTensor tensor, int64_t dim, CTTensor indices, CTTensor source, char **error) {
    return guard(error, [&] { borrow(tensor).index_copy_(dim, borrow(indices), borrow(source)); });
}
CTStatus ct_index_add_(CTTensor tensor, int64_t dim, CTTensor indices, CTTensor source, char **error) {
    return guard(error, [&] { borrow(tensor).index_add_(dim, borrow(indices), borrow(source)); });
}
CTStatus ct_concatenate(const CTTensor *tensors, int64_t count, int64_t dim, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::cat(borrow_all(tensors, count), dim)); });
}
CTStatus ct_stack(const CTTensor *tensors, int64_t count, int64_t dim, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::stack(borrow_all(tensors, count), dim)); });
}
CTStatus ct_flip(CTTensor tensor, int64_t dim, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::flip(borrow(tensor), {dim})); });
}
CTStatus ct_diagonal(CTTensor tensor, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::diagonal(borrow(tensor))); });
}
