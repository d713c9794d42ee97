// The handler's end of one request: what stands behind a Reply and an EventStream. It does not
// keep the connection alive; when that has gone, answers fall silently to the floor. Only for
// this folder.
#pragma once

#include <cstdint>
#include <memory>

#include "http/connection.h"
#include "http/message.h"

namespace slipway::http {

class Exchange : public Reply::Sink {
 public:
  Exchange(std::weak_ptr<Connection> connection, std::uint64_t number);
  ~Exchange() override;  // answers 500 when nobody has answered

  void respond(Response response) override;
  std::shared_ptr<EventStream> stream(Headers headers) override;
  bool waiting() const override;
  bool answered() const { return answered_; }

 private:
  bool answer_once();

  std::weak_ptr<Connection> connection_;
  std::uint64_t number_;  // of the request on its connection
  bool answered_ = false;
};

}  // namespace slipway::http
