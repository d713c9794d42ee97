// What becomes of an entry, seen beside the row that the API has now. A hosted API judges by itself
// at best that "something" changed; here it is judged field by field, as the cloud does. Pure.
#pragma once

#include <optional>

#include "model/wire.h"
#include "transport/rest_api.h"

namespace slipway {

// Whether a hosted API and a column mean the same: numbers and their texts, 0 and false, one moment
// in two spellings, and what is null in one and absent in the other. Never true by accident: what
// it calls equal cannot be told apart by a person.
bool means_the_same(const json::value& a, const json::value& b);

// Whether the difference that an update makes to a field counts, whatever its value is by now: that
// value may be the writer's or somebody else's.
bool adds(const Body& body, std::string_view field, const TypeRules& rules);

// Whether an update empties a field that the row, as the API tells it, does not have: that may be
// how this API tells null, or a field that it never tells. To empty it once more does no harm.
bool empties_unseen(const Body& body, const json::object& current);

struct Judged {
  enum class What {
    send,     // nobody else touched what the entry touches
    done,     // the row is what the entry makes of it: it was done before, or nothing is to be done
    conflict  // somebody changed a touched field meanwhile
  };
  What what = What::send;
  json::object payload = {};  // to be sent: as written, or merged with what others wrote
  json::object merged = {};   // of these fields the value is not the written one
};

// `current`: the row, with the names that fields have here. An update is held against the fields
// that it writes, a delete against all that the writer saw and the API has. What the API has
// assigned the writer of a row that was not there yet did not see: its default here is nothing to
// hold against.
Judged judge_beside(const Body& body, const json::object& current, const TypeRules& rules,
                    const std::vector<std::string>& assigned = {});

// Of a create: the row has every value that was sent, where it has the field at all.
bool shows_created(const Body& body, const json::object& current,
                   const std::vector<std::string>& assigned);

}  // namespace slipway
