// The network between devices and cloud, and the worker's transport over it: delay, loss before
// and after the commit, repeats, replays after hours, answers that are torn, late, stale or come
// after the exchange was given up, refusals, partitions. What happens is drawn; healed, nothing
// does but a short delay.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "cloud.h"
#include "faults.h"
#include "worker/transport.h"

namespace slipway::sim {

// What a transport asks the cloud for; the loop over all requests must have met each.
inline constexpr std::string_view request_kinds[] = {"probe", "push", "pull", "full pull",
                                                     "history"};

class Network {
 public:
  Network(Run& run, Cloud& cloud) : run_(run), cloud_(cloud) {}

  FaultRates faults;
  std::set<std::size_t> partitioned;    // devices
  std::map<std::size_t, int> gateways;  // devices → how many pushes it will still refuse
  bool cloud_down = false;
  std::int64_t page_limit = 1000, full_pull_limit = 1000;
  Duration usual_delay{50};
  std::optional<Duration> return_window;  // that the cloud tells on streams
  std::vector<std::string> requests;      // all that were begun, by kind
  std::optional<FatedRequest> fated;
  Duration full_pull_delay{0};  // and so much more for a page of a full pull
  std::vector<std::pair<std::size_t, PushRequest>> sent;  // every push that reached the cloud

  void heal();
  std::uint64_t healed() const { return healed_; }
  // A fault that this run leaves out is drawn all the same, so that the rest of the world stays.
  bool draw(Fault fault) {
    return run_.random.chance(faults[fault], 1000) && !run_.leaves_out(fault);
  }
  bool reaches(std::size_t device) const { return !cloud_down && !partitioned.contains(device); }
  // Behind a gateway that refuses what it does not understand; nothing comes back either.
  bool hears(std::size_t device) const { return reaches(device) && !gateways.contains(device); }
  bool refuses(std::size_t device);  // a push that comes to it
  Duration delay();
  std::expected<PushAnswer, Failure> deliver(std::size_t device, Token token, PushRequest request);
  void maybe_repeat(std::size_t device, const PushRequest& request);
  void damage(PushAnswer& answer);
  void plant(std::vector<Receipt>& receipts) const;
  void plant(Page& page) const;
  void plant(SnapshotPage& page) const;
  Run& run() { return run_; }
  Cloud& cloud() { return cloud_; }

 private:
  void execute_again(std::size_t device, PushRequest request);
  void repeat_later(std::size_t device, PushRequest request, Duration delay);

  Run& run_;
  Cloud& cloud_;
  std::uint64_t healed_ = 0;
};

class SimTransport : public Transport, public std::enable_shared_from_this<SimTransport> {
 public:
  SimTransport(Network& network, std::size_t device) : network_(network), device_(device) {}

  void probe(Answered<Capabilities> answered) override;
  void push(PushRequest request, Answered<PushAnswer> answered) override;
  void pull(PullRequest request, Answered<PullAnswer> answered) override;
  void snapshot(SnapshotRequest request, Answered<SnapshotPage> answered) override;
  void compare_history(HistoryRequest request, Answered<HistoryAnswer> answered) override;
  void cancel() override;
  TransportLimits limits() const override { return {500, 1'000'000}; }

  // Told of each push before it leaves.
  std::function<void(const PushRequest&)> on_push;
  std::function<bool()> is_dead;                   // the process ended inside the call that sends
  std::shared_ptr<std::set<std::string>> refused;  // ids that a 422 named as wrong
  std::optional<Instant> asked_to_wait_until;
  std::optional<bool>
      is_answered;  // the last exchange that ended, in whatever way, or a stream's word

  bool busy() const { return busy_; }
  bool pushing() const { return busy_ && pushing_; }
  void reset();  // exchange and stream fail now, as connections that were cut

  // The stream of changes. Its pokes may be lost, repeated, slow and so out of order; a dead one is
  // silent until that is noticed (stream.cpp).
  bool has_stream() const override { return true; }
  void open_stream(const std::optional<Version>& cursor, std::function<void(Poke)> heard,
                   std::function<void(slipway::Failure)> ended) override;
  void close_stream() override { stream_.reset(); }

  std::vector<Instant> begun;  // exchanges, of the last seconds
  std::string progress;        // when they were last counted

 private:
  struct Stream {
    std::function<void(Poke)> heard;
    std::function<void(slipway::Failure)> ended;
    bool dead = false;
    std::int64_t newest = 0;  // head that was delivered
  };
  class StreamListener;
  void connect_stream(const std::optional<Version>& cursor);
  void deliver_poke(const std::weak_ptr<Stream>& stream, const Poke& poke);
  void watch_stream(const std::weak_ptr<Stream>& stream);
  void end_stream(const std::weak_ptr<Stream>& stream, Duration delay);

  template <class T>
  void exchange(const char* name, std::function<std::expected<T, Failure>()> at_cloud,
                Answered<T> answered);
  template <class T>
  void answer_later(std::uint64_t exchange, std::expected<T, Failure> answer, Answered<T> answered,
                    Duration delay, bool even_if_cancelled);

  Network& network_;
  std::size_t device_;
  std::uint64_t exchange_ = 0;
  bool busy_ = false;
  bool pushing_ = false;
  std::function<void()> cut_;
  std::optional<PushAnswer> last_answer_;
  std::optional<SnapshotPage> last_page_;  // of a full pull
  std::shared_ptr<Stream> stream_;
};

}  // namespace slipway::sim
