// A webhook keeps no receipts and no log. Here its answers become what a cloud would have said:
// verdicts, and a page that moves the cursor by one commit of our own making. Pure.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/failure.h"
#include "model/wire.h"
#include "transport/http_client.h"

namespace slipway {

// 64-bit FNV-1a (RFC draft-eastlake-fnv), as a salt. An identity, not a secret.
std::string salt_of(std::string_view text);

// The target as a cloud: its id is derived from the address, so another address is another cloud.
Capabilities webhook_capabilities(const std::string& url);

// What is posted for one entry; the same bytes at each try:
//   {"clientRequestId": "…", "entityType": "Shipment", "entityId": "shp_1",
//    "action": "CREATE_SHIPMENT", "op": "create" | "update" | "delete",
//    "payload": {the written fields}, "base": {the touched fields as the user saw them},
//                                                where the target has given ids, it is told them
//    "incarnation": "…", "number": 12,           which entry of which device this is
//    "groupId": "…", "groupSize": 2,             only for an entry of a group
//    "supersedes": "…"}                          only for one that takes another's place
std::string webhook_body(const std::string& client_request_id, const Body& body);

// Which fields of a new row the target gives, by type; taken from the answer to its create.
using AssignedFields = std::map<std::string, std::vector<std::string>, std::less<>>;

// 2xx: applied. 409, 412: conflict `changed`. 404, 410: conflict `deleted` for an update, applied
// for a delete, a failure `invalid` for a create. Anything else is a failure: it says nothing final
// about the entry. An HTML page that is no success is a proxy's, not the target's.
// A success of a create brings what its answer has of the `assigned` fields, at the top of a JSON
// object or in its "row".
// The receipt's seq is set by webhook_answer().
std::expected<Receipt, Failure> webhook_verdict(const std::string& client_request_id,
                                                const Body& body, const HttpAnswer& answer,
                                                const std::string& peer,
                                                const AssignedFields& assigned = {});

// The verdict `conflict`, with what a person needs to decide: base, local, `server`.
Receipt conflict_receipt(const std::string& id, const Body& body, const std::string& reason,
                         json::value server, const std::string& peer);

// Never sent: voided. Sent: only a person can know what became of it.
Receipt webhook_void(const PushItem& item, const std::string& peer);

// The receipts (of a part of the request's items, in their order) as one commit after the cursor.
// None: the page is empty and the cursor stays.
PushAnswer webhook_answer(const PushRequest& request, std::vector<Receipt> receipts);
PullAnswer webhook_nothing_new(const PullRequest& request, const Capabilities& target);

}  // namespace slipway
