// A stream of server-sent events, as another party wrote it: however the bytes are cut, the same
// events come out, and never more than the bound. The first byte of the input says how they are
// cut.
#include "fuzz.h"
#include "transport/event_parser.h"

using namespace slipway;
using namespace slipway::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t bytes_max = 256;
  std::string_view bytes = text_of(data, size);
  if (bytes.empty()) return 0;
  const std::size_t piece = 1 + static_cast<unsigned char>(bytes.front()) % 17;
  bytes.remove_prefix(1);
  EventParser whole(bytes_max), pieces(bytes_max);
  const std::vector<StreamedEvent> at_once = whole.feed(bytes);
  std::vector<StreamedEvent> one_by_one;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    for (StreamedEvent& event : pieces.feed(bytes.substr(at, piece)))
      one_by_one.push_back(std::move(event));
  }
  demand(at_once == one_by_one, "where the bytes are cut does not matter");
  demand(whole.overflowed() == pieces.overflowed(), "nor does it to the bound");
  for (const StreamedEvent& event : at_once) {
    demand(event.data.size() + event.name.size() <= 2 * bytes_max, "an event is bounded");
    demand(event.id.find('\0') == event.id.npos, "an id has no NUL");
    demand(event.id.find_first_of("\r\n") == event.id.npos, "an id is one line");
  }
  return 0;
}
