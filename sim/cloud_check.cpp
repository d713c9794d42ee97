#include "cloud_check.h"

#include <algorithm>

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

const Image* CloudLog::row_at(const EntityKey& entity, std::int64_t tick) const {
  const auto found = images_.find(entity);
  if (found == images_.end()) return nullptr;
  const auto after = found->second.upper_bound(tick);
  return after == found->second.begin() ? nullptr : &std::prev(after)->second;
}

void CloudLog::read() {
  if (cloud_.head() <= head_.seq) return;
  std::map<std::int64_t, std::vector<TextRow>> images;
  for (TextRow& row : query(cloud_.raw(),
                            "SELECT seq, type, id, \"values\", deleted FROM row_image WHERE " +
                                of_tenant(cloud_) + " AND seq > ?1",
                            head_.seq)) {
    images[std::atoll(row[0].c_str())].push_back(std::move(row));
  }
  std::map<std::int64_t, std::vector<TextRow>> receipts;
  for (TextRow& row : query(cloud_.raw(),
                            "SELECT seq, id, verdict, body FROM receipt WHERE " +
                                of_tenant(cloud_) + " AND seq > ?1 ORDER BY seq, rowid",
                            head_.seq)) {
    receipts[std::atoll(row[0].c_str())].push_back(std::move(row));
  }
  for (const TextRow& commit : query(cloud_.raw(),
                                     "SELECT seq, salt FROM commit_log WHERE " + of_tenant(cloud_) +
                                         " AND seq > ?1 ORDER BY seq",
                                     head_.seq)) {
    const std::int64_t seq = std::atoll(commit[0].c_str());
    const Cloud::GivenScope* given = cloud_.scope_given(seq);
    const bool is_empty = receipts[seq].empty() && !given;
    if (seq != head_.seq + 1 || is_empty) {
      run_.violated("I6", "commit " + std::to_string(head_.seq + 1) + " is empty");
    }
    head_ = {seq, commit[1]};
    tick_ = past_.committed(head_);
    if (given) scopes_[given->device][tick_] = given->scope;
    for (const TextRow& row : images[seq]) {
      images_[{row[1], row[2]}][tick_] = {row[4] == "0", object_from(row[3])};
    }
    judge_commit(receipts[seq]);
  }
}

void CloudLog::restored() {
  head_.seq = cloud_.head();
  head_.salt = cloud_.salt_of(head_.seq);
  const std::int64_t to = past_.tick_of_commit(head_.seq);
  tick_ = past_.restored(head_.seq);
  for (auto& [entity, images] : images_) {
    if (images.rbegin()->first <= to) continue;
    const Image* earlier = row_at(entity, to);
    images[tick_] = earlier ? *earlier : Image{};
  }
  for (auto& [device, scopes] : scopes_) {
    const RowScope earlier = scope_of(device, to);
    scopes[tick_] = earlier;
  }
  const auto beyond = [&](std::int64_t tick) { return tick > to; };
  std::erase_if(verdict_ticks_, [&](const auto& one) {
    if (!beyond(one.second)) return false;
    verdicts_.erase(one.first);
    failed_with_others_.erase(one.first);
    return true;
  });
  std::erase_if(numbers_, [&](const auto& one) { return beyond(one.second.tick); });
  std::erase_if(placed_, [&](const Placed& one) { return beyond(one.tick); });
  std::erase_if(groups_, [&](const auto& one) { return beyond(one.second.tick); });
  lineage_.restored(to, tick_);
}

const RowScope& CloudLog::scope_of(std::size_t device, std::int64_t tick) const {
  static const RowScope everything;
  const auto found = scopes_.find(device);
  if (found == scopes_.end()) return everything;
  const auto after = found->second.upper_bound(tick);
  return after == found->second.begin() ? everything : std::prev(after)->second;
}

bool CloudLog::was_outside(std::size_t device, const EntityKey& entity, std::int64_t since) const {
  for (std::int64_t tick = since; tick <= tick_; ++tick) {
    const Image* image = row_at(entity, tick);
    if (image && image->live && !scope_of(device, tick).covers(entity.type, image->values))
      return true;
  }
  return false;
}

std::string CloudLog::verdict_of(const std::string& id) const {
  const auto found = verdicts_.find(id);
  return found == verdicts_.end() ? "none" : found->second;
}

bool CloudLog::has_effect(const std::string& id) const {
  const std::string verdict = verdict_of(id);
  return verdict == "applied" || verdict == "merged";
}

