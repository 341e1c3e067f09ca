# Eigen 3.4.0, MPL-2.0, libeigen3-dev. A yardstick in tests and benchmarks, never in the library.
find_path(OCTET_EIGEN_INCLUDE Eigen/Core PATH_SUFFIXES eigen3 REQUIRED)
add_library(octet_eigen INTERFACE)
target_include_directories(octet_eigen SYSTEM INTERFACE ${OCTET_EIGEN_INCLUDE})
target_compile_definitions(octet_eigen INTERFACE EIGEN_MPL2_ONLY)
