#include "network.h"

#include <algorithm>

#include "base/check.h"
#include "model/canonical_json.h"
#include "model/client_request_id.h"

namespace slipway::sim {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

Failure unreachable() {
  return {FailureClass::unreachable, "No route.", 0, std::nullopt};
}

// What a transport makes of an answer that was cut off: no part of it counts.
template <class T>
std::expected<T, Failure> torn(const T& answer) {
  const std::string text = canonical_json(to_json(answer));
  for (const std::size_t length : {std::size_t(0), text.size() / 2, text.size() - 1}) {
    CHECK(!parse_json_object(std::string_view(text).substr(0, length), "an answer"));
  }
  return std::unexpected(Failure{classify(200, "", false), "Cut off.", 0, std::nullopt});
}

}  // namespace

void Network::heal() {
  ++healed_;
  faults = {};
  partitioned.clear();
  gateways.clear();
  cloud_down = false;
  cloud_.hand_out_own_tokens();
  usual_delay = Duration(20);
  full_pull_delay = Duration(0);
}

bool Network::refuses(std::size_t device) {
  const auto gateway = gateways.find(device);
  if (gateway == gateways.end()) return draw(Fault::refused_422);
  if (--gateway->second == 0) gateways.erase(gateway);
  return true;
}

Duration Network::delay() {
  if (draw(Fault::slow)) {
    run_.seen("slow message");
    return run_.up_to(seconds(120));
  }
  return Duration(1) + run_.up_to(usual_delay);
}

std::expected<PushAnswer, Failure> Network::deliver(std::size_t device, Token token,
                                                    PushRequest request) {
  std::vector<std::string> swallowed;
  if (run_.canary() == Canary::void_swallowed) {
    for (const PushItem& item : request.items) {
      if (!item.write) swallowed.push_back(item.id);
    }
    std::erase_if(request.items, [](const PushItem& item) { return !item.write; });
  }
  sent.emplace_back(device, request);
  auto answer = cloud_.push(device, token, request);
  if (!answer) return answer;
  if (run_.canary() == Canary::write_repeated) execute_again(device, request);
  for (const std::string& id : swallowed) {
    answer->verdicts.push_back({id, Verdict::voided, 0, "", "", std::nullopt});
  }
  plant(answer->verdicts);
  if (answer->page) plant(*answer->page);
  return answer;
}

// What a sender without fixed ids does when an answer is lost.
void Network::execute_again(std::size_t device, PushRequest request) {
  if (request.items.empty() || !request.items.front().write || !run_.random.chance(1, 10)) return;
  request.items.resize(1);
  PushItem& item = request.items.front();
  (*item.write)["nonce"] = run_.random.hex(16);
  (*item.write)["number"] = (*item.write)["number"].to_number<std::int64_t>() + 1'000'000;
  item.id = client_request_id(*item.write);
  item.after.clear();
  (void)cloud_.push(device, Token::own, request);
}

void Network::repeat_later(std::size_t device, PushRequest request, Duration delay) {
  run_.timeline.after(
      delay, [this, device, token = cloud_.token_of(device), request = std::move(request)] {
        run_.trace(device_name(device) + " ~ a copy of push " + request.exchange.substr(0, 8) +
                   " arrives");
        (void)deliver(device, token, request);
      });
}

void Network::maybe_repeat(std::size_t device, const PushRequest& request) {
  if (draw(Fault::repeat)) {
    run_.seen("duplicate delivery");
    repeat_later(device, request, run_.up_to(seconds(20)));
  }
  if (draw(Fault::replay)) {
    run_.seen("replay after hours");
    repeat_later(device, request, hours(1) + run_.up_to(hours(48)));
  }
}

// A missing, repeated, unknown or reordered verdict means nothing at all (I16).
void Network::damage(PushAnswer& answer) {
  if (draw(Fault::no_page)) {
    run_.seen("push answer without a page");
    answer.page.reset();
  }
  if (!draw(Fault::garbled) || answer.verdicts.empty()) return;
  run_.seen("garbled verdicts");
  const std::size_t at = run_.random.below(answer.verdicts.size());
  switch (run_.random.below(4)) {
    case 0:
      answer.verdicts.erase(answer.verdicts.begin() + std::ptrdiff_t(at));
      break;
    case 1:
      answer.verdicts.push_back(answer.verdicts[at]);
      break;
    case 2:
      answer.verdicts[at].id = run_.random.uuid();
      break;
    default:
      std::reverse(answer.verdicts.begin(), answer.verdicts.end());
  }
  if (run_.random.chance(1, 2)) answer.page.reset();
}

