// The rows of a snapshot page as they are sent: a JSON array, written without looking into the
// values. For all ledgers.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "model/canonical_json.h"
#include "model/entry.h"
#include "model/version.h"

namespace slipway::cloud {

class SnapshotRows {
 public:
  // `values`: canonical JSON, as it is stored.
  void add(const EntityKey& key, const Version& version, std::string_view values) {
    if (text_.size() > 1) text_ += ',';
    text_ += "{\"entityType\":";
    text_ += known_text(types_, key.type, [&] { return json_text(json::value(key.type)); });
    text_ += ",\"entityId\":";
    text_ += json_text(json::value(key.id));
    text_ += ",\"version\":";
    text_ += known_text(versions_, version.seq, [&] { return json_text(to_json(version)); });
    text_ += ",\"values\":";
    text_ += values;
    text_ += '}';
  }
  std::size_t size() const { return text_.size(); }
  std::string end() && { return std::move(text_ += ']'); }

 private:
  // Few types and few commits made many rows.
  template <class Key, class Make>
  static const std::string& known_text(std::map<Key, std::string>& texts, const Key& key,
                                       Make make) {
    auto known = texts.find(key);
    if (known == texts.end()) known = texts.emplace(key, make()).first;
    return known->second;
  }

  std::string text_ = "[";
  std::map<std::string, std::string> types_;
  std::map<std::int64_t, std::string> versions_;
};

}  // namespace slipway::cloud
