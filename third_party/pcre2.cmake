# PCRE2 10.42 (Unicode 14.0), BSD-3-Clause, libpcre2-dev. Regular expressions of tokenizers, on
# UTF-32.
find_path(OCTET_PCRE2_INCLUDE pcre2.h REQUIRED)
find_library(OCTET_PCRE2_LIBRARY pcre2-32 REQUIRED)
add_library(octet_pcre2 INTERFACE)
target_include_directories(octet_pcre2 SYSTEM INTERFACE ${OCTET_PCRE2_INCLUDE})
target_link_libraries(octet_pcre2 INTERFACE ${OCTET_PCRE2_LIBRARY})
