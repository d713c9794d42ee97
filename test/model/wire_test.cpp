// What travels: every message reads back as it was written, and a garbled one is refused whole.
#include "model/wire.h"

#include <gtest/gtest.h>

#include "model/canonical_json.h"
#include "model/random_json.h"

namespace slipway {
namespace {

const Version first{3, "00000000000000aa"}, second{9, "00000000000000bb"};

json::object fields(const char* text) {
  return parse_json_object(text, "fields").value();
}

Page example_page() {
  return {first,
          second,
          {{{"Shipment", "s1"}, {5, "00000000000000ab"}, false, fields(R"({"id":"s1","n":1.5})")},
           {{"Shipment", "s2"}, second, true, fields(R"({"id":"s2"})")},
           {{"Quote", "q"}, second, false, std::nullopt}},
          {{"id-1", Verdict::applied, 5, "", "", std::nullopt},
           {"id-2", Verdict::conflict, 9, "deleted", "It is gone.", fields(R"({"server":null})")},
           {"id-3", Verdict::rejected, 9, "forbidden", "", std::nullopt},
           {"id-4", Verdict::voided, 9, "", "", std::nullopt},
           {"id-5", Verdict::merged, 9, "", "Both.", std::nullopt, fields(R"({"fields":{}})")}}};
}

PushRequest example_push() {
  PushItem write, voided;
  write.id = "w", write.write = fields(R"({"op":"update"})"), write.after = {"v", "u"};
  write.replaces = {{"s", false}, {"t", true}};
  write.shared = true;
  voided.id = "v", voided.void_incarnation = "inc", voided.void_number = 4, voided.void_sent = true;
  return {"ex",
          "device",
          first,
          {{"Shipment", {"customerId"}, "Customer"}},
          {voided, write},
          {{"Quote", {Rule::server, Scope::row, {}}},
           {"Shipment", {Rule::manual, Scope::field, {{"weight", Rule::sum}}}}}};
}

json::object text_and_back(const json::object& object) {
  return parse_json_object(json_text(object), "a message").value();
}

TEST(Wire, ReadsBackAPushRequest) {
  const json::object sent = to_json(example_push());
  const auto read = push_request_from_json(text_and_back(sent));
  ASSERT_TRUE(read);
  EXPECT_EQ(canonical_json(to_json(*read)), canonical_json(sent));
  EXPECT_EQ(read->items[0].void_number, 4);
  EXPECT_TRUE(read->items[0].void_sent);
  EXPECT_EQ(read->items[1].after, (std::vector<std::string>{"v", "u"}));
  EXPECT_EQ(read->references.at(0).target, "Customer");
  EXPECT_EQ(read->items[1].replaces, (std::vector<Replaced>{{"s", false}, {"t", true}}));
  EXPECT_TRUE(read->items[1].shared);
  EXPECT_EQ(read->rules, example_push().rules);
}

TEST(Wire, WhatIsReplacedNamesItsNumberWholeOrNotAtAll) {
  const auto reads = [](const char* replaced) {
    json::object push = to_json(example_push());
    push["items"].as_array()[1].as_object()["replaces"] =
        json::array{parse_json(replaced, "replaced").value()};
    return push_request_from_json(push).has_value();
  };
  EXPECT_TRUE(reads(R"({"id":"s","same":true})"));
  EXPECT_TRUE(reads(R"({"id":"s","same":true,"incarnation":"inc","number":1})"));
  EXPECT_FALSE(reads(R"({"id":"s","same":true,"number":1})"));
  EXPECT_FALSE(reads(R"({"id":"s","same":true,"incarnation":"inc","number":0})"));
  EXPECT_FALSE(reads(R"({"id":"s","same":true,"incarnation":"inc","number":"1"})"));
}

TEST(Wire, APushWithoutRulesIsAsItWasBeforeThereWereAny) {
  PushRequest push = example_push();
  push.rules.clear();
  push.items[1].replaces.clear();
  const json::object sent = to_json(push);
  EXPECT_FALSE(sent.contains("rules"));
  EXPECT_FALSE(sent.at("items").at(1).as_object().contains("replaces"));
  EXPECT_TRUE(push_request_from_json(sent)->rules.empty());
}

TEST(Wire, RulesOfWhichAPartIsUnknownAreRefused) {
  const auto reads = [](const char* rules) {
    json::object push = to_json(example_push());
    push["rules"] = parse_json(rules, "rules").value();
    return push_request_from_json(push).has_value();
  };
  EXPECT_TRUE(reads(R"([{"entityType":"A"},{"entityType":"B","fields":{"x":"union"}}])"));
  EXPECT_FALSE(reads(R"([{"entityType":"A","policy":"newest"}])"));
  EXPECT_FALSE(reads(R"([{"entityType":"A","scope":"table"}])"));
  EXPECT_FALSE(reads(R"([{"entityType":"A","fields":{"x":"newest"}}])"));
  EXPECT_FALSE(reads(R"([{"entityType":"A","fields":{"x":null}}])"));
  EXPECT_FALSE(reads(R"([{"entityType":""}])"));
  EXPECT_FALSE(reads(R"([{"policy":"server"}])"));
  EXPECT_FALSE(reads(R"([{"entityType":"A"},{"entityType":"A"}])")) << "a type twice";
}

TEST(Wire, ReadsBackAPushAnswerWithAndWithoutAPage) {
  for (bool with_page : {false, true}) {
    PushAnswer answer{"ex", second, example_page().receipts, std::nullopt};
    answer.verdicts.push_back({"id-6", Verdict::blocked, 0, "", "", std::nullopt});
    answer.verdicts.push_back({"id-7", Verdict::deferred, 0, "", "", std::nullopt});
    answer.verdicts.push_back({"id-8", Verdict::expired, 0, "", "", std::nullopt});
    if (with_page) answer.page = example_page();
    const json::object sent = to_json(answer);
    EXPECT_EQ(sent.at("more").as_bool(), !with_page);
    const auto read = push_answer_from_json(text_and_back(sent));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->verdicts, answer.verdicts);
    EXPECT_EQ(canonical_json(to_json(*read)), canonical_json(sent));
  }
}

TEST(Wire, ReadsBackAPullAnswer) {
  const json::object sent = to_json(PullAnswer{"ex", {12, "00000000000000cc"}, example_page()});
  const auto read = pull_answer_from_json(text_and_back(sent));
  ASSERT_TRUE(read);
  EXPECT_EQ(canonical_json(to_json(*read)), canonical_json(sent));
  EXPECT_FALSE(read->page.rows[2].values);
  EXPECT_TRUE(read->page.rows[1].deleted);
}

TEST(Wire, ReadsBackCapabilities) {
  Capabilities capabilities{{0, "00000000000000aa"}, 1, "tenant", "device", 500, 1'000'000, 1000};
  const json::object sent = to_json(capabilities);
  const auto read = capabilities_from_json(text_and_back(sent));
  ASSERT_TRUE(read);
  EXPECT_EQ(canonical_json(to_json(*read)), canonical_json(sent));
}

TEST(Wire, IgnoresMembersOfANewerPeer) {
  json::object answer = to_json(PullAnswer{"ex", second, example_page()});
  answer["later"] = {{"x", 1}};
  answer["rows"].as_array()[0].as_object()["later"] = true;
  answer["receipts"].as_array()[0].as_object()["later"] = json::array{1};
  EXPECT_TRUE(pull_answer_from_json(answer));
}

// --- garbled: each member in turn is taken away or replaced by a value of every other kind, at
// every depth. A message that is read all the same must mean what it meant, or had an optional
// member less; it must never mean something else.

using Reader = std::function<std::optional<json::object>(const json::object&)>;

struct Place {
  std::vector<std::string> path;
};

void collect(const json::value& value, std::vector<std::string> path, std::vector<Place>& places) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      auto inner = path;
      inner.push_back(std::string(member.key()));
      places.push_back({inner});
      // What is inside of rows, writes and conflicts is the app's.
      if (member.key() == "values" || member.key() == "write" || member.key() == "conflict" ||
          member.key() == "merge")
        continue;
      collect(member.value(), inner, places);
    }
  } else if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      auto inner = path;
      inner.push_back(std::to_string(i));
      places.push_back({inner});
      collect((*array)[i], inner, places);
    }
  }
}

