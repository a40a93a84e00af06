#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include <algorithm>

#include "CounterWords.h"
#include "Decoder.h"

namespace ct {
namespace {

constexpr int64_t grain = 4096;

struct SwiGlu : Function<SwiGlu> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &gate_in, const at::Tensor &up_in) {
        auto gate = gate_in.contiguous(), up = up_in.contiguous();
        auto out = at::empty_like(gate);
        const void *g = gate.const_data_ptr(), *u = up.const_data_ptr();
        void *result = out.mutable_data_ptr();
        const auto type = element(gate);
        parallel_ranges(gate.numel(), grain, [&](int64_t begin, int64_t end, int64_t) { kernels().swiglu_forward(type, g, u, result, begin, end); });
        context->save_for_backward({gate, up});
        return out;
    }

    static variable_list backward(AutogradContext *context, variable_list grads) {
        auto saved = context->get_saved_variables();
        const auto &gate = saved[0], &up = saved[1];
        auto grad = grads[0].to(gate.scalar_type()).contiguous();
        auto grad_gate = at::empty_like(gate), grad_up = at::empty_like(up);
        const void *g = gate.const_data_ptr(), *u = up.const_data_ptr(), *d = grad.const_data_ptr();
        void *for_gate = grad_gate.mutable_data_ptr(), *for_up = grad_up.mutable_data_ptr();
        const auto type = element(gate);
        parallel_ranges(gate.numel(), grain, [&](int64_t begin, int64_t end, int64_t) {
            kernels().swiglu_backward(type, g, u, d, for_gate, for_up, begin, end);
        });
        return {grad_gate, grad_up};
    }
};

struct RotaryQkv : Function<RotaryQkv> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &query_in, const at::Tensor &key_in, const at::Tensor &value_in, const at::Tensor &cosine_in, const at::Tensor &sine_in, int64_t heads, int64_t groups) {
        auto query = query_in.contiguous(), key = key_in.contiguous(), value = value_in.contiguous();
        auto cosine = cosine_in.contiguous(), sine = sine_in.contiguous();
        const int64_t rows = query.size(0), width = query.size(1) / heads;
        auto packed = at::empty({rows, 3 * heads * width}, query.options());
        auto job = task(query, key, value, packed, cosine, sine, heads, groups);
        parallel_ranges(rows, 16, [&](int64_t begin, int64_t end, int64_t) { kernels().rotary_forward(job, begin, end); });
        context->save_for_backward({cosine, sine});
        context->saved_data["heads"] = heads;
        context->saved_data["groups"] = groups;
        return packed;
    }

    static variable_list backward(AutogradContext *context, variable_list grads) {
        auto saved = context->get_saved_variables();
        const int64_t heads = context->saved_data["heads"].toInt(), groups = context->saved_data["groups"].toInt();
        auto grad = grads[0].contiguous();
        const int64_t rows = grad.size(0), width = grad.size(1) / (3 * heads);
        auto query = at::empty({rows, heads * width}, grad.options());
        auto key = at::empty({rows, groups * width}, grad.options()), value = at::empty_like(key);
        auto job = task(query, key, value, grad, saved[0], saved[1], heads, groups);
        parallel_ranges(rows, 16, [&](int64_t begin, int64_t end, int64_t) {
            std::vector<float> scratch(2 * width);
            kernels().rotary_backward(job, begin, end, scratch.data());
        });
        return {query, key, value, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
    }

    static RotaryHeads task(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value, const at::Tensor &packed, const at::Tensor &cosine, const at::Tensor &sine, int64_t heads, int64_t groups) {
        return {
            .heads = heads,
            .groups = groups,
            .width = query.size(1) / heads,
            .query = query.const_data_ptr(),
            .key = key.const_data_ptr(),
            .value = value.const_data_ptr(),
            .cosine = numbers<float>(cosine),
            .sine = numbers<float>(sine),
            .packed = packed.const_data_ptr(),
            .type = element(query),
        };
    }
};

struct Dropout : Function<Dropout> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &input, double share, const at::Tensor &keys) {
        context->saved_data["share"] = share;
        context->save_for_backward({keys});
        return dropped(input, share, keys);
    }

    /// The draws are made again: no mask is kept.
    static variable_list backward(AutogradContext *context, variable_list grads) {
        auto grad = dropped(grads[0], context->saved_data["share"].toDouble(), context->get_saved_variables()[0]);
        return {grad, at::Tensor(), at::Tensor()};
    }

    static at::Tensor dropped(const at::Tensor &input_in, double share, const at::Tensor &keys_in) {
        auto input = input_in.contiguous(), keys = keys_in.contiguous();
        auto out = at::empty_like(input);
        const auto *in = static_cast<const char *>(input.const_data_ptr());
        auto *result = static_cast<char *>(out.mutable_data_ptr());
        const auto *key = keys.const_data_ptr<int64_t>();
        const auto type = element(input);
        const int64_t width = input.size(1), stride = width * static_cast<int64_t>(input.element_size());
        const auto least = static_cast<uint32_t>(share * 0x1p24);
        const auto scale = static_cast<float>(1 / (1 - share));
        parallel_ranges(input.size(0), std::max<int64_t>(1, grain / std::max<int64_t>(1, width)), [&](int64_t begin, int64_t end, int64_t) {
            for (int64_t row = begin; row < end; ++row) {
                const auto own = static_cast<uint64_t>(key[row]);
                kernels().dropout(type, in + row * stride, result + row * stride, 0, width, least, scale, first_half(own), second_half(own));
            }
        });
        return out;
    }
};

}  // namespace

at::Tensor fused_swiglu(const at::Tensor &gate, const at::Tensor &up) { return SwiGlu::apply(gate, up); }

at::Tensor fused_rotary_qkv(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value, const at::Tensor &cosine, const at::Tensor &sine, int64_t heads, int64_t groups) {
    return RotaryQkv::apply(query, key, value, cosine, sine, heads, groups);
}

at::Tensor fused_dropout(const at::Tensor &input, double share, const at::Tensor &keys) { return Dropout::apply(input, share, keys); }

}  // namespace ct
