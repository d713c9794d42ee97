// One HTTP request over one connection, for these tests. Every wait ends after ten seconds.
#pragma once

#include <string>

#include "model/json.h"

namespace slipway::cloud::test {

struct HttpAnswer {
  int status = 0;  // 0: no whole answer
  std::string head;
  std::string body;
  json::object object() const { return parse_json_object(body, "the answer").value(); }
};

HttpAnswer ask(const std::string& url, const std::string& method, const std::string& target,
               const std::string& token = "", const std::string& body = "");

// A request whose answer does not end.
class OpenAnswer {
 public:
  OpenAnswer(const std::string& url, const std::string& target, const std::string& token);
  ~OpenAnswer();
  OpenAnswer(const OpenAnswer&) = delete;
  OpenAnswer& operator=(const OpenAnswer&) = delete;

  // All that came so far, once it holds `text`, or what there is after ten seconds or the end.
  const std::string& read_until(const std::string& text);

 private:
  int handle_;
  std::string all_;
};

}  // namespace slipway::cloud::test
