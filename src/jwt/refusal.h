// Why a token is not believed. Only for this folder.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace slipway::jwt {

inline std::unexpected<Error> refuse(std::string what) {
  return fail(ErrorKind::unauthorized, "unauthorized", std::move(what),
              "Nothing was done. Ask for a new token where this one was made");
}

}  // namespace slipway::jwt
