#include "ledger_contract.h"

#include <thread>

#include "cloud/limits.h"
#include "cloud/tokens.h"

namespace slipway::cloud::test {

namespace {

constexpr WallTime noon{1'795'000'000'000};

std::vector<Item> shipments(Desk& desk, int first, int count) {
  std::vector<Item> items;
  for (int i = first; i < first + count; ++i) {
    items.push_back(desk.create({"Shipment", "shp_" + std::to_string(i)}, {{"id", i}}));
  }
  return items;
}

}  // namespace

PushRequest request_of(const std::vector<Item>& items, Version cursor,
                       std::vector<Reference> references) {
  PushRequest request{"exchange", "device", std::move(cursor), std::move(references), {}};
  for (const Item& item : items) request.items.push_back(to_push_item(item));
  return request;
}

LedgerContract::LedgerContract() : storage(GetParam().second()) {
  reopen();
  acme = owner("acme", "Hamburg");
}

void LedgerContract::reopen() {
  ledger.reset();
  ledger = storage->open(random);
}

TokenOwner LedgerContract::owner(const std::string& tenant, const std::string& device) {
  const std::string hash = token_hash(tenant + "/" + device);
  EXPECT_TRUE(ledger->create_token(tenant, device, hash, noon));
  return ledger->find_token(hash).value().value();
}

PushAnswer LedgerContract::push(const std::vector<Item>& items, std::optional<Version> cursor,
                                std::vector<Reference> references) {
  auto answer =
      ledger->push(acme.tenant, acme.device,
                   request_of(items, cursor.value_or(origin()), std::move(references)), noon);
  if (!answer) throw std::runtime_error(answer.error().message);
  return std::move(*answer);
}

Receipt LedgerContract::push_one(const Item& item, std::vector<Reference> references) {
  return push({item}, {}, std::move(references)).verdicts.at(0);
}

PullAnswer LedgerContract::pull(const std::optional<Version>& cursor, std::int64_t limit,
                                const std::string& device) {
  auto answer = ledger->changes(acme.tenant, device, cursor, limit);
  if (!answer) throw std::runtime_error(answer.error().message);
  return std::move(*answer);
}

TEST_P(LedgerContract, ANewTenantHasCommitZeroAndNothingElse) {
  const PullAnswer answer = pull({});
  EXPECT_EQ(answer.head.seq, 0);
  EXPECT_TRUE(is_salt(answer.head.salt));
  EXPECT_EQ(answer.head, origin());
  EXPECT_EQ(answer.page.to, answer.head);
  EXPECT_TRUE(answer.page.rows.empty());
}

TEST_P(LedgerContract, APushIsOneCommitAndAnsweredWithItsPage) {
  const auto items = shipments(hamburg, 1, 3);
  const PushAnswer answer = push(items);
  EXPECT_EQ(answer.exchange, "exchange");
  EXPECT_EQ(answer.head.seq, 1);
  ASSERT_TRUE(answer.page);
  EXPECT_EQ(answer.page->from, origin());
  EXPECT_EQ(answer.page->to, answer.head);
  ASSERT_EQ(answer.page->rows.size(), 3u);
  EXPECT_EQ(answer.page->rows[0].version, answer.head);
  EXPECT_EQ(answer.page->receipts, answer.verdicts);
  for (std::size_t i = 0; i < items.size(); ++i) {
    EXPECT_EQ(answer.verdicts[i].id, items[i].id);
    EXPECT_EQ(answer.verdicts[i].verdict, Verdict::applied);
    EXPECT_EQ(answer.verdicts[i].seq, 1);
  }
}

TEST_P(LedgerContract, AReplayHasNoEffectAlsoAfterReopening) {
  const Item made = hamburg.create(shipment, {{"status", "new"}});
  const Item changed =
      after(hamburg.update(shipment, {{"status", "new"}}, {{"status", "sent"}}), {made.id});
  const PushAnswer first = push({made, changed});
  for (int round = 0; round < 2; ++round) {
    const PushAnswer again = push({made, changed});
    EXPECT_EQ(again.verdicts, first.verdicts);
    EXPECT_EQ(again.head, first.head);
    ASSERT_EQ(again.page->rows.size(), 1u);
    EXPECT_EQ(again.page->rows[0].values->at("status"), "sent");
    reopen();
  }
}

TEST_P(LedgerContract, AConflictIsRecordedWithAllItsParts) {
  ASSERT_EQ(push_one(hamburg.create(shipment, {{"status", "new"}})).verdict, Verdict::applied);
  const Item item = new_york.create(shipment, {{"status", "mine"}});
  const Receipt receipt = push_one(item);
  EXPECT_EQ(receipt.reason, "already-exists");
  reopen();
  EXPECT_EQ(push_one(item), receipt);
  EXPECT_EQ(ledger->request(acme.tenant, acme.device, item.id).value(), receipt);
  EXPECT_EQ(receipt.conflict->at("who"), "Hamburg");
  EXPECT_EQ(receipt.conflict->at("when"), json::value(to_text(noon)));
}

TEST_P(LedgerContract, ARequestThatWasNeverJudgedHasNoReceipt) {
  EXPECT_EQ(ledger->request(acme.tenant, acme.device, "nothing").value(), std::nullopt);
}

TEST_P(LedgerContract, ABatchThatOnlyWaitsMakesNoCommit) {
  const Item waits = after(hamburg.create(shipment, {{"id", 1}}), {"not here"});
  const PushAnswer answer = push({waits});
  EXPECT_EQ(answer.verdicts.at(0).verdict, Verdict::blocked);
  EXPECT_EQ(answer.head, origin());
  EXPECT_EQ(ledger->request(acme.tenant, acme.device, waits.id).value(), std::nullopt);
}

TEST_P(LedgerContract, ABatchWithOneGarbledItemLeavesNothing) {
  PushRequest request = request_of(shipments(hamburg, 1, 2), origin());
  (*request.items[1].write)["action"] = "ALTERED";
  const auto answer = ledger->push(acme.tenant, "Hamburg", request, noon);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().type, "id-mismatch");
  EXPECT_EQ(head(), origin());
}

