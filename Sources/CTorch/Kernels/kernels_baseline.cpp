#define CT_VARIANT baseline
#include "Kernels.inc"
