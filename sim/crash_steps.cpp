// The transactions of the desk's work, each from a state in which it has much to do.
#include "crash_steps.h"
#include "base/check.h"
#include "cloud/ledger.h"
#include "device.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

// --- states

// As by a target that gives ids.
void answered_with_an_id(Bench& bench) {
  answered(bench);
  for (auto* receipts : {&bench.answer->verdicts, &bench.answer->page->receipts}) {
    for (Receipt& receipt : *receipts) receipt.assigned = json::object{{"id", 17}, {"memo", "M1"}};
  }
  for (PageRow& row : bench.answer->page->rows) row.values.reset();
}

void answered_without_page(Bench& bench) {
  answered(bench);
  bench.answer->page.reset();
}

// --- writing

Result<void> write_all(Bench& bench, const std::vector<store::WriteRequest>& requests) {
  for (const auto& written : bench.store().write(requests, bench_time)) {
    if (!written) return std::unexpected(written.error());
  }
  return {};
}

std::function<Result<void>(Bench&)> write_group(std::vector<store::Mutation> mutations,
                                                std::optional<std::string> key = std::nullopt) {
  const bool as_group = mutations.size() > 1;
  const store::WriteRequest request{std::move(mutations), as_group, std::move(key)};
  return [request](Bench& bench) { return write_all(bench, {request}); };
}

std::vector<Step> writing() {
  const auto keyed = write_group({parent("p7", "seven"), child("c7", "p7")}, "key");
  const auto batch = [](Bench& bench) {
    return write_all(bench, {{{parent("p7", "seven")}, false, "a"},
                             {{child("c7", "p7")}, false, "b"},
                             {{rename("p1", "un")}, false, "c"}});
  };
  return {
      {"write: create", Side::desk, busy_desk, open, write_group({parent("p7", "seven")})},
      {"write: update", Side::desk, busy_desk, open, write_group({rename("p1", "un")})},
      {"write: delete with its children", Side::desk, busy_desk, open, write_group({remove("p1")})},
      {"write: group", Side::desk, busy_desk, open,
       write_group({parent("p7", "seven"), child("c7", "p7"), rename("p1", "un")})},
      {"write: with a key", Side::desk, busy_desk, open, keyed, keyed},
      {"write: several in one commit", Side::desk, busy_desk, open, batch, batch},
      {"write: the log is moved", Side::desk, long_log, open, keyed, keyed},
      {"offer the rows that exist", Side::desk,
       [](Bench& bench) {
         open(bench);
         run_as_app(bench,
                    "INSERT INTO Parent (id, name, amount) VALUES ('p1', 'n', 1), ('p2', 'm', 2);"
                    "INSERT INTO Child VALUES ('c1', 't', 'p1')");
       },
       open, [](Bench& bench) { return told(bench.store().offer_existing_rows(bench_time)); }},
  };
}

// --- syncing

Result<void> finish_push(Bench& bench) {
  return told(bench.store().finish_push(*bench.answer, bench_time));
}

std::function<Result<void>(Bench&)> fail_push(FailureClass means) {
  return [means](Bench& bench) {
    return told(bench.store().fail_push({means, "why", 0, std::nullopt}, 1, bench_time));
  };
}

// It went away while actions that need it waited for their turn.
void without_cloud(Bench& bench) {
  bench.configure = [](store::StoreOptions& options) {
    options.rules.actions["CREATE_PARENT"] = {"Parent", Op::create, true};
    options.rules.actions["UPDATE_PARENT"] = {"Parent", Op::update, true};
  };
  open(bench);
  bench.store().note_cloud("It does not answer.");
}