TEST_P(LedgerContract, ANameThatNoStorageCanKeepIsRefusedAlone) {
  const std::string longest(entity_name_bytes_max, 'a');
  // Different bytes: a database may keep a longer key that is easily compressed.
  std::string too_long;
  for (Random bytes(5); too_long.size() < 8'000;) too_long += bytes.hex(8);
  const auto answer = push({hamburg.create({"Shipment", longest}, {{"status", "new"}}),
                            hamburg.create({"Shipment", too_long}, {{"status", "new"}}),
                            hamburg.create({longest + "b", "s2"}, {{"status", "new"}}),
                            hamburg.create({"Shipment", "s3"}, {{"status", "new"}})});
  ASSERT_EQ(answer.verdicts.size(), 4u);
  EXPECT_EQ(answer.verdicts[0].verdict, Verdict::applied);
  for (const int i : {1, 2}) {
    EXPECT_EQ(answer.verdicts[i].verdict, Verdict::rejected);
    EXPECT_EQ(answer.verdicts[i].reason, "invalid-name");
    EXPECT_NE(answer.verdicts[i].message.find("512 at most"), std::string::npos);
  }
  EXPECT_EQ(answer.verdicts[3].verdict, Verdict::applied);
  EXPECT_EQ(pull({}).page.rows.size(), 2u);
}

TEST_P(LedgerContract, AReferenceToANameThatNobodyHasIsHeardOfLater) {
  std::string too_long;
  for (Random bytes(5); too_long.size() < 8'000;) too_long += bytes.hex(8);
  push_one(hamburg.create({"Shipment", "s1"}, {{"customerId", too_long}}));
  const Reference to_customer{"Shipment", {"customerId"}, "Customer"};
  EXPECT_EQ(
      push_one(hamburg.create({"Shipment", "s2"}, {{"status", "new"}}), {to_customer}).verdict,
      Verdict::applied);
  EXPECT_EQ(push_one(hamburg.update({"Shipment", "s1"}, {{"status", "old"}}, {}, pull({}).head),
                     {to_customer})
                .reason,
            "");
}

TEST_P(LedgerContract, AnIdThatNobodyMakesRefusesTheBatch) {
  Item item = hamburg.create(shipment, {{"status", "new"}});
  item.write.reset();
  item.id = std::string(entry_id_bytes_max + 1, 'i');
  const auto answer = ledger->push(acme.tenant, "Hamburg", request_of({item}, origin()), noon);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().type, "invalid-entry");
}

TEST_P(LedgerContract, ABatchOverTheLimitLeavesNothing) {
  const auto items = shipments(hamburg, 1, int(push_entries_max) + 1);
  const auto answer = ledger->push(acme.tenant, "Hamburg", request_of(items, origin()), noon);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().type, "too-many-entries");
  EXPECT_EQ(head(), origin());
}

