// What a cloud answers, at the device. The input is a JSON array of steps:
//   {"write": [mutation, …], "group": true}     {"push": answer}     {"pull": answer}
//   {"poke": poke}     {"fullPull": 1}     {"snapshot": page}     {"history": answer}
//   {"fail": class}     {"discard": id}     {"retry": id}     {"force": id}     {"reopen": 1}
//   {"resolve": id}     {"undo": id}     {"happened": id}
// In an answer "@cursor" and "@next" stand for versions, "@item0" for the first id that was sent,
// "@at" and "@after" for the place of the full pull, "@offer0" for the first commit that was asked
// about. Whatever a cloud says, a page can be applied, a full pull and the search for a common past
// come to an end, and the laws hold.
#include <algorithm>

#include "desk.h"
#include "model/canonical_json.h"

using namespace slipway;
using namespace slipway::fuzz;

namespace {

constexpr std::size_t steps_max = 12, offered_max = 2;

class Game {
 public:
  Game() { desk_.meet_cloud(); }

  void play(const json::object& step) {
    for (const auto& member : step) {
      const json::value& value = member.value();
      if (member.key() == "write") write(value, find(step, "group") != nullptr);
      if (member.key() == "push") push(value);
      if (member.key() == "pull") pull(value);
      if (member.key() == "poke") poke(value);
      if (member.key() == "fullPull") begin_full_pull();
      if (member.key() == "snapshot") snapshot(value);
      if (member.key() == "history") compare_history(value);
      if (member.key() == "fail" && value.is_int64()) fail(value.get_int64());
      if (member.key() == "reopen") reopen();
      if (value.is_int64()) decide(member.key(), value.get_int64());
    }
    desk_.check_laws();
  }

 private:
  store::Store& store() { return desk_.store(); }

  void write(const json::value& value, bool as_group) {
    if (!value.is_array() || value.get_array().empty()) return;
    std::vector<store::WriteRequest> requests;
    for (const json::value& element : value.get_array()) {
      auto mutation = store::mutation_from_json(element);
      if (!mutation) continue;
      if (requests.empty() || !as_group) requests.push_back({{}, as_group, std::nullopt});
      requests.back().mutations.push_back(std::move(*mutation));
    }
    if (requests.empty()) return;
    for (const auto& written : store().write(requests, desk_.now())) {
      if (!written) demand_no_fault(written.error(), "writing");
    }
  }

  std::optional<store::FullPull> full_pull() {
    const auto pull = store().full_pull();
    return demand_value(pull, "the full pull can be read");
  }

  std::optional<PushRequest> begin() {
    if (full_pull()) return std::nullopt;  // until it is done nothing is sent
    const auto request = store().begin_push("exchange", {500, 500, 1 << 20}, {}, desk_.now());
    return demand_value(request, "a push can begin");
  }

  void push(json::value value) {
    const auto request = begin();
    if (!request) return;
    items_.clear();
    for (const PushItem& item : request->items) items_.push_back(item.id);
    fill_in(value);
    if (value.is_object()) {
      if (const auto answer = push_answer_from_json(value.get_object())) {
        demand_value(store().finish_push(*answer, desk_.now()), "an answer can be absorbed");
        return;
      }
    }
    demand_value(store().fail_push({}, 8, desk_.now()), "a garbled answer means nothing");
  }

  void fail(std::int64_t means) {
    if (!begin()) return;
    constexpr std::int64_t classes = std::int64_t(FailureClass::upgrade_needed) + 1;
    const Failure failure{FailureClass(std::uint64_t(means) % classes), "it failed", 500, {}};
    demand_value(store().fail_push(failure, 1, desk_.now()), "a failure can be recorded");
  }

  void pull(json::value value) {
    if (full_pull()) return;
    fill_in(value);
    if (!value.is_object()) return;
    const auto answer = pull_answer_from_json(value.get_object());
    if (!answer) return;
    const bool fits = answer->page.from == desk_.cursor();
    const auto settled = store().absorb_page(*answer, desk_.now());
    demand_value(settled, "a page can always be applied");
    demand(settled->page_absorbed == fits, "a page is absorbed if it begins at the cursor");
  }

  // As the worker has it: a poke counts as an answer where it begins at the cursor.
  void poke(json::value value) {
    fill_in(value);
    if (!value.is_object()) return;
    auto poke = poke_from_json(value.get_object());
    if (!poke || !poke->page || poke->page->from != desk_.cursor()) return;
    const bool moves = poke->page->to != poke->page->from;
    const Version head = poke->head;
    const auto settled = store().absorb_streamed(std::move(*poke), desk_.now());
    demand(demand_value(settled, "a poke can be applied").page_absorbed, "and it is");
    if (moves) demand(desk_.cursor() == head, "a poke moves the cursor to its end");
  }

  void begin_full_pull() {
    demand(store().begin_full_pull(desk_.now()).has_value(), "a full pull can begin");
  }

