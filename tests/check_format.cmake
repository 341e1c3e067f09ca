# Fails if clang-format would change a source file:
#   cmake -D ROOT=<source tree> -P tests/check_format.cmake
# Without clang-format it prints SKIPPED, which ctest takes for a skipped test.
cmake_minimum_required(VERSION 3.25)

find_program(CLANG_FORMAT NAMES clang-format clang-format-14)
if(NOT CLANG_FORMAT)
  message(STATUS "SKIPPED: clang-format is not installed")
  return()
endif()

set(files "")
foreach(folder base text ir frontend_onnx quant kernels kernels_avx2 kernels_avx512 runtime bert
               include tools tests bench examples)
  file(GLOB_RECURSE found ${ROOT}/${folder}/*.h ${ROOT}/${folder}/*.cc ${ROOT}/${folder}/*.c)
  list(APPEND files ${found})
endforeach()
# These files have errors on purpose.
list(FILTER files EXCLUDE REGEX "/tests/data/")
list(LENGTH files count)
if(count EQUAL 0)
  message(FATAL_ERROR "${ROOT} does not have any source files")
endif()

execute_process(COMMAND ${CLANG_FORMAT} --style=file:${ROOT}/.clang-format --dry-run -Werror ${files}
                RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "Run clang-format -i on the files above")
endif()
message(STATUS "${count} files are formatted")