TEST_P(LedgerContract, ACursorOfAnotherHistoryIsRefusedAndLeavesNothing) {
  push(shipments(hamburg, 1, 1));
  const Version at = head();
  for (const Version& cursor :
       {Version{1, "ffffffffffffffff"}, Version{2, at.salt}, Version{0, at.salt}}) {
    const auto pushed =
        ledger->push(acme.tenant, "Hamburg", request_of(shipments(hamburg, 2, 1), cursor), noon);
    ASSERT_FALSE(pushed);
    EXPECT_EQ(pushed.error().type, "history-changed");
    EXPECT_EQ(pushed.error().kind, ErrorKind::conflict);
    const auto pulled = ledger->changes(acme.tenant, "Hamburg", cursor, 10);
    ASSERT_FALSE(pulled);
    EXPECT_EQ(pulled.error().type, "history-changed");
  }
  EXPECT_EQ(head(), at);
}

TEST_P(LedgerContract, TheNewestCommonCommitIsNamed) {
  std::vector<Version> log{origin()};
  for (int i = 1; i <= 5; ++i) log.push_back(push(shipments(hamburg, i, 1)).head);
  const auto common = [&](std::vector<Version> versions) {
    const auto answer = ledger->history(acme.tenant, {"ex", std::move(versions)});
    EXPECT_EQ(answer->exchange, "ex");
    EXPECT_EQ(answer->head, log.back());
    return answer->common;
  };
  EXPECT_EQ(common({}), origin());
  EXPECT_EQ(common({log[2], log[4], log[1]}), log[4]);
  EXPECT_EQ(common({log[2], {4, "ffffffffffffffff"}, {9, "ffffffffffffffff"}}), log[2]);
  EXPECT_EQ(common({{1, "ffffffffffffffff"}}), origin());
  const TokenOwner other = owner("globex", "Hamburg");
  EXPECT_EQ(ledger->history(other.tenant, {"ex", log})->common,
            ledger->capabilities(other)->origin);
  const std::vector<Version> many(std::size_t(history_versions_max) + 1, log[1]);
  EXPECT_EQ(ledger->history(acme.tenant, {"ex", many}).error().type, "too-many-versions");
}

TEST_P(LedgerContract, AReceiptNamesItsCommitAndItsEntrysNumber) {
  const Item item = hamburg.create(shipment, {{"status", "new"}});
  const PushAnswer answer = push({item});
  const Receipt& receipt = answer.verdicts.at(0);
  EXPECT_EQ((Version{receipt.seq, receipt.salt}), answer.head);
  EXPECT_EQ(receipt.incarnation, hamburg.incarnation());
  EXPECT_EQ(receipt.number, 1);
  EXPECT_EQ(pull(origin()).page.receipts.at(0), receipt);
}

TEST_P(LedgerContract, TenantsDoNotSeeEachOther) {
  const TokenOwner other = owner("globex", "Hamburg");
  const Item item = hamburg.create(shipment, {{"status", "acme's"}});
  push({item});
  EXPECT_NE(ledger->capabilities(other)->origin.salt, origin().salt);
  EXPECT_TRUE(ledger->changes(other.tenant, "Hamburg", {}, 10)->page.rows.empty());
  EXPECT_EQ(ledger->request(other.tenant, other.device, item.id).value(), std::nullopt);
  Desk desk("inc-hamburg");
  const auto request = request_of({desk.create(shipment, {{"status", "globex's"}})},
                                  ledger->capabilities(other)->origin);
  EXPECT_EQ(ledger->push(other.tenant, "Hamburg", request, noon)->verdicts.at(0).verdict,
            Verdict::applied);
  EXPECT_EQ(pull({}).page.rows.at(0).values->at("status"), "acme's");
}

TEST_P(LedgerContract, ReceiptsGoToTheirOwnDeviceOnly) {
  const TokenOwner new_yorks = owner("acme", "New York");
  const Item ours = hamburg.create(shipment, {{"id", 1}}),
             theirs = new_york.create(other_shipment, {{"id", 2}});
  push({ours});
  ASSERT_TRUE(ledger->push(new_yorks.tenant, "New York", request_of({theirs}, origin()), noon));
  const Page to_us = pull({}).page, to_them = pull({}, 1000, "New York").page;
  EXPECT_EQ(to_us.rows.size(), 2u);
  EXPECT_EQ(to_them.rows.size(), 2u);
  ASSERT_EQ(to_us.receipts.size(), 1u);
  EXPECT_EQ(to_us.receipts[0].id, ours.id);
  ASSERT_EQ(to_them.receipts.size(), 1u);
  EXPECT_EQ(to_them.receipts[0].id, theirs.id);
}

