#include "app/service_client.h"

#include "app/process.h"
#include "app/run_file.h"
#include "http/loop.h"
#include "model/canonical_json.h"
#include "transport/cloud_token.h"
#include "transport/http_client.h"

namespace slipway::app {

Result<ServiceAddress> locate_service(const std::string& url, const std::string& token_file,
                                      const std::string& database) {
  if (!url.empty() && !token_file.empty()) return ServiceAddress{url, token_file};
  if (database.empty()) {
    return fail(ErrorKind::invalid, "invalid-config", "It is not said which service to ask",
                "Give --database FILE, or --url URL with --token-file FILE");
  }
  auto service = find_service(database);
  if (!service) return std::unexpected(service.error());
  return ServiceAddress{url.empty() ? service->url : url,
                        token_file.empty() ? service->token_file : token_file};
}

namespace {

std::unexpected<Error> nobody(const ServiceAddress& service) {
  return fail(ErrorKind::not_found, "not-running", "Nobody answers at " + service.url,
              "Start the service with slipway serve, or check the address");
}

Result<json::object> read_answer(const ServiceAddress& service, const HttpAnswer& answer) {
  auto body = parse_json_object(answer.body, "the answer");
  if (!body) return nobody(service);
  if (answer.status < 400) return std::move(*body);
  const ErrorKind kind = answer.status == 404 ? ErrorKind::not_found : ErrorKind::invalid;
  std::string type(text_at(*body, "type").value_or("refused"));
  type.erase(0, type.rfind('/') + 1);
  return fail(kind, std::move(type),
              std::string(text_at(*body, "title").value_or("The service refused")),
              std::string(text_at(*body, "detail").value_or("")));
}

}  // namespace

Result<json::object> ask(const ServiceAddress& service, const std::string& method,
                         const std::string& path, const json::object& body) {
  const auto token = read_token(service.token_file);
  if (!token)
    return fail(ErrorKind::unauthorized, "no-token", token.error().message,
                "Is the service another user's?");
  http::Loop loop;
  HttpOptions options;
  options.proxy = "";
  HttpClient client(options, [&loop](std::function<void()> task) { loop.post(std::move(task)); });
  HttpRequest request{method, service.url + path, {{"Authorization", "Bearer " + *token}}};
  if (method == "POST") {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = json_text(body);
  }
  Result<json::object> result = nobody(service);
  client.send(std::move(request), [&](HttpResult answer) {
    if (answer) result = read_answer(service, *answer);
    loop.stop();
  });
  loop.run();
  return result;
}

}  // namespace slipway::app
