#include "Parallel.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <exception>

namespace ct {
namespace {

struct OpenMP {
    void (*parallel)(void (*)(void *), void *, unsigned, unsigned);
    int (*thread_number)();
    int (*in_parallel)();
};

const OpenMP *openmp() {
    static const OpenMP found = {
        reinterpret_cast<decltype(OpenMP::parallel)>(dlsym(RTLD_DEFAULT, "GOMP_parallel")),
        reinterpret_cast<decltype(OpenMP::thread_number)>(dlsym(RTLD_DEFAULT, "omp_get_thread_num")),
        reinterpret_cast<decltype(OpenMP::in_parallel)>(dlsym(RTLD_DEFAULT, "omp_in_parallel")),
    };
    return found.parallel && found.thread_number && found.in_parallel ? &found : nullptr;
}

void on_every_worker(int64_t workers, const std::function<void(int64_t)> &body) {
    const OpenMP *runtime = openmp();
    if (workers <= 1 || !runtime || runtime->in_parallel()) {
        body(0);
        return;
    }
    auto entry = [](void *context) {
        (*static_cast<const std::function<void(int64_t)> *>(context))(openmp()->thread_number());
    };
    runtime->parallel(entry, const_cast<void *>(static_cast<const void *>(&body)), static_cast<unsigned>(workers), 0);
}

}  // namespace

int64_t worker_count() { return std::max<int64_t>(1, at::get_num_threads()); }

void parallel_tasks(int64_t count, const std::function<void(int64_t, int64_t)> &body) {
    std::atomic<int64_t> next{0};
    std::atomic<bool> failed{false};
    std::exception_ptr failure;
    // An exception must not leave a thread of the runtime: the first one is kept and thrown here.
    on_every_worker(std::min(worker_count(), count), [&](int64_t worker) {
        try {
            for (int64_t task; (task = next.fetch_add(1, std::memory_order_relaxed)) < count;) body(task, worker);
        } catch (...) {
            if (!failed.exchange(true)) failure = std::current_exception();
            next.store(count, std::memory_order_relaxed);
        }
    });
    if (failure) std::rethrow_exception(failure);
}

void parallel_ranges(int64_t count, int64_t grain, const std::function<void(int64_t, int64_t, int64_t)> &body) {
    if (count <= 0) return;
    const int64_t ranges = std::max<int64_t>(1, std::min(worker_count(), count / std::max<int64_t>(grain, 1)));
    const int64_t size = (count + ranges - 1) / ranges;
    parallel_tasks(ranges, [&](int64_t range, int64_t) {
        body(range * size, std::min(count, (range + 1) * size), range);
    });
}

}  // namespace ct
