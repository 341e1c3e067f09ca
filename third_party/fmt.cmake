# fmt 9.1.0, MIT, libfmt-dev. GCC 12 has no <format>.
find_package(fmt CONFIG REQUIRED)
add_library(octet_fmt INTERFACE)
target_link_libraries(octet_fmt INTERFACE fmt::fmt)
