// A renamed column: the app says and hears its own word for it, everything else the field's first.
#include "store/naming.h"

#include "device.h"
#include "model/canonical_json.h"

namespace slipway::store {
namespace {

class Naming : public testing::Test {
 protected:
  static SyncRules rules() {
    SyncRules rules;
    rules.entities["Parent"].renamed = {{"label", "name"}};
    return rules;
  }
  const Schema& schema() { return desk->schema(); }
  std::string in_the_apps_words(const std::string& type, std::string_view values) {
    return canonical_json(in_columns(schema(), type, object(values)));
  }
  Device desk{app_schema, 1, rules()};
};

TEST_F(Naming, AnEntryIsShownInTheAppsWords) {
  const EntryId id = desk.create_parent("p1", "a");
  Entry entry = desk.entry(id);
  EXPECT_TRUE(entry.body.payload.contains("label")) << "as it is sent";
  entry.body.base_versions["label"] = to_json(desk.version(3));
  const Entry shown = in_columns(schema(), entry);
  EXPECT_EQ(shown.body.payload.at("name"), "a");
  EXPECT_FALSE(shown.body.payload.contains("label"));
  EXPECT_EQ(shown.body.base_versions.at("name"), to_json(desk.version(3)));
  EXPECT_EQ(shown.body.base_versions.at("*"), entry.body.base_versions.at("*"));
  EXPECT_FALSE(shown.conflict);
}

TEST_F(Naming, AConflictTellsOfTheAppsColumnsAndOfNothingElseAnew) {
  Entry entry = desk.entry(desk.create_parent("p1", "a"));
  entry.conflict = object(R"({"reason":"changed","fields":["label","amount",7],"label":"kept",
      "base":{"label":"b"},"local":{"label":"l"},"server":{"label":"s","amount":1},
      "lastValues":null,"because":{"label":"kept"}})");
  EXPECT_EQ(canonical_json(*in_columns(schema(), entry).conflict),
            canonical_json(object(R"({"reason":"changed","fields":["name","amount",7],
      "label":"kept","base":{"name":"b"},"local":{"name":"l"},"server":{"name":"s","amount":1},
      "lastValues":null,"because":{"label":"kept"}})")));
  entry.conflict = object(R"({"reason":"group","fields":"label","server":"label"})");
  EXPECT_EQ(canonical_json(*in_columns(schema(), entry).conflict),
            R"({"fields":"label","reason":"group","server":"label"})");
}

TEST_F(Naming, ValuesOfATypeThatIsNotKnownKeepTheirNames) {
  EXPECT_EQ(in_the_apps_words("Parent", R"({"label":1,"other":2})"), R"({"name":1,"other":2})");
  EXPECT_EQ(in_the_apps_words("Child", R"({"label":1})"), R"({"label":1})");
  EXPECT_EQ(in_the_apps_words("Gone", R"({"label":1})"), R"({"label":1})");
  Entry gone = desk.entry(desk.create_parent("p1", "a"));
  gone.body.entity.type = "Gone";
  EXPECT_TRUE(in_columns(schema(), gone).body.payload.contains("label"));
  EXPECT_EQ(columns_of(*schema().table("Parent"), {"id", "label"}),
            (std::vector<std::string>{"id", "name"}));
}

TEST_F(Naming, TheFormerNameIsRefusedAndTheNewOneTold) {
  const auto refused =
      desk.try_write(Device::mutation("Parent", "p1", "CREATE_PARENT", R"({"label":"a"})"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "unknown-field");
  EXPECT_EQ(refused.error().field, "payload.label");
  EXPECT_EQ(refused.error().hint, "Nothing was changed. Name it “name”.");
  const auto sorted = desk->rows("Parent", {{}, {}, "label", false, 10, 0});
  ASSERT_FALSE(sorted);
  EXPECT_EQ(sorted.error().type, "unknown-field");
  EXPECT_EQ(desk.one("SELECT count(*) FROM Parent"), "0");
}

}  // namespace
}  // namespace slipway::store