TEST_P(LedgerContract, ReferencesHoldAlsoAfterReopening) {
  const Reference reference{"Quote", {"shipmentId"}, "Shipment"};
  const Item child = hamburg.create(quote, {{"shipmentId", "shp_1"}});
  EXPECT_EQ(push_one(child, {reference}).reason, "reference-missing");
  ASSERT_EQ(push_one(hamburg.create(shipment, {{"id", 1}})).verdict, Verdict::applied);
  ASSERT_EQ(push_one(hamburg.create(quote, {{"shipmentId", "shp_1"}})).verdict, Verdict::applied);
  reopen();
  EXPECT_EQ(push_one(hamburg.remove(shipment, {{"id", 1}}, head())).reason, "has-children");
  ASSERT_EQ(push_one(hamburg.remove(quote, {{"shipmentId", "shp_1"}}, head())).verdict,
            Verdict::applied);
  EXPECT_EQ(push_one(hamburg.remove(shipment, {{"id", 1}}, head())).verdict, Verdict::applied);
}

TEST_P(LedgerContract, WhoWroteTheRowThatStandsInTheWayIsTold) {
  const Reference reference{"Quote", {"shipmentId"}, "Shipment"};
  push({hamburg.create(shipment, {{"id", 1}})}, {}, {reference});
  push({hamburg.create(quote, {{"shipmentId", "shp_1"}})});
  const Receipt receipt = push_one(hamburg.remove(shipment, {{"id", 1}}, head()));
  ASSERT_EQ(receipt.reason, "has-children");
  EXPECT_EQ(receipt.conflict->at("who"), "Hamburg");
  EXPECT_EQ(receipt.conflict->at("when"), json::value(to_text(noon)));
}

TEST_P(LedgerContract, AReferenceThatIsHeardOfLaterHoldsForTheRowsThatAreThere) {
  push({hamburg.create(shipment, {{"id", 1}}), hamburg.create(quote, {{"shipmentId", "shp_1"}})});
  const Reference reference{"Quote", {"shipmentId"}, "Shipment"};
  EXPECT_EQ(push_one(hamburg.remove(shipment, {{"id", 1}}, head()), {reference}).reason,
            "has-children");
}

TEST_P(LedgerContract, AReferenceThatIsHeardOfLaterHoldsForEachOfManyRows) {
  push(shipments(hamburg, 1, 1));
  const auto child = [&](int number) {
    return hamburg.create({"Quote", "q_" + std::to_string(number)}, {{"shipmentId", "shp_1"}});
  };
  for (int first : {0, 750}) {
    std::vector<Item> quotes;
    for (int i = 0; i < 750; ++i) quotes.push_back(child(first + i));
    push(quotes);
  }
  const Reference reference{"Quote", {"shipmentId"}, "Shipment"};
  push_one(child(1500), {reference});
  std::vector<Item> removals;
  for (int i = 0; i < 1501; ++i) {
    if (i != 1499)
      removals.push_back(
          hamburg.remove({"Quote", "q_" + std::to_string(i)}, {{"shipmentId", "shp_1"}}, head()));
    if (removals.size() == 750) push(std::exchange(removals, {}));
  }
  push(removals);
  EXPECT_EQ(push_one(hamburg.remove(shipment, {{"id", 1}}, head())).reason, "has-children")
      << "q_1499 is there";
}

TEST_P(LedgerContract, ReferencesAreBounded) {
  const auto refused = [&](std::vector<Reference> references) {
    const auto answer = ledger->push(
        acme.tenant, "Hamburg", request_of(shipments(hamburg, 1, 1), origin(), references), noon);
    return answer ? "taken" : answer.error().type;
  };
  std::vector<Reference> many;
  for (int i = 0; i <= push_references_max; ++i)
    many.push_back({"Quote", {"field" + std::to_string(i)}, "Shipment"});
  EXPECT_EQ(refused(many), "too-many-references");
  const std::string name(entity_name_bytes_max + 1, 'n');
  EXPECT_EQ(refused({{name, {"a"}, "b"}}), "invalid-reference");
  EXPECT_EQ(refused({{"a", {name}, "b"}}), "invalid-reference");
  EXPECT_EQ(refused({{"a", {"b"}, name}}), "invalid-reference");
  many.pop_back();
  EXPECT_EQ(refused(many), "taken");
}

