#if defined(__x86_64__)
#define CT_VARIANT v3
#define CT_VARIANT_TARGET "arch=x86-64-v3"
#include "Kernels.inc"
#endif
