#include "transport/event_parser.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace slipway {

std::vector<StreamedEvent> EventParser::feed(std::string_view bytes) {
  std::vector<StreamedEvent> events;
  while (!bytes.empty() && !overflowed_) {
    if (std::exchange(after_return_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    if (line_.size() + data_.size() + end > bytes_max_) {
      overflowed_ = true;
      break;
    }
    line_ += bytes.substr(0, end);
    if (end == bytes.size()) break;
    after_return_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_line(events);
  }
  return events;
}

void EventParser::end_line(std::vector<StreamedEvent>& events) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  std::string_view line = line_;
  if (std::exchange(first_line_, false) && line.starts_with(byte_order_mark))
    line.remove_prefix(byte_order_mark.size());
  if (line.empty()) {
    std::string name = std::exchange(name_, {});
    if (std::exchange(has_data_, false)) {
      events.push_back({name.empty() ? "message" : std::move(name), std::exchange(data_, {}), id_});
    }
  } else if (line.front() != ':') {  // a comment is a heartbeat
    const std::size_t colon = std::min(line.find(':'), line.size());
    std::string_view value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    take_field(line.substr(0, colon), value);
  }
  line_.clear();
}

void EventParser::take_field(std::string_view name, std::string_view value) {
  if (name == "event") name_ = value;
  if (name == "id" && value.find('\0') == value.npos) id_ = value;
  if (name == "retry") take_retry(value);
  if (name != "data") return;
  if (std::exchange(has_data_, true)) data_ += '\n';
  data_ += value;
}

// What is no number of milliseconds says nothing.
void EventParser::take_retry(std::string_view value) {
  std::uint32_t milliseconds = 0;
  const auto [end, error] =
      std::from_chars(value.data(), value.data() + value.size(), milliseconds);
  if (error == std::errc() && end == value.data() + value.size()) retry_ = Duration(milliseconds);
}

}  // namespace slipway
