// Work on libtorch's own OpenMP threads. libtorch's parallel_for is compiled away without -fopenmp, and a
// second OpenMP runtime in the process would fight the first, so its entry points are looked up at run time.
#pragma once

#include <cstdint>
#include <functional>

namespace ct {

/// How many threads `parallel_tasks` may use.
int64_t worker_count();
/// Calls body(task, worker) for each task in 0 ..< count, on any worker, in any order.
void parallel_tasks(int64_t count, const std::function<void(int64_t task, int64_t worker)> &body);
/// Splits 0 ..< count into at most one range a worker, none below `grain`.
void parallel_ranges(int64_t count, int64_t grain, const std::function<void(int64_t begin, int64_t end, int64_t worker)> &body);

}  // namespace ct
