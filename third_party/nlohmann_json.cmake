# nlohmann-json 3.11.2, MIT, nlohmann-json3-dev. Model configurations and --json output.
find_package(nlohmann_json CONFIG REQUIRED)
add_library(octet_json INTERFACE)
target_link_libraries(octet_json INTERFACE nlohmann_json::nlohmann_json)
