// Result<T>: what an operation gives, or the Error that the world caused.
//
// An Error speaks to the person who meets it: `message` says what happened and to what, `hint`
// what was kept and what to do now. `type` is a stable word for programs ("unknown-field"); nobody
// decides on the text. `field` names the payload field, if one is to blame; `entries` the queue
// entries that stand in the way, if some do.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace slipway {

enum class ErrorKind {
  invalid,       // the input is wrong; sending it again cannot help
  unauthorized,  // who is asking is unknown
  forbidden,     // who is asking is known and may not
  not_found,     // the thing named does not exist
  conflict,      // the thing's state does not allow it
  too_large,     // over a published limit
  busy,          // try again later, nothing was done
  unsupported,   // understood, but this version does not do it
  storage,       // the disk or the database file failed
};

struct Error {
  ErrorKind kind = ErrorKind::invalid;
  std::string type;
  std::string message;
  std::string hint = {};
  std::string field = {};
  std::vector<std::int64_t> entries = {};
  // What a system said of which the message tells, if that may name hosts and users: for the log
  // and for whoever runs the program, not for those who ask it.
  std::string cause = {};
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string type, std::string message,
                                   std::string hint = {}, std::string field = {},
                                   std::vector<std::int64_t> entries = {}) {
  return std::unexpected(Error{kind, std::move(type), std::move(message), std::move(hint),
                               std::move(field), std::move(entries)});
}

}  // namespace slipway
