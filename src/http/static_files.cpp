#include "http/static_files.h"

#include <array>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace slipway::http {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view security_policy =
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

std::string content_type_of(const fs::path& file) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 17> types = {{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".wasm", "application/wasm"},
      {".txt", "text/plain; charset=utf-8"},
      {".md", "text/plain; charset=utf-8"},
  }};
  const std::string extension = file.extension().string();
  for (const auto& [known, type] : types) {
    if (extension == known) return std::string(type);
  }
  return "application/octet-stream";
}

// A part that climbs, hides or means something to a file system is no file of ours.
bool is_plain(std::string_view part) {
  return !part.empty() && !part.starts_with('.') &&
         part.find_first_of(std::string_view("\\:\0", 3)) == std::string_view::npos;
}

// The file that `path` names inside `folder`, an absolute path without symbolic links.
std::optional<fs::path> file_inside(const fs::path& folder, std::string_view path) {
  fs::path file = folder;
  path.remove_prefix(path.starts_with('/'));
  while (true) {
    const auto slash = path.find('/');
    if (!is_plain(path.substr(0, slash))) return std::nullopt;
    file /= path.substr(0, slash);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  std::error_code error;
  const fs::path real = fs::canonical(file, error);
  if (error || !fs::is_regular_file(real, error)) return std::nullopt;
  // A symbolic link may lead out of the folder.
  const auto inside = std::mismatch(folder.begin(), folder.end(), real.begin(), real.end());
  if (inside.first != folder.end()) return std::nullopt;
  return real;
}

bool is_app_route(std::string_view path) {
  return path.substr(path.rfind('/') + 1).find('.') == std::string_view::npos;
}

std::optional<std::string> etag_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error) return std::nullopt;
  const auto written = fs::last_write_time(file, error);
  if (error) return std::nullopt;
  // Weak: the same tag stands for the plain and the compressed bytes.
  return "W/\"" + std::to_string(size) + "-" + std::to_string(written.time_since_epoch().count()) +
         "\"";
}

// RFC 9110, 13.1.2, by weak comparison.
bool is_known(std::string_view if_none_match, std::string_view etag) {
  if (if_none_match == "*") return true;
  return if_none_match.find(etag.substr(2)) != std::string_view::npos;
}

std::optional<std::string> read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.good() && !in.eof()) return std::nullopt;
  return bytes;
}

Response no_such_file(const Request& request) {
  return problem({ErrorKind::not_found, "no-such-file", "There is no file " + request.path + ".",
                  "Check the address."});
}

Response serve(const Request& request, const fs::path& file, bool immutable) {
  const auto etag = etag_of(file);
  if (!etag) return no_such_file(request);
  Response response{.status = 304, .content_type = content_type_of(file)};
  response.headers = {
      {"ETag", *etag},
      {"Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Content-Security-Policy", std::string(security_policy)},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Referrer-Policy", "no-referrer"}};
  if (is_known(request.header("if-none-match"), *etag)) return response;
  auto bytes = read_file(file);
  if (!bytes) return no_such_file(request);
  response.status = 200;
  response.body = std::move(*bytes);
  return response;
}

}  // namespace

Handler static_files(std::filesystem::path folder) {
  return [folder = std::move(folder)](const Request& request, const Reply& reply) {
    if (request.method != "GET" && request.method != "HEAD") {
      Response response = problem(405, {ErrorKind::invalid, "method-not-allowed",
                                        request.method + " is not possible at a file.",
                                        "Nothing was done. Possible here: GET, HEAD."});
      response.headers.emplace_back("Allow", "GET, HEAD");
      return reply(std::move(response));
    }
    std::error_code error;
    const fs::path root = fs::canonical(folder, error);
    if (error) return reply(no_such_file(request));
    auto file = file_inside(root, request.path);
    const bool immutable = file && request.path.starts_with("/assets/");
    if (!file && is_app_route(request.path)) file = file_inside(root, "/index.html");
    reply(file ? serve(request, *file, immutable) : no_such_file(request));
  };
}

}  // namespace slipway::http
