#include "app/cloud_tokens.h"

#include <charconv>
#include <iostream>
#include <set>

#include "app/process.h"
#include "cloud/tokens.h"
#include "model/canonical_json.h"

namespace slipway::app {

namespace {

int complain(const Error& error, int exit_code = failed) {
  return app::complain("slipway-cloud", error, exit_code);
}

// "everything", or the JSON form of model/row_scope.h.
Result<RowScope> scope_from_text(const std::string& text) {
  if (text == "everything") return RowScope{};
  auto object = parse_json_object(text, "the scope");
  if (!object) return std::unexpected(std::move(object.error()));
  return scope_from_json(*object);
}

struct Refused {
  Error error;
  int exit_code;
};

// Without --tenant the device's name must say which tenant is meant.
std::expected<std::string, Refused> tenant_of(cloud::Ledger& ledger, const TokenOptions& options) {
  const auto tokens = ledger.list_tokens();
  if (!tokens) return std::unexpected(Refused{tokens.error(), failed});
  std::set<std::string> tenants;
  for (const cloud::TokenRow& token : *tokens) {
    const bool named = options.tenant.empty() || token.tenant == options.tenant;
    if (named && token.device == options.device && !token.revoked) tenants.insert(token.tenant);
  }
  if (tenants.size() == 1) return *tenants.begin();
  if (tenants.empty()) {
    return std::unexpected(
        Refused{{ErrorKind::not_found, "", "No valid token of the device " + options.device,
                 "slipway-cloud token list shows what there is"},
                failed});
  }
  return std::unexpected(
      Refused{{ErrorKind::invalid, "", "Several tenants have a device " + options.device,
               "Name one with --tenant. Nothing was changed"},
              wrong_use});
}

// When a token that is made now ends.
Result<std::optional<WallTime>> expiry(const TokenOptions& options, WallTime now) {
  if (options.expires_in.empty()) return std::nullopt;
  const auto duration = duration_from_text(options.expires_in);
  if (!duration) return std::unexpected(duration.error());
  if (*duration > Duration(0)) return now + *duration;
  return fail(ErrorKind::invalid, "bad-duration", "A token that ends at once is of no use",
              "Give --expires-in a time that is longer than " + options.expires_in +
                  ", or leave it out: it never ends. Nothing was changed");
}

}  // namespace

Result<Duration> duration_from_text(const std::string& text) {
  constexpr std::int64_t count_max = 36'500LL * 24 * 3600;  // a hundred years in seconds
  std::int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, count);
  const std::string_view unit(at, std::size_t(end - at));
  const std::int64_t seconds = unit == "s"   ? 1
                               : unit == "m" ? 60
                               : unit == "h" ? 3600
                               : unit == "d" ? 24 * 3600
                                             : 0;
  if (error == std::errc{} && count >= 0 && seconds && count <= count_max / seconds)
    return std::chrono::seconds(count * seconds);
  return fail(ErrorKind::invalid, "bad-duration", "“" + text + "” is no length of time",
              "For example 90d, 24h, 30m or 0s; a hundred years at most. Nothing was changed");
}

int create_token(cloud::Ledger& ledger, const TokenOptions& options) {
  const WallTime now = wall_clock();
  const auto scope = scope_from_text(options.scope.empty() ? "everything" : options.scope);
  if (!scope) return complain(scope.error(), wrong_use);
  const auto expires = expiry(options, now);
  if (!expires) return complain(expires.error(), wrong_use);
  const std::string token = cloud::new_token();
  const auto created =
      ledger.create_token(options.tenant, options.device, cloud::token_hash(token), now, *expires);
  if (!created) return complain(created.error());
  if (!options.scope.empty()) {
    const auto set = ledger.set_scope(options.tenant, options.device, *scope, now);
    if (!set) return complain(set.error());
  }
  std::cout << token << std::endl;
  return done;
}

int list_tokens(cloud::Ledger& ledger) {
  const auto tokens = ledger.list_tokens();
  if (!tokens) return complain(tokens.error());
  for (const cloud::TokenRow& token : *tokens) {
    json::object line{
        {"tenant", token.tenant}, {"device", token.device}, {"created", token.created}};
    line["revoked"] = text_or_null(token.revoked);
    line["expires"] = text_or_null(token.expires);
    std::cout << json_text(line) << '\n';
  }
  std::cout << std::flush;
  return done;
}

// The old ones are let go first: if this is cut short, the device still has until then, and the
// command may be given again.
int rotate_token(cloud::Ledger& ledger, const TokenOptions& options) {
  const WallTime now = wall_clock();
  const auto expires = expiry(options, now);
  if (!expires) return complain(expires.error(), wrong_use);
  const auto old_for = duration_from_text(options.old_for);
  if (!old_for) return complain(old_for.error(), wrong_use);
  const auto tenant = tenant_of(ledger, options);
  if (!tenant) return complain(tenant.error().error, tenant.error().exit_code);
  const auto old = ledger.expire_tokens(*tenant, options.device, now + *old_for);
  if (!old) return complain(old.error());
  const std::string token = cloud::new_token();
  const auto created =
      ledger.create_token(*tenant, options.device, cloud::token_hash(token), now, *expires);
  if (!created) return complain(created.error());
  std::cout << token << std::endl;
  std::cerr << "slipway-cloud: the tokens before it end at " << to_text(now + *old_for)
            << " at the latest" << std::endl;
  return done;
}

int revoke_tokens(cloud::Ledger& ledger, const TokenOptions& options) {
  const auto tenant = tenant_of(ledger, options);
  if (!tenant) return complain(tenant.error().error, tenant.error().exit_code);
  const auto revoked = ledger.revoke_tokens(*tenant, options.device, wall_clock());
  if (!revoked) return complain(revoked.error());
  std::cout << *revoked << " revoked" << std::endl;
  return done;
}

}  // namespace slipway::app
