#ifndef CT_RANDOM_H
#define CT_RANDOM_H

#include "ct_base.h"

#pragma clang assume_nonnull begin
CT_BEGIN

/// A CPU generator of its own; the process-wide one is never used.
typedef struct CTGeneratorHandle *CTGenerator;
CTStatus ct_generator_create(uint64_t seed, CTGenerator _Nullable *_Nonnull out, CTErrorOut error);
void ct_generator_free(CTGenerator generator);
CTStatus ct_normal_(CTTensor tensor, double mean, double deviation, CTGenerator generator, CTErrorOut error);
CTStatus ct_uniform_(CTTensor tensor, double low, double high, CTGenerator generator, CTErrorOut error);

CT_END
#pragma clang assume_nonnull end
#endif
