// A PostgreSQL 15 of the tests' own, from the Debian package: made and started when a test first
// asks for it, once per program; it ends with the program, however that ends.
#pragma once

#include <memory>
#include <string>

namespace slipway::cloud::test {

class PostgresServer {
 public:
  static bool is_installed();
  static PostgresServer& started();  // throws std::runtime_error with the end of its log

  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // The cloud's role: no superuser, so that row-level security holds for it.
  std::string url() const;
  std::string superuser_url() const;
  int process() const { return process_; }

 private:
  void initialize();
  bool start();  // false: somebody else has taken the port

  std::string folder_;
  int port_ = 0;
  int process_ = -1;
};

// A schema with nothing in it; dropped with it.
class EmptySchema {
 public:
  EmptySchema();
  ~EmptySchema();
  EmptySchema(const EmptySchema&) = delete;
  EmptySchema& operator=(const EmptySchema&) = delete;
  std::string url() const;
  std::string superuser_url() const;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

}  // namespace slipway::cloud::test
