// Target `rest`: rows coming in, list by list and page by page.

#include <algorithm>

#include "model/canonical_json.h"
#include "transport/address.h"
#include "transport/limits.h"
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
  json::value after = {};  // the id of the last row of the page before
  std::size_t pages = 0, rows = 0;
  Listing listing = {};
};

namespace {

// RFC 8288: <https://…?page=2>; rel="next". "": there is none.
std::string next_in_link(std::string_view header) {
  while (!header.empty()) {
    const auto open = header.find('<');
    const auto close = header.find('>', open);
    if (close == header.npos) return {};
    const auto end = std::min(header.find('<', close), header.size());
    const std::string_view parameters = header.substr(close + 1, end - close - 1);
    if (parameters.find("rel=\"next\"") != parameters.npos ||
        parameters.find("rel=next") != parameters.npos)
      return std::string(header.substr(open + 1, close - open - 1));
    header.remove_prefix(end);
  }
  return {};
}

bool has_name(const RestRequest& request, std::string_view name) {
  for (const json::value& part : {json::value(request.path), json::value(request.query)}) {
    const auto names = names_in(part);
    if (names && std::ranges::find(*names, name) != names->end()) return true;
  }
  return false;
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
  lists->listing.rows[type];
  if (!only_changes) lists->listing.whole.insert(type);
  lists->page = lists->list->first_page;
  lists->offset = 0;
  lists->after = lists->list->first_after;
  lists->pages = 0;
  ask_numbered_page(lists);
}

void RestTransport::ask_numbered_page(const Lists& lists) {
  json::object names{{"page", lists->page},
                     {"offset", lists->offset},
                     {"after", lists->after},
                     {"limit", lists->list->page_rows}};
  if (const json::value* since = memory_.since(lists->types.front())) names["since"] = *since;
  auto path =
      rest_path(lists->list->request, [&](std::string_view name) { return find(names, name); });
  if (!path) {
    client_.answer_locally([this, lists, why = path.error().message] {
      give_up(lists, {FailureClass::unreachable, why, 0, std::nullopt});
    });
    return;
  }
  next_page(lists, join_address(api_.url, *path));
}

void RestTransport::next_page(const Lists& lists, const std::string& url) {
  if (++lists->pages > limits::rest_pages_max) {
    return give_up(lists,
                   {FailureClass::unreachable,
                    "The list of " + lists->types.front() + " at " + peer_ + " does not end.", 0,
                    std::nullopt});
  }
  HttpRequest request{"GET", url, {{"Accept", "application/json"}}};
  for (const auto& [name, value] : api_.headers) request.headers.emplace_back(name, value);
  send(std::move(request), [this, lists, url](HttpResult result) {
    if (!result) return give_up(lists, std::move(result.error()));
    take_page(lists, url, *result);
  });
}

void RestTransport::take_page(const Lists& lists, const std::string& url,
                              const HttpAnswer& answer) {
  const std::string& type = lists->types.front();
  if (auto failure = rest_failure(api_, answer, peer_)) {
    // What a list refuses says nothing about any entry.
    if (failure->means != FailureClass::busy && failure->means != FailureClass::signed_out)
      failure->means = FailureClass::unreachable;
    failure->message = "The list of " + type + " could not be read: " + failure->message;
    return give_up(lists, std::move(*failure));
  }
  const auto body = parse_json(answer.body, "the list");
  const auto rows = body ? rows_in(lists->list->rows, *body) : std::nullopt;
  if (!rows) {
    const std::string place =
        lists->list->rows.empty() ? "an array of rows" : "rows in “" + lists->list->rows + "”";
    return give_up(lists,
                   {FailureClass::unreachable,
                    peer_ + " answered the list of " + type + " without " + place +
                        ". Correct [entities." + type + ".rest.list] if it is declared wrongly.",
                    0, std::nullopt});
  }
  if (lists->pages == 2) lists->listing.first_page[type] = lists->listing.rows[type].size();
  lists->rows += rows->size();
  if (lists->rows > limits::rest_rows_max) {
    return give_up(lists,
                   {FailureClass::unreachable,
                    peer_ + " has more than " + std::to_string(limits::rest_rows_max) +
                        " rows, which is too many to compare. List fewer types, or fewer rows.",
                    0, std::nullopt});
  }
  auto& all = lists->listing.rows[type];
  all.insert(all.end(), rows->begin(), rows->end());
  if (std::ssize(*rows) >= lists->list->page_rows && has_name(lists->list->request, "after")) {
    auto last = id_there(api_.entities.at(type), rows->back());
    if (!last || *last == lists->after) {
      return give_up(
          lists, {FailureClass::unreachable,
                  peer_ + " answered two pages of " + type +
                      " that end with the same row, or with one that has no id. Let the list be "
                      "in the order of the id, and {after} leave out what came before.",
                  0, std::nullopt});
    }
    lists->after = std::move(*last);
  }
  go_on(lists, url, answer, *body, std::int64_t(rows->size()));
}

// To the next page, or to the next type.
void RestTransport::go_on(const Lists& lists, const std::string& url, const HttpAnswer& answer,
                          const json::value& body, std::int64_t rows) {
  const RestList& list = *lists->list;
  if (!list.next.empty()) {
    std::string next = list.next == "link" ? next_in_link(answer.header("Link")) : "";
    if (list.next != "link") {
      const json::value* named = at_place(body, list.next);
      if (named && named->is_string()) next = std::string(named->get_string());
    }
    if (next.starts_with('/')) next = origin_of(api_.url) + next;
    if (!next.empty()) {
      // The token goes along, so the next page must be the same API's.
      if (origin_of(next) != origin_of(api_.url) || next == url)
        return give_up(lists, {FailureClass::unreachable,
                               peer_ + " names a next page of " + lists->types.front() +
                                   " that is not its own, or the same again.",
                               0, std::nullopt});
      return next_page(lists, next);
    }
  } else {
    const bool numbered = has_name(list.request, "page") || has_name(list.request, "offset") ||
                          has_name(list.request, "after");
    if (numbered && rows >= list.page_rows) {
      ++lists->page;
      lists->offset += rows;
      return ask_numbered_page(lists);
    }
  }
  lists->types.erase(lists->types.begin());
  next_type(lists);
}

void RestTransport::give_up(const Lists& lists, Failure failure) {
  lists->answered(std::unexpected(std::move(failure)));
}

}  // namespace slipway
