#include "id_target.h"

#include "base/check.h"
#include "model/canonical_json.h"
#include "model/given_ids.h"

namespace slipway::sim {

Capabilities IdTarget::capabilities() const {
  Capabilities target;
  target.origin = {0, "00000000000000aa"};
  return target;
}

// The ids of parents are numbers, those of children texts.
IdTarget::Id IdTarget::id_of(const EntityKey& entity) const {
  const auto number = parse_json(entity.id, "an id");
  const bool is_number = number && number->is_int64();
  return {entity.type, canonical_json(is_number ? *number : json::value(entity.id))};
}

void IdTarget::create(const Body& body, const EntityKey& at_desk, Receipt& receipt) {
  Id id = id_of(body.entity);
  if (gives(body.entity.type)) {
    const std::int64_t number = next_++;
    const json::value value = body.entity.type == "Parent"
                                  ? json::value(number)
                                  : json::value("T" + std::to_string(number));
    receipt.assigned = json::object{{"id", value}};
    id.second = canonical_json(value);
    given_[receipt.id] = id;
    run_.seen("an id is given");
  }
  rows_[id] = {at_desk, body.payload};
}

void IdTarget::check_references(const Body& body, const std::vector<Reference>& references) {
  for (const Reference& reference : references) {
    const json::value* value = find(body.payload, reference.fields.front());
    if (reference.type != body.entity.type || !value) continue;
    if (rows_.contains({reference.target, canonical_json(*value)})) continue;
    run_.violated("I15", to_text(body.entity) + " refers to " + reference.target + " " +
                             canonical_json(*value) + ", which the target does not know");
  }
}

Receipt IdTarget::execute(const PushItem& item, const PushRequest& request,
                          std::vector<GivenId>& given) {
  if (const auto known = done_.find(item.id); known != done_.end()) return known->second;
  const Body captured = body_from_json(*item.write).value();
  std::vector<GivenId> known = given;
  known.insert(known.end(), item.given.begin(), item.given.end());
  const Body body = with_given_ids(captured, item, request.references, known);
  Receipt receipt{item.id, Verdict::applied};
  check_references(body, request.references);
  const Id id = id_of(body.entity);
  if (body.op == Op::create) {
    create(body, captured.entity, receipt);
  } else if (!rows_.contains(id)) {
    run_.violated("I15", "the target is asked to change " + id.first + " " + id.second +
                             ", which it does not know");
  } else if (body.op == Op::remove) {
    rows_.erase(id);
  } else {
    for (const auto& member : body.payload) rows_[id].values[member.key()] = member.value();
  }
  return done_.emplace(item.id, std::move(receipt)).first->second;
}

PushAnswer IdTarget::push(const PushRequest& request, std::size_t items_max) {
  const Version to{request.cursor.seq + 1, run_.random.hex(8)};
  Page page{request.cursor, to, {}, {}};
  std::vector<GivenId> given;
  std::map<EntityKey, PageRow> rows;
  for (const PushItem& item : request.items) {
    if (page.receipts.size() == items_max) break;
    CHECK(item.write);  // nothing is discarded here
    Receipt receipt = execute(item, request, given);
    const Body body = body_from_json(*item.write).value();
    if (receipt.assigned) given.push_back({body.entity, receipt.assigned->at("id")});
    receipt.seq = to.seq;
    rows.insert_or_assign(body.entity,
                          PageRow{body.entity, to, body.op == Op::remove, std::nullopt});
    page.receipts.push_back(std::move(receipt));
  }
  for (auto& [entity, row] : rows) page.rows.push_back(std::move(row));
  std::vector<Receipt> verdicts = page.receipts;
  return {request.exchange, to, std::move(verdicts), std::move(page)};
}

}  // namespace slipway::sim
