// The bytes of one connection: a socket, plain or with TLS on it. Nothing here blocks or waits;
// the outcome says what to wait for. OpenSSL gets its bytes from the same socket, so both kinds
// are waited for alike. Only for this folder.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "http/certificate.h"

struct ssl_st;  // OpenSSL's SSL

namespace slipway::http {

using Socket = boost::asio::generic::stream_protocol::socket;

class Channel {
 public:
  enum class State {
    done,         // so many bytes
    wants_read,   // again when the socket can be read …
    wants_write,  // … or written
    end,          // the other side has ended its half, whole
    broken,       // cut off, or not TLS; trouble() may say more
    plain_http,   // somebody speaks HTTP without TLS; answers from now on are plain, too
  };
  struct Outcome {
    State state;
    std::size_t bytes = 0;
  };

  Channel(Socket socket, const std::optional<Certificate>& certificate);
  ~Channel();
  Channel(const Channel&) = delete;  // OpenSSL holds a pointer to the socket
  Channel& operator=(const Channel&) = delete;

  // `into` holds a whole record of TLS (16 KiB) or more, so that none stays half read inside, where
  // no event of the socket would tell of it.
  Outcome read(std::span<char> into);
  // What was not taken must come again, the same bytes and perhaps more behind them.
  Outcome write(std::string_view bytes);
  Outcome end_sending();  // our half
  void close();

  bool agreeing() const { return ssl_ && !agreed_; }     // the handshake is not done yet
  std::string_view trouble() const { return trouble_; }  // why TLS failed; OpenSSL's own words
  Socket& socket() { return socket_; }

 private:
  Outcome outcome_of(int result);
  std::optional<Outcome> first_look();

  struct Release {
    void operator()(ssl_st* ssl) const;
  };
  Socket socket_;
  std::unique_ptr<ssl_st, Release> ssl_;  // none: plain
  bool looked_ = false;                   // at the first byte
  bool agreed_ = false;                   // once; keys that are changed later do not undo it
  bool failed_ = false;                   // OpenSSL must not be asked again
  std::string_view trouble_;
};

}  // namespace slipway::http
