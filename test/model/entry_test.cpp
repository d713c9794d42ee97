#include "model/entry.h"

#include <gtest/gtest.h>

#include "model/canonical_json.h"

namespace slipway {
namespace {

constexpr const char* whole = R"({
  "entityType":"Shipment","entityId":"s1","action":"UPDATE_SHIPMENT","op":"update","payload":{"a":1},"base":{"a":null},
  "baseVersions":{"*":{"seq":4,"salt":"00000000000000aa"},"a":null},"groupId":"g","groupSize":2,"incarnation":"inc",
  "number":9,"lanePosition":7,"nonce":"000102030405060708090a0b0c0d0e0f","supersedes":"older"})";

json::object example() {
  return parse_json_object(whole, "a body").value();
}

TEST(Body, ReadsBackAsItWasWritten) {
  const auto body = body_from_json(example());
  ASSERT_TRUE(body);
  EXPECT_EQ(canonical_json(to_json(*body)), canonical_json(example()));
  EXPECT_EQ(to_text(body->entity), "Shipment s1");
}

TEST(Body, MayLackGroupAndPredecessor) {
  json::object object = example();
  for (const char* key : {"groupId", "groupSize", "supersedes"}) object.erase(key);
  const auto body = body_from_json(object);
  ASSERT_TRUE(body);
  EXPECT_FALSE(body->group_id);
  EXPECT_EQ(canonical_json(to_json(*body)), canonical_json(object));
}

TEST(Body, IsRefusedWhenAMemberIsMissingOrOfAnotherKind) {
  for (const auto& member : example()) {
    const std::string key(member.key());
    for (const json::value& other :
         {json::value(nullptr), json::value(true), json::value(0), json::value(-3),
          json::value(1.5), json::value(""), json::value(json::array{})}) {
      json::object object = example();
      object[key] = other;
      EXPECT_FALSE(body_from_json(object)) << key << " = " << json_text(other);
    }
    json::object object = example();
    object.erase(key);
    EXPECT_EQ(body_from_json(object).has_value(), key == "groupId" || key == "supersedes") << key;
  }
}

TEST(Body, IsRefusedWhenAWordIsUnknown) {
  for (const auto& [key, text] : std::initializer_list<std::pair<const char*, const char*>>{
           {"op", "remove"},
           {"op", "UPDATE"},
           {"nonce", "000102030405060708090a0b0c0d0e0F"},
           {"nonce", "000102030405060708090a0b0c0d0e0"}}) {
    json::object object = example();
    object[key] = text;
    EXPECT_FALSE(body_from_json(object)) << key << " = " << text;
  }
  json::object object = example();
  object["baseVersions"] = {{"*", {{"seq", 4}, {"salt", "zz"}}}};
  EXPECT_FALSE(body_from_json(object));
}

TEST(BaseVersion, OfAFieldBeatsThatOfTheRow) {
  const Body body = body_from_json(example()).value();
  EXPECT_EQ(base_version_of(body, "b"), (Version{4, "00000000000000aa"}));
  EXPECT_FALSE(base_version_of(body, "a"));
  EXPECT_FALSE(base_version_of(Body{}, "a"));
}

TEST(Words, OfStatusAndOpReadBack) {
  for (Status status : all_statuses) EXPECT_EQ(status_from_text(to_text(status)), status);
  for (Op op : {Op::create, Op::update, Op::remove}) EXPECT_EQ(op_from_text(to_text(op)), op);
  EXPECT_FALSE(status_from_text("pending"));
  EXPECT_FALSE(op_from_text("upsert"));
}

TEST(Status, IsOpenUntilSettledOrClosed) {
  for (Status status : all_statuses) {
    EXPECT_EQ(is_open(status), status != Status::success && status != Status::discarded);
    EXPECT_EQ(is_parked(status), status == Status::conflict || status == Status::error);
  }
}

}  // namespace
}  // namespace slipway
