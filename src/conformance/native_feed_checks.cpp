#include "conformance/feed.h"
#include "conformance/native_checks.h"
#include "conformance/native_faults.h"

namespace slipway::conformance {

namespace {

constexpr int writers = 5;
constexpr int pushes_per_writer = 6;
constexpr int limit = 4;  // small, so that there are many pages
constexpr int pages_max = 10'000;

using Written = std::map<std::string, Receipt>;  // by row

// Pushes new rows one after the other.
class Writer {
 public:
  Writer(Native& native, Written& written, std::optional<Fault>& fault)
      : native_(native), written_(written), fault_(fault) {}

  void go_on() {
    if (left_-- == 0 || fault_) return;
    const std::string id = native_.new_id();
    const HttpRequest push = native_.push_request({item_of(native_.create(id, "one of many"))});
    native_.client().begin(push, [this, id](Answer answer) { hear(id, answer); });
  }

 private:
  void hear(const std::string& id, const Answer& answer) {
    if (fault_) return;
    const auto read = native_.read_push(answer, 1);
    if (!read) {
      fault_ = read.error();
      return;
    }
    fault_ = not_judged(read->verdicts[0], Verdict::applied, "New rows are applied, also at once",
                        "Writers of different rows do not stand in each other's way.");
    if (fault_) return;
    written_.emplace(id, read->verdicts[0]);
    go_on();
  }

  Native& native_;
  Written& written_;
  std::optional<Fault>& fault_;
  int left_ = pushes_per_writer;
};

// Pulls page after page, while there is somebody who writes, and then to the head.
class Reader {
 public:
  Reader(Native& native, const Written& written, std::optional<Fault>& fault)
      : native_(native), written_(written), fault_(fault), feed_(native.cursor()) {}

  void begin() {
    native_.client().begin(native_.pull_request(feed_.cursor(), limit),
                           [this](Answer answer) { hear(answer); });
  }
  const Feed& feed() const { return feed_; }

 private:
  void hear(const Answer& answer) {
    const auto pulled = native_.read_pull(answer);
    if (!pulled) fault_ = pulled.error();
    if (!fault_) fault_ = feed_.take(pulled->page);
    if (fault_ || ++asked_ > pages_max) return;
    const bool all_written = written_.size() == std::size_t{writers} * pushes_per_writer;
    if (!all_written || pulled->page.to != pulled->head) begin();
  }

  Native& native_;
  const Written& written_;
  std::optional<Fault>& fault_;
  Feed feed_;
  int asked_ = 0;
};

// Everything from a cursor on, when nobody writes any more.
Outcome reads_the_same(Native& native, Version cursor, const Written& written) {
  Feed feed(std::move(cursor));
  for (int pages = 0; pages < pages_max; ++pages) {
    const auto pulled =
        native.read_pull(native.client().ask(native.pull_request(feed.cursor(), limit)));
    if (!pulled) return std::unexpected(pulled.error());
    if (auto fault = feed.take(pulled->page)) return std::unexpected(std::move(*fault));
    if (pulled->page.to == pulled->head) break;
  }
  if (auto fault = feed.lacks(written)) return std::unexpected(std::move(*fault));
  return "";
}

Outcome feed_is_complete(Native& native) {
  if (const auto head = native.catch_up(); !head) return std::unexpected(head.error());
  Written written;
  std::optional<Fault> fault;
  std::vector<Writer> all(writers, Writer(native, written, fault));
  Reader reader(native, written, fault);
  for (Writer& writer : all) writer.go_on();
  reader.begin();
  native.client().finish();
  if (!fault) fault = reader.feed().lacks(written);
  if (fault) return std::unexpected(std::move(*fault));
  if (auto again = reads_the_same(native, native.cursor(), written); !again) return again;
  return std::to_string(written.size()) + " commits of " + std::to_string(writers) +
         " writers, each told once in " + std::to_string(reader.feed().pages()) +
         " pages, and once more to a second reader";
}

// A commit of the right number and another history; and one that is yet to come.
Outcome cursor(Native& native) {
  if (const auto head = native.catch_up(); !head) return std::unexpected(head.error());
  Version other = native.cursor();
  other.salt[0] = other.salt[0] == '0' ? '1' : '0';
  Version later = native.cursor();
  later.seq += 1'000'000;
  const std::string missing =
      "A cursor is a commit's number and its random salt, both of which have to be in the log: "
      "that "
      "is how a device notices that the cloud was restored from a backup.";
  for (const Version& bad : {other, later}) {
    const Answer pulled = native.client().ask(native.pull_request(bad, limit));
    const char* what = bad == other ? "A pull from a commit with another salt"
                                    : "A pull from a commit that is yet to come";
    if (auto fault = not_refused(pulled, {409}, what, missing))
      return std::unexpected(std::move(*fault));
    if (pulled.slug() != "history-changed")
      return std::unexpected(unexpected_answer("409 with the type history-changed", pulled,
                                               "Devices decide by the problem's type."));
  }
  const std::string id = native.new_id();
  const PushItem item = item_of(native.create(id, "of another history"));
  const Answer pushed = native.client().ask(native.push_request({item}, other));
  if (auto fault = not_refused(pushed, {409}, "A push from a commit with another salt", missing))
    return std::unexpected(std::move(*fault));
  if (native.client().ask(native.receipt_request(item.id)).status == 200)
    return std::unexpected(Fault{"Nothing is judged where the cursor is refused", "a receipt",
                                 "Look at the cursor before anything else."});
  const Answer garbled =
      native.client().ask(native.client().request("GET", "/v1/changes?cursor=no-commit&limit=1"));
  if (auto fault = not_refused(garbled, {400, 422}, "A cursor that is none", missing))
    return std::unexpected(std::move(*fault));
  return "409 history-changed, and nothing was judged";
}

}  // namespace

std::vector<Check<Native>> native_feed_checks() {
  return {
      {"feed-complete", "Whoever reads while others write is told each commit once.",
       "A row that the feed has passed by is missing on that desk for ever, and nobody notices.",
       feed_is_complete},
      {"cursor", "A cursor of another history is refused, and nothing is judged.",
       "After a restore devices would go on as though nothing had happened, and keep what the "
       "cloud has lost.",
       cursor}};
}

}  // namespace slipway::conformance
