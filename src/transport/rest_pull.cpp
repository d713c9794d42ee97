// Target `rest`: rows coming in, list by list and page by page.

#include <algorithm>
#include <span>

#include "model/canonical_json.h"
#include "transport/address.h"
#include "transport/limits.h"
#include "transport/links.h"
#include "transport/problem.h"
#include "transport/rest_transport.h"
#include "transport/webhook_page.h"

namespace slipway {

struct RestTransport::Gathering {
  Version from;
  std::string exchange;
  Answered<PullAnswer> answered;
  bool everything = true;
  std::vector<std::string> types = {};  // still to be listed; the first is under way
  const RestList* list = nullptr;       // of the first
  std::int64_t page = 0, offset = 0;
  json::value after = {};     // the id of the last row of the page before
  std::int64_t limit = 0;     // of rows in one page, as it is asked for
  std::size_t page_rows = 0;  // of the page before
  std::size_t pages = 0;      // of the list that were asked for
  std::size_t rows = 0;       // of all lists
  Listing listing = {};
};

namespace {

bool has_name(const RestRequest& request, std::string_view name) {
  for (const json::value& part : {json::value(request.path), json::value(request.query)}) {
    const auto names = names_in(part);
    if (names && std::ranges::find(*names, name) != names->end()) return true;
  }
  return false;
}

// Pages are asked for by number or by what came before, and no answer says whether there is
// another.
bool is_numbered(const RestList& list) {
  return list.next.empty() && (has_name(list.request, "page") || has_name(list.request, "offset") ||
                               has_name(list.request, "after"));
}

// Where the list goes on; "": the answer says that it ends. Nothing: it says neither.
std::optional<std::string> next_named(const RestList& list, const HttpAnswer& answer,
                                      const json::value& body) {
  if (list.next.empty() || list.next == "link") return next_in_links(answer);
  const json::value* named = at_place(body, list.next);
  if (!named || named->is_null() || *named == json::value(false)) return "";
  return named->is_string() ? std::optional(std::string(named->get_string())) : std::nullopt;
}

Failure no_list(std::string why) {
  return {FailureClass::unreachable, std::move(why), 0, std::nullopt};
}

}  // namespace

void RestTransport::pull(PullRequest request, Answered<PullAnswer> answered) {
  const Capabilities target = webhook_capabilities(api_.url);
  const Version here = request.cursor.value_or(target.origin);
  memory_.stand_at(here);
  if (request.everything) memory_.forget();
  const auto lists = std::make_shared<Gathering>(Gathering{
      here, std::move(request.exchange), std::move(answered), memory_.needs_everything()});
  for (const auto& [type, entity] : api_.entities)
    if (entity.list.request) lists->types.push_back(type);
  if (lists->types.empty()) {
    client_.answer_locally([lists, here] {
      lists->answered(PullAnswer{lists->exchange, here, {here, here, {}, {}}});
    });
    return;
  }
  next_type(lists);
}

void RestTransport::next_type(const Lists& lists) {
  if (lists->types.empty()) {
    Page page = memory_.page_of(api_, lists->from, lists->listing);
    const Version head = page.to;
    return lists->answered(PullAnswer{lists->exchange, head, std::move(page)});
  }
  const std::string& type = lists->types.front();
  const RestEntity& entity = api_.entities.at(type);
  const bool only_changes =
      entity.changes.request && !lists->everything && memory_.since(type) != nullptr;
  lists->list = only_changes ? &entity.changes : &entity.list;
  if (!only_changes) lists->listing.whole.insert(type);
  lists->limit = lists->list->page_rows;
  lists->pages = 0;
  from_the_first_page(lists);
}

void RestTransport::from_the_first_page(const Lists& lists) {
  const std::string& type = lists->types.front();
  lists->rows -= lists->listing.rows[type].size();
  lists->listing.rows[type].clear();
  lists->listing.first_page.erase(type);
  lists->page = lists->list->first_page;
  lists->offset = 0;
  lists->after = lists->list->first_after;
  lists->page_rows = 0;
  ask_numbered_page(lists);
}

void RestTransport::ask_numbered_page(const Lists& lists) {
  json::object names{{"page", lists->page},
                     {"offset", lists->offset},
                     {"after", lists->after},
                     {"limit", lists->limit}};
  if (const json::value* since = memory_.since(lists->types.front())) names["since"] = *since;
  auto path =
      rest_path(lists->list->request, [&](std::string_view name) { return find(names, name); });
  if (!path) {
    client_.answer_locally(
        [this, lists, why = path.error().message] { give_up(lists, no_list(why)); });
    return;
  }
  next_page(lists, join_address(api_.url, *path));
}

void RestTransport::next_page(const Lists& lists, const std::string& url) {
  if (++lists->pages > limits::rest_pages_max)
    return give_up(
        lists, no_list("The list of " + lists->types.front() + " at " + peer_ + " does not end."));
  HttpRequest request{"GET", url, {{"Accept", "application/json"}}};
  for (const auto& [name, value] : api_.headers) request.headers.emplace_back(name, value);
  send(std::move(request), [this, lists, url](HttpResult result) {
    if (!result) return give_up(lists, std::move(result.error()));
    if (auto failure = rest_failure(api_, *result, peer_))
      return refused(lists, std::move(*failure));
    take_page(lists, url, *result);
  });
}

// What a list refuses says nothing about any entry.
void RestTransport::refused(const Lists& lists, Failure failure) {
  const std::string& type = lists->types.front();
  const bool no_such_page =
      failure.means == FailureClass::gone || failure.means == FailureClass::invalid;
  if (failure.means != FailureClass::busy && failure.means != FailureClass::signed_out)
    failure.means = FailureClass::unreachable;
  failure.message = "The list of " + type + " could not be read: " + failure.message;
  if (no_such_page && lists->page_rows > 0 && is_numbered(*lists->list))
    failure.message +=
        " Only an empty page ends such a list. If the API refuses a page behind its last one, let "
        "it name the next: “next” of [entities." +
        type + ".rest.list].";
  give_up(lists, std::move(failure));
}

void RestTransport::take_page(const Lists& lists, const std::string& url,
                              const HttpAnswer& answer) {
  const RestList& list = *lists->list;
  const std::string& type = lists->types.front();
  const auto body = parse_json(answer.body, "the list");
  const auto rows = body ? rows_in(list.rows, *body) : std::nullopt;
  if (!rows) {
    const std::string place =
        list.rows.empty() ? "an array of rows" : "rows in “" + list.rows + "”";
    return give_up(
        lists, no_list(peer_ + " answered the list of " + type + " without " + place +
                       ". Correct [entities." + type + ".rest.list] if it is declared wrongly."));
  }
  if (auto wrong = wrong_with(lists, *rows)) return give_up(lists, no_list(peer_ + " " + *wrong));
  auto& all = lists->listing.rows[type];
  // An API that gives fewer rows than asked for may still count its pages by what was asked for:
  // the rows between two pages would never be seen. So it is asked for as many as it gives.
  const bool is_second = !rows->empty() && !all.empty() && all.size() == lists->page_rows;
  if (is_second && std::ssize(all) < lists->limit && is_numbered(list) &&
      has_name(list.request, "page") && has_name(list.request, "limit")) {
    lists->limit = std::ssize(all);
    return from_the_first_page(lists);
  }
  lists->listing.first_page.emplace(type, rows->size());
  lists->rows += rows->size();
  lists->page_rows = rows->size();
  all.insert(all.end(), rows->begin(), rows->end());
  go_on(lists, url, answer, *body);
}

// Why a page cannot be part of the list.
std::optional<std::string> RestTransport::wrong_with(const Lists& lists,
                                                     const std::vector<json::object>& rows) {
  const std::string& type = lists->types.front();
  const RestEntity& entity = api_.entities.at(type);
  if (lists->rows + rows.size() > limits::rest_rows_max)
    return "has more than " + std::to_string(limits::rest_rows_max) +
           " rows, which is too many to compare. List fewer types, or fewer rows.";
  if (!std::ranges::all_of(
          rows, [&](const json::object& row) { return id_there(entity, row).has_value(); }))
    return "has rows of " + type + " without an id in “" + entity.id +
           "”. Correct “id” in [entities." + type + ".rest] if it is declared wrongly.";
  if (rows.empty() || !is_numbered(*lists->list)) return std::nullopt;
  if (has_name(lists->list->request, "after")) {
    if (*id_there(entity, rows.back()) != lists->after) return std::nullopt;
    return "answered two pages of " + type +
           " that end with the same row. Let the list be in the order of the id, and {after} leave "
           "out what came before.";
  }
  const auto before = std::span(lists->listing.rows[type]).last(lists->page_rows);
  if (!std::ranges::equal(rows, before)) return std::nullopt;
  return "answered the same page of " + type +
         " twice. If it knows no pages, leave {page} and {offset} out of [entities." + type +
         ".rest.list]; if it repeats its last page, let it name the next: “next”.";
}

// To the next page, or to the next type.
void RestTransport::go_on(const Lists& lists, const std::string& url, const HttpAnswer& answer,
                          const json::value& body) {
  const RestList& list = *lists->list;
  const std::string& type = lists->types.front();
  if (is_numbered(list)) {
    // A short page proves nothing: an API may give fewer rows than it is asked for.
    if (lists->page_rows == 0) return end_of_list(lists);
    ++lists->page;
    lists->offset += std::int64_t(lists->page_rows);
    lists->after = *id_there(api_.entities.at(type), lists->listing.rows[type].back());
    return ask_numbered_page(lists);
  }
  auto next = next_named(list, answer, body);
  constexpr int partial_content = 206;
  if (next && next->empty() && list.next.empty() && answer.status == partial_content)
    return give_up(lists, no_list(peer_ + " answered the list of " + type +
                                  " with a part of it (206), and not with how it goes on."));
  if (next && next->empty()) return end_of_list(lists);
  if (next && next->starts_with('/')) next = origin_of(api_.url) + *next;
  // The token goes along, so the next page must be the same API's.
  if (!next || origin_of(*next) != origin_of(api_.url) || *next == url)
    return give_up(lists, no_list(peer_ + " names a next page of " + type +
                                  " that is no address, not its own, or the same again."));
  next_page(lists, *next);
}

void RestTransport::end_of_list(const Lists& lists) {
  lists->types.erase(lists->types.begin());
  next_type(lists);
}

void RestTransport::give_up(const Lists& lists, Failure failure) {
  lists->answered(std::unexpected(std::move(failure)));
}

}  // namespace slipway
