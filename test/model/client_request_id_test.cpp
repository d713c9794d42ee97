#include "model/client_request_id.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/random.h"
#include "model/canonical_json.h"
#include "model/random_wire.h"

namespace slipway {
namespace {

Body example() {
  Body body;
  body.entity = {"Shipment", "shp_1"};
  body.action = "UPDATE_SHIPMENT";
  body.op = Op::update;
  body.payload = {{"status", "BOOKED"}};
  body.base = {{"status", "DRAFT"}};
  body.base_versions = {{"*", to_json(Version{7, "00112233445566ff"})}};
  body.lane_position = 3;
  body.incarnation = "inc-1";
  body.number = 3;
  body.nonce = "000102030405060708090a0b0c0d0e0f";
  return body;
}

// The id was computed by an independent implementation of UUIDv5 over this text.
TEST(ClientRequestId, IsPinned) {
  EXPECT_EQ(
      canonical_json(to_json(example())),
      R"({"action":"UPDATE_SHIPMENT","base":{"status":"DRAFT"},)"
      R"("baseVersions":{"*":{"salt":"00112233445566ff","seq":7}},"entityId":"shp_1","entityType":"Shipment",)"
      R"("incarnation":"inc-1","lanePosition":3,"nonce":"000102030405060708090a0b0c0d0e0f","number":3,)"
      R"("op":"update","payload":{"status":"BOOKED"}})");
  EXPECT_EQ(client_request_id(example()), "f5166780-0839-57fa-afb7-0877db9337d8");
}

TEST(ClientRequestId, ChangesWithEveryPartOfTheBody) {
  const std::vector<std::function<void(Body&)>> changes = {
      [](Body&) {},
      [](Body& b) { b.entity.type = "Shipmend"; },
      [](Body& b) { b.entity.id = "shp_2"; },
      [](Body& b) { b.action = "BOOK_SHIPMENT"; },
      [](Body& b) { b.op = Op::create; },
      [](Body& b) { b.op = Op::remove; },
      [](Body& b) { b.payload["status"] = "booked"; },
      [](Body& b) { b.payload["notes"] = nullptr; },
      [](Body& b) { b.base["status"] = nullptr; },
      [](Body& b) { b.base_versions["*"] = nullptr; },
      [](Body& b) { b.base_versions["status"] = nullptr; },
      [](Body& b) { b.group_id = "g"; },
      [](Body& b) { b.group_id = "g", b.group_size = 2; },
      [](Body& b) { b.lane_position = 4; },
      [](Body& b) { b.incarnation = "inc-2"; },
      [](Body& b) { b.number = 4; },
      [](Body& b) { b.nonce.back() = 'e'; },
      [](Body& b) { b.supersedes = "f5166780-0839-57fa-afb7-0877db9337d8"; },
  };
  std::set<std::string> ids;
  for (const auto& change : changes) {
    Body body = example();
    change(body);
    ids.insert(client_request_id(body));
  }
  EXPECT_EQ(ids.size(), changes.size());
}

TEST(ClientRequestId, SurvivesTheWayThroughText) {
  Body body = example();
  body.payload = {{"a", 0.1},
                  {"b", 1e23},
                  {"c", 333333333.33333325},
                  {"ö\n\u20ac", json::array{1, 2.5, nullptr}}};
  const auto back = body_from_json(parse_json_object(json_text(to_json(body)), "a body").value());
  ASSERT_TRUE(back);
  EXPECT_EQ(client_request_id(*back), client_request_id(body));
}

// --- for any body

// Every value of the body and of what is inside of it, members and elements.
void collect(json::value& value, std::vector<json::value*>& places) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) {
      places.push_back(&member.value());
      collect(member.value(), places);
    }
  } else if (auto* array = value.if_array()) {
    for (json::value& element : *array) {
      places.push_back(&element);
      collect(element, places);
    }
  }
}

RC_GTEST_PROP(ClientRequestId, ChangesWithAnyValueInTheBody, ()) {
  const json::object body = to_json(*random_body());
  json::value changed = body;
  std::vector<json::value*> places;
  collect(changed, places);
  json::value& place = **rc::gen::elementOf(places);
  const json::value other = *random_json(1);
  RC_PRE(!same_value(place, other));
  place = other;
  RC_ASSERT(client_request_id(changed.get_object()) != client_request_id(body));
}

RC_GTEST_PROP(ClientRequestId, ChangesWithAMemberMoreOrLess, ()) {
  const json::object body = to_json(*random_body());
  json::object more = body, less = body;
  const std::string name = *random_text();
  if (!body.contains(name)) {
    more[name] = nullptr;
    RC_ASSERT(client_request_id(more) != client_request_id(body));
  }
  std::vector<std::string> names;
  for (const auto& member : body) names.emplace_back(member.key());
  less.erase(*rc::gen::elementOf(names));
  RC_ASSERT(client_request_id(less) != client_request_id(body));
}

RC_GTEST_PROP(ClientRequestId, DoesNotDependOnOrderOrOnTheWayThroughText, (std::uint64_t seed)) {
  const json::object body = to_json(*random_body());
  Random random(seed);
  std::vector<std::string> names;
  for (const auto& member : body) names.emplace_back(member.key());
  for (std::size_t i = names.size(); i > 1; --i) std::swap(names[i - 1], names[random.below(i)]);
  json::object other;
  for (const std::string& name : names) other[name] = body.at(name);
  RC_ASSERT(client_request_id(other) == client_request_id(body));
  const auto sent = parse_json_object(json::serialize(other), "a body");
  RC_ASSERT(sent.has_value());
  RC_ASSERT(client_request_id(*sent) == client_request_id(body));
  const auto read = body_from_json(*sent);
  RC_ASSERT(read.has_value());
  RC_ASSERT(client_request_id(*read) == client_request_id(body));
}

}  // namespace
}  // namespace slipway
