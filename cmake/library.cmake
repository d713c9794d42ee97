# A folder is a library and its links are the law: what a library does not link, it may not include.

find_program(CCACHE ccache)
if(CCACHE)
  # Without the sloppiness ccache never hits where a precompiled header is used; without the base
  # folder a second clone compiles all of it anew.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

add_library(slipway_flags INTERFACE)
set(slipway_is_plain 1)
if(SLIPWAY_SANITIZE)
  set(slipway_is_plain 0)
endif()
target_compile_options(slipway_flags INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(slipway_flags INTERFACE
    # At -O2, and with sanitizers, g++ 12 sees overruns in its own std::string (GCC bug 105651);
    # the dev build is the judge.
    $<$<AND:${slipway_is_plain},$<NOT:$<CONFIG:Release>>>:-Werror>
    -fpch-preprocess -Wno-maybe-uninitialized)  # g++ 12 reports moved-from variant members that are never read
else()
  target_compile_options(slipway_flags INTERFACE "SHELL:-Xclang -fno-pch-timestamp")  # else ccache never hits
endif()
target_include_directories(slipway_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
# Bugs by number, for the simulator's own test: base/planted.h. A header and no flag, so that what does
# not include it is compiled once for both builds.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/planted_build.h
     CONTENT "#pragma once\n#cmakedefine SLIPWAY_PLANTED\n")
target_include_directories(slipway_flags INTERFACE ${CMAKE_BINARY_DIR}/generated)
if(SLIPWAY_SANITIZE)
  add_compile_options(-fsanitize=${SLIPWAY_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SLIPWAY_SANITIZE})
  if(SLIPWAY_FUZZ)
    add_compile_options(-fno-sanitize-recover=all)  # a finding ends the process, so it is kept
  endif()
endif()

# slipway_library(model SOURCES a.cpp b.cpp PUBLIC slipway_base PRIVATE Boost::json)
function(slipway_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(slipway_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(slipway_${name} PUBLIC slipway_flags ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  if("slipway_model" IN_LIST ARG_PUBLIC)
    slipway_use_precompiled(slipway_${name})
  endif()
endfunction()

# The JSON library takes seconds to parse; its one precompiled form, made by model, serves all.
function(slipway_use_precompiled target)
  target_precompile_headers(${target} REUSE_FROM slipway_model)
endfunction()
