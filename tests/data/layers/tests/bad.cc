#include "bench/registry.h"
#include "kernels/kernel_table.h"
