# cmake -DLIBRARIES=a.a,b.a -DREADELF=readelf -P check_exports.cmake
#
# Fails unless the libraries export the API of include/octet/, all of it, and nothing else.
cmake_minimum_required(VERSION 3.25)
string(REPLACE "," ";" libraries "${LIBRARIES}")
execute_process(COMMAND ${READELF} -sWC ${libraries}
                COMMAND grep -Eo " (GLOBAL|WEAK) +DEFAULT +[0-9]+ octet::.*"
                COMMAND sed -E "s/.* DEFAULT +[0-9]+ //"
                COMMAND sort -u
                OUTPUT_VARIABLE symbols)
string(REGEX MATCHALL "[^\n]+" symbols "${symbols}")

set(api Version StatusCodeName Status Model Threads Context TextClassifier)
string(REPLACE ";" "|" names "${api}")
set(wrong "")
foreach(symbol IN LISTS symbols)
  if(NOT symbol MATCHES "^octet::(${names})(::|\\(|\\[)")
    string(APPEND wrong "\n  ${symbol}: is not a part of include/octet/")
  endif()
endforeach()
foreach(name IN LISTS api)
  if(NOT "${symbols}" MATCHES "octet::${name}(::|\\()")
    string(APPEND wrong "\n  octet::${name}: does not have OCTET_EXPORT")
  endif()
endforeach()
if(wrong)
  message(FATAL_ERROR "What the library exports:${wrong}")
endif()
