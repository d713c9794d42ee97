#include "device.h"

#include "app.h"
#include "base/check.h"
#include "checks.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

// Small pages: more of them in a transaction, and less to copy.
int draw_page_size(Random& random) {
  return random.chance(1, 8) ? 4096 : 1024;
}

constexpr std::int64_t ms_per_year = 365ll * 86'400'000;

}  // namespace

json::object object_from(const std::string& text) {
  auto parsed = parse_json_object(text, "a stored row");
  CHECK(parsed);
  return std::move(*parsed);
}

std::vector<TextRow> query(sqlite::Database& database, const std::string& sql,
                           std::optional<std::int64_t> first) {
  std::vector<TextRow> rows;
  auto statement = database.cached(sql);
  if (first) statement->bind(1, *first);
  while (statement->step()) {
    TextRow row;
    for (int i = 0; i < statement->column_count(); ++i) {
      row.emplace_back(statement->is_null(i) ? "NULL" : statement->text(i));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Device::Device(Run& run, Network& network, std::size_t index, SyncRules rules)
    : run_(run),
      network_(network),
      index_(index),
      rules_(std::move(rules)),
      disk_(empty_device(draw_page_size(run.random))),
      wall_offset_ms_(0),
      raw_(disk_, app_file),
      branch_(BranchName(index)) {
  step_clock();
  open();
}

void Device::step_clock() {
  wall_offset_ms_ = std::int64_t(run_.clocks.below(40)) * ms_per_year;
}

WallTime Device::wall() const {
  return {wall_offset_ms_ + run_.timeline.now().since_origin.count()};
}

void Device::open() {
  disk_.restart();
  store::StoreOptions options = store_options(disk_);
  options.rules = rules_;
  options.archive_kept = 1;
  options.scope = declared_.value_or(RowScope{});
  options.place = name() + "'s disk, file " + std::to_string(places_);
  auto opened = store::Store::open(options, Random(run_.random.next()), wall());
  if (!opened) {
    run_.trace(name() + "   does not open: " + opened.error().type);
    return told_of_disk(opened.error());  // somebody starts it again
  }
  store_ = std::move(*opened);
  transport_ = std::make_shared<SimTransport>(network_, index_);
  is_paused_ = is_offline_ = false;
  transport_->on_push = [this](const PushRequest& request) {
    network_.cloud().sends(request.exchange, branch_, rules_);
    remember_new_entries();  // a process that dies a little later has told nobody else
    check_push(run_, *this, request);
    check_durable(run_, *this, request);
  };
  transport_->is_dead = [this] { return disk_.is_dead(); };
  transport_->refused = refused_;
  worker_ = std::make_unique<Worker>(
      *store_, *transport_, Random(run_.random.next()),
      [this] {
        return Now{run_.timeline.now(), wall()};
      },
      [this](LogLevel, std::string_view event, const json::object& details) {
        if (event == "poked") run_.seen("page by the stream");
        if (event == "full-pull") note_full_pull(details);
        if (event == "store" && !has_disk_trouble())
          run_.violated("I21", name() + ": " + canonical_json(details));
      });
  store_->on_change([this](const store::Changes& changes) {
    changed_ = true;
    worker_->on_store_change(changes);
  });
  store_->on_failure([this] { worker_->handle(event::StoreFailed{}); });
  const auto identity = store_->identity();
  const auto full_pull = identity ? store_->full_pull() : std::unexpected(identity.error());
  if (!full_pull) {
    told_of_disk(full_pull.error());
    return crash();
  }
  look();
  if (is_up())
    worker_->handle(event::Started{identity->cursor.has_value(), full_pull->has_value()});
}

void Device::note_full_pull(const json::object& page) {
  changed_ = true;
  const bool done = page.at("done").as_bool();
  if (done) full_pull_at_ = has_receipts_since_ = cursor_version();
  run_.seen(done ? "full pull" : "full pull in several pages");
  run_.trace(name() + "   full pull of " + std::to_string(page.at("at").as_int64()) +
             (done ? " is through" : ""));
  if (full_pull_before_crash_ && std::exchange(*full_pull_before_crash_, false))
    run_.seen("full pull goes on after a crash");
}

// A person who asks for it ends what the cloud asked for.
void Device::tell(Event event) {
  if (std::holds_alternative<event::SyncRequested>(event) ||
      std::holds_alternative<event::TokenChanged>(event)) {
    transport_->asked_to_wait_until.reset();
  }
  if (const auto* paused = std::get_if<event::Paused>(&event)) is_paused_ = paused->on;
  if (const auto* offline = std::get_if<event::OfflineSimulated>(&event)) is_offline_ = offline->on;
  worker_->handle(std::move(event));
}

std::optional<Instant> Device::next_wakeup() const {
  if (!worker_) return std::nullopt;
  return worker_->next_wakeup();
}

std::optional<Version> Device::cursor_version() {
  const auto rows = query(raw(), "SELECT value FROM sync_meta WHERE key = 'cursor'");
  if (rows.empty()) return std::nullopt;
  return version_from_text(rows.front().front()).value();
}

std::int64_t Device::cursor() {
  const auto version = cursor_version();
  return version ? version->seq : -1;
}

std::vector<EntryId> Device::entries_in(std::string_view statuses) {
  std::vector<EntryId> ids;
  for (const TextRow& row : query(raw(), "SELECT id FROM SyncQueue WHERE status IN (" +
                                             std::string(statuses) + ") ORDER BY id")) {
    ids.push_back(std::atoll(row[0].c_str()));
  }
  return ids;
}

// Everything that was appended since the last look was acknowledged by now.
void Device::remember_new_entries() {
  if (disk_.is_dead() || store_->failed()) {
    unsure_ = true;  // look() does it when the file is open again
    return;
  }
  for (const TextRow& row : query(raw(), "SELECT max(id) FROM SyncQueue")) {
    const EntryId newest = row[0] == "NULL" ? 0 : std::atoll(row[0].c_str());
    for (EntryId id = last_entry_ + 1; id <= newest; ++id) {
      const auto entry = store::find_entry(raw(), id);
      if (!entry) {
        run_.violated("I1", name() + " has no entry " + std::to_string(id));
        continue;
      }
      const Body& body = entry->body;
      captured[entry->client_request_id] = {canonical_json(to_json(body)), branch_.name(), id};
      if (body.supersedes) superseded.insert(*body.supersedes);
      lanes[{body.incarnation, body.entity}].push_back(
          {entry->client_request_id, body.lane_position, body.supersedes.value_or("")});
      on_append(*entry);
    }
    last_entry_ = newest;
  }
}

bool Device::write(std::vector<store::Mutation> mutations) {
  look();
  if (!is_up()) return false;
  const EntryId before = last_entry_;
  const bool as_group = mutations.size() > 1;
  const store::WriteRequest request{std::move(mutations), as_group, std::nullopt};
  if (!store_->failed()) before_append(nullptr);
  const auto written = store_->write(std::span(&request, 1), wall()).front();
  if (disk_.is_dead()) return false;  // nobody was told anything
  remember_new_entries();
  if (written) {
    if (written->entries.size() > request.mutations.size()) run_.seen("cascade");
    for (EntryId id : written->entries) {
      if (unsure_) break;
      if (id <= before || id > last_entry_) {
        run_.violated("I1",
                      name() + ": the acknowledged entry " + std::to_string(id) + " is not new");
      }
      check_cloud_need(run_, *this, id);
    }
    return true;
  }
  if (last_entry_ != before) run_.violated("I2", name() + ": a refused write left an entry");
  told_of_disk(written.error());
  run_.trace(name() + "   refused: " + written.error().type);
  run_.seen("refused: " + written.error().type);
  return false;
}

// Now and then a person looks first. Dependants of a discard may be left out: then it is refused
// where there are some.
bool Device::decide(const store::Wish& wish) {
  // Counted and not drawn: the seeds stay what they are.
  constexpr std::uint64_t decisions_per_preview = 4;
  std::optional<std::string> previewed;
  if (++decisions_ % decisions_per_preview == 0) previewed = preview(run_, *this, wish, wall());
  if (disk_.is_dead()) return false;
  const bool discarding = std::holds_alternative<store::wish::Discard>(wish);
  const std::set<EntryId> expected =
      closure_of(*this, std::visit([](const auto& one) { return one.id; }, wish));
  in_doubt_.insert(expected.begin(), expected.end());
  if (!store_->failed()) before_append(&wish);
  const auto answer = store_->decide(wish, store::DecideMode::carry_out, wall());
  if (disk_.is_dead()) return false;
  if (previewed) check_deed(run_, *this, *previewed, answer);
  remember_new_entries();
  if (!unsure_) in_doubt_.clear();
  if (!answer) {
    const Error& error = answer.error();
    told_of_disk(error);
    run_.trace(name() + "   refused: " + error.type);
    run_.seen("decision refused: " + error.type);
    return false;
  }
  if (discarding) check_discard(run_, *this, expected, answer->closed);
  if (!answer->dependants.empty()) run_.seen("discard takes dependants along");
  remember_decision(wish, *answer);
  remember_closed(answer->closed, answer->appended);
  for (const store::Entry& entry : answer->appended) check_cloud_need(run_, *this, entry.id);
  if (const auto* retry = std::get_if<store::wish::Retry>(&wish); retry && answer->closed.empty())
    tell(event::WaitCleared{retry->id});
  return true;
}

void Device::remember_closed(const std::vector<store::Entry>& closed,
                             const std::vector<store::Entry>& appended) {
  std::set<std::string> replaced;
  for (const store::Entry& entry : appended) replaced.insert(entry.body.supersedes.value_or(""));
  for (const store::Entry& entry : closed) {
    if (!replaced.contains(entry.client_request_id)) discarded.insert(entry.client_request_id);
  }
}

void Device::remember_decision(const store::Wish& wish, const store::Decided& decided_now) {
  const bool force = std::holds_alternative<store::wish::Force>(wish);
  if (!force && !std::holds_alternative<store::wish::Resolve>(wish)) return;
  for (const store::Entry& entry : decided_now.appended) {
    const Body& body = entry.body;
    decided.insert(entry.client_request_id);
    if (body.op == Op::create && !body.base.empty()) run_.seen("a deleted row is made again");
    if (force && body.group_id) run_.seen("a group is forced");
  }
}

std::optional<Version> Device::shown_by_conflict(EntryId id) {
  const auto entry = store_->entry(id);
  if (!entry || !*entry || !(*entry)->conflict) return std::nullopt;
  return version_or_null_from_json(find(*(*entry)->conflict, "version")).value_or(std::nullopt);
}

std::optional<Version> Device::written_on(EntryId id) {
  const auto entry = store_->entry(id);
  return entry && *entry ? base_version_of((*entry)->body, "*") : std::nullopt;
}

bool Device::entry_is_open(EntryId id) {
  const auto entry = store_->entry(id);
  return entry && *entry && is_open((*entry)->status);
}

std::optional<Version> Device::shown(EntryId id) {
  const auto entry = store_->entry(id);
  if (!entry || !*entry) return std::nullopt;
  const auto shadow = store_->shadow((*entry)->body.entity, wall());
  return shadow && *shadow ? (*shadow)->version : std::nullopt;
}

void Device::declare(RowScope scope) {
  CHECK(!is_up());
  run_.trace(name() + " ! is configured to hold " + json_text(to_json(scope)));
  if (declared_) run_.seen("a desk declares another scope");
  declared_ = std::move(scope);
}

void Device::declare(const std::string& field, Rule rule) {
  CHECK(!is_up());
  Rule& declared = rules_.entities["Parent"].merge.fields[field];
  if (std::exchange(declared, rule) == rule) return;
  run_.trace(name() + " ! is configured to merge " + field + " by " + std::string(to_text(rule)));
  const bool has_open = !entries_in("'PENDING','PROCESSING','CONFLICT','ERROR'").empty();
  run_.seen(has_open ? "another rule with entries open" : "another rule with nothing open");
}

bool Device::is_scoped() const {
  return declared_ || network_.cloud().is_scoped(index_);
}

const Image* Device::held(const EntityKey& entity, const Image* image,
                          const RowScope& granted) const {
  if (!image || !image->live) return image;
  const bool is_granted = granted.covers(entity.type, image->values);
  if (is_granted && (!declared_ || declared_->covers(entity.type, image->values))) return image;
  run_.seen(is_granted ? "a row outside of what a desk declares"
                       : "a row outside of a desk's scope");
  static const Image nothing;
  return &nothing;
}

std::string Device::progress() {
  std::string text = std::to_string(cursor()) + "/" + std::to_string(last_entry_);
  for (const TextRow& row : query(raw(), "SELECT value FROM sync_meta WHERE key = 'fullPull'"))
    text += row[0];
  for (const TextRow& row : query(raw(),
                                  "SELECT count(*) FROM SyncQueue WHERE status IN ('SUCCESS',"
                                  " 'DISCARDED', 'CONFLICT', 'ERROR') OR voidState = 'done'")) {
    text += "/" + row[0];
  }
  return text;
}

}  // namespace slipway::sim
