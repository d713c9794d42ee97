// Who listens hears of each commit, with its page where that helps.
#include "cloud/pokes.h"

#include <gtest/gtest.h>

#include <deque>

#include "cloud/limits.h"
#include "cloud/sqlite_ledger.h"
#include "cloud/tokens.h"
#include "desk.h"
#include "folder.h"
#include "ledger_contract.h"
#include "sqlite/sqlite.h"

namespace slipway::cloud::test {
namespace {

constexpr WallTime noon{1'795'000'000'000};

struct Heard {
  std::vector<Poke> pokes;
  bool gone = false;
  bool closed = false;
};

class RecordingListener : public Listener {
 public:
  explicit RecordingListener(Heard& heard) : heard_(heard) {}
  ~RecordingListener() override { heard_.closed = true; }
  void tell(const Version& head, std::string_view poke, bool with_rows) override {
    auto decoded = poke_from_json(parse_json_object(poke, "a poke").value());
    EXPECT_EQ(decoded->head, head);
    EXPECT_EQ(decoded->page.has_value(), with_rows);
    heard_.pokes.push_back(std::move(*decoded));
  }
  bool gone() const override { return heard_.gone; }

 private:
  Heard& heard_;
};

class PokesTest : public testing::Test {
 protected:
  PokesTest() {
    for (const char* device : {"Hamburg", "New York", "Rotterdam"}) {
      EXPECT_TRUE(ledger_->create_token("acme", device, token_hash(device), noon));
    }
    EXPECT_TRUE(ledger_->create_token("globex", "Hamburg", token_hash("globex"), noon));
  }

  Result<void> listen(const std::string& token, Heard& heard,
                      const std::optional<Version>& cursor) {
    return pokes_.add(owner(token), cursor,
                      [&] { return std::make_unique<RecordingListener>(heard); });
  }
  TokenOwner owner(const std::string& token) {
    return ledger_->find_token(token_hash(token)).value().value();
  }
  Version origin() { return ledger_->capabilities(owner("Hamburg")).value().origin; }
  Version push(Ledger& ledger, Desk& desk, const std::string& device, int rows = 1) {
    std::vector<Item> items;
    for (int i = 0; i < rows; ++i) {
      items.push_back(desk.create({"Shipment", std::to_string(++last_)}, {{"n", last_}}));
    }
    return ledger.push(owner(device).tenant, device, request_of(items, origin()), noon)->head;
  }
  Version commit(const std::string& device, int rows = 1) {
    const Version head = push(*ledger_, desk_, device, rows);
    pokes_.committed(owner(device).tenant);
    return head;
  }

  Heard& somebody() { return heard_.emplace_back(); }

