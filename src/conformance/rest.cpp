#include "conformance/rest.h"

#include <algorithm>

#include "model/canonical_json.h"
#include "transport/address.h"

namespace slipway::conformance {

namespace {

constexpr int pages_max = 10'000;  // of a list that does not end
constexpr std::size_t cleaned_at_once = 8;
constexpr const char* idempotency_key = "Idempotency-Key";

}  // namespace

Rest::Rest(Client& client, RowShape shape, Random& random)
    : client_(client), shape_(std::move(shape)), random_(random) {}

std::string Rest::new_id() {
  ids_.push_back(random_.uuid());
  return ids_.back();
}

json::object Rest::first_as(const std::string& text) const {
  return {{shape_.first_field, text}};
}

std::string Rest::first_of(const Answer& answer) const {
  const json::object* values = answer.object_at("values");
  return std::string(values ? text_at(*values, shape_.first_field).value_or("") : "");
}

std::string Rest::path(const std::string& id) const {
  const std::string collection = "/v1/entities/" + percent_encoded(shape_.type);
  return id.empty() ? collection : collection + "/" + percent_encoded(id);
}

HttpRequest Rest::raw(const std::string& key, const std::string& id, const std::string& etag,
                      std::string body) const {
  HttpRequest request = client_.request(id.empty() ? "POST" : "PATCH", path(id), std::move(body));
  if (!key.empty()) request.headers.emplace_back(idempotency_key, "\"" + key + "\"");
  if (!etag.empty()) request.headers.emplace_back("If-Match", etag);
  return request;
}

HttpRequest Rest::create(const std::string& key, const std::string& id,
                         const std::string& text) const {
  return raw(key, "", "",
             json_text(json::object{{"entityId", id}, {"values", shape_.row(id, text)}}));
}

HttpRequest Rest::patch(const std::string& key, const std::string& id, const std::string& etag,
                        const std::string& text) const {
  return raw(key, id, etag, json_text(json::object{{"values", first_as(text)}}));
}

HttpRequest Rest::remove(const std::string& key, const std::string& id,
                         const std::string& etag) const {
  HttpRequest request = client_.request("DELETE", path(id));
  if (!key.empty()) request.headers.emplace_back(idempotency_key, "\"" + key + "\"");
  if (!etag.empty()) request.headers.emplace_back("If-Match", etag);
  return request;
}

HttpRequest Rest::read(const std::string& id) const {
  return client_.request("GET", path(id));
}

HttpRequest Rest::list(int limit, const std::optional<std::string>& after) const {
  std::string target = path("") + "?limit=" + std::to_string(limit);
  if (after) target += "&after=" + percent_encoded(*after);
  return client_.request("GET", target);
}

std::expected<ListPage, Fault> Rest::read_page(const Answer& answer) const {
  const json::value* rows = answer.json ? find(*answer.json, "rows") : nullptr;
  const auto unreadable = [&](const char* expected) {
    return std::unexpected(
        unexpected_answer(expected, answer,
                          "Lists have the form {\"rows\": [{\"entityId\": …, \"values\": {…}}], "
                          "\"next\": null or what \"after\" goes on with}."));
  };
  if (answer.status != 200 || !rows || !rows->is_array())
    return unreadable("The list is answered 200 with {\"rows\": […], \"next\": …}");
  ListPage page;
  for (const json::value& row : rows->get_array()) {
    const auto id = row.is_object() ? text_at(row.get_object(), "entityId") : std::nullopt;
    if (!id) return unreadable("Each row of the list has its \"entityId\"");
    page.ids.emplace_back(*id);
  }
  if (const auto next = text_at(*answer.json, "next")) page.next = std::string(*next);
  return page;
}

std::expected<std::vector<std::string>, Fault> Rest::list_all(int limit) {
  std::vector<std::string> ids;
  std::optional<std::string> after;
  for (int pages = 0; pages < pages_max; ++pages) {
    auto page = read_page(client_.ask(list(limit, after)));
    if (!page) return std::unexpected(std::move(page.error()));
    ids.insert(ids.end(), page->ids.begin(), page->ids.end());
    if (!page->next) return ids;
    after = page->next;
  }
  return std::unexpected(Fault{"The list ends",
                               "a \"next\" after " + std::to_string(pages_max) + " pages",
                               "The last page's \"next\" must be null."});
}

std::expected<Rest::Made, Fault> Rest::make(const std::string& text) {
  Made made{new_id(), "", {}};
  made.answer = client_.ask_until_done(create(new_key(), made.id, text));
  made.etag = made.answer.etag;
  if (made.answer.ok() && !made.etag.empty()) return made;
  return std::unexpected(unexpected_answer(
      "A new row is answered 201 with its ETag", made.answer,
      "A row that can be made, and a version of it that writers can name in If-Match. Rows of the "
      "type " +
          shape_.type +
          " are written; another type is named with --type, other fields with --fields and "
          "--values."));
}

// A few at a time: an API bounds its connections.
std::vector<std::string> Rest::clean() {
  const auto is_gone = [](const Answer& row) { return row.status == 404 || row.status == 410; };
  std::vector<std::string> left;
  if (!client_.has_written()) ids_.clear();
  for (std::size_t begin = 0; begin < ids_.size(); begin += cleaned_at_once) {
    const std::vector<std::string> some(
        ids_.begin() + std::ptrdiff_t(begin),
        ids_.begin() + std::ptrdiff_t(std::min(begin + cleaned_at_once, ids_.size())));
    std::vector<HttpRequest> reads, removals;
    std::vector<std::string> removed;
    for (const std::string& id : some) reads.push_back(read(id));
    const auto rows = client_.ask_together(reads);
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (is_gone(rows[i])) continue;
      removals.push_back(remove(new_key(), some[i], rows[i].etag));
      removed.push_back(some[i]);
    }
    const auto answers = client_.ask_together(removals);
    for (std::size_t i = 0; i < removed.size(); ++i) {
      if (!answers[i].ok() && !is_gone(answers[i])) left.push_back(shape_.type + " " + removed[i]);
    }
  }
  ids_.clear();
  return left;
}

}  // namespace slipway::conformance
