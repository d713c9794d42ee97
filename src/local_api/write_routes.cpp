// POST /sync/enqueue: one mutation, {"mutations":[…]} as a group, {"batch":[…]} independent ones.

#include <algorithm>
#include <charconv>

#include "local_api/answer.h"
#include "local_api/entry_json.h"
#include "local_api/routes.h"
#include "local_api/write_queue.h"

namespace slipway::local_api {

namespace {

enum class Form { one, group, batch };

struct Enqueue {
  Form form = Form::one;
  std::vector<Result<store::WriteRequest>> requests;  // of a batch, each may be refused by itself
  Duration wait{0};
};

std::unexpected<Error> bad_count(std::string_view name) {
  return fail(ErrorKind::invalid, "invalid-count",
              "“" + std::string(name) + "” must hold 1 to " +
                  std::to_string(limits::mutations_max) + " mutations",
              "Nothing was written. Send them in several requests.", std::string(name));
}

Result<const json::array*> list_of(const json::object& body, std::string_view name) {
  const json::value* value = find(body, name);
  if (body.size() != 1) {
    return fail(ErrorKind::invalid, "unknown-field",
                "Beside “" + std::string(name) + "” nothing else may stand",
                "Nothing was written.");
  }
  if (!value->is_array() || value->get_array().empty() ||
      value->get_array().size() > limits::mutations_max) {
    return bad_count(name);
  }
  return &value->get_array();
}

Result<store::WriteRequest> group_of(const json::array& list) {
  store::WriteRequest request;
  request.as_group = true;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto mutation = store::mutation_from_json(list[i]);
    if (!mutation) {
      Error error = mutation.error();
      error.field =
          "mutations[" + std::to_string(i) + "]" + (error.field.empty() ? "" : "." + error.field);
      return std::unexpected(std::move(error));
    }
    request.mutations.push_back(std::move(*mutation));
  }
  return request;
}

Result<store::WriteRequest> single_of(const json::value& value) {
  auto mutation = store::mutation_from_json(value);
  if (!mutation) return std::unexpected(mutation.error());
  store::WriteRequest request;
  request.mutations.push_back(std::move(*mutation));
  return request;
}

Result<Enqueue> read_body(const json::object& body) {
  Enqueue enqueue;
  if (find(body, "mutations")) {
    auto list = list_of(body, "mutations");
    if (!list) return std::unexpected(list.error());
    enqueue.form = Form::group;
    enqueue.requests.push_back(group_of(**list));
  } else if (find(body, "batch")) {
    auto list = list_of(body, "batch");
    if (!list) return std::unexpected(list.error());
    enqueue.form = Form::batch;
    for (const json::value& element : **list) enqueue.requests.push_back(single_of(element));
  } else {
    enqueue.requests.push_back(single_of(json::value(body)));
  }
  if (enqueue.form != Form::batch && !enqueue.requests.front()) {
    return std::unexpected(enqueue.requests.front().error());
  }
  return enqueue;
}

// `Prefer: wait=10` among others, RFC 7240. What is not understood is ignored, as it says.
Duration preferred_wait(const http::Request& request) {
  const std::string_view prefer = request.header("prefer");
  const std::size_t at = prefer.find("wait=");
  if (at == prefer.npos) return Duration(0);
  long seconds = 0;
  std::from_chars(prefer.data() + at + 5, prefer.data() + prefer.size(), seconds);
  return std::clamp<Duration>(std::chrono::seconds(std::clamp(seconds, 0L, 3600L)), Duration(0),
                              limits::prefer_wait_max);
}

// One that says nothing would protect nobody: the repeat would write a second time.
Result<std::string> idempotency_key(const http::Request& request) {
  const auto is_key = [](const auto& header) { return header.first == "idempotency-key"; };
  const auto count = std::ranges::count_if(request.headers, is_key);
  if (count == 0) return "";
  const std::string_view key = request.header("idempotency-key");
  const bool says_something = key.find_first_not_of(" \t\"") != key.npos;
  if (count == 1 && says_something && key.size() <= limits::idempotency_key_bytes_max)
    return std::string(key);
  return fail(ErrorKind::invalid, "invalid-idempotency-key",
              "Idempotency-Key must be one text of 1 to " +
                  std::to_string(limits::idempotency_key_bytes_max) + " bytes",
              "Nothing was written. Send a new one with each write and the same one with each "
              "repeat, or none.",
              "Idempotency-Key");
}

void use_idempotency_key(std::string_view key, Enqueue& enqueue) {
  if (key.empty()) return;
  for (std::size_t i = 0; i < enqueue.requests.size(); ++i) {
    if (!enqueue.requests[i]) continue;
    enqueue.requests[i]->idempotency_key =
        enqueue.form == Form::batch ? std::string(key) + "#" + std::to_string(i) : std::string(key);
  }
}

json::object problem_json(const Error& error) {
  auto problem = parse_json_object(http::problem(error).body, "a problem");
  return problem ? std::move(*problem) : json::object();
}

class Answer {
 public:
  Answer(Context& context, http::Reply reply, Form form)
      : context_(context), reply_(std::move(reply)), form_(form) {}

