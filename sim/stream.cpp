// The simulated stream of changes: the cloud's real pokes over a network that loses, repeats and
// delays them.
#include "network.h"

namespace slipway::sim {

namespace {

using std::chrono::seconds;

constexpr Duration silence_max = seconds(50);  // then a dead stream is noticed

}  // namespace

// The cloud's end of one stream. It is dropped with the cloud's process, which ends the stream.
class SimTransport::StreamListener : public cloud::Listener {
 public:
  StreamListener(Network& network, std::weak_ptr<SimTransport> transport,
                 std::weak_ptr<Stream> stream)
      : network_(network), transport_(std::move(transport)), stream_(std::move(stream)) {}

  ~StreamListener() override {
    const auto transport = transport_.lock();
    if (transport && !stream_.expired()) transport->end_stream(stream_, Duration(5));
  }

  void tell(const Version&, std::string_view text, bool) override {
    const Poke poke = poke_from_json(parse_json_object(text, "a poke").value()).value();
    if (network_.draw(Fault::poke_lost)) return network_.run().seen("poke lost");
    send(poke, network_.delay());
    if (!network_.draw(Fault::poke_repeated)) return;
    network_.run().seen("poke repeated");
    send(poke, network_.run().up_to(seconds(60)));
  }

  bool gone() const override { return stream_.expired(); }

 private:
  void send(const Poke& poke, Duration delay) {
    network_.run().timeline.after(delay, [transport = transport_, stream = stream_, poke] {
      if (const auto self = transport.lock()) self->deliver_poke(stream, poke);
    });
  }

  Network& network_;
  std::weak_ptr<SimTransport> transport_;
  std::weak_ptr<Stream> stream_;
};

void SimTransport::open_stream(const std::optional<Version>& cursor,
                               std::function<void(Poke)> heard,
                               std::function<void(slipway::Failure)> ended) {
  stream_ = std::make_shared<Stream>(Stream{std::move(heard), std::move(ended)});
  stream_->dead = network_.draw(Fault::stream_dead);
  const auto connect = [weak = weak_from_this(), stream = std::weak_ptr(stream_), cursor] {
    const auto self = weak.lock();
    if (self && !stream.expired()) self->connect_stream(cursor);
  };
  network_.run().timeline.after(network_.delay(), connect);
}

void SimTransport::connect_stream(const std::optional<Version>& cursor) {
  const std::weak_ptr<Stream> stream = stream_;
  const auto open = [&] {
    return std::make_unique<StreamListener>(network_, weak_from_this(), stream);
  };
  Cloud& cloud = network_.cloud();
  if (!network_.reaches(device_) || !cloud.listen(device_, cloud.token_of(device_), cursor, open)) {
    return end_stream(stream, network_.run().up_to(seconds(10)));
  }
  watch_stream(stream);
}

void SimTransport::deliver_poke(const std::weak_ptr<Stream>& stream, const Poke& poke) {
  const auto open = stream.lock();
  if (!open || open->dead || !network_.hears(device_)) return;
  Run& run = network_.run();
  run.seen("poke");
  if (poke.head.seq < open->newest) run.seen("poke out of order");
  open->newest = std::max(open->newest, poke.head.seq);
  Poke told = poke;
  if (told.page) network_.plant(*told.page);
  if (!is_answered.value_or(true)) run.seen("a stream's word ends being offline");
  is_answered = true;
  const auto heard = open->heard;  // which may close the stream
  heard(std::move(told));
}

// Heartbeats: a connection over which none comes is given up.
void SimTransport::watch_stream(const std::weak_ptr<Stream>& stream) {
  network_.run().timeline.after(silence_max, [weak = weak_from_this(), stream] {
    const auto self = weak.lock();
    const auto open = stream.lock();
    if (!self || !open) return;
    if (!open->dead && self->network_.reaches(self->device_)) return self->watch_stream(stream);
    self->network_.run().seen("dead stream noticed");
    self->end_stream(stream, Duration(0));
  });
}

void SimTransport::end_stream(const std::weak_ptr<Stream>& stream, Duration delay) {
  if (stream.expired()) return;
  network_.run().timeline.after(delay, [weak = weak_from_this(), stream] {
    const auto self = weak.lock();
    const auto open = stream.lock();
    if (!self || !open || self->stream_ != open) return;
    self->network_.run().seen("stream ended");
    if (self->network_.return_window) self->network_.run().seen("stream ended, return window told");
    self->stream_.reset();
    slipway::Failure failure{FailureClass::unreachable, "The stream broke.", 0, std::nullopt};
    failure.return_within = self->network_.return_window;
    open->ended(failure);
  });
}

}  // namespace slipway::sim