void Network::plant(std::vector<Receipt>& receipts) const {
  if (run_.canary() != Canary::conflict_as_applied) return;
  for (Receipt& receipt : receipts) {
    if (receipt.verdict == Verdict::conflict) receipt.verdict = Verdict::applied;
  }
}

void Network::plant(Page& page) const {
  plant(page.receipts);
  if (run_.canary() == Canary::row_left_out && page.rows.size() > 1) page.rows.pop_back();
}

void Network::plant(SnapshotPage& page) const {
  plant(page.receipts);
  if (run_.canary() == Canary::row_left_out && page.rows.size() > 1)
    page.rows.erase(page.rows.begin());
}

void SimTransport::cancel() {
  busy_ = false;
  ++exchange_;
  cut_ = nullptr;
}

void SimTransport::reset() {
  if (const auto cut = std::exchange(cut_, nullptr)) cut();
  end_stream(stream_, Duration(1));
}

template <class T>
void SimTransport::answer_later(std::uint64_t exchange, std::expected<T, Failure> answer,
                                Answered<T> answered, Duration delay, bool even_if_cancelled) {
  network_.run().timeline.after(delay, [weak = weak_from_this(), exchange,
                                        answer = std::move(answer), answered, even_if_cancelled] {
    const auto self = weak.lock();
    if (!self) return;  // the process is gone
    if (self->exchange_ != exchange) {
      if (!even_if_cancelled) return;
      self->network_.run().seen("answer after it was given up");
      return answered(answer);
    }
    self->busy_ = false;
    self->cut_ = nullptr;
    ++self->exchange_;
    self->is_answered = answer || answer.error().means != FailureClass::unreachable;
    if (!answer && answer.error().retry_after) {
      self->asked_to_wait_until = self->network_.run().timeline.now() + *answer.error().retry_after;
    }
    if constexpr (std::is_same_v<T, PushAnswer>) {
      if (answer) self->last_answer_ = *answer;
    }
    if constexpr (std::is_same_v<T, SnapshotPage>) {
      if (answer) self->last_page_ = *answer;
    }
    answered(answer);
  });
}

template <class T>
void SimTransport::exchange(const char* name, std::function<std::expected<T, Failure>()> at_cloud,
                            Answered<T> answered) {
  CHECK(!busy_);  // one exchange in flight per device
  CHECK(std::ranges::find(request_kinds, name) != std::end(request_kinds));
  if (is_dead && is_dead()) return;
  Run& run = network_.run();
  const std::uint64_t number = ++exchange_;
  busy_ = true;
  begun.push_back(run.timeline.now());
  if (asked_to_wait_until && run.timeline.now() < *asked_to_wait_until) {
    run.violated("I25", device_name(device_) + " does not wait as long as the cloud asked for");
  }
  cut_ = [this, number, answered] {
    answer_later<T>(number, std::unexpected(unreachable()), answered, Duration(1), false);
  };
  network_.requests.push_back(name);
  std::optional<Fate> fate;
  if (network_.fated && network_.requests.size() == network_.fated->at) fate = network_.fated->fate;
  if (network_.draw(Fault::lost_before) || fate == Fate::lost_before) {
    run.seen("lost before the cloud");
    run.trace(device_name(device_) + " ~ " + name + " is lost on the way there");
    return answer_later<T>(number, std::unexpected(unreachable()), answered, run.up_to(seconds(10)),
                           false);
  }
  if (network_.draw(Fault::silence)) {
    run.seen("no answer ever");
    run.trace(device_name(device_) + " ~ " + name + " vanishes");
    return;  // the watchdog ends it
  }
  const bool late = network_.draw(Fault::late_answer);
  run.timeline.after(network_.delay(), [weak = weak_from_this(), &network = network_, number, name,
                                        device = device_, at_cloud, answered, late, fate,
                                        era = network_.healed()] {
    Run& now = network.run();
    std::expected<T, Failure> answer = std::unexpected(unreachable());
    bool lost_after = false;
    if (network.reaches(device)) {
      const bool quiet = network.draw(Fault::refused_503);
      const bool broken = network.draw(Fault::refused_500);
      if (quiet) {
        now.seen("busy");
        answer = std::unexpected(Failure{FailureClass::busy, "Busy.", 503, seconds(3)});
      } else if (broken) {
        now.seen("server error");
        answer = std::unexpected(Failure{FailureClass::server_error, "Broke.", 500, std::nullopt});
      } else {
        answer = at_cloud();
        lost_after = network.draw(Fault::lost_after) || fate == Fate::lost_after;
        if (fate == Fate::doubled) (void)at_cloud();
        if (fate == Fate::replayed)
          now.timeline.after(replay_after, [at_cloud] { (void)at_cloud(); });
        if (fate == Fate::torn && answer) answer = torn(*answer);
      }
    } else {
      now.seen("partition");
    }
    const auto self = weak.lock();
    if (!self || (era != network.healed() && self->exchange_ != number)) return;
    if (lost_after) {
      now.seen(std::string("lost after the cloud's commit"));
      now.trace(device_name(device) + " ~ the answer to " + name + " is lost");
      return self->template answer_later<T>(number, std::unexpected(unreachable()), answered,
                                            now.up_to(seconds(10)), false);
    }
    const Duration longer =
        name == std::string_view("full pull") ? now.up_to(network.full_pull_delay) : Duration(0);
    const Duration delay = late ? seconds(91) + now.up_to(seconds(30)) : network.delay() + longer;
    self->template answer_later<T>(number, std::move(answer), answered, delay, true);
  });
}

