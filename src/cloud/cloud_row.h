// What the cloud knows of one entity: its values, and of each field who changed it last.
//
// Marks are kept compactly: `whole` is the birth's mark (of a dead row: the delete's), `fields`
// holds the fields that were changed since.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/entry.h"
#include "model/wire.h"

namespace slipway::cloud {

// The last change of a field: the commit that holds it and the entry's place in its lane.
struct Mark {
  std::int64_t seq = 0;
  std::string incarnation;
  std::int64_t lane_position = 0;
  // The value is the sum or union of its writer's and somebody else's: not what the writer wrote.
  bool mixed = false;
  // The cloud filled in what the entry that made the row had left open.
  bool assigned = false;
  friend bool operator==(const Mark&, const Mark&) = default;
};

enum class Life { never, live, dead };

struct CloudRow {
  Life life = Life::never;
  json::object values;   // of a dead row: the last ones
  std::int64_t seq = 0;  // the commit of the newest row image
  Mark birth;            // of the present life
  Mark whole;
  std::map<std::string, Mark, std::less<>> fields;
  // By incarnation: a `create` that found this life with equal values. In older rows it names no
  // commit (0).
  std::map<std::string, Mark, std::less<>> adopted;

  bool live() const { return life == Life::live; }
  const Mark& mark_of(std::string_view field) const;
};

// Birth, marks and adoptions as one JSON text, for a column.
std::string marks_to_text(const CloudRow& row);
Result<void> marks_from_text(std::string_view text, CloudRow& into);

// The row that `fields` of `values` refer to; nothing when one of them is null or absent. An id is
// written as the device writes it: text, or a canonical JSON array of a composite key's values.
std::optional<EntityKey> referred(const Reference& reference, const json::object& values);

// Short enough to be a key in every storage. No row has another one.
bool is_keepable(const EntityKey& key);

// What the row that a live row's values make refers to, with the reference that says so.
struct Edge {
  EntityKey target;
  std::string fields;  // joined by commas
  friend auto operator<=>(const Edge&, const Edge&) = default;
};
using References = std::map<std::string, std::vector<Reference>, std::less<>>;  // by referring type
// Nothing: the row refers to none that could be there.
std::optional<Edge> edge_of(const Reference& reference, const json::object& values);
std::vector<Edge> edges_of(const EntityKey& key, const CloudRow& row, const References& references);
std::string joined(const std::vector<std::string>& fields);  // "a, b"

}  // namespace slipway::cloud