TEST_P(LedgerContract, IdsAndValuesOfAnyTextAreKept) {
  using namespace std::string_literals;
  std::vector<Item> items;
  for (const std::string& id :
       {"a\"b'c"s, "Zürich 🚢"s, "[\"x\",1]"s, "nul\0in it"s, "%_\\"s, "-0"s}) {
    items.push_back(
        hamburg.create({"Weird \"type\"", id},
                       {{"text", id}, {"deep", {{"list", json::array{1, 2.5, nullptr}}}}}));
  }
  push(items);
  reopen();
  const Page page = pull({}).page;
  ASSERT_EQ(page.rows.size(), items.size());
  for (const PageRow& row : page.rows)
    EXPECT_EQ(row.values->at("text"), json::value(row.entity.id));
  for (const Item& item : items) {  // found again by their ids
    EXPECT_EQ(push_one(hamburg.create(item.write->entity, {{"text", "other"}})).reason,
              "already-exists");
  }
}

TEST_P(LedgerContract, APageThatIsTooLargeIsLeftOutOfAPushAnswer) {
  for (int round = 0; round < 3; ++round) {
    const PushAnswer answer = push(shipments(hamburg, round * 500, 500));
    EXPECT_EQ(answer.page.has_value(), round < 2) << round;  // a row and a receipt for each
    EXPECT_EQ(answer.verdicts.size(), 500u);
  }
}

TEST_P(LedgerContract, LedgersOnOneDatabaseTakeTurns) {
  constexpr int rounds = 40;
  const auto work = [&](const char* incarnation, int first) {
    Random salts(std::uint64_t(first) + 1);
    auto mine = storage->open(salts);
    Desk desk(incarnation);
    int applied = 0;
    for (const Item& item : shipments(desk, first, rounds)) {
      const auto answer = mine->push(acme.tenant, incarnation, request_of({item}, origin_), noon);
      applied += answer && answer->verdicts.at(0).verdict == Verdict::applied;
    }
    return applied;
  };
  origin_ = origin();
  int a = 0, b = 0;
  std::thread one([&] { a = work("one", 0); }), two([&] { b = work("two", 1000); });
  one.join();
  two.join();
  EXPECT_EQ(a + b, 2 * rounds);
  EXPECT_EQ(head().seq, 2 * rounds);
  EXPECT_EQ(pull({}).page.rows.size(), std::size_t(2 * rounds));
}

TEST_P(LedgerContract, TokensAreFoundUntilTheyAreRevoked) {
  const TokenOwner found = owner("acme", "Rotterdam");
  EXPECT_EQ(found.tenant, acme.tenant);
  EXPECT_EQ(found.tenant_name, "acme");
  EXPECT_EQ(found.device, "Rotterdam");
  EXPECT_EQ(ledger->revoke_tokens("acme", "Rotterdam", noon).value(), 1);
  EXPECT_EQ(ledger->revoke_tokens("acme", "Rotterdam", noon).value(), 0);
  EXPECT_EQ(ledger->find_token(token_hash("acme/Rotterdam")).value(), std::nullopt);
  EXPECT_TRUE(ledger->find_token(token_hash("acme/Hamburg")).value());
  const auto list = ledger->list_tokens().value();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].revoked, std::nullopt);
  EXPECT_EQ(list[1].device, "Rotterdam");
  EXPECT_EQ(list[1].revoked, to_text(noon));
}

TEST_P(LedgerContract, ADeviceWithoutATokenIsMadeWhereItsTenantIs) {
  const auto found = ledger->find_device("acme", "Kiel’s", noon).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->tenant, acme.tenant);
  EXPECT_EQ(found->tenant_name + "/" + found->device, "acme/Kiel’s");
  EXPECT_TRUE(found->holds_everything());
  const RowScope shipments = scope_from_json(json::object{{"Shipment", json::object{}}}).value();
  ASSERT_TRUE(ledger->set_scope("acme", "Kiel’s", shipments, noon));
  EXPECT_EQ(ledger->find_device("acme", "Kiel’s", noon).value()->scope, R"({"Shipment":{}})");
  EXPECT_EQ(ledger->state()->devices.size(), 2u);
  EXPECT_EQ(ledger->find_device("nobody", "Kiel", noon).value(), std::nullopt);
}

