#include "app/jwt_keys.h"

#include <memory>

#include "app/process.h"

namespace slipway::app {

namespace {
constexpr Duration look_interval = std::chrono::milliseconds(500);  // at what the ring wants
}

JwtKeys::JwtKeys(http::Loop& loop, const std::string& place, cloud::Metrics& metrics)
    : loop_(loop),
      place_(place),
      alarm_(loop, [this] { look(); }),
      // Tasks must be copyable; a key set is not copied for that.
      reader_(place, [this](Result<jwt::KeySet> read) {
        loop_.post([this, shared = std::make_shared<Result<jwt::KeySet>>(std::move(read))] {
          take(std::move(*shared));
        });
      }) {
  metrics.add("slipway_jwt_keys", "Keys of the issuer of JWTs that are known.", false,
              [this] { return double(ring_.keys().size()); });
  metrics.add("slipway_jwt_keys_unread_total", "Times that they could not be read.", true,
              [this] { return double(ring_.failures()); });
}

Result<void> JwtKeys::begin() {
  ring_.reading_began(loop_.now());
  auto read = jwt::read_keys(place_);
  const bool hopeless = !read && read.error().type != "keys-unreachable";
  if (hopeless) return std::unexpected(read.error());
  take(std::move(read));
  alarm_.set(loop_.now() + look_interval);
  return {};
}

void JwtKeys::look() {
  if (ring_.wants_reading(loop_.now())) {
    ring_.reading_began(loop_.now());
    reader_.begin();
  }
  alarm_.set(loop_.now() + look_interval);
}

void JwtKeys::take(Result<jwt::KeySet> read) {
  if (!read) complain("slipway-cloud", read.error());
  ring_.reading_ended(std::move(read));
}

}  // namespace slipway::app
