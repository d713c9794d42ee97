#include "id_world.h"

#include <algorithm>

#include "base/check.h"
#include "bench.h"
#include "device.h"
#include "id_target.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

constexpr store::BatchLimits one_unit{1, 100, 1'000'000};  // as the webhook is sent

class GivenIds {
 public:
  explicit GivenIds(Run& run)
      : run_(run),
        bench_(Bench::empty()),
        reader_(bench_.desk, app_file),
        target_(run, run.random.chance(4, 5), run.random.chance(4, 5)) {
    CHECK(bench_.open_store());
    CHECK(bench_.store().meet_cloud(target_.capabilities(), bench_time));
  }

  void play() {
    for (std::uint64_t steps = run_.random.between(10, 40); steps > 0 && !run_.failed(); --steps) {
      if (run_.random.chance(1, 2))
        write();
      else
        exchange(true);
      check();
    }
    for (int turns = 0; !run_.failed() && exchange(false); ++turns) {
      check();
      if (turns > 500)
        return run_.violated("I24", "a desk before an id-giving target never drains");
    }
    if (!run_.failed()) compare();
  }

 private:
  std::string some_id(const std::string& type) {
    return (type == "Parent" ? "p" : "c") + std::to_string(run_.random.between(1, 4));
  }
  bool exists(const EntityKey& entity) { return bench_.store().row(entity).value().has_value(); }
  // A row by the id that it has here, or by one that it was given.
  std::string name_of(const EntityKey& entity) {
    const auto row = bench_.store().row(entity).value();
    if (!row || !row->cloud_id || run_.random.chance(1, 2)) return entity.id;
    run_.seen("a row is named by the id that it was given");
    return key_text(*row->cloud_id);
  }

  store::Mutation create(const std::string& type, const std::string& id,
                         const std::string& parent) {
    json::object values{{"id", id}};
    if (type == "Child") values["parentId"] = parent;
    values[type == "Parent" ? "name" : "title"] = "first";
    return {type, id, type == "Parent" ? "CREATE_PARENT" : "CREATE_CHILD", std::move(values)};
  }

  void write() {
    const std::string parent = some_id("Parent"), child = some_id("Child");
    const std::string text = "text " + std::to_string(++texts_);
    const bool has_parent = exists({"Parent", parent}), has_child = exists({"Child", child});
    std::vector<store::Mutation> mutations;
    if (!has_parent) {
      mutations.push_back(create("Parent", parent, ""));
      if (!has_child && run_.random.chance(1, 2))
        mutations.push_back(create("Child", child, parent));
    } else if (!has_child) {
      mutations.push_back(create("Child", child, parent));
    } else if (run_.random.chance(1, 5)) {
      mutations.push_back({"Parent", name_of({"Parent", parent}), "DELETE_PARENT", {}});
    } else if (run_.random.chance(1, 2)) {
      mutations.push_back(
          {"Parent", name_of({"Parent", parent}), "UPDATE_PARENT", {{"name", text}}});
    } else {
      mutations.push_back({"Child",
                           name_of({"Child", child}),
                           "UPDATE_CHILD",
                           {{"title", text}, {"parentId", parent}}});
    }
    bench_.write(std::move(mutations));
  }

  // False: there was nothing to send.
  bool exchange(bool with_faults) {
    auto begun = bench_.store().begin_push("exchange", one_unit, {}, bench_time);
    CHECK(begun);
    if (!*begun) return false;
    const PushRequest& request = **begun;
    const std::uint64_t fate = with_faults ? run_.random.below(8) : 7;
    if (fate == 0) return lose(), true;
    const std::size_t items_max =
        fate == 1 ? run_.random.between(1, request.items.size()) : request.items.size();
    if (items_max < request.items.size()) run_.seen("a group is answered in part");
    const PushAnswer answer = target_.push(request, items_max);
    if (fate == 2) return lose(), true;
    if (fate == 3) return restart(std::nullopt), true;
    if (fate == 4) return absorb_and_die(answer), true;
    CHECK(bench_.store().finish_push(answer, bench_time));
    return true;
  }

  void lose() {
    CHECK(bench_.store().fail_push({FailureClass::unreachable, "Lost.", 0, std::nullopt}, 1,
                                   bench_time));
  }

  void absorb_and_die(const PushAnswer& answer) {
    bench_.desk.plan({DiskFault::crash, run_.random.between(1, 25)});
    (void)bench_.store().finish_push(answer, bench_time);
    if (bench_.desk.is_dead()) run_.seen("crash while an id is absorbed");
    restart(all_damages[run_.random.below(std::size(all_damages))]);
  }

  void restart(std::optional<Damage> damage) {
    bench_.desk.kill();
    bench_.drop_store();
    if (damage) bench_.desk.lose_power(*damage, run_.random);
    bench_.desk.repair();
    bench_.store_seed = run_.random.next();  // a new process has other chance than the last
    CHECK(bench_.open_store());
  }