void CloudLog::note(const TextRow& receipt) {
  run_.seen("verdict " + receipt[2]);
  if (receipt[2] == "conflict") {
    const json::object body = object_from(receipt[3]);
    run_.seen("conflict: " + std::string(text_at(body, "reason").value_or("?")));
    note_blame(receipt[1], body);
    for (const auto& device : devices_) {
      if (device->decided.contains(receipt[1])) run_.seen("a decision became a fresh conflict");
    }
  }
  if (receipt[2] == "rejected") rejected_.insert(receipt[1]);
  if (receipt[2] == "voided" && !was_closed(receipt[1]))
    run_.violated("I14", receipt[1] + " was voided, and nobody had closed it");
  note_number(receipt);
  verdict_ticks_[receipt[1]] = tick_;
  if (!verdicts_.emplace(receipt[1], receipt[2]).second) {
    run_.violated("I7", "two receipts for " + receipt[1]);
  }
}

// I19: what is written on a file that has heard of the other file's entries goes by other numbers.
void CloudLog::note_number(const TextRow& receipt) {
  const Meaning* meaning = lineage_.meanings().find(receipt[1]);
  if (!meaning) return;
  const Body& body = meaning->body;
  const auto [judged, is_first] = numbers_.try_emplace({body.incarnation, body.number}, tick_,
                                                       cloud_.push_of(head_.seq).device);
  const auto reason = text_at(object_from(receipt[3]), "reason");
  if (is_first || receipt[2] != "rejected" || reason != "key-reused") return;
  run_.seen("refused: key-reused");
  const Numbered& other = judged->second;
  const Heard& heard = meaning->heard;
  if (other.desk != heard.desk || other.tick <= heard.after || other.tick > heard.up_to) return;
  run_.violated("I19", device_name(heard.desk) + " gave " + to_text(body.entity) + " the number " +
                           std::to_string(body.number) +
                           ", though it had heard that another file has used it");
}

void CloudLog::judge_commit(const std::vector<TextRow>& receipts) {
  std::set<EntityKey> touched;
  lineage_.came_with(tick_, cloud_.push_of(head_.seq));
  for (const TextRow& receipt : receipts) {
    note(receipt);
    run_.trace("cloud   " + std::to_string(head_.seq) + ": " + receipt[1].substr(0, 8) + " " +
               receipt[2]);
    forget_end(receipt[1]);
    if (receipt[2] == "applied" || receipt[2] == "merged") apply(receipt, touched);
    if (receipt[2] != "conflict") continue;
    check_named(object_from(receipt[3]));
    lineage_.conflicted(receipt[1], object_from(receipt[3]));
  }
  for (const TextRow& receipt : receipts) {
    if (receipt[2] == "conflict") check_culprit(receipt[1]);
  }
  for (const auto& [entity, images] : images_) {
    if (images.contains(tick_)) touched.insert(entity);
  }
  for (const EntityKey& entity : touched) {
    const Image* stored = row_at(entity, tick_);
    const auto row = lineage_.rows().find(entity);
    const Image own =
        row == lineage_.rows().end() ? Image{} : Image{row->second.live, row->second.values};
    if (show(stored) == show(&own)) continue;
    run_.violated("I3", "commit " + std::to_string(head_.seq) + " made " + to_text(entity) + " " +
                            show(stored) + ", its entries make it " + show(&own));
  }
  for (const auto& [id, group] : groups_) {
    if (group.tick == tick_ && group.applied != group.size) {
      run_.violated("I9", "of group " + id + " only " + std::to_string(group.applied) +
                              " entries took effect in commit " + std::to_string(head_.seq));
    }
  }
  check_references();
}

void CloudLog::apply(const TextRow& receipt, std::set<EntityKey>& touched) {
  const std::string& id = receipt[1];
  const std::string* text = nullptr;
  for (const auto& device : devices_) {
    const auto found = device->captured.find(id);
    if (found != device->captured.end()) text = &found->second.body;
  }
  if (!text) return run_.violated("I3", "an effect that nobody captured: " + id);
  const json::object object = object_from(*text);
  if (client_request_id(object) != id) run_.violated("I5", id + " is not its body's id");
  const Body body = body_from_json(object).value();
  check_position(body, id);
  check_lane(body, id);
  if (body.group_id) {
    Group& group = groups_[*body.group_id];
    if (group.applied > 0 && group.tick != tick_) run_.violated("I9", "a group in two commits");
    group = {group.applied + 1, body.group_size, tick_};
    run_.seen("group applied");
  }
  if (body.supersedes) run_.seen("successor applied");
  touched.insert(body.entity);
  check_scope(body, id);
  lineage_.took_effect(head_, id, object_from(receipt[3]));
}

