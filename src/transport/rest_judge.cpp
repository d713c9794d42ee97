#include "transport/rest_judge.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "model/decimal.h"

namespace slipway {

namespace {

std::optional<double> number_of(const json::value& value) {
  if (value.is_bool()) return value.get_bool() ? 1 : 0;
  if (value.is_int64()) return double(value.get_int64());
  if (value.is_uint64()) return double(value.get_uint64());
  if (value.is_double()) return value.get_double();
  return std::nullopt;
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<int> digits(std::string_view& text, std::size_t count) {
  int number = 0;
  if (text.size() < count) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + count, number);
  if (error != std::errc{} || end != text.data() + count || text.front() == '-')
    return std::nullopt;
  text.remove_prefix(count);
  return number;
}

bool takes(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == any_of.npos) return false;
  text.remove_prefix(1);
  return true;
}

// Years have four digits, which is more than 64 bits of nanoseconds hold.
struct Moment {
  std::chrono::seconds second{};
  std::int64_t nanoseconds = 0;
  friend bool operator==(const Moment&, const Moment&) = default;
};

// RFC 3339: "2026-11-22T13:25:01.462+00:00" and "2026-11-22 13:25:01.462Z" are one moment.
std::optional<Moment> moment_in(std::string_view text) {
  using namespace std::chrono;
  const auto y = digits(text, 4);
  if (!y || !takes(text, "-")) return std::nullopt;
  const auto mo = digits(text, 2);
  if (!mo || !takes(text, "-")) return std::nullopt;
  const auto d = digits(text, 2);
  if (!d || !takes(text, "Tt ")) return std::nullopt;
  const auto h = digits(text, 2);
  if (!h || !takes(text, ":")) return std::nullopt;
  const auto mi = digits(text, 2);
  if (!mi || !takes(text, ":")) return std::nullopt;
  const auto s = digits(text, 2);
  const year_month_day day{year{*y}, month{unsigned(*mo)}, std::chrono::day{unsigned(*d)}};
  if (!s || !day.ok()) return std::nullopt;
  Moment moment{sys_days(day).time_since_epoch() + hours(*h) + minutes(*mi) + seconds(*s)};
  if (takes(text, ".")) {
    std::int64_t unit = 100'000'000;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
      moment.nanoseconds += (text.front() - '0') * unit;
      unit /= 10;
    }
  }
  if (text == "Z" || text == "z") return moment;
  const bool west = text.starts_with('-');
  if (!takes(text, "+-")) return std::nullopt;
  const auto oh = digits(text, 2);
  if (!oh || !takes(text, ":")) return std::nullopt;
  const auto om = digits(text, 2);
  if (!om || !text.empty()) return std::nullopt;
  const minutes offset = hours(*oh) + minutes(*om);
  moment.second += west ? offset : -offset;
  return moment;
}

// Exactly, as far as 34 digits go: ids of 64 bits are more than a double tells apart.
bool are_one_number(const json::value& a, const json::value& b) {
  const auto exact = [](const json::value& value) {
    return decimal_of(value.is_bool() ? json::value(value.get_bool() ? 1 : 0) : value);
  };
  const auto a_exact = exact(a), b_exact = exact(b);
  if (a_exact && b_exact) return *a_exact == *b_exact;
  const auto near = [](const json::value& value) {
    return value.is_string() ? number_in(value.get_string()) : number_of(value);
  };
  const auto a_near = near(a);
  return a_near && a_near == near(b);
}

const json::value& value_of(const json::object& fields, std::string_view name) {
  static const json::value nothing(nullptr);
  const json::value* value = find(fields, name);
  return value ? *value : nothing;
}

}  // namespace

bool means_the_same(const json::value& a, const json::value& b) {
  if (same_value(a, b)) return true;
  if (!a.is_string() || !b.is_string()) return are_one_number(a, b);
  const auto a_moment = moment_in(a.get_string());
  return a_moment && a_moment == moment_in(b.get_string());
}

bool adds(const Body& body, std::string_view field, const TypeRules& rules) {
  return rules.of(field) == Rule::sum &&
         !means_the_same(value_of(body.payload, field), value_of(body.base, field));
}

bool empties_unseen(const Body& body, const json::object& current) {
  return body.op == Op::update && std::ranges::any_of(body.payload, [&](const auto& member) {
           return member.value().is_null() && !value_of(body.base, member.key()).is_null() &&
                  !find(current, member.key());
         });
}

Judged judge_beside(const Body& body, const json::object& current, const TypeRules& rules,
                    const std::vector<std::string>& assigned) {
  using enum Judged::What;
  if (body.op == Op::remove) {
    for (const auto& member : body.base) {
      const bool given = std::ranges::find(assigned, member.key()) != assigned.end();
      if (given && !base_version_of(body, member.key())) continue;
      const json::value* now = find(current, member.key());
      if (now && !means_the_same(*now, member.value())) return {conflict, {}, {}};
    }
    return {send, {}, {}};
  }
  for (const auto& member : body.base) {  // what counts as one thing was all seen, and is all held
    if (rules.scope != Scope::row || find(body.payload, member.key())) continue;
    const json::value* now = find(current, member.key());
    const bool by_hand = rules.of(member.key()) == Rule::manual;
    if (now && by_hand && !means_the_same(*now, member.value())) return {conflict, {}, {}};
  }
  Judged judged{done, {}, {}};
  for (const auto& member : body.payload) {
    const json::value& local = member.value();
    const json::value& base = value_of(body.base, member.key());
    const json::value& now = value_of(current, member.key());
    judged.payload[member.key()] = local;
    const bool is_foreign = !means_the_same(now, base);
    if (means_the_same(now, local) && !(is_foreign && adds(body, member.key(), rules))) continue;
    if (is_foreign) {
      const auto merged = merge_field(rules.of(member.key()), base, local, now);
      if (!merged) return {conflict, {}, {}};
      judged.payload[member.key()] = *merged;
      judged.merged[member.key()] = *merged;
      if (means_the_same(now, *merged)) continue;
    }
    judged.what = send;
  }
  return judged;
}

bool shows_created(const Body& body, const json::object& current,
                   const std::vector<std::string>& assigned) {
  return std::ranges::all_of(body.payload, [&](const auto& member) {
    const json::value* now = find(current, member.key());
    const bool given = std::ranges::find(assigned, member.key()) != assigned.end();
    return !now || given || means_the_same(*now, member.value());
  });
}

}  // namespace slipway
