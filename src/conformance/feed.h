// Whether the pages of /v1/changes tell everything, once: what was read, held against what was
// written. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "conformance/report.h"
#include "model/wire.h"

namespace slipway::conformance {

class Feed {
 public:
  explicit Feed(Version cursor) : cursor_(std::move(cursor)) {}

  // The page that came for the present cursor, which moves to its end.
  std::optional<Fault> take(const Page& page);
  const Version& cursor() const { return cursor_; }
  int pages() const { return pages_; }

  // The rows of this key and receipts of this id that were written, each in one commit: told once,
  // as of that commit.
  std::optional<Fault> lacks(const std::map<std::string, Receipt>& written_by_row_id) const;

 private:
  Version cursor_;
  int pages_ = 0;
  std::multimap<std::string, PageRow> rows_;      // by entity id
  std::multimap<std::string, Receipt> receipts_;  // by client request id
};

}  // namespace slipway::conformance
