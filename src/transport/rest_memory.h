// What a hosted API was seen to have, so that a list can be compared with the one before: the
// memory of one process. It belongs to a commit, the one up to which the device has absorbed what
// this memory told. A device that stands elsewhere did not absorb it, or another did: then it is
// told everything anew. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/wire.h"
#include "transport/rest_api.h"

namespace slipway {

// What was asked, as it is there.
struct Listing {
  std::map<std::string, std::vector<json::object>> rows;  // by type
  std::set<std::string> whole;                            // of these types there are no other rows
  // Where the answer came in several pages: how many rows the first had.
  std::map<std::string, std::size_t> first_page = {};
};

class RestMemory {
 public:
  // To be called with the cursor of each request, before anything else.
  void stand_at(const Version& cursor);
  void forget() { seen_.reset(); }  // everything is to be told anew

  // Whether the next pull must ask for everything: nothing is known, or it is time again.
  bool needs_everything() const;
  // The value of a type's `since` field up to which all was seen; nothing: that is not known. Pages
  // are read one after the other: what changed meanwhile behind one that was read already is older
  // than what a later one tells. So of several pages only the first counts, and what was seen
  // before.
  const json::value* since(const std::string& type) const;

  // The page from `from` that tells what is new in the listing; without news it ends where it
  // begins. Deletions are known only from a listing of everything.
  Page page_of(const RestApi& api, const Version& from, const Listing& listing);

  // Rows that an answer to a write told of, or (nothing) made unknown: they lead to `to`.
  struct Told {
    EntityKey entity;  // as it is named there
    std::optional<json::object> row;
  };
  void note(const Version& to, const std::vector<Told>& told);

 private:
  struct OfType {
    std::map<std::string, std::uint64_t> rows;  // a hash of each, by id
    json::value since;
    json::value largest = {};  // that was seen of the `since` field
  };
  using Seen = std::map<std::string, OfType>;

  std::optional<Seen> seen_;  // nothing: everything is to be told anew
  std::optional<Version> at_;
  std::optional<Seen>
      proposed_;  // what holds when the device has absorbed the page that ends there
  std::optional<Version> proposed_at_;
  int pulls_since_everything_ = 0;
};

}  // namespace slipway