// Hamburg is the first one.
TEST_P(LedgerContract, ATenantHasNoMoreDevicesThanItMay) {
  ledger = storage->open(random, {}, {.devices = 2});
  ASSERT_TRUE(ledger->find_device("acme", "Kiel", noon).value());
  const auto third = ledger->find_device("acme", "Oslo", noon);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().type, "tenant-full");
  EXPECT_EQ(third.error().kind, ErrorKind::storage) << "devices keep what they have and try again";
  const auto token = ledger->create_token("acme", "Oslo", "of Oslo", noon);
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().type, "tenant-full");
  EXPECT_EQ(ledger->find_token("of Oslo").value(), std::nullopt);
  EXPECT_TRUE(ledger->create_token("acme", "Kiel", "of Kiel", noon)) << "it is known";
  EXPECT_TRUE(ledger->find_device("acme", "Kiel", noon).value());
  EXPECT_TRUE(ledger->create_token("globex", "Oslo", "of globex", noon)) << "another tenant";
  EXPECT_EQ(ledger->state()->devices.size(), 3u);
  ledger = storage->open(random, {}, {.devices = 0});
  EXPECT_TRUE(ledger->find_device("acme", "Oslo", noon).value()) << "no bound";
}

TEST_P(LedgerContract, ATenantsDevicesNameNoMoreReferencesThanTheyMay) {
  ledger = storage->open(random, {}, {.references = 2});
  const auto reference = [](const std::string& field) {
    return Reference{"Shipment", {field}, "Customer"};
  };
  push({hamburg.create({"Shipment", "1"}, {{"n", 1}})}, {}, {reference("a"), reference("b")});
  const auto request = request_of({hamburg.create({"Shipment", "2"}, {{"n", 2}})}, origin(),
                                  {reference("b"), reference("c")});
  const auto refused = ledger->push(acme.tenant, "Hamburg", request, noon);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "tenant-full");
  EXPECT_EQ(refused.error().kind, ErrorKind::storage);
  EXPECT_EQ(head().seq, 1) << "nothing was judged";
  ledger = storage->open(random, {}, {.references = 3});
  ASSERT_TRUE(ledger->push(acme.tenant, "Hamburg", request, noon));
  EXPECT_EQ(head().seq, 2) << "nor was anything remembered: the third is the third";
}

TEST_P(LedgerContract, ATenantsRowsAreOfNoMoreTypesThanTheyMay) {
  ledger = storage->open(random, {}, {.types = 2});
  push({hamburg.create({"Shipment", "1"}, {{"n", 1}}), hamburg.create({"Quote", "1"}, {{"n", 1}})});
  const auto request = request_of({hamburg.create({"Shipment", "2"}, {{"n", 2}}),
                                   hamburg.create({"Customer", "1"}, {{"n", 2}})},
                                  origin(), {{"Shipment", {"customerId"}, "Customer"}});
  const auto refused = ledger->push(acme.tenant, "Hamburg", request, noon);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "tenant-full");
  EXPECT_EQ(refused.error().kind, ErrorKind::storage);
  EXPECT_EQ(head().seq, 1) << "nothing was judged";
  push({hamburg.create({"Shipment", "3"}, {{"n", 3}}),
        hamburg.remove({"Quote", "1"}, {{"n", 1}}, head())});
  push({hamburg.create({"Quote", "2"}, {{"n", 2}})});  // a type that had rows is no new one
  ledger = storage->open(random, {}, {.types = 1});
  push({hamburg.create({"Quote", "3"}, {{"n", 3}})});  // nor is one that was there before the bound
  ledger = storage->open(random, {}, {.types = 3});
  ASSERT_TRUE(ledger->push(acme.tenant, "Hamburg", request, noon));
  EXPECT_EQ(ledger->types(acme.tenant, "Hamburg")->size(), 3u);
}

