// Whatever befalls a desk at whichever of its exchanges: once it is over, each write has happened
// at the cloud once, and both hold the same rows.
#include "base/check.h"
#include "worker/desk.h"

namespace slipway {
namespace {

using namespace std::chrono_literals;

constexpr Duration drain_time = 65s;

struct Mishap {
  const char* name;
  std::function<void(Desk&)> begins;
  std::function<void(Desk&)> ends;
};

// As another program does that writes for a long time.
class Lock {
 public:
  void take(Desk& desk) {
    database_ =
        std::make_unique<sqlite::Database>(desk.path(), sqlite::OpenMode::existing, Duration(0));
    transaction_.emplace(*database_);
  }
  void release() {
    transaction_.reset();
    database_.reset();
  }

 private:
  std::unique_ptr<sqlite::Database> database_;
  std::optional<sqlite::Transaction> transaction_;
};

Mishap locked() {
  const auto lock = std::make_shared<Lock>();
  return {"Locked", [lock](Desk& desk) { lock->take(desk); }, [lock](Desk&) { lock->release(); }};
}

Mishap taken_away() {
  return {"TakenAway",
          [](Desk& desk) { std::filesystem::rename(desk.path(), desk.path() + ".away"); },
          [](Desk& desk) { std::filesystem::rename(desk.path() + ".away", desk.path()); }};
}

// Another service takes the file over, and ends soon after.
Mishap taken_over() {
  const auto other = std::make_shared<std::unique_ptr<store::Store>>();
  return {"TakenOver",
          [other](Desk& desk) {
            store::StoreOptions options;
            options.path = desk.path();
            *other = store::Store::open(options, Random(7), desk.now.wall).value();
          },
          [other](Desk&) {
            EXPECT_TRUE((*other)->release_lease());
            other->reset();
          }};
}

Mishap answered_under_another_id() {
  return {"AnsweredUnderAnotherId",
          [](Desk& desk) { desk.network.answers_under_another_id = true; },
          [](Desk& desk) { desk.network.answers_under_another_id = false; }};
}

// Another program changes what the service keeps of itself.
void change_meta(Desk& desk, const std::string& change) {
  sqlite::Database database(desk.path(), sqlite::OpenMode::existing, Duration(0));
  database.execute(change);
}

Mishap damaged_cursor() {
  return {"DamagedCursor",
          [](Desk& desk) {
            change_meta(desk, "UPDATE sync_meta SET value = 'here' WHERE key = 'cursor'");
          },
          [](Desk&) {}};
}

Mishap lost_facts() {
  return {"LostFacts",
          [](Desk& desk) {
            change_meta(desk,
                        "DELETE FROM sync_meta WHERE key IN ('cursor', 'cloudId', 'fullPull', "
                        "'device')");
          },
          [](Desk&) {}};
}

Mishap given_up() {
  return {"GivenUp",
          [](Desk& desk) {
            desk.network.answers_after_cancel = true;
            desk.worker->handle(event::OfflineSimulated{true});
          },
          [](Desk& desk) {
            desk.network.answers_after_cancel = false;
            desk.worker->handle(event::OfflineSimulated{false});
          }};
}

void others_write(Desk& desk, int first, int count) {
  for (int i = first; i < first + count; ++i) {
    const std::string id = "n" + std::to_string(10 + i);
    desk.cloud.write_elsewhere({"Note", id}, {{"id", id}, {"text", "theirs"}, {"number", i}});
  }
}

// One of each: a first sync, a push, a pull, a full pull anew, and a cloud that was restored.
std::vector<EntryId> live(Desk& desk) {
  const auto sync = [&] {
    desk.worker->handle(event::SyncRequested{});
    desk.run_for(drain_time);
  };
  desk.cloud.has_snapshots = true;
  others_write(desk, 0, 4);
  std::vector<EntryId> entries{desk.write("CREATE_NOTE", "mine", {{"text", "a"}})};
  desk.start();
  desk.worker->handle(event::PolicyChanged{1h, entry_backoff});  // else it asks every other second
  sync();
  desk.cloud.snapshot_rows = 100;
  others_write(desk, 10, 1);
  sync();
  others_write(desk, 20, 1);
  desk.cloud.horizon = desk.cloud.head();
  sync();
  desk.cloud.horizon = 0;
  entries.push_back(desk.write("UPDATE_NOTE", "mine", {{"text", "b"}}));
  sync();
  desk.cloud.restore(desk.cloud.head() - 1);
  sync();
  desk.run_for(1h);
  return entries;
}

class Mishaps : public testing::TestWithParam<Mishap (*)()> {};

TEST_P(Mishaps, LoseNothingAndDoubleNothingAtWhicheverExchange) {
  int exchanges = 0;
  for (int at = 1; at == 1 || at <= exchanges; ++at) {
    SCOPED_TRACE("exchange " + std::to_string(at));
    const Mishap mishap = GetParam()();
    Desk desk;
    desk.holder = "first";
    desk.crash();
    desk.open();
    exchanges = 0;
    desk.before_answer = [&] {
      if (++exchanges != at) return;
      mishap.begins(desk);
      desk.run_for(5s);
      mishap.ends(desk);
    };
    const std::vector<EntryId> entries = live(desk);
    EXPECT_EQ(desk.worker->engine().connection(), Connection::online);
    for (const EntryId entry : entries) {
      EXPECT_EQ(desk.status(entry), Status::success) << entry;
      EXPECT_EQ(desk.cloud.effects_of(desk.request_id(entry)), 1u) << entry;
    }
    EXPECT_EQ(desk.cloud.effects(), entries.size());
    for (const auto& [entity, values] : desk.cloud.rows()) {
      ASSERT_TRUE(desk.row(entity.id)) << entity.id;
      for (const auto& field : values)
        EXPECT_TRUE(same_value(desk.row(entity.id)->at(field.key()), field.value()));
    }
    ASSERT_LT(exchanges, 100);
  }
  EXPECT_GE(exchanges, 8);
}

INSTANTIATE_TEST_SUITE_P(All, Mishaps,
                         testing::Values(locked, taken_away, taken_over, answered_under_another_id,
                                         given_up, damaged_cursor, lost_facts),
                         [](const auto& mishap) { return mishap.param().name; });

}  // namespace
}  // namespace slipway
