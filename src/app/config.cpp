#include "app/config.h"

#include <toml++/toml.h>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "app/rest_config.h"
#include "http/server.h"
#include "transport/address.h"

namespace slipway::app {

namespace {

std::unexpected<Error> bad(const std::string& message,
                           std::string hint = "See slipway serve --help") {
  return fail(ErrorKind::invalid, "invalid-config", message, std::move(hint));
}

class File {
 public:
  File(std::string path, Config& config) : path_(std::move(path)), config_(config) {}

  Result<void> read() {
    toml::table table;
    try {
      table = toml::parse_file(path_);
    } catch (const toml::parse_error& error) {
      const auto line = error.source().begin.line;
      return bad(path_ + (line ? ":" + std::to_string(line) : "") +
                 " cannot be read: " + std::string(error.description()));
    }
    for (auto&& [key, value] : table) {
      if (auto read = top_level(std::string(key.str()), value); !read) return read;
    }
    return {};
  }

 private:
  using Text = std::string Config::*;

  Result<void> top_level(const std::string& key, toml::node& value) {
    static const std::map<std::string, Text> texts = {
        {"database", &Config::database},
        {"cloud", &Config::cloud},
        {"cloud_token_file", &Config::cloud_token_file},
        {"token_file", &Config::token_file},
        {"target", &Config::target},
        {"webhook_url", &Config::webhook_url},
        {"ca_file", &Config::ca_file},
        {"desk", &Config::desk}};
    if (const auto found = texts.find(key); found != texts.end())
      return text(key, value, config_.*found->second);
    if (key == "listen") {
      std::string listen;
      auto read = text(key, value, listen);
      if (read && config_.listen.empty()) config_.listen = listen;
      return read;
    }
    if (key == "allowed_origins") return origins(value);
    if (key == "sync") return section(key, value, &File::sync);
    if (key == "log") return section(key, value, &File::log);
    if (key == "entities") return section(key, value, &File::entity);
    if (key == "actions") return section(key, value, &File::action);
    if (key == "scope") return scope(value);
    if (key == "rest") return read_rest(path_, value, config_.rest);
    return unknown(key);
  }

  std::unexpected<Error> unknown(const std::string& key) {
    return bad(path_ + ": there is no setting “" + key + "”");
  }
  std::unexpected<Error> wrong(const std::string& key, std::string_view wanted) {
    return bad(path_ + ": “" + key + "” must be " + std::string(wanted));
  }

  // What was given on the command line or by the environment stays.
  Result<void> text(const std::string& key, toml::node& value, std::string& into) {
    const auto found = value.value<std::string>();
    if (!found || !value.is_string()) return wrong(key, "text");
    if (into.empty()) into = *found;
    return {};
  }

