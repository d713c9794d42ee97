// Server-sent events, read as they come (WHATWG HTML, 9.2.6): bytes in, whole events out. What is
// fed may be cut anywhere. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace slipway {

struct StreamedEvent {
  std::string name;  // "message" where the stream names none
  std::string data;
  std::string id;  // the last one that the stream has set; "": none
  friend bool operator==(const StreamedEvent&, const StreamedEvent&) = default;
};

class EventParser {
 public:
  explicit EventParser(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // The events that these bytes complete.
  std::vector<StreamedEvent> feed(std::string_view bytes);

  // How long a client shall wait before it comes again, as the stream said last ("retry:").
  std::optional<Duration> retry() const { return retry_; }

  // An event or a line was larger than bytes_max: nothing of what follows is read any more.
  bool overflowed() const { return overflowed_; }

 private:
  void end_line(std::vector<StreamedEvent>& events);
  void take_field(std::string_view name, std::string_view value);
  void take_retry(std::string_view value);

  const std::size_t bytes_max_;
  std::string line_;  // as far as it has come
  std::string name_, data_, id_;
  std::optional<Duration> retry_;
  bool has_data_ = false;
  bool first_line_ = true;
  bool after_return_ = false;  // a line feed now belongs to the carriage return before it
  bool overflowed_ = false;
};

}  // namespace slipway
