// A target that gives ids of its own, keeps no log, and does a thing once per clientRequestId: what
// a hosted API behind the webhook is to a desk. Its answers become the page that the transport
// would make of them. It notices each id that it has never given (I15).
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/wire.h"
#include "run.h"

namespace slipway::sim {

class IdTarget {
 public:
  IdTarget(Run& run, bool gives_parents, bool gives_children)
      : run_(run), gives_{{"Parent", gives_parents}, {"Child", gives_children}} {}

  // Executes the first `items_max` items of a push; the rest is unanswered.
  PushAnswer push(const PushRequest& request, std::size_t items_max);
  Capabilities capabilities() const;

  struct Row {
    EntityKey at_desk;
    json::object values;  // its references in the target's own words
  };
  using Id = std::pair<std::string, std::string>;  // type, id as JSON
  const std::map<Id, Row>& rows() const { return rows_; }
  // What was given to whom, by clientRequestId of the create.
  const std::map<std::string, Id>& given() const { return given_; }
  bool gives(const std::string& type) const { return gives_.at(type); }

 private:
  Receipt execute(const PushItem& item, const PushRequest& request, std::vector<GivenId>& given);
  void create(const Body& body, const EntityKey& at_desk, Receipt& receipt);
  void check_references(const Body& body, const std::vector<Reference>& references);
  Id id_of(const EntityKey& entity) const;

  Run& run_;
  std::map<std::string, bool> gives_;
  std::map<Id, Row> rows_;
  std::map<std::string, Id> given_;
  std::map<std::string, Receipt> done_;
  std::int64_t next_ = 100;
};

}  // namespace slipway::sim