TEST_P(LedgerContract, ThoseWhoWereFoundAreFoundAgainAsTheyAreNow) {
  const TokenOwner revoked = owner("acme", "Rotterdam"), scoped = acme;
  const TokenOwner without_token = ledger->find_device("acme", "Kiel’s", noon).value().value();
  TokenOwner unknown = without_token;
  unknown.device = "Nowhere";
  const std::vector<TokenOwner> owners{scoped, unknown, revoked, without_token, scoped};
  EXPECT_EQ(ledger->revoke_tokens("acme", "Rotterdam", noon).value(), 1);
  const RowScope shipments = scope_from_json(json::object{{"Shipment", json::object{}}}).value();
  ASSERT_TRUE(ledger->set_scope("acme", "Hamburg", shipments, noon));
  ASSERT_TRUE(ledger->expire_tokens("acme", "Hamburg", noon + std::chrono::hours(1)));
  const auto found = ledger->find_again(acme.tenant, owners).value();
  ASSERT_EQ(found.size(), 5u);
  ASSERT_TRUE(found[0] && found[3] && found[4]);
  EXPECT_EQ(found[0]->device, "Hamburg");
  EXPECT_EQ(found[0]->scope, R"({"Shipment":{}})");
  EXPECT_TRUE(found[0]->has_expired(noon + std::chrono::hours(1)));
  EXPECT_FALSE(found[1]) << "there is no such device, and none is made";
  EXPECT_FALSE(found[2]);
  EXPECT_EQ(found[3]->device, "Kiel’s");
  EXPECT_TRUE(found[3]->holds_everything());
  EXPECT_TRUE(ledger->find_again(acme.tenant, {}).value().empty());
  EXPECT_EQ(ledger->state()->devices.size(), 3u);
}

TEST_P(LedgerContract, TokensEndWhenTheyWereToldTo) {
  const WallTime later = noon + std::chrono::hours(1), much_later = noon + std::chrono::hours(2);
  const auto ends = [&](const std::string& token) {
    return ledger->find_token(token_hash(token)).value().value();
  };
  ASSERT_TRUE(ledger->create_token("acme", "Kiel", token_hash("short"), noon, later));
  ASSERT_TRUE(ledger->create_token("acme", "Kiel", token_hash("long"), noon));
  EXPECT_FALSE(ends("short").has_expired(noon));
  EXPECT_TRUE(ends("short").has_expired(later));
  EXPECT_FALSE(ends("long").has_expired(much_later));
  EXPECT_EQ(ledger->expire_tokens("acme", "Kiel", much_later).value(), 1) << "not the short one";
  EXPECT_TRUE(ends("long").has_expired(much_later));
  EXPECT_TRUE(ends("short").has_expired(later));
  EXPECT_EQ(ledger->expire_tokens("acme", "nobody", noon).value(), 0);
  EXPECT_EQ(ledger->expire_tokens("nobody", "Kiel", noon).value(), 0);
  const auto list = ledger->list_tokens().value();
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].expires, std::nullopt) << "Hamburg's";
  EXPECT_TRUE(list[1].expires && list[2].expires);
}

// Of very many nothing is done in one go, and all are reached in the end.
TEST_P(LedgerContract, AllTenantsAreTendedStepByStep) {
  constexpr int tenants = 60;
  std::vector<TenantId> ids;
  for (int i = 0; i < tenants; ++i) {
    const TokenOwner one = owner("tenant " + std::to_string(i), "Hamburg");
    ids.push_back(one.tenant);
    const Version begin = ledger->capabilities(one)->origin;
    for (int n : {1, 2}) {
      const auto request = request_of({hamburg.create({"Shipment", std::to_string(n)}, {})}, begin);
      ASSERT_TRUE(ledger->push(one.tenant, "Hamburg", request, noon));
    }
    const auto pulled = ledger->changes(one.tenant, "Hamburg", begin, 1000);
    ASSERT_TRUE(ledger->changes(one.tenant, "Hamburg", pulled->head, 1000));
  }
  std::ranges::reverse(ids);
  const auto heads = ledger->heads(ids).value();
  ASSERT_EQ(heads.size(), ids.size());
  for (int i = 0; i < tenants; ++i) EXPECT_EQ(heads[i], ledger->head(ids[i]).value());

  int steps = 1;
  while (ledger->note_devices(noon).value()) ASSERT_LT(++steps, tenants);
  const auto noted = ledger->state().value();
  for (const auto& device : noted.devices)
    EXPECT_EQ(device.cursor, device.tenant == "acme" ? 0 : 2) << device.tenant;
  Compaction all{true};
  for (steps = 0; all.more; ++steps) {
    ASSERT_LT(steps, tenants);
    const auto step = ledger->compact(std::nullopt, {0, std::nullopt}, noon).value();
    all = {step.more, all.images + step.images, all.tombstones + step.tombstones};
  }
  const auto compacted = ledger->state().value();
  for (const auto& tenant : compacted.tenants)
    EXPECT_EQ(tenant.horizon, tenant.name == "acme" ? 0 : 2) << tenant.name;
}

