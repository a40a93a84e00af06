#ifndef CT_BASE_H
#define CT_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define CT_BEGIN extern "C" {
#define CT_END }
#else
#define CT_BEGIN
#define CT_END
#endif

#pragma clang assume_nonnull begin
CT_BEGIN

typedef enum __attribute__((enum_extensibility(closed))) : int32_t {
    CT_OK = 0,
    CT_FAILED = 1,
} CTStatus;

/// Scalar types, numbered as c10::ScalarType numbers them.
typedef enum __attribute__((enum_extensibility(closed))) : int8_t {
    CT_UINT8 = 0,
    CT_INT8 = 1,
    CT_INT16 = 2,
    CT_INT32 = 3,
    CT_INT64 = 4,
    CT_FLOAT16 = 5,
    CT_FLOAT32 = 6,
    CT_FLOAT64 = 7,
    CT_BOOL = 11,
    CT_BFLOAT16 = 15,
} CTDType;

typedef enum __attribute__((enum_extensibility(closed))) : int8_t {
    CT_CPU = 0,
    CT_CUDA = 1,
} CTDeviceKind;

typedef struct {
    CTDeviceKind kind;
    int8_t index;
} CTDevice;

/// One reference to a tensor.
typedef struct CTTensorHandle *CTTensor;
typedef char *_Nullable *_Nonnull CTErrorOut;
typedef CTTensor _Nullable *_Nonnull CTTensorOut;

void ct_message_free(char *_Nullable message);

CT_END
#pragma clang assume_nonnull end
#endif
