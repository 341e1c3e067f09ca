# xsimd 8.1.0, BSD-3-Clause, libxsimd-dev. Only the headers: Debian's CMake target asks for -lxtl,
# which does not exist. Used by kernels/generic/ and the ISA folders alone.
find_path(OCTET_XSIMD_INCLUDE xsimd/xsimd.hpp REQUIRED)
add_library(octet_xsimd INTERFACE)
target_include_directories(octet_xsimd SYSTEM INTERFACE ${OCTET_XSIMD_INCLUDE})
