// Every row of the published table "What a failure means", as data.
#include "model/failure.h"

#include <gtest/gtest.h>

#include <set>

namespace slipway {
namespace {

using enum FailureClass;

struct Row {
  int status;
  const char* type;
  bool trusted;
  FailureClass means;
};

constexpr Row rows[] = {
    // Refused, reset, DNS, TLS, time-out; torn or non-JSON body; captive portal.
    {0, "", false, unreachable},
    {200, "", false, unreachable},
    {204, "", false, unreachable},
    {302, "", false, unreachable},
    {404, "", false, unreachable},
    {511, "", false, unreachable},
    // Busy, whoever says it.
    {408, "", true, busy},
    {425, "", true, busy},
    {429, "", true, busy},
    {502, "", true, busy},
    {503, "", true, busy},
    {504, "", true, busy},
    {502, "", false, busy},
    {503, "", false, busy},
    {429, "", false, busy},
    {500, "", true, server_error},
    {401, "", true, signed_out},
    {403, "", true, forbidden},
    {409, "", true, conflict},
    {412, "", true, conflict},
    {404, "", true, gone},
    {410, "", true, gone},
    {400, "", true, invalid},
    {413, "", true, too_large},
    {415, "", true, invalid},
    {422, "", true, invalid},
    {426, "", true, upgrade_needed},
    // The type decides before the status.
    {409, "request-in-progress", true, in_progress},
    {409, "history-changed", true, history_changed},
    {409, "key-reused", true, key_reused},
    {410, "expired", true, expired},
    {409, "horizon-passed", true, horizon_passed},
    {400, "upgrade-needed", true, upgrade_needed},
    {422, "never-heard-of", true, invalid},
    // What we sent was whole: it was damaged on its way, and is sent again.
    {400, "malformed-request", true, server_error},
    {405, "method-not-allowed", true, server_error},
    {415, "unsupported-encoding", true, server_error},
    {417, "unsupported-expectation", true, server_error},
    {400, "bad-gzip", true, server_error},
    {400, "invalid-json", true, server_error},
    // A body that is no API's has no type.
    {409, "history-changed", false, unreachable},
    {200, "key-reused", false, unreachable},
    // A proxy's word about an entry parks nothing; its smaller limit is passed by smaller batches.
    {400, "", false, unreachable},
    {403, "", false, unreachable},
    {409, "", false, unreachable},
    {410, "", false, unreachable},
    {422, "", false, unreachable},
    // Nor does it stop the device.
    {401, "", false, unreachable},
    {426, "", false, unreachable},
    {413, "", false, server_error},
    // What the table does not name.
    {418, "", true, invalid},
    {418, "", false, unreachable},
    {407, "", false, unreachable},
    {505, "", true, busy},
    {599, "", false, unreachable},
    {301, "", true, unreachable},
};

TEST(FailureTable, MeansWhatIsPublished) {
  for (const Row& row : rows) {
    EXPECT_EQ(to_text(classify(row.status, row.type, row.trusted)), to_text(row.means))
        << row.status << " " << row.type << (row.trusted ? "" : " (not trusted)");
  }
}

TEST(FailureTable, HasNoRowThatTheseExamplesMiss) {
  for (const FailureRow& row : failure_table()) {
    bool named = false;
    for (const Row& example : rows) {
      named = named || (row.status == 0 ? row.type == example.type : row.status == example.status);
    }
    EXPECT_TRUE(named) << row.status << " " << row.type;
  }
}

TEST(FailureTable, ParksNothingOnAnUntrustedWord) {
  for (int status = 0; status < 600; ++status) {
    const FailureClass means = classify(status, "", false);
    for (FailureClass parks :
         {forbidden, invalid, conflict, gone, too_large, key_reused, expired}) {
      EXPECT_NE(to_text(means), to_text(parks)) << status;
    }
  }
}

TEST(FailureTable, GivesEachMeaningAWordOfItsOwn) {
  std::set<std::string_view> words;
  for (FailureClass means :
       {unreachable, busy, server_error, signed_out, forbidden, conflict, gone, in_progress,
        history_changed, invalid, too_large, key_reused, expired, upgrade_needed}) {
    EXPECT_FALSE(to_text(means).empty());
    EXPECT_TRUE(words.insert(to_text(means)).second);
  }
}

}  // namespace
}  // namespace slipway
