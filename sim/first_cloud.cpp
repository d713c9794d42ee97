#include "first_cloud.h"

#include <limits>

#include "app.h"
#include "base/check.h"
#include "bench.h"
#include "model/canonical_json.h"
#include "stranger.h"

namespace slipway::sim {

FirstCloud::FirstCloud(Run& run, Random& random, FirstAccount& account, std::string name)
    : run_(run),
      random_(random),
      account_(account),
      name_(std::move(name)),
      disk_(empty_cloud()),
      salts_(random.next()),
      raw_(disk_, cloud_file) {
  auto opened = cloud::open_sqlite_ledger(cloud_file, salts_, disk_.vfs(Program::process));
  CHECK(opened);
  ledger_ = std::move(*opened);
  for (const char* device : {"desk", "other", "stranger"}) {
    CHECK(ledger_->create_token("tenant", device, device, bench_time));
    owners_[device] = ledger_->find_token(device).value().value();
  }
}

std::map<EntityKey, Image> FirstCloud::rows_at(std::int64_t seq) {
  std::map<EntityKey, Image> rows;
  for (const TextRow& row : query(
           raw_.get(),
           "SELECT type, id, \"values\", deleted FROM row_image WHERE seq <= ?1 ORDER BY seq", seq))
    rows[{row[0], row[1]}] = {row[3] == "0", object_from(row[2])};
  return rows;
}

std::int64_t FirstCloud::head() {
  return ledger_->head(owner("stranger").tenant).value().seq;
}

std::optional<std::string> FirstCloud::verdict_of(const std::string& request_id) {
  const auto rows =
      query(raw_.get(), "SELECT verdict FROM receipt WHERE id = '" + request_id + "'");
  if (rows.empty()) return std::nullopt;
  return rows.front().front();
}

void FirstCloud::stranger_writes() {
  const auto rows_now = rows();
  const EntityKey entity{"Parent", "p" + std::to_string(random_.between(1, 4))};
  const auto found = rows_now.find(entity);
  const json::value said(name_ + " " + std::to_string(++written_));
  if (found == rows_now.end() || !found->second.live) {
    if (found != rows_now.end()) return;
    const json::value place = random_.chance(1, 3) ? json::value("twin") : said;
    return push(Op::create, entity,
                {{"id", entity.id},
                 {"name", place},
                 {"amount", 0},
                 {"stock", 0},
                 {"peak", 50},
                 {"tags", json::array()},
                 {"place", place},
                 {"memo", nullptr}});
  }
  if (random_.chance(1, 5)) return push(Op::remove, entity, {});
  push(Op::update, entity, {{random_.chance(1, 2) ? "name" : "place", said}});
}

void FirstCloud::push(Op op, const EntityKey& entity, json::object payload) {
  const auto before = rows();
  const Verdict verdict =
      write_as_stranger(*ledger_, owners_.at("stranger"), ++written_, op, entity, payload);
  if (verdict != Verdict::applied) return;  // others refer to it
  run_.trace(name_ + ": a stranger writes " + to_text(entity) + " " + canonical_json(payload));
  const auto old = before.find(entity);
  if (old != before.end() && op == Op::remove) account_.see(entity, old->second.values);
  for (const auto& member : payload) {
    if (old != before.end()) account_.see(entity, member.key(), old->second.values);
  }
  account_.owe(entity, payload, name_);
}

}  // namespace slipway::sim
