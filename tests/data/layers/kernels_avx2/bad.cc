#include <immintrin.h>

#include <memory>

#include "kernels/generic/math-inl.h"
#include "kernels_avx512/parts.h"