std::vector<Step> syncing() {
  const auto one_entry = [](Bench& bench) {
    open(bench);
    bench.meet();
    bench.write({parent("p1", "one")});
  };
  return {
      {"begin_push", Side::desk, busy_desk, open,
       [](Bench& bench) {
         return told(bench.store().begin_push("exchange", bench_limits, {}, bench_time));
       }},
      {"finish_push with a page", Side::desk, much_news, answered, finish_push},
      {"finish_push without a page", Side::desk, much_news, answered_without_page, finish_push},
      {"finish_push: an id is given", Side::desk, one_entry, answered_with_an_id, finish_push},
      {"fail_push: unreachable", Side::desk, busy_desk, pushing,
       fail_push(FailureClass::unreachable)},
      {"fail_push: parks", Side::desk, one_entry, pushing, fail_push(FailureClass::invalid)},
      {"absorb_page", Side::desk, much_news, pulled,
       [](Bench& bench) { return told(bench.store().absorb_page(*bench.page, bench_time)); }},
      {"absorb_streamed", Side::desk, much_news, pulled,
       [](Bench& bench) {
         return told(
             bench.store().absorb_streamed({bench.page->head, bench.page->page}, bench_time));
       }},
      {"meet_cloud", Side::desk, nothing_yet, open,
       [](Bench& bench) {
         return bench.store().meet_cloud(bench.ledger().capabilities(bench.owner()).value(),
                                         bench_time);
       }},
      {"park_unsent_needs", Side::desk, busy_desk, without_cloud,
       [](Bench& bench) { return bench.store().park_unsent_needs(bench_time); }},
      {"show_wait", Side::desk, busy_desk, open,
       [](Bench& bench) {
         return bench.store().show_wait({bench.entry_in("PENDING")}, bench_time);
       }},
  };
}

// --- pulling everything

SnapshotRequest next_of_full_pull(Bench& bench, std::int64_t rows_max) {
  SnapshotRequest asked = bench.store().snapshot_request("exchange", rows_max).value();
  asked.limit = rows_max;
  return asked;
}

// Its next page has come.
std::function<void(Bench&)> pulling_all(std::int64_t rows_max) {
  return [rows_max](Bench& bench) {
    open(bench);
    const SnapshotRequest asked = next_of_full_pull(bench, rows_max);
    const auto snapshot =
        bench.ledger().snapshot(bench.owner().tenant, bench.owner().device, asked, bench_time);
    CHECK(snapshot);
    const std::string text = cloud::snapshot_text(*snapshot, asked);
    bench.snapshot = snapshot_page_from_json(parse_json_object(text, "a page").value()).value();
    CHECK(rows_max < 100 ? bench.snapshot->next.has_value() : !bench.snapshot->next);
  };
}

// A group was judged and its answer lost; then the desk is told to take everything anew. The other
// desk has changed, deleted and added rows meanwhile.
void behind_the_cloud(Bench& bench) {
  much_news(bench);
  answered(bench);
  CHECK(
      bench.store().fail_push({FailureClass::unreachable, "why", 0, std::nullopt}, 1, bench_time));
  bench.remote(Op::update, {"Parent", "p9"}, {{"amount", 10}});
  CHECK(bench.store().begin_full_pull(bench_time));
}

// Of which the first pages are absorbed.
void in_full_pull(Bench& bench) {
  behind_the_cloud(bench);
  pulling_all(2)(bench);
  CHECK(bench.store().absorb_snapshot(*bench.snapshot, bench_time)->page_absorbed);
}

std::vector<Step> pulling() {
  const auto absorb = [](Bench& bench) -> Result<void> {
    const auto settled = bench.store().absorb_snapshot(*bench.snapshot, bench_time);
    CHECK(!settled || settled->page_absorbed);
    return told(settled);
  };
  return {
      {"begin_full_pull", Side::desk, much_news, open,
       [](Bench& bench) { return bench.store().begin_full_pull(bench_time); }},
      {"absorb_snapshot: the first page", Side::desk, behind_the_cloud, pulling_all(2), absorb},
      {"absorb_snapshot: a page between", Side::desk, in_full_pull, pulling_all(2), absorb},
      {"absorb_snapshot: the last page", Side::desk, in_full_pull, pulling_all(100), absorb},
      {"absorb_snapshot: of another past", Side::desk, followed, pulling_all(100), absorb},
  };
}

// --- a person's decisions

Result<void> decide(Bench& bench, const store::Wish& wish) {
  return told(bench.store().decide(wish, store::DecideMode::carry_out, bench_time));
}

