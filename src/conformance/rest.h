// The requests of the profile `rest` (docs/rest.md), what its rows look like, and the rows that the
// kit has made, so that it can delete them again.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "base/random.h"
#include "conformance/client.h"
#include "conformance/row_shape.h"

namespace slipway::conformance {

struct ListPage {
  std::vector<std::string> ids;
  std::optional<std::string> next;
};

class Rest {
 public:
  Rest(Client& client, RowShape shape, Random& random);

  Client& client() { return client_; }
  const RowShape& shape() const { return shape_; }

  std::string new_id();  // remembered until clean()
  std::string new_key() { return random_.uuid(); }

  json::object first_as(const std::string& text) const;
  // The text in the first field of the row that an answer holds; "": none.
  std::string first_of(const Answer& answer) const;

  // A key of "" and an ETag of "" are left out.
  HttpRequest create(const std::string& key, const std::string& id, const std::string& text) const;
  HttpRequest patch(const std::string& key, const std::string& id, const std::string& etag,
                    const std::string& text) const;
  HttpRequest remove(const std::string& key, const std::string& id, const std::string& etag) const;
  HttpRequest read(const std::string& id) const;
  HttpRequest list(int limit, const std::optional<std::string>& after) const;
  // A write of any body: POST where there is no id, else PATCH.
  HttpRequest raw(const std::string& key, const std::string& id, const std::string& etag,
                  std::string body) const;

  std::expected<ListPage, Fault> read_page(const Answer& answer) const;
  std::expected<std::vector<std::string>, Fault> list_all(int limit);  // ids, page by page

  // A new row, or why there is none.
  struct Made {
    std::string id, etag;
    Answer answer;
  };
  std::expected<Made, Fault> make(const std::string& text);

  std::vector<std::string> clean();  // what could not be deleted

 private:
  std::string path(const std::string& id) const;

  Client& client_;
  const RowShape shape_;
  Random& random_;
  std::vector<std::string> ids_;
};

}  // namespace slipway::conformance