json::value& at(json::value& root, const std::vector<std::string>& path) {
  json::value* value = &root;
  for (const std::string& step : path) {
    value =
        value->is_object() ? &value->as_object().at(step) : &value->as_array().at(std::stoul(step));
  }
  return *value;
}

// The places where another value was accepted, as "path=value".
std::set<std::string> accepted(const json::object& message, const Reader& read) {
  EXPECT_TRUE(read(message));
  std::vector<Place> places;
  collect(message, {}, places);
  std::set<std::string> found;
  for (const Place& place : places) {
    for (const json::value& other : {json::value(nullptr), json::value(true), json::value(-1),
                                     json::value(1.5), json::value(""), json::value("~"),
                                     json::value(json::array{}), json::value(json::object{})}) {
      json::value changed(message);
      json::value& spot = at(changed, place.path);
      if (spot.kind() == other.kind()) continue;
      spot = other;
      if (!read(changed.as_object())) continue;
      std::string name;
      for (const std::string& step : place.path) name += (name.empty() ? "" : ".") + step;
      found.insert(name + "=" + json_text(other));
    }
  }
  return found;
}

template <class Read>
Reader reader(Read read) {
  return [read](const json::object& object) -> std::optional<json::object> {
    auto message = read(object);
    if (!message) return std::nullopt;
    return to_json(*message);
  };
}

