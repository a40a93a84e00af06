// A C interface to the part of libtorch that this package uses.
//
// Every function returns a status and writes its results through `out` parameters. On CT_FAILED, `*error`
// holds a message that the caller frees with ct_message_free, and no result was written. Tensors that come
// out are owned by the caller (release with ct_release); tensors that go in are borrowed. Nothing throws.
#ifndef CTORCH_H
#define CTORCH_H

#include "ct_base.h"
#include "ct_tensor.h"
#include "ct_shape.h"
#include "ct_math.h"
#include "ct_reduce.h"
#include "ct_nn.h"
#include "ct_decoder.h"
#include "ct_autograd.h"
#include "ct_random.h"
#include "ct_optim.h"
#include "ct_runtime.h"

#endif
