# How all targets of octet are compiled: the language level, the warnings, the floating-point rules
# and the sanitizers.

include(GNUInstallDirs)

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# The flags of all of octet's own code. They are private: each target links octet_flags itself, and
# a user's project does not get them (tests/consumer_test.cmake checks this). -ffp-contract=off: the
# compiler must never fuse a multiply and an add on its own, or logits would depend on the compiler
# and the instruction set. -fno-math-errno only leaves errno alone; it never changes a result.
add_library(octet_flags INTERFACE)
target_compile_features(octet_flags INTERFACE cxx_std_20)
target_compile_options(octet_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
  -ffp-contract=off -fno-math-errno -fvisibility=hidden)
# GCC 12 warns, wrongly, of overlap in `"text" + std::string` at -O2 and above (GCC bug 105651).
target_compile_options(octet_flags INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
target_include_directories(octet_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
if(OCTET_SANITIZE)
  target_compile_options(octet_flags INTERFACE
    -fsanitize=${OCTET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  target_link_options(octet_flags INTERFACE -fsanitize=${OCTET_SANITIZE})
  if(OCTET_SANITIZE MATCHES "undefined")
    target_compile_options(octet_flags INTERFACE -fsanitize=float-cast-overflow)
  endif()
endif()
if(OCTET_FUZZ)
  # Counts which edges an input takes; the programs themselves link the fuzzer.
  target_compile_options(octet_flags INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(octet_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_definitions(octet_flags INTERFACE _GLIBCXX_ASSERTIONS)
endif()

# octet_library(NAME SOURCES... [DEPS targets...] [PRIVATE_DEPS targets...])
# A static library for one folder, linked as octet_NAME. Its headers may include those of DEPS;
# only its sources may include those of PRIVATE_DEPS.
function(octet_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(octet_${name} STATIC ${ARG_SOURCES})
  set_target_properties(octet_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(octet_${name} PUBLIC ${ARG_DEPS} PRIVATE octet_flags ${ARG_PRIVATE_DEPS})
endfunction()

# The objects of all instruction-set folders, for the libraries that hold them.
add_library(octet_isa_kernels INTERFACE)

# octet_isa_objects(NAME [TEST_ONLY] SOURCES...) compiles the files of one instruction set: always
# optimized (at -O0 the inner loops are far too slow), without exceptions (their personality routine
# would be a shared symbol), as objects that export only Install* functions
# (tests/check_symbols.cmake). -falign-loops=64 aligns loops to cache lines: on a Zen 3 virtual
# machine, AVX2's float GEMM is then 3 to 7 % faster in slow minutes, presumably when another guest
# shares the core, and equally fast otherwise. TEST_ONLY objects stay out of the library.
function(octet_isa_objects name)
  cmake_parse_arguments(ARG "TEST_ONLY" "" "SOURCES" ${ARGN})
  add_library(octet_${name} OBJECT ${ARG_SOURCES})
  set_target_properties(octet_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(octet_${name} PRIVATE octet_flags octet_xsimd)
  target_compile_options(octet_${name} PRIVATE
    $<$<NOT:$<CONFIG:Release>>:-O2> -fno-exceptions -fno-rtti -fno-asynchronous-unwind-tables
    -falign-loops=64)
  if(NOT ARG_TEST_ONLY)
    target_sources(octet_isa_kernels INTERFACE $<TARGET_OBJECTS:octet_${name}>)
  endif()
endfunction()

# octet_program(NAME SOURCES... [DEPS targets...])
function(octet_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE octet_flags ${ARG_DEPS})
endfunction()

# octet_test(NAME SOURCES... [DEPS targets...] [LABELS labels...] [TIMEOUT seconds])
# One doctest program and one ctest entry. The working directory is the source tree, so that tests
# can use paths relative to it.
function(octet_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE octet_flags octet_doctest octet_test_support ${ARG_DEPS})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
