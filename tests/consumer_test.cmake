# Configures tests/consumer, a project that uses octet, and compiles its source:
#   cmake -D ROOT=<source tree> -D FOLDER=<scratch> -D COMPILER=<c++> -P tests/consumer_test.cmake
# Fails if octet's own warnings, flags or folders reach a user's source. It does not link: examples/
# shows that, which is built in the same way.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${FOLDER})
execute_process(
  COMMAND ${CMAKE_COMMAND} -G Ninja -S ${ROOT}/tests/consumer -B ${FOLDER}
          -D OCTET_ROOT=${ROOT} -D CMAKE_CXX_COMPILER=${COMPILER}
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)

file(READ ${FOLDER}/usage.txt usage)
set(expected "include ${ROOT}/include\noptions \ndefinitions \nbuild type \n")
if(NOT usage STREQUAL expected)
  message(FATAL_ERROR "a user of octet::octet is given\n${usage}instead of\n${expected}")
endif()

# Builds only the object, so that the library is not built again.
execute_process(COMMAND ${CMAKE_COMMAND} --build ${FOLDER} --target
                        CMakeFiles/consumer.dir/consumer.cc.o
                COMMAND_ERROR_IS_FATAL ANY)
