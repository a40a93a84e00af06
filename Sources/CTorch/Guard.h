// The one way from C to C++ and back: borrow handles, give owned ones, turn every exception into a message.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <atomic>
#include <cstring>
#include <exception>
#include <utility>

#include "include/ct_base.h"

namespace ct {

extern std::atomic<int64_t> live_count;

inline c10::TensorImpl *impl(CTTensor handle) { return reinterpret_cast<c10::TensorImpl *>(handle); }

inline at::Tensor borrow(CTTensor handle) {
    return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(impl(handle)));
}

inline CTTensor give(at::Tensor tensor) {
    live_count.fetch_add(1, std::memory_order_relaxed);
    return reinterpret_cast<CTTensor>(tensor.unsafeReleaseTensorImpl());
}

inline std::vector<at::Tensor> borrow_all(const CTTensor *handles, int64_t count) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(count);
    for (int64_t i = 0; i < count; ++i) tensors.push_back(borrow(handles[i]));
    return tensors;
}

inline at::IntArrayRef sizes(const int64_t *values, int64_t count) { return at::IntArrayRef(values, count); }
inline at::ScalarType scalar_type(CTDType dtype) { return static_cast<at::ScalarType>(dtype); }
inline at::Device device(CTDevice d) {
    return d.kind == CT_CUDA ? at::Device(at::kCUDA, d.index) : at::Device(at::kCPU);
}

/// The elements of `t`, which must be of type T. Before 2.13 clang and GCC mangle libtorch's own const_data_ptr<T> differently, so
/// that a build by clang does not link.
template <typename T>
const T *numbers(const at::Tensor &t) {
    TORCH_CHECK(t.scalar_type() == c10::CppTypeToScalarType<T>::value, "expected ", c10::CppTypeToScalarType<T>::value, ", not ", t.scalar_type());
    return static_cast<const T *>(t.const_data_ptr());
}

inline CTStatus fail(char **error, const char *message) noexcept {
    *error = strdup(message);
    return CT_FAILED;
}

/// Runs `body` and reports whatever it throws.
template <typename Body>
CTStatus guard(char **error, Body &&body) noexcept {
    try {
        body();
        return CT_OK;
    } catch (const c10::Error &e) {
        return fail(error, e.what_without_backtrace());
    } catch (const std::exception &e) {
        return fail(error, e.what());
    } catch (...) {
        return fail(error, "an unknown C++ exception");
    }
}

}  // namespace ct
