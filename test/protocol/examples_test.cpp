// The examples of protocol/examples are what they say they are: C++ reads them here, TypeScript in
// its own tests, and test/openapi holds them against the documents.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "model/canonical_json.h"
#include "model/client_request_id.h"
#include "model/entry.h"
#include "model/snapshot.h"
#include "model/wire.h"

namespace slipway {
namespace {

json::object example(const std::string& name) {
  std::ifstream file(std::string(SLIPWAY_SOURCE_FOLDER) + "/protocol/examples/" + name);
  std::stringstream text;
  text << file.rdbuf();
  auto object = parse_json_object(text.str(), name);
  EXPECT_TRUE(object) << name;
  return object ? std::move(*object) : json::object();
}

// Read and written again, a message says what it said.
template <class Read>
void expect_reads_back(const std::string& name, Read read) {
  const json::object object = example(name);
  const auto message = read(object);
  ASSERT_TRUE(message) << name << ": " << message.error().message;
  EXPECT_EQ(canonical_json(to_json(*message)), canonical_json(object)) << name;
}

// The body that an entry of the local API shows, but for the nonce, which it keeps to itself.
std::string shown_body(json::object entry) {
  for (const char* ours : {"groupId", "supersedes"}) {
    if (entry.at(ours).is_null()) entry.erase(ours);
  }
  entry["nonce"] = std::string(32, '0');
  const auto body = body_from_json(entry);
  EXPECT_TRUE(body);
  return body ? canonical_json(to_json(*body)) : "";
}

TEST(ProtocolExamples, MessagesReadBackAsTheyAre) {
  expect_reads_back("push_request.json", push_request_from_json);
  expect_reads_back("push_answer.json", push_answer_from_json);
  expect_reads_back("page.json", pull_answer_from_json);
  expect_reads_back("poke.json", poke_from_json);
  expect_reads_back("snapshot_page.json", snapshot_page_from_json);
  for (const char* name : {"receipt.json", "merged_receipt.json"}) {
    expect_reads_back(name, [](const json::object& object) { return receipt_from_json(object); });
  }
}

TEST(ProtocolExamples, EachWriteOfThePushHasTheIdOfItsBody) {
  const auto push = push_request_from_json(example("push_request.json"));
  ASSERT_TRUE(push);
  int writes = 0, voids = 0;
  for (const PushItem& item : push->items) {
    if (!item.write) {
      ++voids;
      continue;
    }
    ++writes;
    EXPECT_EQ(client_request_id(*item.write), item.id);
    EXPECT_TRUE(body_from_json(*item.write));
  }
  EXPECT_GE(writes, 3);
  EXPECT_EQ(voids, 1);
}

TEST(ProtocolExamples, TheAnswerJudgesEachItemAndItsPageHoldsTheReceipts) {
  const auto push = push_request_from_json(example("push_request.json"));
  const auto answer = push_answer_from_json(example("push_answer.json"));
  const auto pulled = pull_answer_from_json(example("page.json"));
  ASSERT_TRUE(push && answer && pulled && answer->page);
  EXPECT_EQ(answer->exchange, push->exchange);
  EXPECT_EQ(answer->page->from, push->cursor);
  EXPECT_EQ(answer->page->to, answer->head);
  ASSERT_EQ(answer->verdicts.size(), push->items.size());
  for (std::size_t i = 0; i < push->items.size(); ++i)
    EXPECT_EQ(answer->verdicts[i].id, push->items[i].id);
  for (const Receipt& verdict : answer->verdicts) {
    EXPECT_EQ(std::ranges::count(answer->page->receipts, verdict), 1);
    EXPECT_EQ(std::ranges::count(pulled->page.receipts, verdict), 1);
  }
}

TEST(ProtocolExamples, ThePokeLeadsFromWhereThePullEndedToItsHead) {
  const auto pulled = pull_answer_from_json(example("page.json"));
  const auto poke = poke_from_json(example("poke.json"));
  ASSERT_TRUE(pulled && poke && poke->page);
  EXPECT_EQ(poke->page->from, pulled->page.to);
  EXPECT_EQ(poke->page->to, poke->head);
}

TEST(ProtocolExamples, TheConflictIsTheReceiptsAndTheEntrys) {
  const json::object conflict = example("conflict.json"), entry = example("entry.json");
  const auto receipt = receipt_from_json(example("receipt.json"));
  ASSERT_TRUE(receipt && receipt->conflict);
  EXPECT_EQ(*receipt->conflict, conflict);
  EXPECT_EQ(entry.at("conflict"), json::value(conflict));
  EXPECT_EQ(conflict.at("local"), entry.at("payload"));
  EXPECT_EQ(conflict.at("base"), entry.at("base"));
  EXPECT_TRUE(version_from_json(conflict.at("version")));
}

TEST(ProtocolExamples, TheMergeIsWhatItsRuleMakesOfTheThreeValues) {
  const auto receipt = receipt_from_json(example("merged_receipt.json"));
  ASSERT_TRUE(receipt && receipt->merge);
  for (const auto& field : receipt->merge->at("fields").as_object()) {
    const json::object& merge = field.value().as_object();
    const auto rule = rule_from_text(text_at(merge, "rule").value_or(""));
    ASSERT_TRUE(rule);
    EXPECT_EQ(merge_field(*rule, merge.at("base"), merge.at("local"), merge.at("server")),
              merge.at("value"));
  }
}

TEST(ProtocolExamples, TheEntryIsTheOneThatWasPushed) {
  const json::object entry = example("entry.json");
  const auto push = push_request_from_json(example("push_request.json"));
  ASSERT_TRUE(push);
  const std::string id(text_at(entry, "clientRequestId").value_or(""));
  const auto item = std::ranges::find(push->items, id, &PushItem::id);
  ASSERT_NE(item, push->items.end());
  json::object sent = *item->write;
  sent["nonce"] = std::string(32, '0');
  EXPECT_EQ(shown_body(entry), canonical_json(sent));
  EXPECT_EQ(status_from_text(text_at(entry, "status").value_or("")), Status::conflict);
}

TEST(ProtocolExamples, TheStatusCountsEveryStatusAndNamesItsCommits) {
  const json::object status = example("status.json");
  const json::object& counts = status.at("counts").as_object();
  EXPECT_EQ(counts.size(), std::size(all_statuses));
  for (Status each : all_statuses) EXPECT_TRUE(integer_at(counts, to_text(each))) << to_text(each);
  EXPECT_TRUE(version_from_json(status.at("cursor")));
  EXPECT_TRUE(version_from_json(status.at("head")));
  EXPECT_EQ(integer_at(status, "needsYou"),
            *integer_at(counts, "CONFLICT") + *integer_at(counts, "ERROR"));
}

TEST(ProtocolExamples, TheProblemSaysWhatHappenedAndWhatWasKept) {
  const json::object problem = example("problem.json");
  EXPECT_EQ(text_at(problem, "type"), "https://slipway.dev/problems/unknown-field");
  EXPECT_EQ(integer_at(problem, "status"), 422);
  for (const char* part : {"title", "detail", "field"})
    EXPECT_NE(text_at(problem, part).value_or(""), "") << part;
}

}  // namespace
}  // namespace slipway
