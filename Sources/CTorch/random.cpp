#include <ATen/CPUGeneratorImpl.h>

#include <mutex>

#include "Guard.h"
#include "include/ct_random.h"

using namespace ct;

static at::Generator &generator(CTGenerator handle) { return *reinterpret_cast<at::Generator *>(handle); }

CTStatus ct_generator_create(uint64_t seed, CTGenerator *out, char **error) {
    return guard(error, [&] {
        *out = reinterpret_cast<CTGenerator>(new at::Generator(at::make_generator<at::CPUGeneratorImpl>(seed)));
    });
}
void ct_generator_free(CTGenerator handle) { delete reinterpret_cast<at::Generator *>(handle); }

CTStatus ct_normal_(CTTensor tensor, double mean, double deviation, CTGenerator handle, char **error) {
    return guard(error, [&] { borrow(tensor).normal_(mean, deviation, generator(handle)); });
}
CTStatus ct_uniform_(CTTensor tensor, double low, double high, CTGenerator handle, char **error) {
    return guard(error, [&] { borrow(tensor).uniform_(low, high, generator(handle)); });
}
