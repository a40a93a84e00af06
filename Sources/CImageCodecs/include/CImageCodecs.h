#pragma once

#include "cic_decode.h"
#include "cic_encode.h"
#include "cic_resample.h"
