#include "http/exchange.h"

#include <cstdio>
#include <string>
#include <utility>

#include "http/response_writer.h"

namespace slipway::http {

namespace {

class Stream : public EventStream {
 public:
  Stream(std::weak_ptr<Connection> connection, std::uint64_t number)
      : connection_(std::move(connection)), number_(number) {}
  ~Stream() override { Stream::close(); }

  void send(std::string_view event, std::string_view data, std::string_view id) override {
    const auto connection = connection_.lock();
    if (!connection || !connection->is_streaming(number_)) return;
    std::string text;
    write_event(text, event, data, id);
    connection->send(text);
  }
  bool open() const override {
    const auto connection = connection_.lock();
    return connection && connection->is_streaming(number_);
  }
  void close() override {
    const auto connection = connection_.lock();
    if (connection && connection->is_streaming(number_)) connection->end_stream();
  }

 private:
  std::weak_ptr<Connection> connection_;
  std::uint64_t number_;
};

}  // namespace

Exchange::Exchange(std::weak_ptr<Connection> connection, std::uint64_t number)
    : connection_(std::move(connection)), number_(number) {}

Exchange::~Exchange() {
  if (answered_) return;
  if (const auto connection = connection_.lock()) connection->answer_forgotten(number_);
}

bool Exchange::answer_once() {
  if (answered_) std::fprintf(stderr, "slipway: internal error: a request was answered twice\n");
  return !std::exchange(answered_, true);
}

void Exchange::respond(Response response) {
  const auto connection = connection_.lock();
  if (answer_once() && connection) connection->answer(number_, std::move(response));
}

std::shared_ptr<EventStream> Exchange::stream(Headers headers) {
  const auto connection = connection_.lock();
  if (answer_once() && connection) connection->start_stream(number_, headers);
  return std::make_shared<Stream>(connection_, number_);
}

bool Exchange::waiting() const {
  const auto connection = connection_.lock();
  return !answered_ && connection && connection->is_waiting(number_);
}

}  // namespace slipway::http
