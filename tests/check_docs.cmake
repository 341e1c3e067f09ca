# Fails if a link in the documentation leads to a file that does not exist:
#   cmake -D ROOT=<source tree> -P tests/check_docs.cmake
# Links to the web and to headings of the same page are not followed.
cmake_minimum_required(VERSION 3.25)

file(GLOB pages RELATIVE ${ROOT} ${ROOT}/*.md ${ROOT}/docs/*.md ${ROOT}/bench/*/*.md)
set(errors "")
set(num_links 0)
foreach(page IN LISTS pages)
  get_filename_component(folder ${ROOT}/${page} DIRECTORY)
  file(READ ${ROOT}/${page} text)
  # Brackets and semicolons have a meaning in CMake's lists.
  string(REGEX REPLACE "[][;]" "@" text "${text}")
  string(REGEX MATCHALL "@\\([^)# ]+[)#]" links "${text}")
  foreach(link IN LISTS links)
    string(REGEX REPLACE "^@\\(|[)#]$" "" target "${link}")
    if(target MATCHES "^[a-z]+:")
      continue()
    endif()
    math(EXPR num_links "${num_links} + 1")
    if(NOT EXISTS ${folder}/${target})
      string(APPEND errors "${page}: there is no ${target}\n")
    endif()
  endforeach()
endforeach()

if(num_links EQUAL 0)
  string(APPEND errors "${ROOT} does not have any links\n")
endif()
if(errors)
  message(NOTICE "${errors}")
  message(FATAL_ERROR "Some links lead to files that do not exist.")
endif()
message(STATUS "${num_links} links in the documentation lead to files that exist")
