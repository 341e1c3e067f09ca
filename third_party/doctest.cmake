# doctest 2.4.9, MIT, doctest-dev. The unit-test framework.
find_path(OCTET_DOCTEST_INCLUDE doctest/doctest.h REQUIRED)
add_library(octet_doctest INTERFACE)
target_include_directories(octet_doctest SYSTEM INTERFACE ${OCTET_DOCTEST_INCLUDE})