TEST(GarbledMessage, PushRequestIsRefusedWhole) {
  EXPECT_EQ(accepted(to_json(example_push()), reader(push_request_from_json)),
            (std::set<std::string>{}));
}

TEST(GarbledMessage, PushAnswerIsRefusedWhole) {
  const PushAnswer answer{"ex", second, example_page().receipts, example_page()};
  const auto found = accepted(to_json(answer), reader(push_answer_from_json));
  for (const std::string& place : found) {
    const bool optional = place.ends_with("=null") || place.starts_with("more=");
    EXPECT_TRUE(optional) << place;
  }
}

TEST(GarbledMessage, PullAnswerIsRefusedWhole) {
  const auto found =
      accepted(to_json(PullAnswer{"ex", second, example_page()}), reader(pull_answer_from_json));
  for (const std::string& place : found) {
    EXPECT_TRUE(place.ends_with("=null") || place.starts_with("more=")) << place;
  }
}

TEST(GarbledMessage, CapabilitiesAreRefusedWhole) {
  const Capabilities capabilities{
      {0, "00000000000000aa"}, 1, "tenant", "device", 500, 1'000'000, 1000};
  const auto found = accepted(to_json(capabilities), reader(capabilities_from_json));
  for (const std::string& place : found) {
    EXPECT_TRUE(place.ends_with("=null") || place.starts_with("receiptsKeptDays=") ||
                place.starts_with("safe="))
        << place;
  }
  json::object far = to_json(capabilities);
  far["protocol"] = (std::int64_t(1) << 32) + 1;  // must not be read as 1
  EXPECT_FALSE(capabilities_from_json(far));
}

TEST(GarbledMessage, EachOfThesePagesIsRefused) {
  const auto page_with = [](auto change) {
    Page page = example_page();
    change(page);
    return page_from_json(to_json(page)).has_value();
  };
  EXPECT_TRUE(page_with([](Page&) {}));
  EXPECT_FALSE(page_with([](Page& p) { std::swap(p.from, p.to); })) << "ends before it begins";
  EXPECT_FALSE(page_with([](Page& p) {
    p.to = {p.from.seq, "00000000000000ff"};
  })) << "leads into another history";
  EXPECT_FALSE(page_with([](Page& p) { p.receipts[0].seq = 0; })) << "a receipt without its commit";
  EXPECT_FALSE(page_with([](Page& p) { p.receipts[0].verdict = Verdict::blocked; }))
      << "no receipt";
  EXPECT_FALSE(page_with([](Page& p) { p.rows[0].entity.id = ""; }));
  EXPECT_FALSE(page_with([](Page& p) { p.rows[0].version.salt = "x"; }));
}

TEST(Verdict, ReadsBackEachWord) {
  for (Verdict v : {Verdict::applied, Verdict::merged, Verdict::conflict, Verdict::rejected,
                    Verdict::voided, Verdict::blocked, Verdict::deferred, Verdict::expired}) {
    EXPECT_EQ(verdict_from_text(to_text(v)), v);
    EXPECT_EQ(is_final(v),
              v != Verdict::blocked && v != Verdict::deferred && v != Verdict::expired);
  }
  for (const char* text : {"", "Applied", "applied ", "ok"}) EXPECT_FALSE(verdict_from_text(text));
}

RC_GTEST_PROP(Wire, ReadersSurviveAnyObject, ()) {
  const json::value value = *random_json();
  if (!value.is_object()) return;
  RC_ASSERT(!push_request_from_json(value.get_object()));
  RC_ASSERT(!push_answer_from_json(value.get_object()));
  RC_ASSERT(!pull_answer_from_json(value.get_object()));
  RC_ASSERT(!capabilities_from_json(value.get_object()));
  RC_ASSERT(!body_from_json(value.get_object()));
}

}  // namespace
}  // namespace slipway