void SimTransport::probe(Answered<Capabilities> answered) {
  pushing_ = false;
  exchange<Capabilities>(
      "probe",
      [network = &network_, device = device_, token = network_.cloud().token_of(device_)] {
        return network->cloud().probe(device, token);
      },
      std::move(answered));
}

void SimTransport::push(PushRequest request, Answered<PushAnswer> answered) {
  pushing_ = true;
  Network* network = &network_;
  network->run().trace(device_name(device_) + " > push " + request.exchange.substr(0, 8) + " of " +
                       std::to_string(request.items.size()) + " at " +
                       std::to_string(request.cursor.seq));
  if (is_dead && is_dead()) return;
  if (on_push) on_push(request);
  network->maybe_repeat(device_, request);
  exchange<PushAnswer>(
      "push",
      [network, device = device_, token = network->cloud().token_of(device_),
       request = std::move(request), stale = last_answer_,
       refused = refused]() -> std::expected<PushAnswer, Failure> {
        Run& run = network->run();
        if (network->refuses(device)) {
          run.seen("refused as invalid");
          for (const PushItem& item : request.items) refused->insert(item.id);
          return std::unexpected(Failure{FailureClass::invalid, "Wrong.", 422, std::nullopt});
        }
        auto answer = network->deliver(device, token, request);
        if (!answer) return answer;
        if (network->draw(Fault::gateway)) {
          run.seen("a gateway takes one push and refuses the next");
          run.trace(device_name(device) + " ~ a gateway swallows the answer");
          network->gateways[device] = int(run.random.between(1, 6));
          return std::unexpected(unreachable());
        }
        if (stale && network->draw(Fault::stale)) {
          run.seen("stale answer");
          return *stale;
        }
        network->damage(*answer);
        return answer;
      },
      std::move(answered));
}

void SimTransport::pull(PullRequest request, Answered<PullAnswer> answered) {
  pushing_ = false;
  Network* network = &network_;
  request.limit = std::min(request.limit, network->page_limit);
  exchange<PullAnswer>(
      "pull",
      [network, device = device_, token = network->cloud().token_of(device_),
       request = std::move(request)]() -> std::expected<PullAnswer, Failure> {
        if (!network->hears(device)) return std::unexpected(unreachable());
        auto answer = network->cloud().pull(device, token, request);
        if (answer) {
          if (answer->page.to != answer->head) network->run().seen("pull in several pages");
          network->plant(answer->page);
        }
        return answer;
      },
      std::move(answered));
}

void SimTransport::snapshot(SnapshotRequest request, Answered<SnapshotPage> answered) {
  pushing_ = false;
  Network* network = &network_;
  request.limit = std::min(request.limit, network->full_pull_limit);
  exchange<SnapshotPage>(
      "full pull",
      [network, device = device_, token = network->cloud().token_of(device_),
       request = std::move(request), stale = last_page_]() -> std::expected<SnapshotPage, Failure> {
        auto page = network->cloud().snapshot(device, token, request);
        if (page && stale && network->draw(Fault::stale)) {
          network->run().seen("stale page of a full pull");
          return *stale;
        }
        if (page) network->plant(*page);
        return page;
      },
      std::move(answered));
}

void SimTransport::compare_history(HistoryRequest request, Answered<HistoryAnswer> answered) {
  pushing_ = false;
  Network* network = &network_;
  exchange<HistoryAnswer>(
      "history",
      [network, device = device_, token = network->cloud().token_of(device_),
       request = std::move(request)] {
        return network->cloud().compare_history(device, token, request);
      },
      std::move(answered));
}

}  // namespace slipway::sim
