#pragma once

#include "cic_colour.h"
#include "cic_decode.h"
#include "cic_encode.h"
#include "cic_planes.h"
#include "cic_resample.h"