  void send(const std::vector<Result<store::Written>>& written, bool settled) const {
    if (form_ != Form::batch && !written.front())
      return reply_(http::problem(written.front().error()));
    const unsigned accepted = settled ? 200 : 202;
    if (form_ == Form::batch) return send_batch(written, accepted);
    auto entries = load(written.front()->entries);
    if (!entries) return reply_(http::problem(entries.error()));
    if (form_ == Form::one && entries->size() == 1)
      return reply_(answer(entries->front(), accepted));
    json::object body;
    if (form_ == Form::one) body = entries->back();  // a delete that took its children along
    body["groupId"] = text_or_null(written.front()->group_id);
    body["entries"] = json::array(entries->begin(), entries->end());
    reply_(answer(body, accepted));
  }

 private:
  void send_batch(const std::vector<Result<store::Written>>& written, unsigned accepted) const {
    json::array results;
    unsigned status = accepted;
    for (const auto& one : written) {
      auto entries = one ? load(one->entries) : std::unexpected(one.error());
      if (entries) {
        results.push_back(json::object{{"entry", entries->back()}});
      } else {
        results.push_back(json::object{{"problem", problem_json(entries.error())}});
        status = 207;
      }
    }
    reply_(answer({{"results", std::move(results)}}, status));
  }

  Result<std::vector<json::object>> load(const std::vector<EntryId>& ids) const {
    std::vector<json::object> list;
    for (EntryId id : ids) {
      auto entry = context_.store.entry(id);
      if (!entry) return std::unexpected(entry.error());
      if (*entry) list.push_back(compact_json(**entry));
    }
    return list;
  }

  Context& context_;
  http::Reply reply_;
  Form form_;
};

// Puts the batch's own refusals back between the store's answers.
std::vector<Result<store::Written>> merged(const std::vector<Result<store::WriteRequest>>& requests,
                                           std::vector<Result<store::Written>> written) {
  std::vector<Result<store::Written>> all;
  auto next = written.begin();
  for (const auto& request : requests) {
    if (request)
      all.push_back(std::move(*next++));
    else
      all.push_back(std::unexpected(request.error()));
  }
  return all;
}

void enqueue(Context& context, const http::Request& request, http::Reply reply) {
  auto body = parse_json_object(request.body, "The request body");
  if (!body)
    return reply(http::problem(body.error().type == "invalid-json" ? 400 : 422, body.error()));
  const auto key = idempotency_key(request);
  if (!key) return reply(http::problem(400, key.error()));
  auto parsed = read_body(*body);
  if (!parsed) return reply(http::problem(parsed.error()));
  use_idempotency_key(*key, *parsed);
  std::vector<store::WriteRequest> valid;
  for (const auto& one : parsed->requests) {
    if (one) valid.push_back(*one);
  }
  const Duration wait = preferred_wait(request);
  Answer answer(context, std::move(reply), parsed->form);
  context.writes.write(std::move(valid), [&context, answer, wait,
                                          requests = std::move(parsed->requests)](auto written) {
    auto all = merged(requests, std::move(written));
    std::vector<EntryId> entries;
    for (const auto& one : all) {
      if (one) entries.insert(entries.end(), one->entries.begin(), one->entries.end());
    }
    if (wait.count() == 0 || entries.empty()) return answer.send(all, false);
    context.writes.wait_for(entries, wait,
                            [answer, all](bool settled) { answer.send(all, settled); });
  });
}

}  // namespace

void add_write_routes(http::Router& router, Context& context) {
  router.add("POST", "/sync/enqueue", [&context](const http::Request& request, http::Reply reply) {
    enqueue(context, request, std::move(reply));
  });
}

}  // namespace slipway::local_api
