#include "planted.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/check.h"

namespace slipway::sim {

namespace {

constexpr std::array bugs = {
    PlantedBug{Bug::sends_again_under_new_id, "sends_again_under_new_id", "I5"},
    PlantedBug{Bug::forgets_what_was_being_sent, "forgets_what_was_being_sent", "I1"},
    PlantedBug{Bug::keeps_part_of_refused_write, "keeps_part_of_refused_write", "I2"},
    PlantedBug{Bug::sends_lane_out_of_order, "sends_lane_out_of_order", "I9"},
    PlantedBug{Bug::sends_child_without_parent, "sends_child_without_parent", "I9"},
    PlantedBug{Bug::one_stuck_entry_blocks_all, "one_stuck_entry_blocks_all", "I10"},
    PlantedBug{Bug::sends_by_clock, "sends_by_clock", "I17"},
    PlantedBug{Bug::matches_verdicts_by_place, "matches_verdicts_by_place", "I16"},
    PlantedBug{Bug::settles_before_the_feed, "settles_before_the_feed", "I11"},
    PlantedBug{Bug::absorbs_stale_page, "absorbs_stale_page", "I11"},
    PlantedBug{Bug::pulls_over_open_entries, "pulls_over_open_entries", "I11"},
    PlantedBug{Bug::loses_row_that_waits_for_its_parent, "loses_row_that_waits_for_its_parent",
               "I23"},
    PlantedBug{Bug::counts_wrongly, "counts_wrongly", "I26"},
    PlantedBug{Bug::discard_leaves_dependants, "discard_leaves_dependants", "I14"},
    PlantedBug{Bug::discard_owes_no_void, "discard_owes_no_void", "I14"},
    PlantedBug{Bug::discard_leaves_the_row, "discard_leaves_the_row", "I14"},
    PlantedBug{Bug::decision_leaves_the_question, "decision_leaves_the_question", "I13"},
    PlantedBug{Bug::decides_on_the_newest, "decides_on_the_newest", "I13"},
    PlantedBug{Bug::wait_never_ends, "wait_never_ends", "I24"},
    PlantedBug{Bug::does_not_back_off, "does_not_back_off", "I25"},
    PlantedBug{Bug::ignores_retry_after, "ignores_retry_after", "I25"},
    PlantedBug{Bug::takes_busy_for_final, "takes_busy_for_final", "I8"},
    PlantedBug{Bug::trusts_any_token, "trusts_any_token", "I18"},
    PlantedBug{Bug::judges_again, "judges_again", "I6"},
    PlantedBug{Bug::swallows_voids, "swallows_voids", "I14"},
    PlantedBug{Bug::applies_half_a_group, "applies_half_a_group", "I9"},
    PlantedBug{Bug::ignores_prerequisites, "ignores_prerequisites", "I9"},
    PlantedBug{Bug::leaves_references_unchecked, "leaves_references_unchecked", "I9"},
    PlantedBug{Bug::skips_a_commit_in_the_feed, "skips_a_commit_in_the_feed", "I23"},
    PlantedBug{Bug::overwrites_blindly, "overwrites_blindly", "I12"},
    PlantedBug{Bug::revives_the_deleted, "revives_the_deleted", "I12"},
    PlantedBug{Bug::mixes_up_tenants, "mixes_up_tenants", "I27"},
    PlantedBug{Bug::sends_what_is_not_synced, "sends_what_is_not_synced", "I4"},
    PlantedBug{Bug::trusts_the_log_as_found, "trusts_the_log_as_found", "I21", true},
    PlantedBug{Bug::stays_closed_after_disk_error, "stays_closed_after_disk_error", "I21"},
    PlantedBug{Bug::answers_before_the_sync, "answers_before_the_sync", "I6"},
    PlantedBug{Bug::edits_forget_what_they_stand_on, "edits_forget_what_they_stand_on", "I12"},
    PlantedBug{Bug::sums_take_the_last_word, "sums_take_the_last_word", "I12"},
    PlantedBug{Bug::unions_take_the_last_word, "unions_take_the_last_word", "I12"},
    PlantedBug{Bug::excuses_merged_earlier_edits, "excuses_merged_earlier_edits", "I12", true},
    PlantedBug{Bug::a_retry_adds_again, "a_retry_adds_again", "I12", true},
    PlantedBug{Bug::merges_silently, "merges_silently", "I12"},
    PlantedBug{Bug::tells_another_server_value, "tells_another_server_value", "I12"},
    PlantedBug{Bug::a_forced_sum_is_absolute, "a_forced_sum_is_absolute", "I12"},
    PlantedBug{Bug::shows_sums_as_written, "shows_sums_as_written", "I11"},
    PlantedBug{Bug::lists_nothing_as_lost, "lists_nothing_as_lost", "I19"},
    PlantedBug{Bug::believes_receipts_that_are_gone, "believes_receipts_that_are_gone", "I19"},
    PlantedBug{Bug::forgets_what_may_be_needed, "forgets_what_may_be_needed", "I19"},
    PlantedBug{Bug::forgets_given_ids, "forgets_given_ids", "I15"},
    PlantedBug{Bug::sends_ids_of_parents_untranslated, "sends_ids_of_parents_untranslated", "I15"},
    PlantedBug{Bug::gives_a_number_twice, "gives_a_number_twice", "I15"},
    PlantedBug{Bug::sweeps_nothing, "sweeps_nothing", "I11"},
    PlantedBug{Bug::loses_its_place_in_a_full_pull, "loses_its_place_in_a_full_pull", "I11", true},
    PlantedBug{Bug::reads_a_full_pull_as_of_now, "reads_a_full_pull_as_of_now", "I11"},
    PlantedBug{Bug::purges_what_is_needed, "purges_what_is_needed", "I11"},
    PlantedBug{Bug::tells_differences_before_the_horizon, "tells_differences_before_the_horizon",
               "I11"},
    PlantedBug{Bug::executes_the_expired, "executes_the_expired", "I7"},
    PlantedBug{Bug::writes_outside_the_scope, "writes_outside_the_scope", "I27"},
    PlantedBug{Bug::keeps_rows_that_left_the_scope, "keeps_rows_that_left_the_scope", "I11"},
    PlantedBug{Bug::takes_what_left_from_under_its_entries,
               "takes_what_left_from_under_its_entries", "I11", true},
    PlantedBug{Bug::works_without_the_lease, "works_without_the_lease", "I20"},
    PlantedBug{Bug::excuses_by_the_lane_alone, "excuses_by_the_lane_alone", "I12", true},
    PlantedBug{Bug::ignores_unknown_receipts, "ignores_unknown_receipts", "I19", true},
    PlantedBug{Bug::sends_names_that_are_gone, "sends_names_that_are_gone", "I22"},
    PlantedBug{Bug::parks_what_may_have_been_sent, "parks_what_may_have_been_sent", "I22"},
    PlantedBug{Bug::forgets_what_a_column_was_called, "forgets_what_a_column_was_called", "I22"},
    PlantedBug{Bug::leaves_parked_what_fits_again, "leaves_parked_what_fits_again", "I22"},
    PlantedBug{Bug::waits_for_years, "waits_for_years", "I24"},
    PlantedBug{Bug::voids_what_must_wait, "voids_what_must_wait", "I14"},
    PlantedBug{Bug::writes_another_value, "writes_another_value", "I3"},
    PlantedBug{Bug::queues_what_needs_the_cloud, "queues_what_needs_the_cloud", "I28"},
    PlantedBug{Bug::keeps_what_needs_the_cloud, "keeps_what_needs_the_cloud", "I28"},
    PlantedBug{Bug::creates_again_in_doubt, "creates_again_in_doubt", "I30"},
    PlantedBug{Bug::overwrites_what_changed_there, "overwrites_what_changed_there", "I30"},
    PlantedBug{Bug::carries_a_preview_out, "carries_a_preview_out", "I14"},
    PlantedBug{Bug::previews_leave_dependants_out, "previews_leave_dependants_out", "I14", true},
    PlantedBug{Bug::overwrites_rows_from_before, "overwrites_rows_from_before", "I12"},
    PlantedBug{Bug::lists_no_row_from_before, "lists_no_row_from_before", "I12"},
    PlantedBug{Bug::brings_back_deleted_rows_from_before, "brings_back_deleted_rows_from_before",
               "I11", true},
    PlantedBug{Bug::follows_any_cloud, "follows_any_cloud", "I19"},
    PlantedBug{Bug::shows_by_old_rules, "shows_by_old_rules", "I11"},
    PlantedBug{Bug::the_doctor_overlooks_rows, "the_doctor_overlooks_rows", "I29"},
    PlantedBug{Bug::the_doctor_knows_no_rules, "the_doctor_knows_no_rules", "I29"},
    PlantedBug{Bug::opens_what_is_settled, "opens_what_is_settled", "I26"},
    PlantedBug{Bug::undo_forgets_a_field, "undo_forgets_a_field", "I12", true},
    PlantedBug{Bug::undo_overlooks_what_was_merged, "undo_overlooks_what_was_merged", "I12"},
    PlantedBug{Bug::takes_any_poke_for_the_next, "takes_any_poke_for_the_next", "I11"},
    PlantedBug{Bug::forgets_which_numbers_were_not_judged, "forgets_which_numbers_were_not_judged",
               "I7", true},
    PlantedBug{Bug::blames_who_wrote_last, "blames_who_wrote_last", "I12"},
    PlantedBug{Bug::blames_the_first_of_a_group, "blames_the_first_of_a_group", "I12"},
    PlantedBug{Bug::shows_the_first_of_a_group_as_culprit, "shows_the_first_of_a_group_as_culprit",
               "I12"},
    PlantedBug{Bug::keeps_rows_without_what_is_written, "keeps_rows_without_what_is_written",
               "I11"},
    PlantedBug{Bug::holds_by_the_scope_of_the_past, "holds_by_the_scope_of_the_past", "I11"},
    PlantedBug{Bug::names_rows_outside_the_scope, "names_rows_outside_the_scope", "I27"},
    PlantedBug{Bug::takes_any_row_for_its_own, "takes_any_row_for_its_own", "I30"},
};
static_assert(bugs.size() + 1 == std::size_t(Bug::count), "each bug has its line here");

}  // namespace

std::span<const PlantedBug> planted_bugs() {
  return bugs;
}

const PlantedBug* planted_bug_of(int number) {
  const auto found = std::find_if(bugs.begin(), bugs.end(),
                                  [&](const PlantedBug& bug) { return int(bug.bug) == number; });
  return found == bugs.end() ? nullptr : &*found;
}

Bag hunt(const std::vector<int>& numbers, const SweepOptions& options) {
  Bag bag;
  for (const int number : numbers) {
    const PlantedBug* bug = planted_bug_of(number);
    CHECK(bug != nullptr);
    SweepOptions one = options;
    one.run.bug = number;
    one.failures_max = 1;
    const SweepResult result = sweep(one);
    const bool caught = !result.failures.empty();
    ++(caught ? bag.caught : bag.survived);
    const unsigned long long seed = caught ? result.failures.front().seed : 0;
    if (caught) {
      const Violation& violation = result.failures.front().violation;
      std::printf("%3d %-37s for %-4s caught by %-8s at seed %llu, after %llu seeds: %.120s\n",
                  number, bug->name.data(), bug->breaks.data(), violation.invariant.c_str(), seed,
                  seed - one.from + 1, violation.what.c_str());
    } else {
      std::printf("%3d %-37s for %-4s SURVIVED %llu seeds\n", number, bug->name.data(),
                  bug->breaks.data(), static_cast<unsigned long long>(result.seeds));
    }
    std::fflush(stdout);
  }
  return bag;
}

}  // namespace slipway::sim
