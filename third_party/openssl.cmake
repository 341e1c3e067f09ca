# OpenSSL 3.0, Apache-2.0, libssl-dev. SHA-256 of model files in reports.
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
add_library(octet_crypto INTERFACE)
target_link_libraries(octet_crypto INTERFACE OpenSSL::Crypto)
