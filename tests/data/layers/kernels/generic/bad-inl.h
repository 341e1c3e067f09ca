#include <xsimd/xsimd.hpp>

#include <Eigen/Dense>
#include <string>

#include "kernels/kernel_table.h"
#include "runtime/step.h"