// As by a target without receipts: an entry was sent, its answer is lost, and it was discarded.
void outcome_unknown(Bench& bench) {
  open(bench);
  bench.meet();
  bench.write({parent("p1", "one")});
  bench.begin_push();
  CHECK(
      bench.store().fail_push({FailureClass::unreachable, "why", 0, std::nullopt}, 1, bench_time));
  CHECK(decide(bench, store::wish::Discard{bench.entry_of({"Parent", "p1"})}));
  PushAnswer answer = bench.push(bench.begin_push());
  for (auto* receipts : {&answer.verdicts, &answer.page->receipts}) {
    for (Receipt& receipt : *receipts)
      receipt.verdict = Verdict::rejected, receipt.reason = "outcome-unknown";
  }
  CHECK(bench.store().finish_push(answer, bench_time));
}

std::vector<Step> deciding() {
  using namespace store::wish;
  static_assert(std::variant_size_v<store::Wish> == 6, "a new wish gets its step");
  const auto all_synced = [](Bench& bench) {
    busy_desk(bench);
    CHECK(bench.sync());
  };
  return {
      {"discard: never sent", Side::desk, busy_desk, open,
       [](Bench& bench) {
         return decide(bench, Discard{bench.entry_of({"Parent", "p1"})});
       }},
      {"discard: under way", Side::desk, busy_desk, pushing,
       [](Bench& bench) {
         return decide(bench, Discard{bench.entry_in("PROCESSING"), true});
       }},
      {"discard: with dependants", Side::desk, busy_desk, open,
       [](Bench& bench) {
         return decide(bench, Discard{bench.entry_of({"Parent", "p3"}), true});
       }},
      {"retry", Side::desk, busy_desk, open,
       [](Bench& bench) { return decide(bench, Retry{bench.entry_in("CONFLICT")}); }},
      {"force", Side::desk, busy_desk, open,
       [](Bench& bench) { return decide(bench, Force{bench.entry_in("CONFLICT")}); }},
      {"resolve", Side::desk, busy_desk, open,
       [](Bench& bench) {
         return decide(bench,
                       Resolve{bench.entry_in("CONFLICT"), {{"name", json::value("agreed")}}});
       }},
      {"undo", Side::desk, all_synced, open,
       [](Bench& bench) {
         return decide(bench, Undo{bench.entry_of({"Parent", "p1"})});
       }},
      {"outcome: it happened", Side::desk, outcome_unknown, open,
       [](Bench& bench) {
         return decide(bench, Outcome{bench.entry_in("ERROR"), true});
       }},
      {"outcome: it did not", Side::desk, outcome_unknown, open,
       [](Bench& bench) {
         return decide(bench, Outcome{bench.entry_in("ERROR"), false});
       }},
  };
}

// --- when the cloud's past has changed

void another_cloud(Bench& bench) {
  busy_desk(bench);
  bench.drop_ledger();
  bench.cloud.replace(Bench::empty().cloud);
  open(bench);
  CHECK(bench.ledger().create_token("other", "mine", "mine", bench_time));
}

Capabilities capabilities_of_another(Bench& bench) {
  const auto owner = bench.ledger().find_token("mine").value().value();
  return bench.ledger().capabilities(owner).value();
}

void met_another(Bench& bench) {
  open(bench);
  CHECK(!bench.store().meet_cloud(capabilities_of_another(bench), bench_time));
}

std::int64_t lost_row(Bench& bench) {
  Reader reader(bench.desk, app_file);
  return std::atoll(query(reader.get(), "SELECT min(id) FROM SyncLost")[0][0].c_str());
}

std::vector<Step> travelling() {
  return {
      {"absorb_history", Side::desk, restored_cloud, compared,
       [](Bench& bench) { return told(bench.store().absorb_history(*bench.history, bench_time)); }},
      {"join_cloud", Side::desk, another_cloud, met_another,
       [](Bench& bench) {
         return bench.store().join_cloud(capabilities_of_another(bench).origin.salt, bench_time);
       }},
      {"dismiss_lost", Side::desk, followed, open,
       [](Bench& bench) { return bench.store().dismiss_lost(lost_row(bench), bench_time); }},
      {"restore_lost", Side::desk, followed, open,
       [](Bench& bench) { return told(bench.store().restore_lost(lost_row(bench), bench_time)); }},
  };
}

}  // namespace

std::vector<Step> work_steps() {
  std::vector<Step> steps;
  for (auto part : {writing, syncing, pulling, deciding, travelling}) {
    for (Step& step : part()) steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace slipway::sim
