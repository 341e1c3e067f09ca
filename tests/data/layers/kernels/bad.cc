#include <xsimd/xsimd.hpp>

#include <cstdint>
#include <thread>
#include <vector>

#include "ir/tensor.h"
#include "kernels/kernel_table.h"
#include "kernels_avx2/parts.h"
