# CLI11 2.1.2, BSD-3-Clause, libcli11-dev. Command lines of the programs.
find_package(CLI11 CONFIG REQUIRED)
add_library(octet_cli11 INTERFACE)
target_link_libraries(octet_cli11 INTERFACE CLI11::CLI11)
