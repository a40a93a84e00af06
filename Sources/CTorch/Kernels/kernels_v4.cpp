#if defined(__x86_64__)
#define CT_VARIANT v4
#define CT_WIDE
#define CT_VARIANT_TARGET "arch=x86-64-v4"
#include "Kernels.inc"
#endif
