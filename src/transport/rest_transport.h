// Target `rest`: an existing hosted API, as the configuration declares it (rest_api.h).
//
// The API keeps no receipts and no log, and nothing says that it does a thing only once. So:
// - An entry that may have been executed is never simply sent again. A create is looked up by what
//   it carries; an update or delete is seen by the row itself; an API that is declared idempotent
//   gets the same key again. Where none of these can tell, the entry is parked, and a person says.
// - Before an update or a delete the row is read and judged field by field (rest_judge.h). If-Match
//   closes the gap between that reading and the write, where the API has it.
// - Lists are compared with what was seen (rest_memory.h), and become pages.
// One thread, the one of `post` (http_client.h).
#pragma once

#include <memory>
#include <string>

#include "transport/http_client.h"
#include "transport/rest_api.h"
#include "transport/rest_memory.h"
#include "worker/transport.h"

namespace slipway {

struct RestOptions {
  RestApi api;
  std::string token_file = {};  // sent as Authorization: Bearer; "": none is sent
  HttpOptions http = {};
};

class RestTransport final : public Transport {
 public:
  RestTransport(RestOptions options, Post post);
  RestTransport(RestOptions options, const MakeCarrier& carrier, Post post);

  void probe(Answered<Capabilities> answered) override;
  // A group comes as several items: they are sent in order, up to the first that fails or
  // conflicts. What was answered before it is in the page; the rest has no verdict and is sent
  // again.
  void push(PushRequest request, Answered<PushAnswer> answered) override;
  void pull(PullRequest request, Answered<PullAnswer> answered) override;
  // A target without a log has no past that could change, and no commit to take whole.
  void snapshot(SnapshotRequest request, Answered<SnapshotPage> answered) override;
  void compare_history(HistoryRequest request, Answered<HistoryAnswer> answered) override;
  void cancel() override { client_.cancel(); }
  TransportLimits limits() const override;

 private:
  struct Posting;    // a push on its way
  struct Errand;     // one of its entries
  struct Gathering;  // a pull on its way
  using Entry = std::shared_ptr<Errand>;
  using Lists = std::shared_ptr<Gathering>;

  // rest_push.cpp
  void next_item(const std::shared_ptr<Posting>& posting);
  void begin_create(const Entry& entry);
  void look_before(const Entry& entry);
  void settle_by_row(const Entry& entry, RestState state);
  void look_up(const Entry& entry);
  void looked_up(const Entry& entry, const HttpAnswer& answer);
  void not_found(const Entry& entry);
  void read_back(const Entry& entry);
  void send_create(const Entry& entry);
  void created(const Entry& entry, const HttpAnswer& answer);
  void received_before(const Entry& entry);
  void judge(const Entry& entry);
  void judge_by_row(const Entry& entry);
  void changed(const Entry& entry, const HttpAnswer& answer);
  void row_is_gone(const Entry& entry);
  bool may_be_in_a_sum(const Entry& entry, const json::object& here) const;
  Receipt receipt_of(const Entry& entry);
  using RowRead = std::function<void(std::optional<RestState>)>;
  void read_row(const Entry& entry, RowRead read);
  void take_row(const Entry& entry, const HttpAnswer& answer, const RowRead& read);
  void read_after(const Entry& entry, Receipt receipt);
  void gone_after(const Entry& entry, Receipt receipt);
  void settle(const Entry& entry, Receipt receipt, std::optional<json::object> row = {});
  void settle_conflict(const Entry& entry, const std::string& reason, json::value server,
                       const std::string& because = {});
  void ask_person(const Entry& entry, const std::string& why);
  void stop(const Entry& entry, Failure failure);
  void finish(const std::shared_ptr<Posting>& posting, std::optional<Failure> failure);
  void ask(const Entry& entry, const RestRequest& request,
           std::function<void(HttpAnswer)> answered);

  // rest_pull.cpp
  void next_type(const Lists& lists);
  void from_the_first_page(const Lists& lists);
  void ask_numbered_page(const Lists& lists);
  void next_page(const Lists& lists, const std::string& url);
  void refused(const Lists& lists, Failure failure);
  void take_page(const Lists& lists, const std::string& url, const HttpAnswer& answer);
  std::optional<std::string> wrong_with(const Lists& lists, const std::vector<json::object>& rows);
  void go_on(const Lists& lists, const std::string& url, const HttpAnswer& answer,
             const json::value& body);
  void end_of_list(const Lists& lists);
  void give_up(const Lists& lists, Failure failure);

  void send(HttpRequest request, std::function<void(HttpResult)> answered);

  const RestOptions options_;
  const RestApi& api_ = options_.api;
  const std::string peer_;  // for messages
  RestMemory memory_;
  HttpClient client_;
};

}  // namespace slipway
