#include "model/sync_rules.h"

#include <gtest/gtest.h>

namespace slipway {
namespace {

TEST(UpperSnakeCase, CutsWhereAWordBegins) {
  for (const auto& [type, name] : std::initializer_list<std::pair<const char*, const char*>>{
           {"Shipment", "SHIPMENT"},
           {"InvoiceLine", "INVOICE_LINE"},
           {"HTTPServer", "HTTP_SERVER"},
           {"userID", "USER_ID"},
           {"userId", "USER_ID"},
           {"Address2", "ADDRESS2"},
           {"Line2Item", "LINE2_ITEM"},
           {"order-item", "ORDER_ITEM"},
           {"order_items", "ORDER_ITEMS"},
           {"order item", "ORDER_ITEM"},
           {"a__b", "A_B"},
           {"ALREADY_UPPER", "ALREADY_UPPER"},
           {"_hidden", "HIDDEN"},
           {"x", "X"},
           {"", ""}}) {
    EXPECT_EQ(upper_snake_case(type), name) << type;
  }
}

SyncRules example() {
  SyncRules rules;
  rules.entities["Draft"] = {false, {}};
  rules.entities["Quote"] = {true, {Rule::server, Scope::field, {}}};
  rules.actions["APPROVE_QUOTE"] = {"Quote", Op::update};
  rules.actions["IMPORT_QUOTE"] = {"Quote", Op::create};
  return rules;
}

TEST(SyncRules, SyncWhatIsNotExcluded) {
  EXPECT_FALSE(example().syncs("Draft"));
  EXPECT_TRUE(example().syncs("Quote"));
  EXPECT_TRUE(example().syncs("NeverDeclared"));
}

TEST(SyncRules, KnowAnActionOnlyForItsType) {
  const SyncRules rules = example();
  EXPECT_EQ(rules.op_of("CREATE_QUOTE", "Quote"), Op::create);
  EXPECT_EQ(rules.op_of("DELETE_INVOICE_LINE", "InvoiceLine"), Op::remove);
  EXPECT_EQ(rules.op_of("APPROVE_QUOTE", "Quote"), Op::update);
  EXPECT_EQ(rules.op_of("IMPORT_QUOTE", "Quote"), Op::create);
  EXPECT_FALSE(rules.op_of("APPROVE_QUOTE", "Shipment"));
  EXPECT_FALSE(rules.op_of("CREATE_QUOTE", "Shipment"));
  EXPECT_FALSE(rules.op_of("create_quote", "Quote"));
  EXPECT_FALSE(rules.op_of("", "Quote"));
}

TEST(SyncRules, ListATypesActions) {
  EXPECT_EQ(example().actions_of("Quote"),
            (std::vector<std::string>{"CREATE_QUOTE", "UPDATE_QUOTE", "DELETE_QUOTE",
                                      "APPROVE_QUOTE", "IMPORT_QUOTE"}));
  EXPECT_EQ(example().actions_of("Shipment").size(), 3u);
}

TEST(SyncRules, SayWhatRequiresTheCloudOfItsOwnTypeOnly) {
  SyncRules rules = example();
  rules.actions["SEND_QUOTE"] = {"Quote", Op::update, true};
  EXPECT_TRUE(rules.requires_online("SEND_QUOTE", "Quote"));
  EXPECT_FALSE(rules.requires_online("SEND_QUOTE", "Shipment"));
  EXPECT_FALSE(rules.requires_online("APPROVE_QUOTE", "Quote"));
  EXPECT_FALSE(rules.requires_online("UPDATE_QUOTE", "Quote"));
}

TEST(SyncRules, MayAskForTheCloudForAnActionThatEveryTypeHas) {
  SyncRules rules;
  rules.actions["DELETE_QUOTE"] = {"Quote", Op::remove, true};
  EXPECT_TRUE(rules.requires_online("DELETE_QUOTE", "Quote"));
  EXPECT_EQ(rules.op_of("DELETE_QUOTE", "Quote"), Op::remove);
  EXPECT_EQ(rules.actions_of("Quote").size(), 3u);
}

}  // namespace
}  // namespace slipway
