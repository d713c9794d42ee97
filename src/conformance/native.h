// The requests of the profile `native` (/v1/push, /v1/changes …), as a device makes them, and the
// rows that the kit has made, so that it can delete them again.
//
// Answers are read as strictly as a device reads them (model/wire.h): a message with a garbled part
// is a fault.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "conformance/client.h"
#include "conformance/row_shape.h"
#include "model/wire.h"

namespace slipway::conformance {

class Native {
 public:
  Native(Client& client, RowShape shape, Random& random);

  Client& client() { return client_; }
  const RowShape& shape() const { return shape_; }
  std::string new_id();  // remembered until clean()

  // Entries, each of another device: nobody's change is his own to the next. `text` is for the
  // first field.
  Body create(const std::string& id, const std::string& text);
  // `seen`: the version and the text that its writer saw.
  Body update(const std::string& id, const std::string& text, const std::optional<Version>& seen,
              const std::string& seen_text);
  Body remove(const std::string& id, const Version& seen);

  // Takes the newest commit as the cursor of what follows: of a device that is up to date.
  std::expected<Version, Fault> catch_up();
  const Version& cursor() const { return cursor_; }

  // With a new exchange; at the present cursor, or another.
  HttpRequest push_request(std::vector<PushItem> items,
                           const std::optional<Version>& cursor = std::nullopt) const;
  std::expected<PushAnswer, Fault> read_push(const Answer& answer, std::size_t items) const;
  std::expected<PushAnswer, Fault> push(std::vector<PushItem> items);
  std::expected<Receipt, Fault> push_one(PushItem item);

  HttpRequest pull_request(const Version& cursor, int limit) const;
  std::expected<PullAnswer, Fault> read_pull(const Answer& answer) const;
  HttpRequest receipt_request(const std::string& id) const;  // GET /v1/requests/{id}
  HttpRequest snapshot_request() const;

  // A row as it is, seen by a write that cannot but be refused as stale.
  struct Row {
    bool is_there = false;
    std::string text;  // of the first field
    std::optional<Version> version;
  };
  std::expected<Row, Fault> look(const std::string& id);

  std::vector<std::string> clean();

 private:
  Body body(const std::string& id, Op op);

  Client& client_;
  const RowShape shape_;
  Random& random_;
  const std::string device_;
  Version cursor_;
  std::vector<std::string> ids_;
};

// The next entry of the same device.
Body after(const Body& before, Body body);
PushItem item_of(const Body& body, std::vector<std::string> after = {});

}  // namespace slipway::conformance
