# ONNX protobuf 1.12.0, Apache-2.0, libonnx-dev. Debian's target carries ONNX_ML=1 and
# ONNX_NAMESPACE=onnx. Its NodeProto predates metadata_props (field 9), which is therefore read from
# the unknown fields.
find_package(ONNX CONFIG REQUIRED)
add_library(octet_onnx_proto INTERFACE)
target_link_libraries(octet_onnx_proto INTERFACE onnx_proto octet_protobuf)
