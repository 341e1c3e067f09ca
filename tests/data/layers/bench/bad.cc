#include "kernels/kernel_table.h"
#include "tests/support/guard_buffer.h"