  std::deque<Heard> heard_;  // outlives the listeners
  Folder folder_;
  Random random_{5};
  std::unique_ptr<Ledger> ledger_ = open_sqlite_ledger(folder_.file(), random_).value();
  WallTime now_ = noon;
  Identity identity_{*ledger_, [this] { return now_; }};
  Pokes pokes_{*ledger_, identity_};
  Desk desk_{"inc"};
  int last_ = 0;
};

TEST_F(PokesTest, TheFirstWordIsTheHeadWithTheWayThere) {
  const Version head = commit("Hamburg");
  Heard& behind = somebody();
  Heard& there = somebody();
  Heard& unknown = somebody();
  ASSERT_TRUE(listen("New York", behind, origin()));
  ASSERT_TRUE(listen("Rotterdam", there, head));
  ASSERT_TRUE(listen("Rotterdam", unknown, std::nullopt));
  ASSERT_EQ(behind.pokes.size(), 1u);
  EXPECT_EQ(behind.pokes[0].head, head);
  EXPECT_EQ(behind.pokes[0].page->rows.size(), 1u);
  ASSERT_EQ(there.pokes.size(), 1u);
  EXPECT_EQ(there.pokes[0].head, head);
  ASSERT_EQ(unknown.pokes.size(), 1u);
  EXPECT_EQ(unknown.pokes[0].head, head);
  EXPECT_EQ(pokes_.size(), 3u);
}

TEST_F(PokesTest, WhoseTokenHasExpiredHearsNothingMore) {
  ASSERT_TRUE(ledger_->expire_tokens("acme", "New York", noon + std::chrono::hours(1)));
  Heard& expiring = somebody();
  ASSERT_TRUE(listen("New York", expiring, origin()));
  commit("Hamburg");
  EXPECT_EQ(expiring.pokes.size(), 2u);
  now_ = noon + std::chrono::hours(1);
  commit("Hamburg");
  EXPECT_EQ(expiring.pokes.size(), 2u);
  EXPECT_EQ(pokes_.size(), 0u);
}

TEST_F(PokesTest, ADeviceWithAScopeHearsThatThereIsNewsAndNoMore) {
  const Version before = commit("Hamburg");
  const RowScope scope = scope_from_json(json::object{{"Quote", json::object()}}).value();
  ASSERT_TRUE(ledger_->set_scope("acme", "Rotterdam", scope, noon));
  Heard& scoped = somebody();
  Heard& other = somebody();
  ASSERT_TRUE(listen("Rotterdam", scoped, before));
  ASSERT_TRUE(listen("New York", other, before));
  const Version head = commit("Hamburg");
  ASSERT_EQ(scoped.pokes.size(), 2u);
  EXPECT_EQ(scoped.pokes[1].head, head);
  for (const Poke& poke : scoped.pokes) EXPECT_FALSE(poke.page) << "it holds rows of everybody";
  EXPECT_EQ(other.pokes.at(1).page->rows.size(), 1u);
}

TEST_F(PokesTest, AnotherHistoryIsAnErrorAndNobodyListens) {
  Heard& heard = somebody();
  const auto added = listen("Hamburg", heard, Version{3, "ffffffffffffffff"});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().type, "history-changed");
  EXPECT_EQ(pokes_.size(), 0u);
}

TEST_F(PokesTest, EachCommitIsToldOnceAndPagesFollowOneAnother) {
  Heard& heard = somebody();
  ASSERT_TRUE(listen("New York", heard, origin()));
  Version at = origin();
  for (int i = 0; i < 3; ++i) {
    const Version head = commit("Hamburg");
    pokes_.committed(owner("Hamburg").tenant);  // nothing new
    ASSERT_EQ(heard.pokes.size(), std::size_t(i) + 2);
    const Poke& poke = heard.pokes.back();
    EXPECT_EQ(poke.head, head);
    ASSERT_TRUE(poke.page);
    EXPECT_EQ(poke.page->from, at);
    EXPECT_EQ(poke.page->rows.size(), 1u);
    at = head;
  }
}

TEST_F(PokesTest, WhoCommittedHearsOfItWithoutAPage) {
  Heard& ours = somebody();
  Heard& theirs = somebody();
  ASSERT_TRUE(listen("Hamburg", ours, origin()));
  ASSERT_TRUE(listen("New York", theirs, origin()));
  const Version head = commit("Hamburg");
  EXPECT_EQ(ours.pokes.back().head, head);
  EXPECT_FALSE(ours.pokes.back().page) << "its receipts are not in it";
  EXPECT_TRUE(theirs.pokes.back().page);
}

TEST_F(PokesTest, WhatIsLargeIsOnlyToldOf) {
  Heard& heard = somebody();
  ASSERT_TRUE(listen("New York", heard, origin()));
  const Version large = commit("Hamburg", int(poke_rows_max) + 1);
  EXPECT_EQ(heard.pokes.back().head, large);
  EXPECT_FALSE(heard.pokes.back().page);
  commit("Hamburg");
  ASSERT_TRUE(heard.pokes.back().page);
  EXPECT_EQ(heard.pokes.back().page->from, large) << "the listener pulls up to there";
}

TEST_F(PokesTest, OneLongRowIsOnlyToldOf) {
  Heard& heard = somebody();
  ASSERT_TRUE(listen("New York", heard, origin()));
  const Item item = desk_.create(shipment, {{"text", std::string(poke_bytes_max, 'x')}});
  ASSERT_TRUE(
      ledger_->push(owner("Hamburg").tenant, "Hamburg", request_of({item}, origin()), noon));
  pokes_.committed(owner("Hamburg").tenant);
  ASSERT_EQ(heard.pokes.size(), 2u);
  EXPECT_FALSE(heard.pokes.back().page);
}

TEST_F(PokesTest, OtherTenantsHearNothing) {
  Heard& heard = somebody();
  const std::string hash = token_hash("globex");
  ASSERT_TRUE(listen("globex", heard, std::nullopt));
  commit("Hamburg");
  pokes_.look();
  EXPECT_EQ(heard.pokes.size(), 1u);
}

TEST_F(PokesTest, CommitsOfAnotherProcessAreFoundByLooking) {
  Heard& heard = somebody();
  ASSERT_TRUE(listen("New York", heard, origin()));
  Random salts(6);
  auto other = open_sqlite_ledger(folder_.file(), salts).value();
  const Version head = push(*other, desk_, "Hamburg");
  EXPECT_EQ(heard.pokes.size(), 1u);
  pokes_.look();
  ASSERT_EQ(heard.pokes.size(), 2u);
  EXPECT_EQ(heard.pokes.back().head, head);
  EXPECT_TRUE(heard.pokes.back().page);
  pokes_.look();
  EXPECT_EQ(heard.pokes.size(), 2u);
}

// A table that is away stands for a storage that fails for a while.
TEST_F(PokesTest, WhatCouldNotBeReadIsToldWhenItCan) {
  for (const char* table : {"tenant", "token", "row_image"}) {
    Heard& heard = somebody();
    ASSERT_TRUE(listen("New York", heard, std::nullopt));
    sqlite::Database other(folder_.file(), sqlite::OpenMode::existing, std::chrono::seconds(1));
    Version head = push(*ledger_, desk_, "Hamburg");
    const auto rename = [&](const std::string& from, const std::string& to) {
      other.execute(("ALTER TABLE " + from + " RENAME TO " + to).c_str());
    };
    const TokenOwner hamburg = owner("Hamburg");
    rename(table, "away");
    pokes_.committed(hamburg.tenant);
    pokes_.look();
    EXPECT_EQ(heard.pokes.size(), 1u);
    EXPECT_FALSE(heard.closed) << "it would only come back, as would all the others";
    rename("away", table);
    pokes_.look();
    ASSERT_EQ(heard.pokes.size(), 2u) << table;
    EXPECT_EQ(heard.pokes.back().head, head);
    pokes_.look();
    EXPECT_EQ(heard.pokes.size(), 2u);
  }
}

TEST_F(PokesTest, WhoseTokenWasRevokedHearsNothingMore) {
  Heard& heard = somebody();
  ASSERT_TRUE(listen("New York", heard, origin()));
  ASSERT_EQ(ledger_->revoke_tokens("acme", "New York", noon).value(), 1);
  commit("Hamburg");
  EXPECT_EQ(heard.pokes.size(), 1u);
  EXPECT_TRUE(heard.closed);
  EXPECT_EQ(pokes_.size(), 0u);
}

TEST_F(PokesTest, WhoHasLeftIsForgottenWithoutACommit) {
  Heard& stays = somebody();
  Heard& leaves = somebody();
  ASSERT_TRUE(listen("New York", stays, origin()));
  ASSERT_TRUE(listen("Rotterdam", leaves, origin()));
  leaves.gone = true;
  for (int i = 0; i < 100 && pokes_.size() > 1; ++i) pokes_.look();
  EXPECT_TRUE(leaves.closed);
  EXPECT_EQ(pokes_.size(), 1u);
}

}  // namespace
}  // namespace slipway::cloud::test
