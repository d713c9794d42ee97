// A hosted API of somebody else's, in memory: it knows nothing of keys, does a thing as often as it
// is asked, gives ids of its own, and lists its rows in pages, all or what changed since. What it
// did is kept for the oracle, which judges here what must never happen (I30).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "run.h"
#include "transport/rest_api.h"

namespace slipway::sim {

class HostedApi {
 public:
  static constexpr std::int64_t first_id = 100;

  HostedApi(Run& run, Random& random) : run_(run), random_(random) {}

  // As the configuration of a desk declares it: by which id a create whose answer was lost is found
  // again.
  enum class Lookup { none, by_row, by_write };
  static RestApi declared(Lookup lookup);

  HttpAnswer answer(const HttpRequest& request);

  // People who work at it directly. Only what some desk need not look for is deleted.
  void create(const std::string& name);
  void edit(const std::string& name);
  void remove(const std::set<std::string>& looked_for);  // marks

  // What whoever wrote a name has had on the screen in its place.
  void may_replace(const std::string& name, const std::string& seen) {
    seen_by_[name].insert(seen);
  }
  int creations(const std::string& name) const { return count(created_, name); }
  // Of the row that was created with this name; nothing: none was.
  std::optional<std::int64_t> id_of(const std::string& name) const;
  bool has_effect(const std::string& name) const {
    return creations(name) + count(changed_, name) > 0;
  }
  std::map<std::string, std::string> names() const;  // of the rows there, by id

 private:
  struct Row {
    json::object values;
    std::int64_t version = 0, updated_at = 0;
    std::string name() const { return std::string(values.at("name").as_string()); }
  };
  using Counts = std::map<std::string, int>;
  static int count(const Counts& counts, const std::string& name) {
    const auto found = counts.find(name);
    return found == counts.end() ? 0 : found->second;
  }
  Row& touch(std::int64_t id);
  HttpAnswer create(const json::object& values);
  HttpAnswer change(std::int64_t id, const HttpRequest& request);
  HttpAnswer list(const std::map<std::string, std::string>& query) const;
  json::object shown(std::int64_t id, const Row& row) const;
  std::int64_t some_row();

  Run& run_;
  Random& random_;
  std::map<std::int64_t, Row> rows_;
  std::int64_t next_id_ = first_id, clock_ = 1;
  Counts created_, changed_;
  std::map<std::string, std::int64_t> ids_;  // by the name with which a row was created
  std::map<std::string, std::set<std::string>> seen_by_;
};

}  // namespace slipway::sim
