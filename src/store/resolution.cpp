#include "store/resolution.h"

#include <algorithm>
#include <vector>

#include "base/planted.h"
#include "store/apply_write.h"
#include "store/value.h"

namespace slipway::store {

namespace {

constexpr std::string_view nothing_changed = "Nothing was changed.";

std::unexpected<Error> refuse(std::string type, std::string message, std::string hint,
                              std::string field = {}) {
  const ErrorKind kind = field.empty() ? ErrorKind::conflict : ErrorKind::invalid;
  return fail(kind, std::move(type), std::move(message),
              std::string(nothing_changed) + (hint.empty() ? "" : " ") + hint, std::move(field));
}

std::unexpected<Error> last_values_unknown(const Body& body) {
  return refuse("last-values-unknown",
                to_text(body.entity) +
                    " was deleted at the cloud, and its last values are not all known here",
                "Discard this entry, and create the row anew if it is needed.");
}

bool is(const json::object& object, std::string_view field, const json::value& value) {
  const json::value* other = find(object, field);
  return other && same_value(*other, value);
}

bool is_key(const Table& table, std::string_view field) {
  return std::find(table.key.begin(), table.key.end(), field) != table.key.end();
}

const json::value& value_or_null(const json::object& object, std::string_view field) {
  static const json::value null;
  const json::value* value = find(object, field);
  return value ? *value : null;
}

// The cloud has something that the person neither saw nor wrote.
bool stands_against(const Body& body, const SeenState& seen, std::string_view field) {
  const json::value* server =
      seen.known && seen.row.exists ? find(seen.row.values, field) : nullptr;
  if (!server || is(body.payload, field, *server)) return false;
  return body.op == Op::create || !is(body.base, field, *server);
}

// Whether a row can be made again from these values.
bool are_whole(const Table& table, const json::object& values) {
  return std::all_of(table.fields.begin(), table.fields.end(), [&](const Field& field) {
    const json::value* value = find(values, field.name);
    return !field.not_null || (value ? !value->is_null() : field.has_default);
  });
}

bool adds_up(Rule rule) {
  return rule == Rule::sum || rule == Rule::list_union;
}

// What the wish comes to on what was seen.
json::value kept(const Body& body, const SeenState& seen, const TypeRules& rules,
                 std::string_view field) {
  const json::value& local = body.payload.at(field);
  const json::value* server = find(seen.row.values, field);
  const json::value* base = find(body.base, field);
  const Rule rule = rules.of(field);
  const bool may_hold_it = seen.took_effect || seen.is_remembered;
  const bool carries =
      seen.known && server && base && adds_up(rule) && body.op == Op::update && !may_hold_it;
  if (!carries || planted(Bug::a_forced_sum_is_absolute)) return local;
  return merge_field(rule, *base, local, *server).value_or(local);
}

void stand_on(Body& body, const SeenState& seen) {
  if (seen.version) body.base_versions = {{"*", to_json(*seen.version)}};
}

void become(Body& body, Op op) {
  if (body.op == op) return;
  body.op = op;
  body.action = default_action(op, body.entity.type);
}

// Of a row that is there: what was written over, and under the scope `row` all that was looked at.
json::object base_of(const Body& body, const SeenState& seen, const TypeRules& rules,
                     const json::object& written) {
  json::object base;
  for (const auto& member : written)
    base.emplace(member.key(), value_or_null(seen.row.values, member.key()));
  if (rules.scope == Scope::field) return base;
  for (const auto& member : body.op == Op::create ? seen.row.values : body.base)
    base.emplace(member.key(), value_or_null(seen.row.values, member.key()));
  return base;
}

// The body with `written` for its wish, on what was seen. `written` holds touched fields only.
Result<Body> on_seen(Body body, const SeenState& seen, const Table& table, const TypeRules& rules,
                     json::object written) {
  if (!seen.known || (!seen.row.exists && seen.row.values.empty())) {
    if (seen.known && body.op == Op::update) return last_values_unknown(body);
    for (const auto& member : body.payload) {
      if (!find(written, member.key())) body.base.erase(member.key());
    }
    body.payload = std::move(written);
    if (seen.known) stand_on(body, seen);
    return body;
  }
  stand_on(body, seen);
  if (seen.row.exists) {
    body.base = base_of(body, seen, rules, written);
    become(body, Op::update);
    body.payload = std::move(written);
    return body;
  }
  if (seen.deleted_by_mate) {
    body.payload = std::move(written);
    return body;
  }
  if (!are_whole(table, seen.row.values)) return last_values_unknown(body);
  if (body.op == Op::update) body.payload = seen.row.values;
  become(body, Op::create);
  body.base = seen.row.values;
  for (const auto& member : written) body.payload.insert_or_assign(member.key(), member.value());
  return body;
}

class Resolver {
 public:
  Resolver(const Body& body, const SeenState& seen, const Table& table, const TypeRules& rules,
           const Choices& choices)
      : body_(body), seen_(seen), table_(table), rules_(rules), choices_(choices) {}

