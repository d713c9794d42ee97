#include <algorithm>
#include <map>
#include <set>

#include "conformance/rest_checks.h"

namespace slipway::conformance {

namespace {

constexpr int writers = 5;
constexpr int rows_per_writer = 6;
constexpr int limit = 4;  // small, so that there are many pages
constexpr int pages_max = 10'000;

constexpr const char* by_place =
    "A page goes on after the last id of the one before (WHERE id > … ORDER BY id), not after a "
    "count of rows (OFFSET), which moves when rows come and go.";

// Of the wanted rows: each once.
std::optional<Fault> not_each_once(const std::vector<std::string>& listed,
                                   const std::set<std::string>& wanted,
                                   const std::string& missing) {
  std::map<std::string, int> times;
  for (const std::string& id : listed) ++times[id];
  const auto skipped =
      std::ranges::count_if(wanted, [&](const std::string& id) { return times[id] == 0; });
  const auto doubled =
      std::ranges::count_if(wanted, [&](const std::string& id) { return times[id] > 1; });
  if (skipped == 0 && doubled == 0) return std::nullopt;
  return Fault{
      "Each of " + std::to_string(wanted.size()) + " rows once",
      std::to_string(skipped) + " left out, " + std::to_string(doubled) + " told more than once",
      missing};
}

// Makes its rows one after the other.
class Writer {
 public:
  Writer(Rest& rest, std::set<std::string>& made, std::optional<Fault>& fault)
      : rest_(rest), made_(made), fault_(fault) {}

  void go_on() {
    if (left_-- == 0 || fault_) return;
    const std::string id = rest_.new_id();
    rest_.client().begin(rest_.create(rest_.new_key(), id, "one of many"), [this,
                                                                            id](Answer answer) {
      if (!answer.ok()) {
        fault_ = unexpected_answer("A new row is answered 201, also while others write", answer,
                                   "Writers of different rows do not stand in each other's way.");
        return;
      }
      made_.insert(id);
      go_on();
    });
  }

 private:
  Rest& rest_;
  std::set<std::string>& made_;
  std::optional<Fault>& fault_;
  int left_ = rows_per_writer;
};

// Lists everything, again and again, while there is somebody who writes. What had been answered to
// its writer before a list began must be in it.
class Reader {
 public:
  Reader(Rest& rest, const std::set<std::string>& made, std::optional<Fault>& fault)
      : rest_(rest), made_(made), fault_(fault) {}

  void begin() {
    wanted_ = made_;
    listed_.clear();
    ask(std::nullopt);
  }
  int lists() const { return lists_; }

 private:
  void ask(const std::optional<std::string>& after) {
    rest_.client().begin(rest_.list(limit, after), [this](Answer answer) { hear(answer); });
  }
  void hear(const Answer& answer) {
    const auto page = rest_.read_page(answer);
    if (!page) fault_ = page.error();
    if (fault_) return;
    listed_.insert(listed_.end(), page->ids.begin(), page->ids.end());
    if (page->next && ++pages_ < pages_max) return ask(page->next);
    ++lists_;
    fault_ = not_each_once(listed_, wanted_, by_place);
    if (!fault_ && made_.size() < std::size_t{writers} * rows_per_writer) begin();
  }

  Rest& rest_;
  const std::set<std::string>& made_;
  std::optional<Fault>& fault_;
  std::set<std::string> wanted_;
  std::vector<std::string> listed_;
  int lists_ = 0, pages_ = 0;
};

Outcome list_is_complete(Rest& rest) {
  std::set<std::string> made;
  std::optional<Fault> fault;
  std::vector<Writer> all(writers, Writer(rest, made, fault));
  Reader reader(rest, made, fault);
  for (Writer& writer : all) writer.go_on();
  reader.begin();
  rest.client().finish();
  if (fault) return std::unexpected(std::move(*fault));
  const auto listed = rest.list_all(limit);
  if (!listed) return std::unexpected(listed.error());
  if (auto missing = not_each_once(*listed, made, "The list has to hold what was written."))
    return std::unexpected(std::move(*missing));
  return std::to_string(made.size()) + " rows of " + std::to_string(writers) +
         " writers, each once, also in lists that were read meanwhile (" +
         std::to_string(reader.lists()) + ")";
}

// Lists all, page by page, and deletes one of these rows when its page has been read.
std::expected<std::vector<std::string>, Fault> list_and_delete(
    Rest& rest, const std::map<std::string, std::string>& ours, std::string& deleted) {
  std::vector<std::string> listed;
  std::optional<std::string> after;
  for (int pages = 0; pages < pages_max; ++pages) {
    const auto page = rest.read_page(rest.client().ask(rest.list(limit, after)));
    if (!page) return std::unexpected(page.error());
    listed.insert(listed.end(), page->ids.begin(), page->ids.end());
    if (!page->next) break;
    after = page->next;
    const auto found =
        std::ranges::find_if(page->ids, [&](const auto& id) { return ours.contains(id); });
    if (!deleted.empty() || found == page->ids.end()) continue;
    deleted = *found;
    rest.client().ask_until_done(rest.remove(rest.new_key(), deleted, ours.at(deleted)));
  }
  return listed;
}

// What comes after a row that goes between two pages must not move up.
Outcome list_while_rows_go(Rest& rest) {
  std::map<std::string, std::string> ours;  // id → ETag
  for (int i = 0; i < 3 * limit; ++i) {
    auto made = rest.make("in a list");
    if (!made) return std::unexpected(std::move(made.error()));
    ours.emplace(made->id, made->etag);
  }
  const auto before = rest.list_all(limit);
  if (!before) return std::unexpected(before.error());
  std::string deleted;
  const auto listed = list_and_delete(rest, ours, deleted);
  if (!listed) return std::unexpected(listed.error());
  const auto left = rest.list_all(limit);
  if (!left) return std::unexpected(left.error());
  if (std::ranges::find(*left, deleted) != left->end())
    return std::unexpected(
        Fault{"A deleted row is not in the list", "it still is", "The list holds what there is."});
  std::set<std::string> stayed(left->begin(), left->end());
  std::erase_if(stayed, [&](const std::string& id) {
    return std::ranges::find(*before, id) == before->end();
  });
  if (auto fault = not_each_once(*listed, stayed, by_place))
    return std::unexpected(std::move(*fault));
  return "each row that stayed was told once";
}

}  // namespace

std::vector<Check<Rest>> rest_list_checks() {
  return {
      {"list-complete", "A list holds every row that was written before it began, once.",
       "A row that is left out is, to everybody who reads the list, deleted.", list_is_complete},
      {"list-while-rows-go", "Rows that come and go between two pages move no others.",
       "A row that moves to the page before is never told, and nobody notices.",
       list_while_rows_go}};
}

}  // namespace slipway::conformance
