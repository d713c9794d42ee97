// What a Key holds. Only for this folder.
#pragma once

#include "jwt/cjose.h"
#include "jwt/key_set.h"

namespace slipway::jwt {

struct Key::Handle {
  JwkPointer jwk;
};

}  // namespace slipway::jwt
