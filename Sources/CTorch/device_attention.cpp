#include <ATen/ops/_efficient_attention_forward.h>
#include <ATen/ops/_flash_attention_forward.h>

#include "Guard.h"
#include "include/ct_nn.h"

using namespace ct;

namespace {

/// libtorch's flash attention, which computes in 16 bits: query, key and value [rows, heads, width].
at::Tensor flash(const std::vector<at::Tensor> &parts, const at::Tensor &offsets, int64_t longest, bool causal) {
    return std::get<0>(at::_flash_attention_forward(parts[0], parts[1], parts[2], offsets, offsets, longest, longest, /*dropout_p=*/0.0, causal,
                                                    /*return_debug_mask=*/false));
}

/// libtorch's memory-efficient attention, which takes float32 as well.
at::Tensor efficient(const std::vector<at::Tensor> &parts, const at::Tensor &offsets, int64_t longest, bool causal) {
    // 1 lets a row see itself and what precedes it in its run.
    return std::get<0>(at::_efficient_attention_forward(parts[0].unsqueeze(0), parts[1].unsqueeze(0), parts[2].unsqueeze(0), /*bias=*/std::nullopt,
                                                        offsets, offsets, longest, longest, /*dropout_p=*/0.0, /*custom_mask_type=*/causal ? 1 : 0,
                                                        /*compute_log_sumexp=*/true))
        .squeeze(0);
}

}  // namespace

CTStatus ct_device_packed_attention(CTTensor qkv, CTTensor offsets, int64_t longest, int64_t heads, bool causal, CTTensor *out, char **error) {
    return guard(error, [&] {
        auto x = borrow(qkv), runs = borrow(offsets);
        TORCH_CHECK(x.is_cuda() && runs.device() == x.device(), "rows and offsets must lie on one GPU, not on ", x.device(), " and ", runs.device());
        TORCH_CHECK(runs.scalar_type() == at::kInt && runs.dim() == 1, "offsets must be an int32 vector, not ", runs.scalar_type(), " ", runs.sizes());
        TORCH_CHECK(x.dim() == 2 && heads > 0 && x.size(1) % (3 * heads) == 0, "qkv must be [rows, 3·width] with a width that ",
                    heads, " heads divide, not ", x.sizes());
        const int64_t width = x.size(1) / 3;
        // The backward of unbind stacks the three gradients in one pass.
        auto parts = x.view({x.size(0), 3, heads, width / heads}).unbind(1);
        const bool narrow = x.scalar_type() == at::kBFloat16 || x.scalar_type() == at::kHalf;
        auto attended = narrow ? flash(parts, runs, longest, causal) : efficient(parts, runs, longest, causal);
        *out = give(attended.reshape({x.size(0), width}));
    });
}
