// Compressed bodies: bounded, and the way there and back changes nothing.
#include "http/gzip.h"
#include "fuzz.h"

using namespace slipway;
using namespace slipway::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t bytes_max = 64 * 1024;
  const std::string_view bytes = text_of(data, size);
  const auto plain = http::gzip_decompress(bytes, bytes_max);
  if (plain) {
    demand(plain->size() <= bytes_max, "what comes out is bounded");
    demand(demand_value(http::gzip_decompress(http::gzip_compress(*plain), bytes_max), "a body") ==
               *plain,
           "a body compressed again is the same body");
  } else {
    demand(plain.error().type == "bad-gzip" || plain.error().type == "body-too-large",
           "a refusal is one of the two");
  }
  demand(demand_value(http::gzip_decompress(http::gzip_compress(bytes), bytes_max), "any bytes") ==
             bytes,
         "any bytes compressed are the same bytes");
  return 0;
}
