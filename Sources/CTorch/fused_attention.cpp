#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include <cmath>

#include "Fused.h"
#include "include/ct_nn.h"

namespace ct {
namespace {

/// Scratch memory of one worker, kept between calls.
float *scratch(int64_t count) {
    thread_local std::vector<float> memory;
    if (static_cast<int64_t>(memory.size()) < count) memory.resize(count);
    return memory.data();
}

/// Packed rows [rows, 3·width] seen as heads of runs.
struct Layout {
    at::Tensor offsets;
    int64_t heads, width, head_width;
    const int32_t *starts;

    Layout(const at::Tensor &qkv, const at::Tensor &runs, int64_t head_count)
        : offsets(runs), heads(head_count), width(qkv.size(1) / 3), head_width(width / head_count), starts(numbers<int32_t>(runs)) {}

    int64_t tasks() const { return (offsets.numel() - 1) * heads; }

    AttentionForward job(int64_t task, const at::Tensor &qkv, void *out, float *log_sum_exp, bool causal) const {
        // Neighbouring tasks share a run, and so its rows in the cache.
        const int64_t run = task / heads, head = task % heads, start = starts[run], rows = qkv.size(0);
        const int64_t size = qkv.element_size();
        const char *first = static_cast<const char *>(qkv.const_data_ptr()) + (start * 3 * width + head * head_width) * size;
        return {
            .query = first,
            .key = first + width * size,
            .value = first + 2 * width * size,
            .row_stride = 3 * width,
            .length = starts[run + 1] - start,
            .head_width = head_width,
            .causal = causal,
            .scale = 1.0f / std::sqrt(static_cast<float>(head_width)),
            .type = element(qkv),
            .out = static_cast<char *>(out) + (start * width + head * head_width) * size,
            .out_stride = width,
            .log_sum_exp = log_sum_exp + head * rows + start,
        };
    }
};

struct PackedAttention : Function<PackedAttention> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &qkv_in, const at::Tensor &offsets, int64_t heads, bool causal) {
        auto qkv = qkv_in.contiguous();
        Layout layout(qkv, offsets, heads);
        auto out = at::empty({qkv.size(0), layout.width}, qkv.options());
        auto log_sum_exp = at::empty({heads, qkv.size(0)}, qkv.options().dtype(at::kFloat));
        void *result = out.mutable_data_ptr();
        float *normalizers = log_sum_exp.mutable_data_ptr<float>();
        parallel_tasks(layout.tasks(), [&](int64_t task, int64_t) {
            auto job = layout.job(task, qkv, result, normalizers, causal);
            kernels().attention_forward(job, scratch(kernels().attention_forward_scratch(job.length, job.head_width)));
        });
        context->save_for_backward({qkv, out, log_sum_exp, offsets});
        context->saved_data["heads"] = heads;
        context->saved_data["causal"] = causal;
        return out;
    }

    static variable_list backward(AutogradContext *context, variable_list grads) {
        auto saved = context->get_saved_variables();
        const auto &qkv = saved[0], &out = saved[1], &log_sum_exp = saved[2];
        Layout layout(qkv, saved[3], context->saved_data["heads"].toInt());
        const bool causal = context->saved_data["causal"].toBool();
        auto grad = grads[0].to(qkv.scalar_type()).contiguous();
        auto grad_qkv = at::empty_like(qkv);
        const int64_t size = qkv.element_size(), width = layout.width;
        auto *normalizers = const_cast<float *>(numbers<float>(log_sum_exp));
        auto *results = const_cast<void *>(out.const_data_ptr());
        const auto *upstream = static_cast<const char *>(grad.const_data_ptr());
        auto *target = static_cast<char *>(grad_qkv.mutable_data_ptr());
        parallel_tasks(layout.tasks(), [&](int64_t task, int64_t) {
            auto forward = layout.job(task, qkv, results, normalizers, causal);
            const int64_t from_query = static_cast<const char *>(forward.query) - static_cast<const char *>(qkv.const_data_ptr());
            const int64_t from_out = static_cast<char *>(forward.out) - static_cast<char *>(results);
            AttentionBackward job{
                .forward = forward,
                .grad_out = upstream + from_out,
                .grad_query = target + from_query,
                .grad_key = target + from_query + width * size,
                .grad_value = target + from_query + 2 * width * size,
            };
            kernels().attention_backward(job, scratch(kernels().attention_backward_scratch(forward.length, forward.head_width)));
        });
        return {grad_qkv, at::Tensor(), at::Tensor(), at::Tensor()};
    }
};

void check_runs(const at::Tensor &offsets, int64_t rows) {
    TORCH_CHECK(offsets.device().is_cpu() && offsets.scalar_type() == at::kInt && offsets.dim() == 1 && offsets.is_contiguous() && offsets.numel() >= 1,
                "offsets must be a contiguous int32 CPU vector with at least one element");
    const auto *starts = numbers<int32_t>(offsets);
    const int64_t count = offsets.numel();
    TORCH_CHECK(starts[0] == 0 && starts[count - 1] == rows, "offsets must run from 0 to the ", rows, " packed rows");
    for (int64_t i = 1; i < count; ++i) TORCH_CHECK(starts[i - 1] <= starts[i], "offsets must not fall");
}

}  // namespace
}  // namespace ct

using namespace ct;

CTStatus ct_packed_attention(CTTensor qkv, CTTensor offsets, int64_t heads, bool causal, CTTensor *out, char **error) {
    return guard(error, [&] {
        auto x = borrow(qkv), runs = borrow(offsets);
        check_cpu(x, "packed attention");
        element(x);
        TORCH_CHECK(x.dim() == 2 && heads > 0 && x.size(1) % (3 * heads) == 0, "qkv must be [rows, 3·width] with a width that ",
                    heads, " heads divide, not ", x.sizes());
        check_runs(runs, x.size(0));
        *out = give(PackedAttention::apply(x, runs, heads, causal));
    });
}
