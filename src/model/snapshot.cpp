#include "model/snapshot.h"

#include <algorithm>

namespace slipway {

namespace {

std::unexpected<Error> bad(std::string_view what) {
  return fail(ErrorKind::invalid, "invalid-message", std::string(what));
}

json::value place_or_null(const std::optional<SnapshotPlace>& place) {
  return place ? json::value(to_json(*place)) : json::value(nullptr);
}

// A page whose `next` got lost must not pass for the last one.
Result<std::optional<SnapshotPlace>> place_at(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (!value) return bad("\"" + std::string(key) + "\" is missing");
  if (value->is_null()) return std::nullopt;
  auto place = snapshot_place_from_json(*value);
  if (!place) return std::unexpected(std::move(place.error()));
  return std::move(*place);
}

Result<Version> version_at(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  return version_from_json(value ? *value : json::value(nullptr));
}

template <class T>
Result<std::vector<T>> list_at(const json::object& object, std::string_view key,
                               Result<T> (*read)(const json::value&)) {
  const auto array = need_array(object, key);
  if (!array) return std::unexpected(array.error());
  std::vector<T> list;
  list.reserve((*array)->size());
  for (const json::value& element : **array) {
    Result<T> item = read(element);
    if (!item) return std::unexpected(std::move(item.error()));
    list.push_back(std::move(*item));
  }
  return list;
}

// A page holds what exists and what is settled, as of its commit, and nothing else.
Result<void> check(const SnapshotPage& page) {
  for (const PageRow& row : page.rows) {
    if (row.deleted || !row.values) return bad("a snapshot's row must exist and have values");
    if (row.version.seq > page.at.seq) return bad("a snapshot's row must not be newer than it");
  }
  for (const Receipt& receipt : page.receipts) {
    if (!is_final(receipt.verdict) || receipt.seq > page.at.seq)
      return bad("a snapshot's receipt must be final and not newer than it");
  }
  for (const std::int64_t rows : {page.passed, page.total}) {
    if (rows < 0 || rows > json_integer_max)
      return bad("progress must be numbers of rows, 0 to 2^53 - 1");
  }
  return {};
}

}  // namespace

json::object to_json(const SnapshotPlace& place) {
  if (!place.row) return {{"receipts", place.receipts}};
  json::object object{{"entityType", place.row->type}, {"entityId", place.row->id}};
  if (place.walked) object["walked"] = *place.walked;
  return object;
}

Result<SnapshotPlace> snapshot_place_from_json(const json::value& value) {
  if (!value.is_object()) return bad("a place in a snapshot must be an object");
  const json::object& object = value.get_object();
  if (find(object, "receipts")) {
    const auto seq = need_integer(object, "receipts");
    if (!seq || *seq < 0 || *seq > json_integer_max)
      return bad("\"receipts\" must be the seq of a commit");
    return SnapshotPlace{std::nullopt, *seq};
  }
  auto type = need_text(object, "entityType"), id = need_text(object, "entityId");
  if (!type || !id || type->empty() || id->empty()) return bad("a place must name its entity");
  SnapshotPlace place{EntityKey{std::move(*type), std::move(*id)}, 0};
  if (find(object, "walked")) {
    auto walked = need_text(object, "walked");
    if (!walked || walked->empty()) return bad("\"walked\" must be a text, as it came");
    place.walked = std::move(*walked);
  }
  return place;
}

json::object to_json(const SnapshotPage& page) {
  json::array rows, receipts;
  for (const PageRow& row : page.rows) rows.push_back(to_json(row));
  for (const Receipt& receipt : page.receipts) receipts.push_back(to_json(receipt));
  json::object object{{"exchange", page.exchange},
                      {"at", to_json(page.at)},
                      {"head", to_json(page.head)},
                      {"after", place_or_null(page.after)},
                      {"next", place_or_null(page.next)},
                      {"rows", std::move(rows)},
                      {"receipts", std::move(receipts)},
                      {"passed", page.passed},
                      {"total", page.total}};
  if (!page.scope.is_everything()) object["scope"] = to_json(page.scope);
  return object;
}

Result<SnapshotPage> snapshot_page_from_json(const json::object& object) {
  auto exchange = need_text(object, "exchange");
  if (!exchange) return std::unexpected(exchange.error());
  auto at = version_at(object, "at"), head = version_at(object, "head");
  if (!at) return std::unexpected(at.error());
  if (!head) return std::unexpected(head.error());
  auto after = place_at(object, "after"), next = place_at(object, "next");
  if (!after) return std::unexpected(after.error());
  if (!next) return std::unexpected(next.error());
  auto rows = list_at(object, "rows", page_row_from_json);
  if (!rows) return std::unexpected(rows.error());
  auto receipts = list_at(object, "receipts", receipt_from_json);
  if (!receipts) return std::unexpected(receipts.error());
  const auto passed = need_integer(object, "passed"), total = need_integer(object, "total");
  if (!passed) return std::unexpected(passed.error());
  if (!total) return std::unexpected(total.error());
  const json::value* told = find(object, "scope");
  auto scope = scope_from_json(told ? *told : json::value(nullptr));
  if (!scope) return std::unexpected(scope.error());
  SnapshotPage page{std::move(*exchange), std::move(*at),   std::move(*head),
                    std::move(*after),    std::move(*next), std::move(*rows),
                    std::move(*receipts), *passed,          *total,
                    std::move(*scope)};
  if (auto checked = check(page); !checked) return std::unexpected(checked.error());
  return page;
}

bool TypeOrder::before(const std::string& a, const std::string& b) const {
  const auto place = [&](const std::string& type) {
    return std::find(named_.begin(), named_.end(), type) - named_.begin();
  };
  const auto place_a = place(a), place_b = place(b);
  if (place_a != place_b) return place_a < place_b;
  return place_a == std::ssize(named_) && a < b;
}

}  // namespace slipway
