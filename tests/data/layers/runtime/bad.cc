#  include <immintrin.h>
#include <Eigen/Dense>
#include "bert/engine.h"
#include "compile.h"
#include "kernels_avx2/parts.h"
#include "kernels/install.h"
