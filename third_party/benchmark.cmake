# Google Benchmark 1.7.1, Apache-2.0, libbenchmark-dev. Microbenchmarks.
find_package(benchmark CONFIG REQUIRED)
add_library(octet_benchmark INTERFACE)
target_link_libraries(octet_benchmark INTERFACE benchmark::benchmark)
