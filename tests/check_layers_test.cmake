# Checks that check_layers.cmake finds every kind of bad include: tests/data/layers is a small tree
# with errors, and expected.txt there has the lines that must be printed.
#   cmake -D ROOT=<source tree> -P tests/check_layers_test.cmake
cmake_minimum_required(VERSION 3.25)

execute_process(
  COMMAND ${CMAKE_COMMAND} -D ROOT=${ROOT}/tests/data/layers -P ${ROOT}/tests/check_layers.cmake
  RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(code EQUAL 0)
  message(FATAL_ERROR "check_layers.cmake accepts a tree with errors")
endif()
file(READ ${ROOT}/tests/data/layers/expected.txt expected)
string(FIND "${output}" "${expected}\nCMake Error" position)
if(NOT position EQUAL 0)
  message(NOTICE "expected:\n${expected}\nfound:\n${output}")
  message(FATAL_ERROR "check_layers.cmake does not print the lines of expected.txt")
endif()

# A tree without files does not show anything, so it must fail too.
execute_process(
  COMMAND ${CMAKE_COMMAND} -D ROOT=${ROOT}/tests/data/layers/kernels/generic
          -P ${ROOT}/tests/check_layers.cmake
  RESULT_VARIABLE code OUTPUT_QUIET ERROR_QUIET)
if(code EQUAL 0)
  message(FATAL_ERROR "check_layers.cmake accepts a tree without includes")
endif()
message(STATUS "check_layers.cmake finds every bad include")
