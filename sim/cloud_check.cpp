#include "cloud_check.h"

#include "model/canonical_json.h"
#include "model/client_request_id.h"

namespace slipway::sim {

namespace {

std::string show(const Image* image) {
  if (!image || !image->live) return "no row";
  return canonical_json(image->values);
}

std::string of_tenant(const Cloud& cloud) {
  return "tenant = " + std::to_string(cloud.tenant());
}

}  // namespace

const Image* CloudLog::row_at(const EntityKey& entity, std::int64_t seq) const {
  const auto found = images_.find(entity);
  if (found == images_.end()) return nullptr;
  const auto after = found->second.upper_bound(seq);
  return after == found->second.begin() ? nullptr : &std::prev(after)->second;
}

void CloudLog::read() {
  if (cloud_.head() <= last_) return;
  for (const TextRow& row :
       query(cloud_.raw(),
             "SELECT seq, type, id, \"values\", deleted FROM row_image WHERE " + of_tenant(cloud_) +
                 " AND seq > ?1",
             last_)) {
    images_[{row[1], row[2]}][std::atoll(row[0].c_str())] = {row[4] == "0", object_from(row[3])};
  }
  std::map<std::int64_t, std::vector<TextRow>> commits;
  for (TextRow& row : query(cloud_.raw(),
                            "SELECT seq, id, verdict, body FROM receipt WHERE " +
                                of_tenant(cloud_) + " AND seq > ?1 ORDER BY seq, rowid",
                            last_)) {
    commits[std::atoll(row[0].c_str())].push_back(std::move(row));
  }
  for (const auto& [seq, receipts] : commits) {
    if (seq != last_ + 1) run_.violated("I6", "commit " + std::to_string(last_ + 1) + " is empty");
    last_ = seq;
    judge_commit(seq, receipts);
  }
}

void CloudLog::note(const TextRow& receipt) {
  run_.seen("verdict " + receipt[2]);
  if (receipt[2] == "conflict") {
    const json::object body = object_from(receipt[3]);
    run_.seen("conflict: " + std::string(text_at(body, "reason").value_or("?")));
    for (const auto& device : devices_) {
      if (device->decided.contains(receipt[1])) run_.seen("a decision became a fresh conflict");
    }
  }
  if (!verdicts_.emplace(receipt[1], receipt[2]).second) {
    run_.violated("I3", "two receipts for " + receipt[1]);
  }
}

void CloudLog::judge_commit(std::int64_t seq, const std::vector<TextRow>& receipts) {
  std::set<EntityKey> touched;
  for (const TextRow& receipt : receipts) {
    note(receipt);
    run_.trace("cloud   " + std::to_string(seq) + ": " + receipt[1].substr(0, 8) + " " +
               receipt[2]);
    forget_end(seq, receipt[1]);
    if (receipt[2] == "applied" || receipt[2] == "merged") apply(seq, receipt, touched);
    if (receipt[2] == "conflict") lineage_.conflicted(receipt[1], object_from(receipt[3]));
  }
  for (const auto& [entity, images] : images_) {
    if (images.contains(seq)) touched.insert(entity);
  }
  for (const EntityKey& entity : touched) {
    const Image* stored = row_at(entity, seq);
    const auto row = lineage_.rows().find(entity);
    const Image own =
        row == lineage_.rows().end() ? Image{} : Image{row->second.live, row->second.values};
    if (show(stored) == show(&own)) continue;
    run_.violated("I3", "commit " + std::to_string(seq) + " made " + to_text(entity) + " " +
                            show(stored) + ", its entries make it " + show(&own));
  }
  for (const auto& [id, group] : groups_) {
    if (group.seq == seq && group.applied != group.size) {
      run_.violated("I9", "of group " + id + " only " + std::to_string(group.applied) +
                              " entries took effect in commit " + std::to_string(seq));
    }
  }
  check_references(seq);
}

void CloudLog::apply(std::int64_t seq, const TextRow& receipt, std::set<EntityKey>& touched) {
  const std::string& id = receipt[1];
  const std::string* text = nullptr;
  for (const auto& device : devices_) {
    const auto found = device->captured.find(id);
    if (found != device->captured.end()) text = &found->second;
  }
  if (!text) return run_.violated("I3", "an effect that nobody captured: " + id);
  const json::object object = object_from(*text);
  if (client_request_id(object) != id) run_.violated("I5", id + " is not its body's id");
  const Body body = body_from_json(object).value();
  auto& position = positions_[{body.incarnation, body.entity}];
  if (body.lane_position <= position && !lineage_.effective_before(id)) {
    run_.violated("I9", to_text(body.entity) + ": position " + std::to_string(body.lane_position) +
                            " took effect after " + std::to_string(position));
  }
  position = std::max(position, body.lane_position);
  check_lane(body, id);
  if (body.group_id) {
    Group& group = groups_[*body.group_id];
    if (group.applied > 0 && group.seq != seq) run_.violated("I9", "a group in two commits");
    group = {group.applied + 1, body.group_size, seq};
    run_.seen("group applied");
  }
  if (body.supersedes) run_.seen("successor applied");
  touched.insert(body.entity);
  lineage_.took_effect(seq, id, object_from(receipt[3]));
}

void CloudLog::forget_end(std::int64_t seq, const std::string& id) {
  const Meaning* meaning = lineage_.meanings().find(id);
  if (!meaning) return;
  const std::int64_t forgotten = cloud_.forgotten_at(meaning->body.entity);
  if (forgotten >= 0 && forgotten < seq) lineage_.end_is_forgotten(meaning->body.entity, forgotten);
}

// A stuck entry holds its lane: all before this one has taken effect or is closed, and the cloud
// has heard of it.
void CloudLog::check_lane(const Body& body, const std::string& id) {
  const std::pair lane{body.incarnation, body.entity};
  for (const auto& device : devices_) {
    const auto found = device->lanes.find(lane);
    if (found == device->lanes.end()) continue;
    std::set<std::string_view> superseded;
    for (const auto& entry : found->second) superseded.insert(entry.supersedes);
    for (const auto& entry : found->second) {
      if (entry.lane_position >= body.lane_position) continue;
      const auto verdict = verdicts_.find(entry.id);
      const std::string is = verdict == verdicts_.end() ? "none" : verdict->second;
      if (is == "applied" || is == "merged" || is == "voided") continue;
      const bool closed = device->discarded.contains(entry.id) || superseded.contains(entry.id);
      if (is != "none" && closed) continue;
      run_.violated("I9", to_text(body.entity) + ": " + id.substr(0, 8) + " took effect before " +
                              entry.id.substr(0, 8) + " of its lane, whose verdict is " + is);
    }
  }
}

void CloudLog::check_references(std::int64_t seq) {
  const auto& rows = lineage_.rows();
  for (const auto& [entity, row] : rows) {
    if (!row.live || entity.type == "Parent") continue;
    const EntityKey parent{"Parent", std::string(row.values.at("parentId").as_string())};
    const auto found = rows.find(parent);
    if (found != rows.end() && found->second.live) continue;
    run_.violated("I9", "commit " + std::to_string(seq) + " leaves " + to_text(entity) +
                            " without " + to_text(parent));
  }
}

}  // namespace slipway::sim
