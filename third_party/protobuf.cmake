# Protobuf 3.21.12, BSD-3-Clause, libprotobuf-dev. The wire format of ONNX files.
find_package(Protobuf REQUIRED)
add_library(octet_protobuf INTERFACE)
target_link_libraries(octet_protobuf INTERFACE protobuf::libprotobuf)
