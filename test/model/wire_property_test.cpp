// The wire's laws, for any content: a message reads back as it was written, a newer peer's members
// change nothing, and without a member that it needs it is refused whole.
#include <gtest/gtest.h>

#include "base/random.h"
#include "model/canonical_json.h"
#include "model/random_wire.h"

namespace slipway {
namespace {

// What is inside of these is the app's, or has keys of the app's: not the wire's members.
bool is_content(std::string_view key) {
  constexpr std::string_view content[] = {"values", "write",   "conflict",     "merge",
                                          "base",   "payload", "baseVersions", "fields"};
  return std::ranges::find(content, key) != std::end(content);
}

// The members that a message may do without. Everything else is needed.
bool is_optional(std::string_view key, const json::object& object) {
  if (key == "seq") {  // of a receipt, not of a version
    const auto verdict = text_at(object, "verdict");
    return verdict && !is_final(verdict_from_text(*verdict).value());
  }
  if (key == "groupSize") return !object.contains("groupId");
  if (key == "fields") return object.contains("policy");  // of rules, not of a reference
  constexpr std::string_view optional[] = {"merge",          "replaces",     "rules",
                                           "policy",         "scope",        "deleted",
                                           "references",     "after",        "sent",
                                           "shared",         "lanePosition", "values",
                                           "reason",         "message",      "conflict",
                                           "page",           "more",         "supersedes",
                                           "groupId",        "walked",       "receiptsKeptDays",
                                           "safe",           "tenant",
                                           "device",  // the last three: of capabilities
                                           "snapshotRowsMax"};
  const bool found = std::ranges::find(optional, key) != std::end(optional);
  return found && !(key == "device" && object.contains("items"));
}

// Calls `visit` for each object of the message that the wire defines.
template <class Visit>
void each_object(json::value& value, const Visit& visit) {
  if (auto* array = value.if_array()) {
    for (json::value& element : *array) each_object(element, visit);
  } else if (auto* object = value.if_object()) {
    for (auto& member : *object) {
      if (!is_content(member.key())) each_object(member.value(), visit);
    }
    visit(*object);
  }
}

json::value text_and_back(const json::value& value) {
  return parse_json(json_text(value), "a message").value();
}

// --- the same message, part by part: a part that to_json forgets is missed here

bool same(const std::optional<json::object>& a, const std::optional<json::object>& b) {
  return a.has_value() == b.has_value() && (!a || same_value(*a, *b));
}
bool same(const Receipt& a, const Receipt& b) {
  return a.id == b.id && a.verdict == b.verdict && a.seq == b.seq && a.reason == b.reason &&
         a.message == b.message && same(a.conflict, b.conflict) && same(a.merge, b.merge);
}
bool same(const PageRow& a, const PageRow& b) {
  return a.entity == b.entity && a.version == b.version && a.deleted == b.deleted &&
         same(a.values, b.values);
}
bool same(const PushItem& a, const PushItem& b) {
  return a.id == b.id && same(a.write, b.write) && a.void_incarnation == b.void_incarnation &&
         a.void_number == b.void_number && a.void_sent == b.void_sent &&
         a.void_lane_position == b.void_lane_position && a.after == b.after &&
         a.replaces == b.replaces && a.shared == b.shared;
}
template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::ranges::equal(a, b, [](const T& x, const T& y) { return same(x, y); });
}
bool same(const Page& a, const Page& b) {
  return a.from == b.from && a.to == b.to && same(a.rows, b.rows) && same(a.receipts, b.receipts);
}
bool same(const PushRequest& a, const PushRequest& b) {
  return a.exchange == b.exchange && a.device == b.device && a.cursor == b.cursor &&
         a.references == b.references && same(a.items, b.items) && a.rules == b.rules;
}
bool same(const PushAnswer& a, const PushAnswer& b) {
  return a.exchange == b.exchange && a.head == b.head && same(a.verdicts, b.verdicts) &&
         a.page.has_value() == b.page.has_value() && (!a.page || same(*a.page, *b.page));
}
bool same(const PullAnswer& a, const PullAnswer& b) {
  return a.exchange == b.exchange && a.head == b.head && same(a.page, b.page);
}
bool same(const SnapshotPage& a, const SnapshotPage& b) {
  return a.exchange == b.exchange && a.at == b.at && a.head == b.head && a.after == b.after &&
         a.next == b.next && same(a.rows, b.rows) && same(a.receipts, b.receipts) &&
         a.passed == b.passed && a.total == b.total;
}
bool same(const Poke& a, const Poke& b) {
  return a.head == b.head && a.page.has_value() == b.page.has_value() &&
         (!a.page || same(*a.page, *b.page));
}
bool same(const Capabilities& a, const Capabilities& b) {
  return a.origin == b.origin && a.protocol == b.protocol && a.tenant == b.tenant &&
         a.device == b.device && a.push_entries_max == b.push_entries_max &&
         a.push_bytes_max == b.push_bytes_max && a.page_rows_max == b.page_rows_max;
}
bool same(const Body& a, const Body& b) {
  return a.entity == b.entity && a.action == b.action && a.op == b.op &&
         same(a.payload, b.payload) && same(a.base, b.base) &&
         same(a.base_versions, b.base_versions) && a.group_id == b.group_id &&
         (!a.group_id || a.group_size == b.group_size) && a.lane_position == b.lane_position &&
         a.incarnation == b.incarnation && a.number == b.number && a.nonce == b.nonce &&
         a.supersedes == b.supersedes;
}

template <class T, class Read>
void reads_back(const T& sent, Read read) {
  const auto message = read(text_and_back(to_json(sent)).get_object());
  RC_ASSERT(message.has_value());
  RC_ASSERT(same(*message, sent));
}

template <class T, class Read>
void ignores_what_it_does_not_know(const T& sent, Read read) {
  json::value with_more = to_json(sent);
  each_object(with_more, [](json::object& object) { object["ofANewerPeer"] = {{"id", 7}}; });
  const auto message = read(with_more.get_object());
  RC_ASSERT(message.has_value());
  RC_ASSERT(same(*message, sent));
}

// One member of one object is taken away. Which one, of all that there are, is drawn.
template <class Read>
void needs_its_members(const json::object& sent, Read read) {
  std::vector<std::pair<int, std::string>> needed;
  json::value changed = sent;
  int object_number = 0;
  each_object(changed, [&](json::object& object) {
    for (const auto& member : object) {
      if (!is_optional(member.key(), object)) needed.emplace_back(object_number, member.key());
    }
    ++object_number;
  });
  const auto [wanted, key] = *rc::gen::elementOf(needed);
  object_number = 0;
  each_object(changed, [&, wanted = wanted, key = key](json::object& object) {
    if (object_number++ == wanted) object.erase(key);
  });
  RC_LOG() << "without " << key << "\n";
  RC_ASSERT(!read(changed.get_object()));
}

template <class T, class Read>
void keeps_the_laws(const T& sent, Read read) {
  RC_LOG() << json_text(to_json(sent)) << "\n";
  reads_back(sent, read);
  ignores_what_it_does_not_know(sent, read);
  needs_its_members(to_json(sent), read);
}

RC_GTEST_PROP(WireLaws, HoldForPushRequests, ()) {
  keeps_the_laws(*random_push_request(), push_request_from_json);
}
RC_GTEST_PROP(WireLaws, HoldForPushAnswers, ()) {
  keeps_the_laws(*random_push_answer(), push_answer_from_json);
}
RC_GTEST_PROP(WireLaws, HoldForPullAnswers, ()) {
  keeps_the_laws(*random_pull_answer(), pull_answer_from_json);
}
RC_GTEST_PROP(WireLaws, HoldForSnapshotPages, ()) {
  keeps_the_laws(*random_snapshot_page(), snapshot_page_from_json);
}
RC_GTEST_PROP(WireLaws, HoldForPokes, ()) {
  keeps_the_laws(*random_poke(), poke_from_json);
}
RC_GTEST_PROP(WireLaws, HoldForPages, ()) {
  keeps_the_laws(*random_page(), [](const json::object& object) { return page_from_json(object); });
}
RC_GTEST_PROP(WireLaws, HoldForReceipts, ()) {
  keeps_the_laws(*random_receipt(),
                 [](const json::object& object) { return receipt_from_json(object); });
}
RC_GTEST_PROP(WireLaws, HoldForCapabilities, ()) {
  keeps_the_laws(*random_capabilities(), capabilities_from_json);
}
RC_GTEST_PROP(WireLaws, HoldForBodies, ()) {
  keeps_the_laws(*random_body(), body_from_json);
}

}  // namespace
}  // namespace slipway
