#include "model/client_request_id.h"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "model/canonical_json.h"

namespace slipway {

std::string client_request_id(const json::object& body) {
  // The namespace of Slipway's entries; random once, the same for ever.
  static const boost::uuids::uuid space =
      boost::uuids::string_generator()("7d0fbb5c-2f5e-4a8b-9d86-5a1c3e0b7f42");
  boost::uuids::name_generator_sha1 generate(space);
  return boost::uuids::to_string(generate(canonical_json(body)));
}

}  // namespace slipway