  Result<std::optional<Body>> run() {
    if (auto checked = check(); !checked) return std::unexpected(checked.error());
    json::object written;
    bool writes = false;
    for (const auto& member : body_.payload) {
      const std::string_view field = member.key();
      if (is_key(table_, field) || is_carried(body_, field)) {
        if (!seen_.row.exists && body_.op == Op::create) written[field] = member.value();
        continue;
      }
      const auto choice = choices_.find(field);
      const auto value = choice == choices_.end() ? by_rule(field) : chosen(field, choice->second);
      if (value) {
        written[field] = *value;
        writes = true;
      } else if (!seen_.row.exists && body_.op == Op::create) {
        written[field] = seen_.row.values.at(field);  // taken, so it is there
      }
    }
    if (!writes) return std::nullopt;
    auto body = on_seen(body_, seen_, table_, rules_, std::move(written));
    if (!body) return std::unexpected(body.error());
    return std::move(*body);
  }

 private:
  Result<void> check() const {
    if (body_.op == Op::remove) {
      return refuse("not-resolvable", "A delete has no fields to resolve",
                    "Force it to delete the row as it is now, or discard it to keep the row.");
    }
    if (choices_.empty()) {
      return refuse("missing-field", "It is not said what any field shall be",
                    "Give “fields” with values, or “take” with local, server or base.", "fields");
    }
    for (const auto& [field, choice] : choices_) {
      if (auto checked = check(field, choice); !checked) return checked;
    }
    for (const auto& member : body_.payload) {
      const std::string field(member.key());
      if (is_key(table_, field) || is_carried(body_, field) || choices_.contains(field)) continue;
      if (stands_against(body_, seen_, field) && !merged(field)) {
        return refuse(
            "undecided-field",
            "“" + field + "” was changed on both sides, and it is not said what it shall be",
            "Give its value in “fields”, or local, server or base in “take”.", "fields." + field);
      }
    }
    return {};
  }

  Result<void> check(const std::string& field, const Choice& choice) const {
    const bool typed = std::holds_alternative<json::value>(choice);
    const std::string where = (typed ? "fields." : "take.") + field;
    if (!table_.field(field)) {
      return refuse("unknown-field", table_.name + " has no field “" + field + "”", "", where);
    }
    if (!find(body_.payload, field) || is_key(table_, field) || is_carried(body_, field)) {
      return refuse("untouched-field", "This entry did not write “" + field + "”",
                    "Only what it wrote can be resolved; change other fields with a new write.",
                    where);
    }
    if (typed) return check_fields(table_, {{field, std::get<json::value>(choice)}}, "fields");
    // A create that stays one needs a value; what was not told is not null.
    const bool makes_row = body_.op == Op::create && !seen_.row.exists;
    if (std::get<Side>(choice) == Side::server && makes_row && !find(seen_.row.values, field)) {
      const bool never = seen_.known && seen_.row.values.empty();
      return refuse("nothing-to-take",
                    never ? "The cloud has no " + to_text(body_.entity)
                          : "What the cloud has for “" + field + "” is not known here",
                    "Keep your value, give another, or discard the entry.", where);
    }
    if (std::get<Side>(choice) == Side::base && !find(body_.base, field)) {
      return refuse("nothing-to-take", "“" + field + "” had no value before this entry",
                    "Keep your value, take the cloud's, or give another.", where);
    }
    return {};
  }

