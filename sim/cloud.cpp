#include "cloud.h"

#include <algorithm>

#include "app.h"
#include "base/check.h"
#include "device.h"
#include "model/client_request_id.h"

namespace slipway::sim {

namespace {

constexpr std::int64_t receipts_kept_days = 90;

}  // namespace

std::string device_name(std::size_t device) {
  return "desk" + std::to_string(device + 1);
}

Cloud::Cloud(Run& run, std::size_t devices)
    : run_(run),
      disk_(empty_cloud()),
      random_(run.random.next()),
      wall_offset_ms_(std::int64_t(run.clocks.below(20ull * 365 * 86'400'000))),
      raw_(disk_, cloud_file),
      copies_kept_(run.random.chance(1, 2) ? 0 : std::int64_t(run.random.between(1, 3))) {
  restart();
  const auto owner_of = [&](const std::string& tenant, const std::string& device) {
    CHECK(ledger_->create_token(tenant, device, "hash of " + tenant + device, {0}));
    return ledger_->find_token("hash of " + tenant + device).value().value();
  };
  for (std::size_t i = 0; i < devices; ++i) owners_.push_back(owner_of("tenant", device_name(i)));
  neighbour_ = owner_of("neighbour", device_name(0));
  tokens_.assign(devices, Token::own);
}

void Cloud::give_scope(std::size_t device, const RowScope& scope) {
  if (disk_.is_troubled()) return;
  const std::int64_t before = newest_commit();
  CHECK(ledger_->set_scope("tenant", device_name(device), scope, {0}));
  const std::int64_t commit = newest_commit();
  if (commit == before) return;  // it has it already
  head_ = commit;
  scopes_[commit] = {device, scope};
  if (scopes_.size() > 1) run_.seen("a desk's scope is changed");
  pokes_->committed(tenant());
}

const Cloud::GivenScope* Cloud::scope_given(std::int64_t commit) const {
  const auto given = scopes_.find(commit);
  return given == scopes_.end() ? nullptr : &given->second;
}

// A copy is never older than the first scope.
bool Cloud::is_scoped(std::size_t device) const {
  return std::ranges::any_of(scopes_, [&](const auto& one) { return one.second.device == device; });
}

void Cloud::restart() {
  pokes_.reset();
  identity_.reset();
  ledger_.reset();
  while (!open()) {
    CHECK(disk_.is_troubled());
    if (!disk_.is_dead()) disk_.repair();  // by somebody who read what it said
  }
  identity_ = std::make_unique<cloud::Identity>(*ledger_, [this] { return wall_time(); });
  pokes_ = std::make_unique<cloud::Pokes>(*ledger_, *identity_);
  // A push may have failed after its commit.
  if (!owners_.empty()) head_ = std::max(head_, newest_commit());
}

// False: the disk failed, or it died there.
bool Cloud::open() {
  if (disk_.is_dead()) {
    const Damage damage = all_damages[run_.random.below(std::size(all_damages))];
    run_.trace("cloud ! died at its disk, and the power failed: " + std::string(to_text(damage)));
    run_.seen("cloud crash inside a transaction");
    disk_.lose_power(damage, run_.random);
    disk_.restart();
  }
  auto opened = cloud::open_sqlite_ledger(cloud_file, random_, disk_.vfs(Program::process));
  if (!opened || disk_.is_dead()) return false;
  ledger_ = std::move(*opened);
  ledger_->keep_receipts(receipts_kept_days);
  return true;
}

void Cloud::befall(const Mishap& mishap) {
  if (disk_.is_dead()) return;  // nobody has noticed yet; more cannot happen to it
  run_.trace("cloud ! its disk: " + std::string(to_text(mishap.fault)) +
             (mishap.for_good ? " for good" : "") + " after " + std::to_string(mishap.at) +
             " calls");
  disk_.plan(mishap);
}

// It died inside a transaction; somebody starts it again. I6: what it has answered is still there.
void Cloud::revive() {
  restart();
  const std::int64_t head = newest_commit();
  if (head < head_) run_.violated("I6", "the cloud has lost a commit that it had answered");
  head_ = head;
}

void Cloud::back_up() {
  constexpr std::size_t copies_max = 4;
  if (disk_.is_troubled()) return;
  std::optional<std::int64_t> number;
  const WallTime now = wall_time();
  if (copies_kept_ > 0) number = ledger_->begin_backup("copy", now).value();
  copies_.push_back({disk_.image(), newest_commit(), forgotten_, expired_, scopes_});
  if (number) CHECK(ledger_->end_backup(*number, true, copies_kept_));
  const std::size_t kept = copies_kept_ > 0 ? std::size_t(copies_kept_) : copies_max;
  if (copies_.size() > kept) copies_.erase(copies_.begin());
  run_.trace("cloud ! is copied at " + std::to_string(copies_.back().head));
}

// Copies of the past that is gone are thrown away with it.
bool Cloud::restore() {
  if (copies_.empty() || disk_.is_troubled()) return false;
  before_restore();
  const std::size_t which = run_.random.below(copies_.size());
  copies_.resize(which + 1);
  run_.trace("cloud ! is restored to " + std::to_string(copies_[which].head));
  run_.seen(copies_kept_ > 0 ? "cloud restored, its safe point told" : "cloud restored");
  pokes_.reset();
  identity_.reset();
  ledger_.reset();
  disk_.kill();
  disk_.replace(copies_[which].image);
  forgotten_ = copies_[which].forgotten;
  expired_ = copies_[which].expired;
  if (scopes_.size() > copies_[which].scopes.size()) run_.seen("cloud restored to another scope");
  scopes_ = copies_[which].scopes;
  disk_.restart();
  restart();
  head_ = newest_commit();
  restored_ = true;
  on_restored();
  return true;
}

std::string Cloud::salt_of(std::int64_t commit) {
  for (const TextRow& row :
       query(raw(),
             "SELECT salt FROM commit_log WHERE seq = ?1 AND tenant = " + std::to_string(tenant()),
             commit)) {
    return row[0];
  }
  return {};
}

std::int64_t Cloud::newest_commit() {
  const auto rows = query(raw(), "SELECT max(seq) FROM commit_log WHERE tenant = ?1", tenant());
  return std::atoll(rows.front().front().c_str());
}

bool Cloud::listen(std::size_t device, Token token, const std::optional<Version>& cursor,
                   const cloud::Pokes::Begin& begin) {
  if (refusal(token)) return false;
  return pokes_->add(owner(device, token), cursor, begin).has_value();
}

template <class T>
std::expected<T, Failure> Cloud::answer(Token token, Result<T> result) {
  if (disk_.is_dead()) {
    revive();
    return std::unexpected(Failure{FailureClass::unreachable, "It died.", 0, std::nullopt});
  }
  if (result) return std::move(*result);
  const bool may_differ = token == Token::foreign || restored_;
  if (may_differ && result.error().type == "history-changed") {
    return std::unexpected(
        Failure{FailureClass::history_changed, result.error().message, 409, std::nullopt});
  }
  if (disk_.met() &&
      (result.error().kind == ErrorKind::storage || result.error().kind == ErrorKind::busy)) {
    run_.seen("the cloud told: " + result.error().type);
    return std::unexpected(Failure{FailureClass::busy, result.error().message, 503, std::nullopt});
  }
  if (result.error().type == "horizon-passed") {
    run_.seen("horizon passed");
    return std::unexpected(
        Failure{FailureClass::horizon_passed, result.error().message, 409, std::nullopt});
  }
  // Each other refusal is a bug of somebody.
  run_.violated("I6", "the cloud refused: " + result.error().type + ": " + result.error().message);
  return std::unexpected(Failure{FailureClass::busy, result.error().message, 503, std::nullopt});
}

std::optional<Failure> Cloud::refusal(Token token) {
  if (token != Token::revoked) return std::nullopt;
  run_.seen("signed out");
  return Failure{FailureClass::signed_out, "The token was revoked.", 401, std::nullopt};
}

const cloud::TokenOwner& Cloud::owner(std::size_t device, Token token) const {
  return token == Token::foreign ? neighbour_ : owners_[device];
}

std::expected<Capabilities, Failure> Cloud::probe(std::size_t device, Token token) {
  if (auto refused = refusal(token)) return std::unexpected(std::move(*refused));
  if (token == Token::foreign) run_.seen("another company's token");
  return answer(token, ledger_->capabilities(owner(device, token)));
}

std::expected<PushAnswer, Failure> Cloud::push(std::size_t device, Token token,
                                               const PushRequest& request) {
  if (auto refused = refusal(token)) return std::unexpected(std::move(*refused));
  if (token == Token::foreign) {
    run_.violated("I18", device_name(device) + " sends its entries to another company");
  }
  // Through its JSON form, as on the wire.
  const auto received = push_request_from_json(to_json(request));
  CHECK(received);
  const WallTime now = wall_time();
  if (token == Token::own) note_push(device, request, now);
  auto result =
      ledger_->push(owner(device, token).tenant, owner(device, token).device, *received, now);
  if (result) head_ = result->head.seq;
  if (result) check_expired(*result);
  if (result) pokes_->committed(owner(device, token).tenant);
  if (result) result = push_answer_from_json(to_json(*result));
  return answer(token, std::move(result));
}

// Of a push that makes no commit the next one's takes the place.
void Cloud::note_push(std::size_t device, const PushRequest& request, WallTime now) {
  Pushed pushed{device, Branch(-1), request.cursor, {}, {}, {}, now};
  if (const auto sender = senders_.find(request.exchange); sender != senders_.end()) {
    pushed.file = sender->second.file;
    pushed.rules = sender->second.rules;
  }
  for (const PushItem& item : request.items) {
    pushed.ids.insert(item.id);
    if (item.shared) pushed.shared.insert(item.id);
  }
  pushes_[newest_commit() + 1] = std::move(pushed);
}

std::expected<PullAnswer, Failure> Cloud::pull(std::size_t device, Token token,
                                               const PullRequest& request) {
  if (auto refused = refusal(token)) return std::unexpected(std::move(*refused));
  auto result = ledger_->changes(owner(device, token).tenant, owner(device, token).device,
                                 request.cursor, request.limit);
  if (result && token != Token::foreign) head_ = std::max(head_, result->head.seq);
  if (result) result->exchange = request.exchange;
  if (result) result = pull_answer_from_json(to_json(*result));
  return answer(token, std::move(result));
}

std::expected<SnapshotPage, Failure> Cloud::snapshot(std::size_t device, Token token,
                                                     const SnapshotRequest& request) {
  if (auto refused = refusal(token)) return std::unexpected(std::move(*refused));
  const WallTime now = wall_time();
  const auto page =
      ledger_->snapshot(owner(device, token).tenant, owner(device, token).device, request, now);
  if (page) {
    check_place(device, *page, request);
    const std::string text = cloud::snapshot_text(*page, request);
    return answer(token, snapshot_page_from_json(parse_json_object(text, "a page").value()));
  }
  if (request.at && page.error().type == "horizon-passed") run_.seen("full pull begins again");
  return answer(token, Result<SnapshotPage>(std::unexpected(page.error())));
}

// I27: a place names no row but one that the desk is told of.
void Cloud::check_place(std::size_t device, const cloud::Snapshot& page,
                        const SnapshotRequest& request) {
  if (page.scope.is_everything() || !page.next || !page.next->row) return;
  const EntityKey& named = *page.next->row;
  const json::array rows = parse_json(page.rows, "rows").value().as_array();
  const bool is_told = std::ranges::any_of(rows, [&](const json::value& row) {
    return row.at("entityType") == json::value(named.type) &&
           row.at("entityId") == json::value(named.id);
  });
  const bool is_as_asked = request.after && request.after->row == named;
  const bool is_before_all = !request.after && named.id == std::string(1, '\0');
  if (rows.empty()) run_.seen("a page of a full pull tells of no row and leads on");
  if (is_told || is_as_asked || is_before_all) return;
  run_.violated("I27", device_name(device) + " is told by a place that there is " + to_text(named));
}

void Cloud::compact(std::int64_t commits, bool clock_is_wrong) {
  const WallTime now = wall_time();
  const Duration error = clock_is_wrong ? Duration(std::chrono::hours(48)) : Duration(0);
  std::set<EntityKey> before = tombstones();
  for (bool more = true; more;) {
    const auto step = ledger_->compact(std::nullopt, {commits, std::nullopt}, now + error);
    CHECK(step || disk_.met());
    if (disk_.is_dead()) revive();
    more = step && step->more;
  }
  for (const EntityKey& entity : tombstones()) before.erase(entity);
  const std::int64_t head = newest_commit();
  for (const EntityKey& entity : before) forgotten_[entity] = {head, salt_of(head)};
  if (!before.empty()) run_.seen("tombstone purged");
}

void Cloud::expire_receipts() {
  constexpr std::int64_t ms_per_day = 86'400'000, receipts_at_once = 10;
  const WallTime months_later{wall_time().ms_since_1970 + 2 * receipts_kept_days * ms_per_day};
  std::set<std::string> gone = receipts();
  for (bool more = true; more;) {
    const auto step = ledger_->purge_receipts(months_later, receipts_at_once);
    CHECK(step || disk_.met());
    if (disk_.is_dead()) revive();
    more = step && *step;
  }
  for (const std::string& id : receipts()) gone.erase(id);
  if (!gone.empty()) run_.seen("receipts expired");
  expired_.merge(gone);
}

std::set<std::string> Cloud::receipts() {
  std::set<std::string> ids;
  for (const TextRow& row : query(raw(), "SELECT id FROM receipt WHERE tenant = ?1", tenant()))
    ids.insert(row[0]);
  return ids;
}

void Cloud::check_expired(const PushAnswer& answer) {
  for (const Receipt& receipt : answer.verdicts) {
    if (receipt.verdict == Verdict::expired) told_expired_.insert(receipt.id);
    if (!expired_.contains(receipt.id)) continue;
    if (receipt.verdict == Verdict::expired) run_.seen("verdict expired");
    if (receipt.verdict != Verdict::expired)
      run_.violated("I7", "an expired entry is judged again: " + receipt.id);
  }
}

std::set<EntityKey> Cloud::tombstones() {
  std::set<EntityKey> entities;
  for (const TextRow& row :
       query(raw(), "SELECT type, id FROM entity WHERE tenant = ?1 AND deleted = 1", tenant()))
    entities.insert({row[0], row[1]});
  return entities;
}

std::optional<Version> Cloud::forgotten_at(const EntityKey& entity) const {
  const auto found = forgotten_.find(entity);
  return found == forgotten_.end() ? std::nullopt : std::optional(found->second);
}

void Cloud::neighbour_writes() {
  if (disk_.is_troubled()) return;
  Body body;
  body.entity = {"Parent", "p" + std::to_string(random_.below(3))};
  body.op = Op(random_.below(3));
  body.action = "NEIGHBOUR";
  if (body.op != Op::remove) body.payload = {{"name", "the neighbour's"}};
  body.base_versions = {{"*", nullptr}};
  body.incarnation = "neighbour";
  body.lane_position = body.number = ++neighbour_entries_;
  body.nonce = random_.hex(16);
  PushItem item;
  item.id = client_request_id(body);
  item.write = to_json(body);
  const Version head = ledger_->head(neighbour_.tenant).value();
  const PushRequest request{"neighbour", neighbour_.device, head, {}, {std::move(item)}};
  CHECK(ledger_->push(neighbour_.tenant, neighbour_.device, request, {0}));
}

std::expected<HistoryAnswer, Failure> Cloud::compare_history(std::size_t device, Token token,
                                                             const HistoryRequest& request) {
  if (auto refused = refusal(token)) return std::unexpected(std::move(*refused));
  return answer(token, ledger_->history(owner(device, token).tenant, request));
}

}  // namespace slipway::sim
