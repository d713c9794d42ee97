# cmake -DHEADER=h.h -DSOURCES="a.cpp b.cpp" -P transactions.cmake: the words that the sources give
# to their transactions and to reading (sim/transactions.h), as an array in a header.
cmake_minimum_required(VERSION 3.25)
separate_arguments(SOURCES)
set(texts "")
foreach(source ${SOURCES})
  file(READ "${source}" content)
  string(REGEX MATCHALL "(guarded|transact|transact_without_foreign_keys|to_error)\\((failure, )?[ \n]*\"[^\";]+\""
         calls "${content}")
  foreach(call ${calls})
    string(REGEX MATCH "\"[^\"]+\"" text "${call}")
    list(APPEND texts "${text}")
  endforeach()
endforeach()
list(REMOVE_DUPLICATES texts)
list(JOIN texts ",\n    " texts)
file(CONFIGURE OUTPUT "${HEADER}" @ONLY CONTENT "#pragma once
#include <string_view>
namespace slipway::sim {
inline constexpr std::string_view transaction_texts[] = {
    @texts@};
}  // namespace slipway::sim
")
