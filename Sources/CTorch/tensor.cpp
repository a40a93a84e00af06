#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <cstdlib>

#include "Guard.h"
#include "include/ct_tensor.h"

namespace ct {
std::atomic<int64_t> live_count{0};

static at::TensorOptions options(CTDType dtype, CTDevice where) {
    return at::TensorOptions().dtype(scalar_type(dtype)).device(device(where));
}
}  // namespace ct

using namespace ct;

void ct_message_free(char *message) { free(message); }

void ct_release(CTTensor tensor) {
    live_count.fetch_sub(1, std::memory_order_relaxed);
    try {
        c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(impl(tensor));
    } catch (...) {
    }
}

int64_t ct_live_count(void) { return live_count.load(std::memory_order_relaxed); }

CTStatus ct_rank(CTTensor tensor, int64_t *out, char **error) {
    return guard(error, [&] { *out = impl(tensor)->dim(); });
}

CTStatus ct_shape(CTTensor tensor, int64_t *out, int64_t rank, char **error) {
    return guard(error, [&] {
        auto shape = impl(tensor)->sizes();
        TORCH_CHECK(static_cast<int64_t>(shape.size()) == rank, "rank is ", shape.size(), ", not ", rank);
        std::copy(shape.begin(), shape.end(), out);
    });
}

CTStatus ct_dtype(CTTensor tensor, CTDType *out, char **error) {
    return guard(error, [&] { *out = static_cast<CTDType>(borrow(tensor).scalar_type()); });
}

CTStatus ct_device(CTTensor tensor, CTDevice *out, char **error) {
    return guard(error, [&] {
        auto where = impl(tensor)->device();
        TORCH_CHECK(where.is_cpu() || where.is_cuda(), "unsupported device ", where);
        *out = where.is_cpu() ? CTDevice{CT_CPU, 0} : CTDevice{CT_CUDA, where.index()};
    });
}

CTStatus ct_is_contiguous(CTTensor tensor, bool *out, char **error) {
    return guard(error, [&] { *out = borrow(tensor).is_contiguous(); });
}

CTStatus ct_full(const int64_t *shape, int64_t rank, double value, CTDType dtype, CTDevice where, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::full(sizes(shape, rank), value, options(dtype, where))); });
}

CTStatus ct_empty(const int64_t *shape, int64_t rank, CTDType dtype, CTDevice where, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::empty(sizes(shape, rank), options(dtype, where))); });
}

CTStatus ct_arange(int64_t start, int64_t end, CTDType dtype, CTDevice where, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(at::arange(start, end, options(dtype, where))); });
}

CTStatus ct_from_bytes(const void *bytes, int64_t byte_count, const int64_t *shape, int64_t rank, CTDType dtype, CTDevice where, CTTensor *out, char **error) {
    return guard(error, [&] {
        // A copy from pinned memory does not make the host wait.
        const bool pinned = where.kind != CT_CPU && byte_count > 0;
        auto host = at::empty(sizes(shape, rank), options(dtype, {CT_CPU, 0}).pinned_memory(pinned));
        TORCH_CHECK(static_cast<int64_t>(host.nbytes()) == byte_count, "shape ", host.sizes(), " of ",
                    host.dtype(), " needs ", host.nbytes(), " bytes, not ", byte_count);
        if (byte_count > 0) memcpy(host.data_ptr(), bytes, byte_count);
        *out = give(where.kind == CT_CPU ? host : host.to(device(where), /*non_blocking=*/pinned));
    });
}

CTStatus ct_from_memory(void *bytes, const int64_t *shape, int64_t rank, CTDType dtype, void (*release)(void *), void *context, CTTensor *out, char **error) {
    return guard(error, [&] {
        auto deleter = [release, context](void *) { release(context); };
        *out = give(at::from_blob(bytes, sizes(shape, rank), deleter, at::TensorOptions().dtype(scalar_type(dtype))));
    });
}

CTStatus ct_copy_bytes(CTTensor tensor, void *bytes, int64_t byte_count, char **error) {
    return guard(error, [&] {
        auto host = borrow(tensor).detach().to(at::kCPU).contiguous();
        TORCH_CHECK(static_cast<int64_t>(host.nbytes()) == byte_count, "the tensor holds ", host.nbytes(),
                    " bytes, not ", byte_count);
        if (byte_count > 0) memcpy(bytes, host.data_ptr(), byte_count);
    });
}

CTStatus ct_item(CTTensor tensor, double *out, char **error) {
    return guard(error, [&] { *out = borrow(tensor).item().toDouble(); });
}

CTStatus ct_data(CTTensor tensor, void **out, char **error) {
    return guard(error, [&] {
        auto t = borrow(tensor);
        TORCH_CHECK(t.device().is_cpu() && t.is_contiguous(), "memory can be read in place only from a contiguous CPU tensor");
        *out = t.data_ptr();
    });
}

CTStatus ct_to(CTTensor tensor, CTDType dtype, CTDevice where, bool non_blocking, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(borrow(tensor).to(device(where), scalar_type(dtype), non_blocking)); });
}

CTStatus ct_contiguous(CTTensor tensor, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(borrow(tensor).contiguous()); });
}

CTStatus ct_clone(CTTensor tensor, CTTensor *out, char **error) {
    return guard(error, [&] { *out = give(borrow(tensor).clone()); });
}

CTStatus ct_copy_(CTTensor destination, CTTensor source, char **error) {
    return guard(error, [&] { borrow(destination).copy_(borrow(source)); });
}

CTStatus ct_fill_(CTTensor tensor, double value, char **error) {
    return guard(error, [&] { borrow(tensor).fill_(value); });
}
