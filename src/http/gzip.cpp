#include "http/gzip.h"

#include <zlib.h>

#include "base/check.h"

namespace slipway::http {

namespace {

constexpr int gzip_window = 15 + 16;         // zlib's way of saying "32 KiB, gzip header"
constexpr int level = 4;                     // speed before size: it runs on the loop
constexpr std::size_t step_bytes = 1 << 30;  // zlib counts in unsigned int

// Kept from one call to the next: allocating zlib's 256 KiB costs more than a small answer.
struct Deflater {
  z_stream stream{};
  Deflater() {
    CHECK(deflateInit2(&stream, level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  }
  ~Deflater() { deflateEnd(&stream); }
};

struct Inflater {
  z_stream stream{};
  Inflater() { CHECK(inflateInit2(&stream, gzip_window) == Z_OK); }
  ~Inflater() { inflateEnd(&stream); }
};

Bytef* input_of(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib does not write there
}

}  // namespace

std::string gzip_compress(std::string_view bytes) {
  CHECK(bytes.size() < step_bytes);
  thread_local Deflater deflater;
  z_stream& stream = deflater.stream;
  deflateReset(&stream);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = input_of(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  return out;
}

Result<std::string> gzip_decompress(std::string_view bytes, std::size_t bytes_max) {
  const auto bad = [] {
    return fail(ErrorKind::invalid, "bad-gzip", "The body is not valid gzip.",
                "Nothing was done. Send the body again, compressed as a whole or not at all.");
  };
  if (bytes.size() >= step_bytes) return bad();
  Inflater inflater;
  z_stream& stream = inflater.stream;
  stream.next_in = input_of(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  char piece[16 * 1024];
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof piece;
    const int outcome = inflate(&stream, Z_NO_FLUSH);
    if (outcome != Z_OK && outcome != Z_STREAM_END) return bad();
    out.append(piece, sizeof piece - stream.avail_out);
    if (out.size() > bytes_max) {
      return fail(
          ErrorKind::too_large, "body-too-large",
          "The body is larger than " + std::to_string(bytes_max) + " bytes after decompression.",
          "Nothing was done. Send it in smaller pieces.");
    }
    if (outcome == Z_STREAM_END) {
      if (stream.avail_in == 0) return out;
      inflateReset(&stream);  // RFC 1952, 2.2: a file is one or more members
    }
  }
}

}  // namespace slipway::http
