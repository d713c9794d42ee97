// Bugs that can be planted, by number, at run time, in a build that is used for nothing else
// (the preset "planted"): a simulator that has never caught a bug proves nothing. In every other
// build planted() is the constant false and the compiler leaves nothing of it.
//
// Each name says what the program then does wrong; sim/planted.cpp says which invariant it breaks
// and demands that the simulator finds it. Called where the guard stands that is switched off.
#pragma once

#include "planted_build.h"  // made by cmake/library.cmake

namespace slipway {

enum class Bug {
  none,
  // the device's queue
  sends_again_under_new_id,
  forgets_what_was_being_sent,
  keeps_part_of_refused_write,
  sends_lane_out_of_order,
  sends_child_without_parent,
  one_stuck_entry_blocks_all,
  sends_by_clock,
  matches_verdicts_by_place,
  settles_before_the_feed,
  // the device's rows
  absorbs_stale_page,
  pulls_over_open_entries,
  loses_row_that_waits_for_its_parent,
  counts_wrongly,
  // a person's decisions
  discard_leaves_dependants,
  discard_owes_no_void,
  discard_leaves_the_row,
  decision_leaves_the_question,
  decides_on_the_newest,
  // the engine
  wait_never_ends,
  does_not_back_off,
  ignores_retry_after,
  takes_busy_for_final,
  trusts_any_token,
  // the cloud
  judges_again,
  swallows_voids,
  applies_half_a_group,
  ignores_prerequisites,
  leaves_references_unchecked,
  skips_a_commit_in_the_feed,
  overwrites_blindly,
  revives_the_deleted,
  mixes_up_tenants,
  // the disk
  sends_what_is_not_synced,
  trusts_the_log_as_found,
  stays_closed_after_disk_error,
  answers_before_the_sync,
  // rules of merging
  edits_forget_what_they_stand_on,  // an edit on an open edit claims to have seen the newest state
  sums_take_the_last_word,
  unions_take_the_last_word,
  excuses_merged_earlier_edits,
  a_retry_adds_again,
  merges_silently,
  tells_another_server_value,
  a_forced_sum_is_absolute,
  shows_sums_as_written,
  // time travel
  lists_nothing_as_lost,
  believes_receipts_that_are_gone,
  forgets_what_may_be_needed,
  // ids and values that the other side gives
  forgets_given_ids,
  sends_ids_of_parents_untranslated,
  gives_a_number_twice,
  // full pulls and the horizon
  sweeps_nothing,
  loses_its_place_in_a_full_pull,
  reads_a_full_pull_as_of_now,
  purges_what_is_needed,
  tells_differences_before_the_horizon,
  // receipts that expire
  executes_the_expired,
  // scopes
  writes_outside_the_scope,
  keeps_rows_that_left_the_scope,
  takes_what_left_from_under_its_entries,
  // two services on one file
  works_without_the_lease,
  // files that were copied or restored
  excuses_by_the_lane_alone,
  ignores_unknown_receipts,
  // changes of the app's tables
  sends_names_that_are_gone,
  parks_what_may_have_been_sent,
  forgets_what_a_column_was_called,
  leaves_parked_what_fits_again,
  // found only by an oracle that believes no word of the product
  waits_for_years,
  voids_what_must_wait,
  writes_another_value,
  // actions that need the cloud
  queues_what_needs_the_cloud,
  // previews of decisions
  carries_a_preview_out,
  previews_leave_dependants_out,
  // and once more what needs the cloud
  keeps_what_needs_the_cloud,
  // first contact of tables that were full before
  overwrites_rows_from_before,
  lists_no_row_from_before,
  brings_back_deleted_rows_from_before,
  follows_any_cloud,
  // configurations that change
  shows_by_old_rules,
  // the doctor
  the_doctor_overlooks_rows,
  the_doctor_knows_no_rules,
  // a hosted API
  creates_again_in_doubt,
  overwrites_what_changed_there,
  // the life of an entry
  opens_what_is_settled,
  // undoing
  undo_forgets_a_field,
  undo_overlooks_what_was_merged,
  // small pages that come by the stream
  takes_any_poke_for_the_next,
  // receipts that are forgotten
  forgets_which_numbers_were_not_judged,
  // whom a conflict names
  blames_who_wrote_last,
  blames_the_first_of_a_group,
  shows_the_first_of_a_group_as_culprit,
  // rows that are kept for others
  keeps_rows_without_what_is_written,
  // scopes of a cloud that was restored
  holds_by_the_scope_of_the_past,
  // what a device with a scope is told
  names_rows_outside_the_scope,
  // ids of a hosted API that were given here to other rows
  takes_any_row_for_its_own,
  count  // not a bug: how many there are
};

#ifdef SLIPWAY_PLANTED
inline Bug planted_bug = Bug::none;
inline bool planted(Bug bug) {
  return planted_bug == bug;
}
#else
constexpr bool planted(Bug) {
  return false;
}
#endif

}  // namespace slipway
