# Fails if a file includes a header that its folder may not see:
#   cmake -D ROOT=<source tree> -P tests/check_layers.cmake
# A row below must allow every include. An include or a folder without a row is an error too, so a
# new folder or dependency needs its row.

cmake_minimum_required(VERSION 3.25)

# Folder -> the folders whose headers it may include, besides its own. The first match of a file's
# path counts, so a subfolder that has its own rules comes before its parent.
set(layers base text ir frontend_onnx quant kernels/generic kernels/x86 kernels/testing kernels
           kernels_avx2 kernels_avx512 runtime bert include tools/cli tools tests bench examples)
# include/octet/status.h is the part of the public API that every folder but the kernels uses.
set(sees_base include)
set(sees_text base include)
set(sees_ir base include)
set(sees_frontend_onnx base ir include)
set(sees_quant base ir include)
# kernels/x86 has the host header of x86, and the code that the x86 folders share.
set(sees_kernels kernels/generic kernels/x86)
set(sees_kernels/generic kernels)
set(sees_kernels/x86 kernels kernels/generic)
set(sees_kernels/testing kernels)
set(sees_kernels_avx2 kernels kernels/generic kernels/x86)
set(sees_kernels_avx512 kernels kernels/generic kernels/x86)
set(sees_runtime base ir kernels include)
set(sees_bert base text ir frontend_onnx quant runtime kernels include)
set(sees_include "")
# tools/cli has the code that programs share. The benchmarks are programs too.
set(sees_tools/cli base ir quant kernels bert include)
set(sees_tools base text ir frontend_onnx quant runtime kernels bert include tools/cli)
set(sees_tests ${layers})
list(REMOVE_ITEM sees_tests bench)
set(sees_bench ${layers})
list(REMOVE_ITEM sees_bench tests)
set(sees_examples include)

# Header (a regular expression) -> the folders that may include it. The first match counts.
set(test_layers tests bench)
set(programs tools/cli tools ${test_layers})
set(apps bert ${programs})
set(x86_layers kernels/x86 kernels_avx2 kernels_avx512)
set(isa_layers kernels kernels/generic kernels/testing ${x86_layers})
set(all_but_kernels base text ir frontend_onnx quant runtime include examples ${apps})
set(header_rules)
macro(allow header)
  list(APPEND header_rules "${header}")
  set("folders_of_${header}" ${ARGN})
endmacro()
allow("google/protobuf/.*" frontend_onnx ${test_layers})
allow("onnx/.*" frontend_onnx ${test_layers})
allow("Eigen/.*" ${test_layers})
allow("xsimd/.*" ${x86_layers})
allow("doctest/.*" ${test_layers})
allow("benchmark/.*" bench)
allow("dnnl\\.hpp" bench)
allow("(CLI|openssl)/.*" ${programs})
allow("fmt/.*" text ${apps})
allow("utf8proc\\.h" text ${test_layers})
allow("pcre2\\.h" text)
allow("nlohmann/.*" base ${apps})
# Intrinsics and cpuid. Other folders use kernels/host.h.
allow("(immintrin|xmmintrin|x86intrin)\\.h" ${x86_layers} ${test_layers})
allow("cpuid\\.h" kernels/x86 ${test_layers})
# Kernels are plain functions on pointers. They use only these headers of the standard library: no
# containers, no allocation, no threads, no streams.
allow("(algorithm|array|bit|cmath|cstddef|cstdint|cstring|limits|type_traits|utility)"
      ${isa_layers} ${all_but_kernels})
# C headers, which examples and the public API may use.
allow("(stddef|stdint|stdbool)\\.h" include examples ${test_layers})
# Any other header of the C++ standard library.
allow("[a-z_]+" ${all_but_kernels})
# Pages of memory, for large tensors and other uses.
allow("sys/mman\\.h" ir frontend_onnx runtime ${apps})
# POSIX and Linux. kernels/x86 asks Linux for AMX's registers.
allow("sys/syscall\\.h|unistd\\.h" kernels/x86 base frontend_onnx runtime ${apps})
allow("(sys|linux)/[a-z0-9_]+\\.h|[a-z]+\\.h" base frontend_onnx runtime ${apps})

# The row of `layers` that a path belongs to.
function(layer_of path result)
  foreach(layer IN LISTS layers)
    string(FIND "${path}" "${layer}/" position)
    if(position EQUAL 0)
      set(${result} ${layer} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(${result} "" PARENT_SCOPE)
endfunction()

function(check_project_header layer header result)
  string(REGEX REPLACE "^octet/" "include/octet/" path "${header}")
  layer_of("${path}" target)
  set(${result} "" PARENT_SCOPE)
  if(NOT target)
    set(${result} "is not a path from the root of the tree" PARENT_SCOPE)
  elseif(NOT target STREQUAL layer AND NOT target IN_LIST sees_${layer})
    set(${result} "${layer}/ may not see ${target}/" PARENT_SCOPE)
  endif()
endfunction()

function(check_system_header layer header result)
  foreach(rule IN LISTS header_rules)
    if("${header}" MATCHES "^(${rule})$")
      if(layer IN_LIST folders_of_${rule})
        set(${result} "" PARENT_SCOPE)
      else()
        set(${result} "${layer}/ may not see it" PARENT_SCOPE)
      endif()
      return()
    endif()
  endforeach()
  set(${result} "it does not have a rule" PARENT_SCOPE)
endfunction()

set(errors "")
set(num_files 0)
set(num_includes 0)

file(GLOB folders RELATIVE ${ROOT} LIST_DIRECTORIES true ${ROOT}/*)
list(FILTER folders EXCLUDE REGEX "^build")
foreach(folder IN LISTS folders)
  if(NOT IS_DIRECTORY ${ROOT}/${folder})
    continue()
  endif()
  file(GLOB_RECURSE files RELATIVE ${ROOT}
       ${ROOT}/${folder}/*.h ${ROOT}/${folder}/*.cc ${ROOT}/${folder}/*.c
       ${ROOT}/${folder}/*.inc ${ROOT}/${folder}/*.def)
  # The trees with errors that test this script.
  list(FILTER files EXCLUDE REGEX "^tests/data/")
  foreach(path IN LISTS files)
    math(EXPR num_files "${num_files} + 1")
    layer_of("${path}" layer)
    if(NOT layer)
      string(APPEND errors "${path}: its folder has no row in check_layers.cmake\n")
      continue()
    endif()
    file(STRINGS ${ROOT}/${path} lines REGEX "^[ \t]*#[ \t]*include")
    foreach(line IN LISTS lines)
      math(EXPR num_includes "${num_includes} + 1")
      if(line MATCHES "include[ \t]*\"([^\"]+)\"")
        set(header "${CMAKE_MATCH_1}")
        check_project_header(${layer} "${header}" error)
      elseif(line MATCHES "include[ \t]*<([^>]+)>")
        set(header "${CMAKE_MATCH_1}")
        check_system_header(${layer} "${header}" error)
      else()
        set(header "${line}")
        set(error "it is a macro")
      endif()
      if(error)
        string(APPEND errors "${path}: ${header}: ${error}\n")
      endif()
    endforeach()
  endforeach()
endforeach()

if(num_includes EQUAL 0)
  string(APPEND errors "${ROOT} does not have any includes\n")
endif()
if(errors)
  message(NOTICE "${errors}")
  message(FATAL_ERROR "Some includes break the layers.")
endif()
message(STATUS "${num_includes} includes in ${num_files} files keep to the layers")