  Result<void> integer(const std::string& key, toml::node& value, std::int64_t least,
                       std::int64_t most, const std::function<void(std::int64_t)>& set) {
    const auto number = value.is_integer() ? value.value<std::int64_t>() : std::nullopt;
    if (!number || *number < least || *number > most) {
      return wrong(key,
                   "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    set(*number);
    return {};
  }

  Result<void> section(const std::string& name, toml::node& value,
                       Result<void> (File::*read_key)(const std::string&, toml::node&)) {
    toml::table* table = value.as_table();
    if (!table) return wrong(name, "a table: [" + name + "]");
    for (auto&& [key, inner] : *table) {
      if (auto done = (this->*read_key)(std::string(key.str()), inner); !done) return done;
    }
    return {};
  }

  Result<void> origins(toml::node& value) {
    toml::array* list = value.as_array();
    if (!list) return wrong("allowed_origins", "a list of texts");
    for (toml::node& element : *list) {
      const auto origin = element.value<std::string>();
      if (!origin) return wrong("allowed_origins", "a list of texts");
      config_.allowed_origins.push_back(*origin);
    }
    return {};
  }

  Result<void> sync(const std::string& key, toml::node& value) {
    local_api::Settings& settings = config_.settings;
    constexpr std::int64_t day_ms = 24 * 3600 * 1000;
    if (key == "interval_ms")
      return integer("sync.interval_ms", value, 100, day_ms,
                     [&](auto n) { settings.interval = Duration(n); });
    if (key == "attempts_max")
      return integer("sync.attempts_max", value, 1, 1000,
                     [&](auto n) { settings.attempts_max = n; });
    if (key == "backoff_base_ms")
      return integer("sync.backoff_base_ms", value, 1, day_ms,
                     [&](auto n) { settings.backoff_base = Duration(n); });
    if (key == "backoff_max_ms")
      return integer("sync.backoff_max_ms", value, 1, day_ms,
                     [&](auto n) { settings.backoff_max = Duration(n); });
    return unknown("sync." + key);
  }

  Result<void> log(const std::string& key, toml::node& value) {
    if (key == "file") return text("log.file", value, config_.log_file);
    if (key == "megabytes")
      return integer("log.megabytes", value, 1, 1000,
                     [&](auto n) { config_.log_bytes_max = std::size_t(n) * 1024 * 1024; });
    if (key == "files")
      return integer("log.files", value, 1, 100,
                     [&](auto n) { config_.log_files_max = std::size_t(n); });
    if (key == "payloads") {
      const auto on = value.value<bool>();
      if (!on) return wrong("log.payloads", "true or false");
      config_.settings.log_payloads = *on;
      return {};
    }
    return unknown("log." + key);
  }

  Result<void> entity(const std::string& name, toml::node& value) {
    toml::table* table = value.as_table();
    if (!table) return wrong("entities." + name, "a table: [entities." + name + "]");
    EntityRule& rule = config_.rules.entities[name];
    for (auto&& [key, inner] : *table) {
      const std::string path = "entities." + name + "." + std::string(key.str());
      if (key.str() == "sync") {
        const auto on = inner.value<bool>();
        if (!on) return wrong(path, "true or false");
        rule.sync = *on;
      } else if (key.str() == "policy") {
        if (auto read = merge_rule(path, inner, rule.merge.policy); !read) return read;
      } else if (key.str() == "scope") {
        const auto scope = scope_from_text(inner.value<std::string>().value_or(""));
        if (!scope) return wrong(path, "field or row");
        rule.merge.scope = *scope;
      } else if (key.str() == "assigned") {
        if (auto read = field_names(path, inner, rule.assigned); !read) return read;
      } else if (key.str() == "renamed") {
        if (auto read = renamed(path, inner, rule.renamed); !read) return read;
      } else if (key.str() == "rest") {
        if (auto read = read_rest_entity(path_, name, inner, config_.rest); !read) return read;
      } else if (key.str() == "fields") {
        if (auto read = field_rules(path, inner, rule.merge); !read) return read;
      } else {
        return unknown(path);
      }
    }
    return {};
  }

  Result<void> scope(toml::node& value) {
    toml::table* types = value.as_table();
    if (!types || types->empty()) {
      return wrong("scope", "tables by the types that this device holds: [scope.Customer]");
    }
    config_.scope.types.emplace();
    for (auto&& [type, inner] : *types) {
      const std::string path = "scope." + std::string(type.str());
      toml::table* conditions = inner.as_table();
      if (!conditions) return wrong(path, "a table: [" + path + "]");
      RowScope::Conditions& of_type = (*config_.scope.types)[std::string(type.str())];
      for (auto&& [field, values] : *conditions) {
        const std::string name(field.str());
        if (auto read = scope_values(path + "." + name, values, of_type[name]); !read) return read;
      }
    }
    return {};
  }

  Result<void> scope_values(const std::string& path, toml::node& value,
                            std::vector<json::value>& into) {
    const std::string_view wanted = R"(a list of texts, whole numbers, true or false: ["DEHAM"])";
    toml::array* list = value.as_array();
    if (!list || list->empty()) return wrong(path, wanted);
    for (toml::node& element : *list) {
      if (const auto* text = element.as_string())
        into.emplace_back(text->get());
      else if (const auto* number = element.as_integer())
        into.emplace_back(number->get());
      else if (const auto* truth = element.as_boolean())
        into.emplace_back(truth->get());
      else
        return wrong(path, wanted);
    }
    return {};
  }

  Result<void> field_names(const std::string& path, toml::node& value,
                           std::vector<std::string>& into) {
    toml::array* list = value.as_array();
    if (!list) return wrong(path, "a list of fields");
    for (toml::node& element : *list) {
      const auto name = element.value<std::string>();
      if (!name) return wrong(path, "a list of fields");
      into.push_back(*name);
    }
    return {};
  }

  // Two fields cannot live in one column.
  Result<void> renamed(const std::string& path, toml::node& value,
                       std::map<std::string, std::string>& into) {
    toml::table* table = value.as_table();
    if (!table) return wrong(path, R"(a table of first and present names: { note = "remark" })");
    std::set<std::string> taken;
    for (auto&& [key, inner] : *table) {
      const std::string field(key.str());
      const auto column = inner.value<std::string>();
      if (!column || !inner.is_string() || column->empty())
        return wrong(path + "." + field, "the column's present name, as text");
      if (!taken.insert(*column).second)
        return bad(path_ + ": “" + path + "” names the column “" + *column + "” twice",
                   "Say of each renamed column once what it was called first.");
      into[field] = *column;
    }
    return {};
  }

  Result<void> merge_rule(const std::string& path, toml::node& value, Rule& into) {
    const auto rule = rule_from_text(value.value<std::string>().value_or(""));
    if (!rule) return wrong(path, rule_words);
    into = *rule;
    return {};
  }

  Result<void> field_rules(const std::string& path, toml::node& value, TypeRules& into) {
    toml::table* table = value.as_table();
    if (!table) return wrong(path, "a table: [" + path + "]");
    for (auto&& [key, inner] : *table) {
      const std::string field(key.str());
      if (auto read = merge_rule(path + "." + field, inner, into.fields[field]); !read) return read;
    }
    return {};
  }

  static bool is_like_own(std::string_view name) {
    return name.starts_with("CREATE_") || name.starts_with("UPDATE_") ||
           name.starts_with("DELETE_");
  }

  Result<void> action(const std::string& name, toml::node& value) {
    toml::table* table = value.as_table();
    if (!table) return wrong("actions." + name, "a table: [actions." + name + "]");
    ActionRule rule;
    std::optional<Op> op;
    for (auto&& [key, inner] : *table) {
      const std::string path = "actions." + name + "." + std::string(key.str());
      const auto word = inner.value<std::string>();
      if (key.str() == "entity") {
        if (!word) return wrong(path, "text");
        rule.entity_type = *word;
      } else if (key.str() == "op") {
        op = op_from_text(word.value_or(""));
        if (!op) return wrong(path, "create, update or delete");
      } else if (key.str() == "requires") {
        if (word != "online") return wrong(path, "\"online\", or nothing at all");
        rule.requires_online = true;
      } else {
        return unknown(path);
      }
    }
    if (name.empty()) return bad(path_ + ": [actions.\"\"] must have a name");
    if (rule.entity_type.empty()) return bad(path_ + ": actions." + name + " must name its entity");
    const auto own = default_op(name, rule.entity_type);
    if (own && op && *op != *own) {
      return bad(path_ + ": actions." + name + ".op must be " + std::string(to_text(*own)) +
                     ", which this action of " + rule.entity_type + " does",
                 "Leave op away, or give the action another name");
    }
    if (!own && !op && is_like_own(name)) {
      return bad(path_ + ": actions." + name + " must say its op",
                 "It is none of the three that every " + rule.entity_type +
                     " has: " + default_action(Op::create, rule.entity_type) + ", " +
                     default_action(Op::update, rule.entity_type) + ", " +
                     default_action(Op::remove, rule.entity_type));
    }
    rule.op = own.value_or(op.value_or(Op::update));
    config_.rules.actions[name] = rule;
    return {};
  }

  std::string path_;
  Config& config_;
};

Result<void> environment_integer(const char* name, std::int64_t least,
                                 const std::function<void(std::int64_t)>& set) {
  const char* value = std::getenv(name);
  if (!value || !*value) return {};
  std::int64_t number = 0;
  const char* end = value + std::string_view(value).size();
  const auto [at, error] = std::from_chars(value, end, number);
  if (error != std::errc{} || at != end || number < least || number > 24 * 3600 * 1000) {
    return bad(std::string(name) + "=" + value + " must be a whole number from " +
               std::to_string(least) + " to 86400000");
  }
  set(number);
  return {};
}

std::string target_by_what_is_given(const Config& config) {
  if (!config.cloud.empty()) return "slipway";
  if (!config.webhook_url.empty()) return "webhook";
  return config.rest.url.empty() ? "slipway" : "rest";
}

}  // namespace

Result<void> read_config_file(const std::string& path, Config& config) {
  std::error_code ignored;  // a folder would read as an empty file
  if (std::filesystem::is_directory(path, ignored))
    return bad(path + " is a folder, not a TOML file");
  return File(path, config).read();
}

Result<void> read_sync_environment(Config& config) {
  local_api::Settings& settings = config.settings;
  if (const char* url = std::getenv("SYNC_WEBHOOK_URL"); url && config.webhook_url.empty())
    config.webhook_url = url;
  for (const auto& read :
       {environment_integer("SYNC_MAX_ATTEMPTS", 1, [&](auto n) { settings.attempts_max = n; }),
        environment_integer("SYNC_BACKOFF_BASE_MS", 1,
                            [&](auto n) { settings.backoff_base = Duration(n); }),
        environment_integer("SYNC_BACKOFF_MAX_MS", 1,
                            [&](auto n) { settings.backoff_max = Duration(n); }),
        environment_integer("SYNC_INTERVAL_MS", 100,
                            [&](auto n) { settings.interval = Duration(n); })}) {
    if (!read) return read;
  }
  return {};
}

Result<void> complete(Config& config) {
  if (config.database.empty())
    return bad("--database is missing",
               "Give the app's SQLite file: slipway serve --database app.db …");
  if (config.listen.empty()) config.listen = "127.0.0.1:0";
  if (auto own = http::check_own_machine(config.listen); !own) return own;
  if (config.target.empty()) config.target = target_by_what_is_given(config);
  if (config.target != "slipway" && config.target != "webhook" && config.target != "rest") {
    return bad("“" + config.target + "” is not a target", "Targets: slipway, webhook, rest");
  }
  if (config.target == "slipway" && config.cloud.empty())
    return bad("--cloud is missing",
               "Give the cloud's address, e.g. --cloud https://sync.example.com");
  if (config.target == "slipway" && config.cloud_token_file.empty())
    return bad("--cloud-token-file is missing", "Give the file with this device's token");
  if (config.target == "webhook" && config.webhook_url.empty())
    return bad("SYNC_WEBHOOK_URL is missing", "The target “webhook” posts each entry to it");
  if (config.target != "slipway" && !config.scope.is_everything())
    return bad("[scope] needs the target slipway",
               "The target “" + config.target + "” knows no scopes; leave [scope] out");
  const bool is_asked =
      config.target == "slipway" || (config.target == "rest" && !config.rest.health.empty());
  for (const auto& [name, action] : config.rules.actions) {
    if (action.requires_online && !is_asked)
      return bad(
          "actions." + name + ".requires needs a target that can be asked whether it is there",
          config.target == "rest" ? "Give [rest] its health"
                                  : "The webhook cannot; leave requires out");
  }
  std::error_code ignored;
  if (!config.desk.empty() && !std::filesystem::is_directory(config.desk, ignored))
    return bad("--desk " + config.desk + " is not a folder", "Give the folder of a built web app");
  if (!config.ca_file.empty() && !std::filesystem::is_regular_file(config.ca_file, ignored))
    return bad("--ca-file " + config.ca_file + " is not a file",
               "Give a PEM file of trusted certificates, or leave it out to trust the system's");
  const auto checked = config.target == "slipway"   ? check_cloud_address(config.cloud)
                       : config.target == "webhook" ? check_webhook_address(config.webhook_url)
                                                    : check_rest(config.rest, config.rules);
  if (!checked) return checked;
  if (config.token_file.empty()) config.token_file = config.database + "-slipway.token";
  if (config.log_file.empty()) config.log_file = config.database + "-slipway.log";
  if (config.settings.backoff_max < config.settings.backoff_base)
    config.settings.backoff_max = config.settings.backoff_base;
  return {};
}

}  // namespace slipway::app