  void snapshot(json::value value) {
    if (!full_pull()) return;
    const auto request = store().snapshot_request("exchange", 100);
    demand_value(request, "a full pull can go on");
    at_ = request->at;
    after_ = request->after;
    fill_in(value);
    if (!value.is_object()) return;
    const auto page = snapshot_page_from_json(value.get_object());
    if (!page) return;
    const auto settled = store().absorb_snapshot(*page, desk_.now());
    demand_value(settled, "a page of a full pull can always be applied");
    const auto now = full_pull();
    if (!settled->page_absorbed) {
      demand(now && now->at == at_ && now->after == after_, "what does not fit leaves the place");
      return;
    }
    demand(page->after == after_ && (!at_ || page->at == *at_), "a page goes on where it stood");
    demand(now.has_value() == page->next.has_value(), "the last page ends a full pull");
    if (now) demand(now->at == page->at && now->after == page->next, "a page moves the place");
    if (!now) demand(desk_.cursor() == page->at, "the last page moves the cursor");
  }

  // Each answer narrows the search down, between two commits that were offered, or says nothing.
  void compare_history(json::value value) {
    const auto asked = store().history_request("exchange", offered_max);
    offered_ = demand_value(asked, "a question for a common past").versions;
    fill_in(value);
    if (!value.is_object()) return;
    const auto answer = history_answer_from_json(value.get_object());
    if (!answer) return;
    const Version before = desk_.cursor(), common = answer->common;
    const auto done = store().absorb_history(*answer, desk_.now());
    if (!done) {
      const std::string& why = done.error().type;
      demand(why == "garbled-history" || why == "other-cloud", "it is refused for what it is");
      demand(desk_.cursor() == before, "and nothing has happened");
      return;
    }
    const auto place = std::ranges::find(offered_, common);
    demand(place != offered_.end() || common.seq == 0, "only what was offered is common");
    if (*done) {
      demand(desk_.cursor().seq <= before.seq, "what is common is not beyond what was known");
      return;
    }
    const auto beyond = place == offered_.end() ? offered_.begin() : place + 1;
    const auto next = store().history_request("exchange", offered_max);
    demand(!demand_value(next, "the next question").versions.empty(), "there is more to ask");
    for (const Version& version : next->versions) {
      demand(version.seq > common.seq, "what is common is not asked for again");
      demand(beyond == offered_.end() || version.seq < beyond->seq, "nor what is not");
    }
  }

  void decide(std::string_view what, EntryId id) {
    namespace wish = store::wish;
    std::optional<store::Wish> wanted;
    if (what == "discard") wanted = wish::Discard{id, true};
    if (what == "retry") wanted = wish::Retry{id};
    if (what == "force") wanted = wish::Force{id};
    if (what == "undo") wanted = wish::Undo{id};
    if (what == "happened") wanted = wish::Outcome{id, true};
    if (what == "resolve") wanted = wish::Resolve{id, choices(id), {}, true};
    if (!wanted) return;
    const auto before = store().decide(*wanted, store::DecideMode::preview, desk_.now());
    const auto decided = store().decide(*wanted, store::DecideMode::carry_out, desk_.now());
    demand(before.has_value() == decided.has_value(), "the preview is as the deed");
    if (!decided) demand_no_fault(decided.error(), what);
  }

  // The first field as the cloud has it, the others as they were written.
  store::Choices choices(EntryId id) {
    store::Choices choices;
    const auto entry = store().entry(id);
    if (!entry || !*entry) return choices;
    for (const auto& member : (*entry)->body.payload)
      choices.emplace(member.key(), choices.empty() ? store::Side::server : store::Side::local);
    return choices;
  }

  void reopen() { demand(store().reopen(desk_.now()).has_value(), "the file can be opened again"); }

  void fill_in(json::value& value) {
    if (auto* array = value.if_array()) {
      for (json::value& element : *array) fill_in(element);
    } else if (auto* object = value.if_object()) {
      for (auto& member : *object) fill_in(member.value());
    } else if (auto* text = value.if_string(); text && text->starts_with('@')) {
      if (*text == "@cursor")
        value = to_json(desk_.cursor());
      else if (*text == "@next")
        value = to_json(Version{desk_.cursor().seq + 1, "00000000000000aa"});
      else if (*text == "@at")
        value = to_json(at_.value_or(Version{desk_.cursor().seq + 1, "00000000000000aa"}));
      else if (*text == "@after")
        value = after_ ? json::value(to_json(*after_)) : json::value(nullptr);
      else if (const auto at = std::size_t(text->back() - '0');
               text->starts_with("@offer") && at < offered_.size())
        value = to_json(offered_[at]);
      else if (at < items_.size())
        value = items_[at];
    }
  }

  Desk desk_;
  std::vector<std::string> items_;
  std::optional<Version> at_;
  std::optional<SnapshotPlace> after_;
  std::vector<Version> offered_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto steps = parse_json(text_of(data, size), "the input");
  if (!steps || !steps->is_array()) return 0;
  Game game;
  std::size_t played = 0;
  for (const json::value& step : steps->get_array()) {
    if (++played > steps_max) break;
    if (step.is_object()) game.play(step.get_object());
  }
  return 0;
}