  // What the field's rule makes of both sides, where they stand against each other.
  std::optional<json::value> merged(std::string_view field) const {
    const json::value* base = find(body_.base, field);
    const Rule rule = rules_.of(field);
    if (rule == Rule::manual || !base || body_.op != Op::update) return std::nullopt;
    auto value =
        merge_field(rule, *base, body_.payload.at(field), value_or_null(seen_.row.values, field));
    return value ? std::optional(std::move(*value)) : std::nullopt;
  }

  // Of a field that nobody chose for. Nothing: the cloud's value stays.
  std::optional<json::value> by_rule(std::string_view field) const {
    if (!stands_against(body_, seen_, field) || adds_up(rules_.of(field)))
      return kept(body_, seen_, rules_, field);
    auto value = merged(field);
    if (value && same_value(*value, value_or_null(seen_.row.values, field))) return std::nullopt;
    return value;
  }

  // Nothing: the cloud's value stays.
  std::optional<json::value> chosen(std::string_view field, const Choice& choice) const {
    if (const auto* value = std::get_if<json::value>(&choice)) {
      // As the column will give it back.
      const Field& column = *table_.field(field);
      const auto stored = to_column(column, *value);
      return stored ? from_column(column, *stored) : *value;
    }
    switch (std::get<Side>(choice)) {
      case Side::local:
        return kept(body_, seen_, rules_, field);
      case Side::base:
        return body_.base.at(field);
      case Side::server:
        break;
    }
    return std::nullopt;
  }

  const Body& body_;
  const SeenState& seen_;
  const Table& table_;
  const TypeRules& rules_;
  const Choices& choices_;
};

}  // namespace

std::optional<Side> side_from_text(std::string_view text) {
  if (text == "local") return Side::local;
  if (text == "server") return Side::server;
  if (text == "base") return Side::base;
  return std::nullopt;
}

bool is_carried(const Body& body, std::string_view field) {
  if (body.op != Op::create || body.base.empty()) return false;
  const json::value* value = find(body.payload, field);
  return value && is(body.base, field, *value) && !same_value(body.base, body.payload);
}

Body retried(Body body, const SeenState& seen, const TypeRules& rules) {
  if (!seen.known || !seen.row.exists || !seen.version || body.op == Op::create) return body;
  for (auto& member : body.base) {
    const std::string_view field = member.key();
    const json::value* server = find(seen.row.values, field);
    if (!server || stands_against(body, seen, field)) continue;
    // That a mate makes of it what was found then says nothing of what the cloud has.
    if (seen.written_by_mates.contains(field)) continue;
    // Two people who each added five added ten: the difference is not there yet.
    if (adds_up(rules.of(field)) && !same_value(*server, member.value())) continue;
    member.value() = *server;
    body.base_versions.insert_or_assign(field, to_json(*seen.version));
  }
  return body;
}

Result<Body> forced(Body body, const SeenState& seen, const Table& table, const TypeRules& rules) {
  if (body.op != Op::remove) {
    json::object written;
    for (const auto& member : body.payload) {
      // Over a row that exists only the person's own wish is written.
      const bool own = !is_key(table, member.key()) && !is_carried(body, member.key());
      if (own || !seen.row.exists)
        written.emplace(member.key(), own ? kept(body, seen, rules, member.key()) : member.value());
    }
    return on_seen(std::move(body), seen, table, rules, std::move(written));
  }
  if (seen.known) stand_on(body, seen);
  if (seen.known && seen.row.exists) body.base = seen.row.values;
  return body;
}

Result<std::optional<Body>> resolved(const Body& body, const SeenState& seen, const Table& table,
                                     const TypeRules& rules, const Choices& choices) {
  return Resolver(body, seen, table, rules, choices).run();
}

}  // namespace slipway::store
