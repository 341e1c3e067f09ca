# utf8proc 2.8.0 (Unicode 15.0), MIT, libutf8proc-dev. Normalization and character categories for
# the tokenizer.
find_path(OCTET_UTF8PROC_INCLUDE utf8proc.h REQUIRED)
find_library(OCTET_UTF8PROC_LIBRARY utf8proc REQUIRED)
add_library(octet_utf8proc INTERFACE)
target_include_directories(octet_utf8proc SYSTEM INTERFACE ${OCTET_UTF8PROC_INCLUDE})
target_link_libraries(octet_utf8proc INTERFACE ${OCTET_UTF8PROC_LIBRARY})
