#include "device.h"

#include <cstdlib>

#include "store/meta.h"

namespace slipway::store {

const char* const app_schema = R"sql(
CREATE TABLE "Parent" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "code" TEXT UNIQUE,
  "amount" INTEGER NOT NULL DEFAULT 7);
CREATE TABLE "Child" ("id" TEXT NOT NULL PRIMARY KEY, "title" TEXT,
  "parentId" TEXT NOT NULL REFERENCES "Parent" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE "Grandchild" ("id" TEXT NOT NULL PRIMARY KEY, "note" TEXT,
  "childId" TEXT REFERENCES "Child" ("id") ON DELETE SET NULL);
CREATE TABLE "Guard" ("id" TEXT NOT NULL PRIMARY KEY,
  "parentId" TEXT NOT NULL REFERENCES "Parent" ("id") ON DELETE RESTRICT);
)sql";

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "slipway-store-XXXXXX").string();
  if (!mkdtemp(name.data())) std::abort();
  path_ = name;
}
Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

json::object object(std::string_view json_text) {
  auto parsed = parse_json_object(json_text, "a test's text");
  EXPECT_TRUE(parsed) << json_text;
  return parsed.value_or(json::object());
}

Device::Device(const char* schema, std::uint64_t seed, SyncRules rules)
    : seed_(seed), rules_(std::move(rules)) {
  raw_ =
      std::make_unique<sqlite::Database>(path(), sqlite::OpenMode::create, std::chrono::seconds(2));
  raw_->execute(schema);
  open();
}

StoreOptions Device::options() const {
  StoreOptions options;
  options.path = path();
  options.rules = rules_;
  options.scope = scope_;
  options.place = place;
  options.holder = holder;
  options.archive_kept = archive_kept;
  options.busy_timeout = std::chrono::milliseconds(50);
  return options;
}

void Device::open() {
  store_.reset();
  auto opened = Store::open(options(), Random(++seed_), now());
  if (!opened) {
    ADD_FAILURE() << opened.error().type << ": " << opened.error().message;
    std::abort();
  }
  store_ = std::move(*opened);
}

void Device::set_scope(std::string_view scope) {
  auto read = scope_from_json(*parse_json(scope, "a test's text"));
  EXPECT_TRUE(read) << scope;
  scope_ = read.value_or(RowScope{});
}

void Device::close() {
  store_.reset();
}

Mutation Device::mutation(std::string type, std::string id, std::string action,
                          std::string_view payload) {
  Mutation mutation{std::move(type), std::nullopt, std::move(action), object(payload)};
  if (!id.empty()) mutation.entity_id = std::move(id);
  return mutation;
}

Result<Written> Device::try_write(std::vector<Mutation> mutations) {
  const bool as_group = mutations.size() > 1;
  const WriteRequest request{std::move(mutations), as_group, std::nullopt};
  return store_->write(std::span(&request, 1), now()).front();
}

std::vector<EntryId> Device::write(std::vector<Mutation> mutations) {
  auto written = try_write(std::move(mutations));
  if (!written) {
    ADD_FAILURE() << written.error().type << ": " << written.error().message << " ["
                  << written.error().field << "]";
    return {0};
  }
  return written->entries;
}

EntryId Device::create_parent(std::string id, std::string_view name) {
  return write(mutation("Parent", std::move(id), "CREATE_PARENT",
                        R"({"name":")" + std::string(name) + "\"}"));
}
EntryId Device::create_child(std::string id, std::string_view parent) {
  return write(mutation("Child", std::move(id), "CREATE_CHILD",
                        R"({"parentId":")" + std::string(parent) + "\"}"));
}
EntryId Device::update_parent(std::string id, std::string_view name) {
  return write(mutation("Parent", std::move(id), "UPDATE_PARENT",
                        R"({"name":")" + std::string(name) + "\"}"));
}

