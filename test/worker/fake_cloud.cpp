#include "worker/fake_cloud.h"

#include <cstdio>

namespace slipway {

PushAnswer FakeCloud::push(const PushRequest& request) {
  PushAnswer answer{request.exchange, {}, {}, std::nullopt};
  for (const PushItem& item : request.items) answer.verdicts.push_back(judge(item));
  answer.head = log_.back().version;
  if (sends_pages) answer.page = page_after(request.cursor);
  if (backed_up) answer.safe = answer.head;
  return answer;
}

PullAnswer FakeCloud::pull(const PullRequest& request) const {
  const Version cursor = request.cursor.value();
  if (withholds) return {request.exchange, log_.back().version, {cursor, cursor, {}, {}}};
  PullAnswer answer{request.exchange, log_.back().version, page_after(cursor)};
  if (backed_up) answer.safe = answer.head;
  return answer;
}

SnapshotPage FakeCloud::snapshot(const SnapshotRequest& request) const {
  SnapshotPage page;
  page.exchange = request.exchange;
  page.head = log_.back().version;
  page.at = request.at.value_or(page.head);
  page.after = request.after;
  std::map<EntityKey, PageRow> state;
  for (std::size_t seq = 1; seq <= std::size_t(page.at.seq); ++seq) {
    const Commit& commit = log_[seq];
    const bool wanted = request.since && std::int64_t(seq) > *request.since;
    if (commit.receipt && wanted) page.receipts.push_back(*commit.receipt);
    if (!commit.change) continue;
    state.erase(commit.change->entity);
    if (!commit.change->exists) continue;
    state[commit.change->entity] = {commit.change->entity, commit.version, false,
                                    commit.change->values};
  }
  page.total = std::int64_t(state.size());
  for (auto& [entity, row] : state) {  // of one type only
    if (request.after && entity.id <= request.after->row->id) continue;
    if (std::int64_t(page.rows.size()) == snapshot_rows) {
      page.next = SnapshotPlace{page.rows.back().entity, 0};
      page.receipts.clear();  // they come with the last page
      break;
    }
    page.rows.push_back(std::move(row));
  }
  page.passed = std::int64_t(page.rows.size());
  return page;
}

HistoryAnswer FakeCloud::compare_history(const HistoryRequest& request) const {
  HistoryAnswer answer{request.exchange, log_.front().version, log_.back().version};
  for (const Version& version : request.versions) {
    if (has(version) && version.seq > answer.common.seq) answer.common = version;
  }
  return answer;
}

void FakeCloud::restore(std::int64_t seq) {
  std::vector<Commit> kept(log_.begin(), log_.begin() + seq + 1);
  log_.resize(1);
  receipts_.clear();
  rows_.clear();
  effects_.clear();
  for (std::size_t i = 1; i < kept.size(); ++i) {
    if (const auto& receipt = kept[i].receipt) {
      receipts_[receipt->id] = *receipt;
      if (receipt->verdict == Verdict::applied) ++effects_[receipt->id];
    }
    commit(kept[i].change, kept[i].receipt);
  }
  ++past_;
}

Receipt FakeCloud::judge(const PushItem& item) {
  if (const auto known = receipts_.find(item.id); known != receipts_.end()) return known->second;
  Receipt receipt{item.id, Verdict::voided, 0, "", "", std::nullopt};
  std::optional<Change> change;
  if (item.write) {
    const Body body = body_from_json(*item.write).value();
    if (refused_.contains(body.entity.id)) {
      receipt.verdict = Verdict::conflict;
      receipt.reason = "changed";
    } else {
      receipt.verdict = Verdict::applied;
      ++effects_[item.id];
      Change now{body.entity, body.op != Op::remove, rows_[body.entity]};
      for (const auto& field : body.payload) now.values[field.key()] = field.value();
      change = std::move(now);
    }
  }
  receipt.seq = std::int64_t(log_.size());
  commit(std::move(change), receipt);
  receipts_[item.id] = receipt;
  return receipt;
}

std::int64_t FakeCloud::commit(std::optional<Change> change, std::optional<Receipt> receipt) {
  if (change && change->exists) rows_[change->entity] = change->values;
  if (change && !change->exists) rows_.erase(change->entity);
  const auto seq = std::int64_t(log_.size());
  char salt[17];
  std::snprintf(salt, sizeof salt, "%016llx",
                0xc0ffee00ull + static_cast<unsigned long long>(seq) +
                    (static_cast<unsigned long long>(past_) << 32));
  log_.push_back({{seq, salt}, std::move(change), std::move(receipt)});
  return seq;
}

Page FakeCloud::page_after(const Version& cursor) const {
  Page page{cursor, log_.back().version, {}, {}};
  std::map<EntityKey, PageRow> newest;
  for (std::size_t seq = std::size_t(cursor.seq) + 1; seq < log_.size(); ++seq) {
    const Commit& commit = log_[seq];
    if (commit.receipt) page.receipts.push_back(*commit.receipt);
    if (!commit.change) continue;
    const Change& change = *commit.change;
    newest[change.entity] = {change.entity, commit.version, !change.exists, change.values};
  }
  for (auto& [entity, row] : newest) page.rows.push_back(std::move(row));
  return page;
}

}  // namespace slipway
