#include "http/target.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace slipway::http {

namespace urls = boost::urls;

std::optional<Target> parse_target(std::string_view target) {
  if (target == "*") return Target{"*", "*", {}};
  const bool origin_form = target.starts_with('/');
  const auto parsed = origin_form ? urls::parse_origin_form({target.data(), target.size()})
                                  : urls::parse_absolute_uri({target.data(), target.size()});
  if (!parsed) return std::nullopt;
  const urls::url_view& url = *parsed;
  if (!origin_form && url.scheme() != "http" && url.scheme() != "https") return std::nullopt;

  Target result;
  const auto raw = url.encoded_path();
  result.raw_path = raw.empty() ? "/" : std::string(raw.data(), raw.size());
  result.path = raw.empty() ? "/" : url.path();
  const urls::encoding_opts as_forms_do(true);  // "+" is a space
  for (const auto& param : url.params(as_forms_do)) {
    result.query.emplace_back(std::string(param.key), std::string(param.value));
  }
  return result;
}

std::optional<std::string> percent_decode(std::string_view text) {
  const auto encoded = urls::make_pct_string_view({text.data(), text.size()});
  if (!encoded) return std::nullopt;
  return encoded->decode();
}

}  // namespace slipway::http
