// cjose's objects, released by themselves. Only for this folder.
#pragma once

#include <cjose/cjose.h>

#include <cstdlib>
#include <memory>

namespace slipway::jwt {

struct Release {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
  void operator()(char* text) const { std::free(text); }
};
using JwkPointer = std::unique_ptr<cjose_jwk_t, Release>;
using JwsPointer = std::unique_ptr<cjose_jws_t, Release>;
using TextPointer = std::unique_ptr<char, Release>;

}  // namespace slipway::jwt
