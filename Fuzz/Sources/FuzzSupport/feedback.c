#include <string.h>

#include "../../../Sources/CImageCodecs/decoder.h"
#include "include/fuzz_support.h"

// The libraries under CImageCodecs are not instrumented. Their messages stand in for coverage.
enum { FEATURES = 4096 };
__attribute__((section("__libfuzzer_extra_counters"), used)) static uint8_t counters[FEATURES];

void fuzz_note(uint64_t feature) { counters[feature % FEATURES] = 1; }

void fuzz_fill_scratch(void *decoder, size_t count, uint8_t value) {
    uint8_t *scratch = cic_scratch(decoder, count);
    if (scratch) memset(scratch, value, count);
}