  // Written once; each settled create has what the target gave it; nothing else is there.
  void check() {
    auto lines =
        query(reader_.get(), "SELECT entityType, localId, cloudId FROM SyncIdMap ORDER BY id");
    const bool kept =
        lines.size() >= lines_.size() && std::equal(lines_.begin(), lines_.end(), lines.begin());
    if (!kept) run_.violated("I15", "a line of SyncIdMap was changed or is gone");
    lines_ = std::move(lines);
    std::size_t given = 0;
    for (const TextRow& entry : query(reader_.get(),
                                      "SELECT clientRequestId, entityType, entityId, number FROM "
                                      "SyncQueue WHERE op = 'create'"
                                      " AND status = 'SUCCESS' ORDER BY id")) {
      const auto id = target_.given().find(entry[0]);
      if (id == target_.given().end()) continue;
      ++given;
      if (std::ranges::find(lines_, TextRow{entry[1], entry[2], id->second.second}) == lines_.end())
        run_.violated("I15", "the id " + id->second.second + " of a settled create is not kept");
    }
    if (given != lines_.size())
      run_.violated("I15", "SyncIdMap has ids that no settled create brought");
    for (const TextRow& line : lines_) {
      const std::string id = key_text(parse_json(line[2], "an id").value());
      const auto row = bench_.store().row({line[0], id}).value();
      if (exists({line[0], line[1]}) && (!row || row->entity_id != line[1]))
        run_.violated("I15", line[0] + " " + line[2] + " does not name " + line[1] + " any more");
    }
  }

  // The target's rows are the desk's, in other words.
  void compare() {
    std::size_t rows = 0;
    for (const char* type : {"Parent", "Child"}) {
      const store::RowPage page = bench_.store().rows(type, {}).value();
      for (const store::ListedRow& row : page.rows) {
        ++rows;
        compare({type, row.entity_id}, row);
      }
    }
    if (rows != target_.rows().size())
      run_.violated("I15", "the target has other rows than the desk");
  }

  std::string id_at_target(const std::string& type, const json::value& id) {
    const auto row = bench_.store().row({type, key_text(id)}).value();
    return canonical_json(row && row->cloud_id ? *row->cloud_id : id);
  }

  void compare(const EntityKey& entity, const store::ListedRow& row) {
    const auto at =
        target_.rows().find({entity.type, id_at_target(entity.type, json::value(entity.id))});
    if (at == target_.rows().end() || at->second.at_desk != entity)
      return run_.violated("I15", to_text(entity) + " is another row at the target, or none");
    for (const auto& member : at->second.values) {
      const json::value& here = row.values.at(member.key());
      const bool refers = member.key() == "parentId";
      if (member.key() == "id") continue;
      const bool same = refers ? canonical_json(member.value()) == id_at_target("Parent", here)
                               : member.value() == here;
      if (!same)
        run_.violated("I15", to_text(entity) + " has another " + std::string(member.key()) +
                                 " at the target");
    }
  }

  Run& run_;
  Bench bench_;
  Reader reader_;
  IdTarget target_;
  std::vector<TextRow> lines_;
  int texts_ = 0;
};

class GivenNumbers {
 public:
  explicit GivenNumbers(Run& run)
      : run_(run), bench_(Bench::empty()), reader_(bench_.cloud, cloud_file) {
    bench_.numberings = {cloud::numbering_from_text("Parent.memo=M-{01}").value()};
    CHECK(bench_.open_ledger() && bench_.open_store());
    bench_.meet();
  }

  void play() {
    for (int i = 0; i < 12 && !run_.failed(); ++i) {
      const std::string id = "p" + std::to_string(i);
      bench_.write({{"Parent", id, "CREATE_PARENT", {{"name", "n"}}}});
      if (run_.random.chance(1, 3))
        bench_.write({{"Parent", id, "UPDATE_PARENT", {{"name", "edited"}}}});
      if (run_.random.chance(1, 3)) send_and_die();
      if (run_.random.chance(1, 2)) sync();
      check();
    }
    sync();
    check();
    const auto without =
        query(reader_.get(), "SELECT id FROM entity WHERE \"values\" ->> 'memo' IS NULL");
    if (!without.empty()) run_.violated("I15", "a row has got no number");
  }

 private:
  void sync() {
    if (!bench_.sync()) run_.violated("I24", "a desk never drains while rows get numbers");
  }

  // The cloud dies at its disk; the desk hears nothing and sends again.
  void send_and_die() {
    const PushRequest request = bench_.begin_push();
    bench_.cloud.plan({DiskFault::crash, run_.random.between(1, 40)});
    (void)bench_.ledger().push(bench_.owner().tenant, bench_.owner().device, request, bench_time);
    if (bench_.cloud.is_dead()) run_.seen("crash while a number is given");
    bench_.cloud.kill();
    bench_.drop_ledger();
    bench_.cloud.lose_power(all_damages[run_.random.below(std::size(all_damages))], run_.random);
    bench_.cloud.repair();
    CHECK(bench_.open_ledger());
    CHECK(bench_.store().fail_push({FailureClass::unreachable, "Lost.", 0, std::nullopt}, 1,
                                   bench_time));
  }

  // Each row has one number for ever, and no two have the same.
  void check() {
    std::map<std::string, std::string> owners;
    for (const TextRow& row :
         query(reader_.get(), "SELECT id, \"values\" ->> 'memo' FROM row_image ORDER BY seq, id")) {
      run_.seen("a number is given");
      const auto& owner = owners.emplace(row[1], row[0]).first->second;
      if (owner != row[0])
        run_.violated("I15", row[0] + " and " + owner + " have one number, " + row[1]);
      const auto& number = numbers_.emplace(row[0], row[1]).first->second;
      if (number != row[1]) run_.violated("I15", row[0] + " has lost its number " + number);
    }
  }

  Run& run_;
  Bench bench_;
  Reader reader_;
  std::map<std::string, std::string> numbers_;
};

}  // namespace

void play_given_ids(Run& run) {
  GivenIds(run).play();
}
void play_given_numbers(Run& run) {
  GivenNumbers(run).play();
}

}  // namespace slipway::sim
