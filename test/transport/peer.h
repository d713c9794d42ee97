// The other end, scripted: a socket server on a port of the kernel's choice. Each request takes the
// next play; what came is recorded. Every wait ends after ten seconds with an exception.
#pragma once

#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/time.h"

namespace slipway::test {

struct Received {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // as it came: perhaps compressed
};

enum class Then { keep, close, hold };  // hold: silent until the peer ends

struct Play {
  std::string bytes;
  Then then = Then::keep;
  Duration each_byte{0};  // the pause before each byte
};

std::string answer(int status, std::string_view content_type, std::string_view body,
                   std::string_view more_headers = "");
std::string json_answer(int status, std::string_view body, std::string_view more_headers = "");
std::string problem_answer(int status, std::string_view type, std::string_view title,
                           std::string_view more_headers = "");
std::string gzipped(std::string_view bytes);
std::string gunzipped(std::string_view bytes);

class Peer {
 public:
  explicit Peer(std::vector<Play> plays);
  ~Peer();

  std::string url(std::string_view path = "") const;
  void wait_for_requests(std::size_t count);
  std::vector<Received> received();
  std::size_t accepted();  // connections

 private:
  void accept_all();
  void serve(int socket);
  bool read_request(int socket, std::string& buffer, Received& request);
  bool play(int socket, const Play& play);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Play> plays_;
  std::vector<Received> received_;
  std::size_t accepted_ = 0;
  bool ending_ = false;
  std::vector<int> sockets_;
  std::list<std::thread> threads_;
  int listener_;
  int port_ = 0;
  std::thread acceptor_;
};

}  // namespace slipway::test
