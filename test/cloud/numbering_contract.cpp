#include "numbering_contract.h"

namespace slipway::cloud::test {

NumbersInALedger::NumbersInALedger() : storage_(GetParam().second()) {
  open();
}

void NumbersInALedger::open() {
  ledger_.reset();
  ledger_ = storage_->open(random_, {numbering_from_text("Shipment.number=7").value()});
}

TokenOwner NumbersInALedger::owner(const std::string& tenant) {
  EXPECT_TRUE(ledger_->create_token(tenant, "desk", tenant, {0}));
  return ledger_->find_token(tenant).value().value();
}

// As told by the receipt, the page and, later, by the feed.
json::value NumbersInALedger::number_given(const TokenOwner& owner, const EntityKey& key) {
  const Version origin = ledger_->capabilities(owner).value().origin;
  PushRequest request{"exchange", "device", origin, {}, {}};
  request.items.push_back(to_push_item(desk_.create(key, {{"id", key.id}})));
  const PushAnswer answer = ledger_->push(owner.tenant, owner.device, request, {0}).value();
  const json::value number = answer.verdicts.at(0).assigned.value().at("number");
  EXPECT_EQ(answer.page->receipts.back().assigned->at("number"), number);
  EXPECT_EQ(answer.page->rows.back().values->at("number"), number);
  return number;
}

TEST_P(NumbersInALedger, OutliveARestart) {
  const TokenOwner acme = owner("acme");
  EXPECT_EQ(number_given(acme, shipment), 7);
  open();
  EXPECT_EQ(number_given(acme, other_shipment), 8);
}

TEST_P(NumbersInALedger, DoNotFollowOneThatIsTooLarge) {
  const TokenOwner acme = owner("acme");
  PushRequest request{"exchange", "device", ledger_->capabilities(acme).value().origin, {}, {}};
  request.items.push_back(to_push_item(
      desk_.create(shipment, {{"id", shipment.id}, {"number", 9'007'199'254'740'991}})));
  EXPECT_EQ(ledger_->push(acme.tenant, acme.device, request, {0})->verdicts.at(0).verdict,
            Verdict::applied);
  EXPECT_EQ(number_given(acme, other_shipment), 7);
}

TEST_P(NumbersInALedger, AreEachTenantsOwn) {
  EXPECT_EQ(number_given(owner("acme"), shipment), 7);
  EXPECT_EQ(number_given(owner("globex"), shipment), 7);
}

}  // namespace slipway::cloud::test
