#include "model/given_ids.h"

#include <gtest/gtest.h>

#include <set>

namespace slipway {
namespace {

// It stands in tables of the apps, so it must not change with a version of this program.
TEST(GivenIds, TheNameOfAListedRowIsTheSameForEver) {
  EXPECT_EQ(name_of_listed_row({"Customer", "7"}, false), "4b1c56bb-b674-5b0e-98f3-162b48b11890");
  EXPECT_EQ(name_of_listed_row({"Customer", "7"}, true), "-868800089102481");
}

TEST(GivenIds, NamesOfListedRowsDifferByTypeAndId) {
  std::set<std::string> names;
  for (const char* type : {"Customer", "Shipment"}) {
    for (int id = 0; id < 1000; ++id) {
      for (const bool is_integer : {false, true})
        names.insert(name_of_listed_row({type, std::to_string(id)}, is_integer));
    }
  }
  EXPECT_EQ(names.size(), 4000u);
}

TEST(GivenIds, ANameThatIsANumberLiesBelowZeroAndIsExactInJson) {
  for (int id = 0; id < 1000; ++id) {
    const std::int64_t number =
        std::stoll(name_of_listed_row({"Customer", std::to_string(id)}, true));
    EXPECT_LT(number, 0);
    EXPECT_GE(number, -(std::int64_t(1) << 52));
  }
}

TEST(GivenIds, ABodyNamesItsRowAndWhatItRefersToAsTheTargetDoes) {
  Body body;
  body.entity = {"Shipment", "s1"};
  body.op = Op::update;
  body.payload = {{"customerId", "c1"}, {"note", "c1"}};
  body.base = {{"id", "s1"}, {"customerId", "c2"}};
  PushItem item;
  item.key_field = "id";
  const Body named = with_given_ids(body, item, {{"Shipment", {"customerId"}, "Customer"}},
                                    {{{"Shipment", "s1"}, 90}, {{"Customer", "c1"}, 17}});
  EXPECT_EQ(named.entity.id, "90");
  EXPECT_EQ(named.payload, (json::object{{"customerId", 17}, {"note", "c1"}}));
  EXPECT_EQ(named.base, (json::object{{"id", 90}, {"customerId", "c2"}}));
}

}  // namespace
}  // namespace slipway
