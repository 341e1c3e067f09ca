# Tests of the objects themselves. Sanitizers add symbols, constructors and stack traffic, so their
# builds are left out.
if(OCTET_SANITIZE)
  return()
endif()

set(isa_libraries octet_kernels_avx2 octet_kernels_avx_vnni octet_kernels_avx_vnni_evex
    octet_kernels_avx512 octet_kernels_avx512_bf16 octet_kernels_avx512_vnni
    octet_kernels_amx_int8)

# octet_check_symbols(TEST objects): `objects` separated by commas.
function(octet_check_symbols test objects)
  add_test(NAME ${test}
           COMMAND ${CMAKE_COMMAND} -DOBJECTS=${objects} -DNM=${CMAKE_NM}
                   -DREADELF=${CMAKE_READELF} -P ${PROJECT_SOURCE_DIR}/tests/check_symbols.cmake)
  set_tests_properties(${test} PROPERTIES LABELS kernels)
endfunction()

# The script reads the text of binutils. CMAKE_OBJDUMP may be LLVM's in a build with Clang.
find_program(OCTET_OBJDUMP objdump REQUIRED)

# octet_check_loops(TEST instruction minimum object [functions])
function(octet_check_loops test instruction minimum object)
  add_test(NAME ${test} COMMAND ${PROJECT_SOURCE_DIR}/tests/check_gemm_loops.sh ${OCTET_OBJDUMP}
                                ${instruction} ${minimum} ${object} ${ARGN})
  set_tests_properties(${test} PROPERTIES LABELS kernels)
endfunction()

# octet_gemm_object(VARIABLE library source): the object of one source of an ISA library.
function(octet_gemm_object variable library source)
  set(${variable} $<FILTER:$<TARGET_OBJECTS:${library}>,INCLUDE,/${source}[.]> PARENT_SCOPE)
endfunction()

foreach(library ${isa_libraries})
  octet_check_symbols(check_symbols_${library} $<JOIN:$<TARGET_OBJECTS:${library}>,$<COMMA>>)
endforeach()

# Eight heights of tile have three loops each, of which two have vpmaddubsw and all vpmaddwd.
octet_gemm_object(object octet_kernels_avx2 gemm_u8s8.cc)
octet_check_loops(check_gemm_loops_avx2 vpmaddwd 24 ${object})
octet_check_loops(check_gemm_loops_avx2_bytes vpmaddubsw 16 ${object})
octet_gemm_object(object octet_kernels_avx512 gemm_u8s8.cc)
octet_check_loops(check_gemm_loops_avx512 vpmaddwd 24 ${object})
octet_check_loops(check_gemm_loops_avx512_bytes vpmaddubsw 16 ${object})
# Six heights of tile, and with AVX-512 six more for few rows.
octet_gemm_object(object octet_kernels_avx512_vnni gemm_u8s8_vnni.cc)
octet_check_loops(check_gemm_loops_avx512_vnni vpdpbusd 12 ${object})
octet_gemm_object(object octet_kernels_avx_vnni gemm_u8s8_vnni.cc)
octet_check_loops(check_gemm_loops_avx_vnni "{vex} vpdpbusd" 6 ${object})
octet_gemm_object(object octet_kernels_avx_vnni_evex gemm_u8s8_vnni.cc)
octet_check_loops(check_gemm_loops_avx_vnni_evex vpdpbusd 6 ${object})

# The float tiles: 6 heights of 1 or 4 widths. Compilers differ in which vfmadd they use. Attention has them for both of its products. With
# AVX2 its exponentials need more registers than there are, so only the products are checked.
octet_gemm_object(object octet_kernels_avx2 gemm_f32.cc)
octet_check_loops(check_gemm_loops_f32_avx2 vfmadd 6 ${object})
octet_gemm_object(object octet_kernels_avx512 gemm_f32.cc)
octet_check_loops(check_gemm_loops_f32_avx512 vfmadd 24 ${object})
octet_gemm_object(object octet_kernels_avx2 attention.cc)
octet_check_loops(check_gemm_loops_attention_avx2 vfmadd 12 ${object} MultiplyScores|MultiplyOutput)
octet_gemm_object(object octet_kernels_avx512 attention.cc)
octet_check_loops(check_gemm_loops_attention_avx512 vfmadd 48 ${object})
octet_gemm_object(object octet_kernels_avx512_bf16 attention_bf16.cc)
octet_check_loops(check_gemm_loops_attention_bf16 vdpbf16ps 48 ${object})

# Each check must fail for an object that has the fault it looks for.
foreach(fault shared_symbols early_code spilling_loop)
  add_library(bad_${fault} OBJECT bad/${fault}.cc)
  target_link_libraries(bad_${fault} PRIVATE octet_flags)
endforeach()
target_compile_options(bad_spilling_loop PRIVATE -mavx512f -mavx512vnni)
octet_check_symbols(check_symbols_refuses_shared_symbols $<TARGET_OBJECTS:bad_shared_symbols>)
octet_check_symbols(check_symbols_refuses_early_code $<TARGET_OBJECTS:bad_early_code>)
octet_check_loops(check_gemm_loops_refuses_spills vpdpbusd 1 $<TARGET_OBJECTS:bad_spilling_loop>)
octet_check_loops(check_gemm_loops_refuses_no_loops vpdpbusd 1 $<TARGET_OBJECTS:bad_early_code>)
set_tests_properties(
  check_symbols_refuses_shared_symbols PROPERTIES
  PASS_REGULAR_EXPRESSION "shared_symbols.*octet::kernels::SharedBetweenObjects")
set_tests_properties(check_symbols_refuses_early_code PROPERTIES
                     PASS_REGULAR_EXPRESSION "early_code.*section .init_array")
set_tests_properties(check_gemm_loops_refuses_spills PROPERTIES
                     PASS_REGULAR_EXPRESSION "stack access in a loop of 1 vpdpbusd")
set_tests_properties(check_gemm_loops_refuses_no_loops PROPERTIES
                     PASS_REGULAR_EXPRESSION "expected at least 1")

# A row of kernels.inc without its test must not link: this links the program without one file.
add_test(NAME kernels_row_without_test_does_not_link
         COMMAND ${CMAKE_CXX_COMPILER}
                 $<FILTER:$<TARGET_OBJECTS:octet_kernel_tests>,EXCLUDE,/softmax_test[.]>
                 $<TARGET_FILE:octet_test_support> $<TARGET_FILE:octet_isa_tables>
                 $<TARGET_FILE:octet_kernels>
                 -o ${CMAKE_CURRENT_BINARY_DIR}/row_without_test
         COMMAND_EXPAND_LISTS)
set_tests_properties(kernels_row_without_test_does_not_link PROPERTIES
  LABELS kernels PASS_REGULAR_EXPRESSION
  "undefined reference to [^\n]*Claim_softmax_f32_in_softmax_test")