Entry Device::entry(EntryId id) {
  auto entry = store_->entry(id);
  if (!entry || !*entry) {
    ADD_FAILURE() << "no entry " << id;
    return {};
  }
  return **entry;
}

std::vector<TextRow> Device::query(const std::string& sql) {
  std::vector<TextRow> rows;
  auto query = raw_->prepare(sql);
  while (query.step()) {
    TextRow row;
    for (int i = 0; i < query.column_count(); ++i)
      row.emplace_back(query.is_null(i) ? "NULL" : query.text(i));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string Device::one(const std::string& sql) {
  const auto rows = query(sql);
  return rows.size() == 1 && rows[0].size() == 1 ? rows[0][0]
                                                 : "(" + std::to_string(rows.size()) + " rows)";
}

Version Device::version(std::int64_t seq) const {
  std::string salt(16, '0');
  for (std::int64_t i = 15, rest = seq; i >= 0 && rest > 0; --i, rest /= 10)
    salt[std::size_t(i)] = char('0' + rest % 10);
  return {seq, salt};
}

void Device::meet() {
  Capabilities capabilities;
  capabilities.origin = version(0);
  ASSERT_TRUE(store_->meet_cloud(capabilities, now()));
}

Version Device::cursor() {
  return store_->identity()->cursor.value();
}

std::optional<PushRequest> Device::push(std::set<EntryId> waiting, BatchLimits limits) {
  auto request = store_->begin_push("exchange", limits, waiting, now());
  EXPECT_TRUE(request) << request.error().message;
  return request ? *request : std::nullopt;
}

Page Device::page(std::vector<PageRow> rows, std::vector<Receipt> receipts) {
  const Version from = cursor();
  Page page{from, version(from.seq + 1), std::move(rows), std::move(receipts)};
  for (PageRow& row : page.rows) row.version = page.to;
  for (Receipt& receipt : page.receipts) receipt.seq = page.to.seq;
  return page;
}

Result<Settled> Device::absorb(const Page& page) {
  EXPECT_TRUE(store_->pull_request("exchange", 1000));
  return store_->absorb_page({"exchange", page.to, page}, now());
}

PushOutcome Device::finish(std::vector<Receipt> verdicts, std::optional<Page> page) {
  const Version head = page ? page->to : version(cursor().seq + 1);
  for (Receipt& verdict : verdicts) {
    if (is_final(verdict.verdict) && verdict.seq == 0) verdict.seq = head.seq;
  }
  auto outcome =
      store_->finish_push({"exchange", head, std::move(verdicts), std::move(page)}, now());
  EXPECT_TRUE(outcome) << outcome.error().message;
  return outcome.value_or(PushOutcome{});
}

PushOutcome Device::settle_all() {
  const auto request = push();
  if (!request) return {};
  std::vector<Receipt> receipts;
  std::map<EntityKey, PageRow> rows;
  for (const PushItem& item : request->items) {
    receipts.push_back(
        {item.id, item.write ? Verdict::applied : Verdict::voided, 0, {}, {}, std::nullopt});
    if (!item.write) continue;
    const auto body = body_from_json(*item.write);
    PageRow& row = rows[body->entity];
    row.entity = body->entity;
    row.deleted = body->op == Op::remove;
  }
  std::vector<PageRow> list;
  for (auto& [entity, row] : rows) list.push_back(row);
  const Page next = page(std::move(list), receipts);
  return finish(next.receipts, next);
}

PageRow row(std::string type, std::string id, std::string_view values) {
  PageRow row;
  row.entity = {std::move(type), std::move(id)};
  row.values = object(values);
  return row;
}

PageRow deleted_row(std::string type, std::string id, std::string_view last_values) {
  PageRow deleted = row(std::move(type), std::move(id), last_values);
  deleted.deleted = true;
  return deleted;
}

Receipt receipt(const Entry& entry, Verdict verdict, std::string reason) {
  return {entry.client_request_id, verdict, 0, std::move(reason), {}, std::nullopt};
}

}  // namespace slipway::store
