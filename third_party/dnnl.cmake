# oneDNN 2.6.3, Apache-2.0, libdnnl-dev. A yardstick in benchmarks, never in the library; where it
# is missing, they do without. Debian's CMake package asks for OpenCL, which is not needed. libgomp
# is the OpenMP runtime that it is linked with, whose number of threads the benchmarks set.
find_path(OCTET_DNNL_INCLUDE dnnl.hpp)
find_library(OCTET_DNNL_LIBRARY dnnl)
find_library(OCTET_DNNL_OPENMP libgomp.so.1)
if(OCTET_DNNL_INCLUDE AND OCTET_DNNL_LIBRARY AND OCTET_DNNL_OPENMP)
  add_library(octet_dnnl INTERFACE)
  target_include_directories(octet_dnnl SYSTEM INTERFACE ${OCTET_DNNL_INCLUDE})
  target_link_libraries(octet_dnnl INTERFACE ${OCTET_DNNL_LIBRARY} ${OCTET_DNNL_OPENMP})
else()
  message(STATUS "oneDNN (libdnnl-dev) not found: no benchmarks beside it")
endif()
