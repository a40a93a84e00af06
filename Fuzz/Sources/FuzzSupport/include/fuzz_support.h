#pragma once

#include <stddef.h>
#include <stdint.h>

/// Chooses how inputs are mutated; a name that is not known gets libFuzzer's own mutations.
void fuzz_choose_mutator(const char *target);

/// Tells libFuzzer that an input did something that its coverage does not show, such as a message of a library.
void fuzz_note(uint64_t feature);

/// Fills a decoder's rows in between, so that reading them before they are written shows in the result.
void fuzz_fill_scratch(void *decoder, size_t count, uint8_t value);