// Nobody writes a row that he may not hold, but for one that he hands over.
void CloudLog::check_scope(const Body& body, const std::string& id) {
  const auto row = lineage_.rows().find(body.entity);
  const bool live = row != lineage_.rows().end() && row->second.live;
  for (const auto& device : devices_) {
    if (!device->captured.contains(id) || lineage_.repeats(id)) continue;
    const json::object& values = live ? row->second.values : body.payload;
    if ((!live && body.op != Op::create) ||
        scope_of(device->index(), tick_).covers(body.entity.type, values))
      continue;
    run_.violated("I27", device->name() + " wrote " + to_text(body.entity) +
                             ", which lies outside of its scope");
  }
}

void CloudLog::check_position(const Body& body, const std::string& id) {
  const std::pair lane{body.incarnation, body.entity};
  for (const Placed& one : placed_) {
    if (one.lane != lane || one.position < body.lane_position) continue;
    if (lineage_.effective_before(id) || !is_in_file(one.id) || is_shared(one.id)) continue;
    run_.violated("I9", to_text(body.entity) + ": position " + std::to_string(body.lane_position) +
                            " took effect after " + std::to_string(one.position));
  }
  placed_.push_back({tick_, id, lane, body.lane_position});
}

void CloudLog::forget_end(const std::string& id) {
  const Meaning* meaning = lineage_.meanings().find(id);
  if (!meaning) return;
  const std::int64_t since = past_.tick_of(cloud_.forgotten_at(meaning->body.entity));
  if (since >= 0 && since < tick_) lineage_.end_is_forgotten(meaning->body.entity, since);
}

// A stuck entry holds its lane: all before this one has taken effect or is closed, and the cloud
// has heard of it.
void CloudLog::check_lane(const Body& body, const std::string& id) {
  const std::pair lane{body.incarnation, body.entity};
  std::vector<Device::Captured> beside;
  std::set<std::int64_t> overtook;
  std::set<std::string> closed;
  for (const auto& device : devices_) {
    closed.insert(device->discarded.begin(), device->discarded.end());
    for (const auto& [of, entries] : device->lanes) {
      if (of.second != body.entity) continue;
      for (const auto& entry : entries) {
        if (!is_in_file(entry.id)) continue;
        closed.insert(entry.supersedes);
        const bool shared = is_shared(entry.id);
        if (of == lane && !shared) beside.push_back(entry);
        // Also of the file's earlier incarnation.
        if (shared && has_effect(entry.id)) overtook.insert(entry.lane_position);
      }
    }
  }
  for (const auto& entry : beside) {
    if (entry.lane_position >= body.lane_position) continue;
    const std::string is = verdict_of(entry.id);
    if (has_effect(entry.id) || is == "voided") continue;  // by a person: see note()
    // What a restored file numbers as long ago is never judged, and closed here.
    if ((is != "none" || has_restored_desks()) && closed.contains(entry.id)) continue;
    // The other file sent what stood behind it, and this file goes on from there.
    const auto next = overtook.upper_bound(entry.lane_position);
    if (next != overtook.end() && *next < body.lane_position) continue;
    run_.violated("I9", to_text(body.entity) + ": " + id.substr(0, 8) + " took effect before " +
                            entry.id.substr(0, 8) + " of its lane, whose verdict is " + is);
  }
}

// Discarded, or replaced by what was decided.
bool CloudLog::was_closed(const std::string& id) const {
  return std::ranges::any_of(devices_, [&](const auto& device) {
    return device->discarded.contains(id) || device->superseded.contains(id);
  });
}

// In several files, each of which may decide about it.
bool CloudLog::is_shared(const std::string& id) const {
  const Meaning* meaning = lineage_.meanings().find(id);
  return meaning && std::ranges::any_of(devices_, [&](const auto& device) {
           return device->has_copied(meaning->file.name(), meaning->entry);
         });
}

bool CloudLog::has_restored_desks() const {
  return std::ranges::any_of(devices_, [](const auto& one) { return one->was_restored(); });
}

bool CloudLog::is_of_an_older_file(const std::string& id) const {
  return has_restored_desks() && cloud_.has_told_expired(id);
}

bool CloudLog::is_in_file(const std::string& id) const {
  const Meaning* meaning = lineage_.meanings().find(id);
  return meaning && cloud_.push_of(head_.seq).file.has(meaning->file.name(), meaning->entry);
}

void CloudLog::check_references() {
  const auto& rows = lineage_.rows();
  for (const auto& [entity, row] : rows) {
    if (!row.live || entity.type == "Parent") continue;
    const EntityKey parent{"Parent", std::string(row.values.at("parentId").as_string())};
    const auto found = rows.find(parent);
    if (found != rows.end() && found->second.live) continue;
    run_.violated("I9", "commit " + std::to_string(head_.seq) + " leaves " + to_text(entity) +
                            " without " + to_text(parent));
  }
}

}  // namespace slipway::sim