TEST_P(LedgerContract, TellsThoseWhoRunItHowFarDevicesAre) {
  const auto before = ledger->state().value();
  ASSERT_EQ(before.devices.size(), 1u);
  EXPECT_EQ(before.devices[0].seen, std::nullopt);
  EXPECT_EQ(before.newest_backup, std::nullopt);
  push(shipments(hamburg, 1, 3));
  push({hamburg.remove({"Shipment", "shp_1"}, {{"id", 1}}, head())});
  pull(head());
  ASSERT_TRUE(ledger->note_devices(noon));
  owner("globex", "Hamburg");
  ASSERT_TRUE(ledger->end_backup(ledger->begin_backup("file", noon).value(), true, {}));
  const auto state = ledger->state().value();
  ASSERT_EQ(state.tenants.size(), 2u);
  const auto& acmes = state.tenants[0].name == "acme" ? state.tenants[0] : state.tenants[1];
  EXPECT_EQ(acmes.id, acme.tenant);
  EXPECT_EQ(acmes.head, 2);
  EXPECT_EQ(acmes.commits, 2);
  EXPECT_EQ(acmes.rows, 2);
  EXPECT_EQ(acmes.counted, 2);
  EXPECT_EQ(acmes.last_commit, to_text(noon));
  ASSERT_EQ(state.devices.size(), 2u);
  for (const auto& device : state.devices) {
    EXPECT_EQ(device.cursor, device.tenant == "acme" ? 2 : 0);
    EXPECT_EQ(device.seen.has_value(), device.tenant == "acme");
  }
  EXPECT_EQ(state.newest_backup, to_text(noon));
}

TEST_P(LedgerContract, NewsIsTheWayToTheHeadWithoutReceipts) {
  const TokenOwner new_yorks = owner("acme", "New York");
  push(shipments(hamburg, 1, 2));
  const Version before = head();
  ASSERT_TRUE(ledger->push(new_yorks.tenant, "New York",
                           request_of({new_york.create(quote, {{"id", 1}})}, origin()), noon));
  const News all = ledger->news(acme.tenant, origin()).value();
  EXPECT_EQ(all.head, head());
  ASSERT_TRUE(all.page);
  EXPECT_EQ(all.page->from, origin());
  EXPECT_EQ(all.page->to, head());
  EXPECT_EQ(all.page->rows.size(), 3u);
  EXPECT_TRUE(all.page->receipts.empty());
  EXPECT_EQ(all.devices, (std::set<std::string>{"Hamburg", "New York"}));
  EXPECT_EQ(ledger->news(acme.tenant, before)->devices, std::set<std::string>{"New York"});
  const News none = ledger->news(acme.tenant, head()).value();
  ASSERT_TRUE(none.page);
  EXPECT_TRUE(none.page->rows.empty() && none.devices.empty());
  EXPECT_EQ(ledger->head(acme.tenant).value(), head());
  EXPECT_EQ(ledger->news(acme.tenant, {1, "ffffffffffffffff"}).error().type, "history-changed");
}

TEST_P(LedgerContract, NewsThatIsNotSmallHasNoPage) {
  push(shipments(hamburg, 1, int(poke_rows_max)));
  EXPECT_TRUE(ledger->news(acme.tenant, origin())->page);
  push(shipments(hamburg, 1000, 1));
  EXPECT_FALSE(ledger->news(acme.tenant, origin())->page);
  const Version before = head();
  push(shipments(hamburg, 2000, int(poke_rows_max) + 1));
  EXPECT_FALSE(ledger->news(acme.tenant, before)->page) << "one commit alone";
  EXPECT_EQ(ledger->news(acme.tenant, before)->head, head());
}

TEST_P(LedgerContract, CommitsOfOtherLedgersAreNoticed) {
  Random salts(9);
  auto other = storage->open(salts);
  (void)ledger->changed_elsewhere();
  EXPECT_FALSE(ledger->changed_elsewhere());
  push(shipments(hamburg, 1, 1));
  EXPECT_FALSE(ledger->changed_elsewhere()) << "its own";
  ASSERT_TRUE(
      other->push(acme.tenant, "Hamburg", request_of(shipments(hamburg, 2, 1), origin()), noon));
  EXPECT_TRUE(ledger->changed_elsewhere());
  EXPECT_FALSE(ledger->changed_elsewhere());
  EXPECT_EQ(other->revoke_tokens("acme", "Hamburg", noon).value(), 1);
  EXPECT_TRUE(ledger->changed_elsewhere());
}

TEST_P(LedgerContract, ItIsHealthy) {
  const auto health = ledger->healthy();
  EXPECT_TRUE(health) << health.error().message;
}

}  // namespace slipway::cloud::test
