# cmake -DOBJECTS=a.o,b.o -DNM=nm -DREADELF=readelf -P check_symbols.cmake
#
# Fails if the objects of an instruction-set folder define a symbol that another object can see,
# except octet::kernels::Install*. The linker keeps one copy of a shared inline function. If that
# were the copy compiled for AVX-512, the program would crash on a CPU without it. For the same
# reason nothing may run before main, since the CPU has not been checked then.
string(REPLACE "," ";" objects "${OBJECTS}")
if(NOT objects)
  message(FATAL_ERROR "no objects to check")
endif()
set(wrong "")
foreach(object ${objects})
  execute_process(COMMAND ${NM} -C -g --defined-only -P ${object} OUTPUT_VARIABLE symbols
                  COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[^\n]+" symbols "${symbols}")
  foreach(symbol ${symbols})
    if(NOT symbol MATCHES "^octet::kernels::Install[A-Za-z0-9]+\\(octet::kernels::KernelTable\\*\\) T ")
      string(APPEND wrong "\n  ${object}: ${symbol}")
    endif()
  endforeach()
  execute_process(COMMAND ${READELF} -SW ${object} OUTPUT_VARIABLE sections
                  COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "\\.(init_array|ctors|preinit_array)[^ ]*" initializers "${sections}")
  foreach(section ${initializers})
    string(APPEND wrong "\n  ${object}: section ${section}")
  endforeach()
endforeach()
if(wrong)
  message(FATAL_ERROR "symbols that other objects can see, or code that runs before main:${wrong}")
endif()
