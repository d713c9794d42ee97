// slipway-cloud: the hosted API over a database, and its tokens. Parses, wires, runs; no logic.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "app/cloud_backup.h"
#include "app/cloud_conformance.h"
#include "app/cloud_device.h"
#include "app/cloud_serve.h"
#include "app/cloud_state.h"
#include "app/cloud_tokens.h"
#include "app/command_line.h"
#include "app/process.h"
#include "cloud/limits.h"
#include "cloud/postgres_ledger.h"
#include "cloud/sqlite_ledger.h"
#include "jwt/limits.h"
#include "model/canonical_json.h"

namespace {

using namespace slipway;

using app::done, app::failed, app::wrong_use, app::wall_clock;

constexpr std::int64_t days_kept_max = 1'000'000;             // to count back from now, in any unit
constexpr std::int64_t commits_kept_max = 1'000'000'000'000;  // more than any log has

constexpr const char* examples = R"(
Examples:
  slipway-cloud token create --database sqlite:/var/lib/slipway/cloud.db --tenant acme --device hamburg
  slipway-cloud serve --database sqlite:/var/lib/slipway/cloud.db --listen 127.0.0.1:8080
  slipway-cloud serve --database sqlite:cloud.db --number 'Shipment.number=SHP-{000001}'
  slipway-cloud serve --database sqlite:cloud.db --listen 0.0.0.0:443 \
      --tls-certificate fullchain.pem --tls-key privkey.pem
  slipway-cloud serve --database postgresql://slipway@db.example.org:5432/slipway
  slipway-cloud serve --database sqlite:cloud.db --jwks https://id.example.org/jwks.json \
      --jwt-issuer https://id.example.org/ --jwt-audience slipway
  slipway-cloud compact --database sqlite:/var/lib/slipway/cloud.db --keep-days 90
  slipway-cloud token list --database sqlite:/var/lib/slipway/cloud.db
  slipway-cloud token rotate --database sqlite:/var/lib/slipway/cloud.db --device hamburg
  slipway-cloud token revoke --database sqlite:/var/lib/slipway/cloud.db --device hamburg
  slipway-cloud devices --database sqlite:/var/lib/slipway/cloud.db
  slipway-cloud device remove --database sqlite:/var/lib/slipway/cloud.db --device hamburg
  slipway-cloud doctor --database sqlite:/var/lib/slipway/cloud.db
  slipway-cloud views --database sqlite:/var/lib/slipway/cloud.db --tenant acme
  slipway-cloud backup --database sqlite:/var/lib/slipway/cloud.db --to /backup/monday.db --keep 7
  slipway-cloud conformance --url https://api.example.org --token-file token --profile rest

Exit codes: 0 done, 1 failed, 2 wrong use.)";

struct Options {
  std::string database;
  std::vector<std::string> numbers;
  app::ServingOptions serving;
  cloud::Retention keep;
  cloud::TenantBounds bounds;
  app::TokenOptions token;
  app::RemovalOptions removal;
  std::string to;
  std::string command;
  std::int64_t kept = 0;
  bool as_json = false;
};

int complain(const Error& error, int exit_code = failed) {
  return app::complain("slipway-cloud", error, exit_code);
}

// The path of "sqlite:PATH".
Result<std::string> sqlite_path(const std::string& database) {
  if (database.starts_with("sqlite:") && database.size() > 7) return database.substr(7);
  return fail(ErrorKind::invalid, "bad-database",
              "--database must be sqlite:FILE or postgresql://USER@HOST:PORT/DATABASE",
              "For example --database sqlite:cloud.db");
}

int compact(cloud::Ledger& ledger, const Options& options) {
  if (!options.keep.commits && !options.keep.days) {
    return complain({ErrorKind::invalid, "", "Nothing says how much of the past shall be kept",
                     "Give --keep-days, --keep-commits or both. Nothing was deleted"},
                    wrong_use);
  }
  const auto tenant =
      options.token.tenant.empty() ? std::nullopt : std::optional(options.token.tenant);
  cloud::Compaction all{true, 0, 0};
  while (all.more) {
    const auto step = ledger.compact(tenant, options.keep, wall_clock());
    if (!step) return complain(step.error());
    all = {step->more, all.images + step->images, all.tombstones + step->tombstones};
  }
  std::cout << all.images << " row images and " << all.tombstones << " tombstones deleted"
            << std::endl;
  return done;
}

// PostgreSQL has its own ways to copy a database; what runs here is one of them.
int back_up_by_command(cloud::Ledger& ledger, const Options& options,
                       std::optional<std::int64_t> kept) {
  if (options.command.empty() || !options.to.empty()) {
    return complain({ErrorKind::unsupported, "", "A PostgreSQL database is copied by its own tools",
                     "Name one, for example --run 'pg_basebackup -D /backup/monday'. Nothing was "
                     "copied"},
                    wrong_use);
  }
  const auto backup = ledger.begin_backup("", wall_clock());
  if (!backup) return complain(backup.error());
  const int status = std::system(options.command.c_str());
  const bool made = status == 0;
  const auto noted = ledger.end_backup(*backup, made, kept);
  if (!made) {
    return complain({ErrorKind::storage, "", "The command that copies the database has failed",
                     "Earlier copies count as before"});
  }
  if (!noted) return complain(noted.error());
  std::cout << json_text(json::object{{"event", "backup"}}) << std::endl;
  return done;
}

int back_up(cloud::Ledger& ledger, const Options& options) {
  const auto kept = options.kept ? std::optional(options.kept) : std::nullopt;
  if (cloud::is_postgres_url(options.database)) return back_up_by_command(ledger, options, kept);
  const auto path = sqlite_path(options.database);
  if (!path) return complain(path.error(), wrong_use);
  if (options.to.empty() || !options.command.empty()) {
    return complain({ErrorKind::invalid, "", "Nothing says where the copy shall be",
                     "Give --to FILE; --run is for PostgreSQL. Nothing was copied"},
                    wrong_use);
  }
  const auto made = app::back_up(ledger, *path, options.to, kept);
  if (!made) return complain(made.error());
  std::cout << json_text(json::object{{"event", "backup"}, {"file", options.to}}) << std::endl;
  return done;
}

// A PostgreSQL database is there already; its tables are made by whoever comes first.
Result<std::unique_ptr<cloud::Ledger>> open_ledger(const Options& options, bool creates,
                                                   Random& random,
                                                   std::vector<cloud::Numbering> numberings) {
  if (cloud::is_postgres_url(options.database)) {
    return cloud::open_postgres_ledger(options.database, random, std::move(numberings),
                                       options.bounds);
  }
  const auto path = sqlite_path(options.database);
  if (!path) return std::unexpected(path.error());
  std::error_code ignored;
  if (!creates && !std::filesystem::exists(*path, ignored)) {
    return fail(ErrorKind::not_found, "no-database", "There is no database at " + *path,
                "Nothing was created. Check the path");
  }
  return cloud::open_sqlite_ledger(*path, random, "", std::move(numberings), options.bounds);
}

int with_ledger(const Options& options, bool creates,
                const std::function<int(cloud::Ledger&)>& command) {
  Random random = app::random_from_system();
  std::vector<cloud::Numbering> numberings;
  for (const std::string& text : options.numbers) {
    auto numbering = cloud::numbering_from_text(text);
    if (!numbering) return complain(numbering.error(), wrong_use);
    const auto same_field = [&](const cloud::Numbering& other) {
      return other.type == numbering->type && other.field == numbering->field;
    };
    if (std::ranges::any_of(numberings, same_field)) {
      return complain({ErrorKind::invalid, "bad-numbering",
                       "--number names " + numbering->type + "." + numbering->field + " twice",
                       "A field is numbered in one way"},
                      wrong_use);
    }
    numberings.push_back(std::move(*numbering));
  }
  auto ledger = open_ledger(options, creates, random, std::move(numberings));
  if (!ledger) {
    return complain(ledger.error(), ledger.error().type == "bad-database" ? wrong_use : failed);
  }
  return command(**ledger);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("The hosted API of Slipway: one log per tenant, spoken to by devices.",
               "slipway-cloud");
  app.footer(examples);
  app.set_version_flag("--version", "slipway-cloud " SLIPWAY_VERSION);
  app.require_subcommand(1);
  Options options;
  const auto add_database = [&](CLI::App* command) {
    command
        ->add_option("--database", options.database,
                     "sqlite:FILE or postgresql://USER[:PASSWORD]@HOST:PORT/DATABASE")
        ->envname("SLIPWAY_CLOUD_DATABASE")
        ->required();
  };
  CLI::App* serving = app.add_subcommand("serve", "Answers devices until SIGTERM or SIGINT");
  add_database(serving);
  app::add_options(*serving, options.serving);
  serving
      ->add_option("--number", options.numbers,
                   "A field that the cloud numbers when a row is created without it; may be "
                   "repeated. TYPE.FIELD=PREFIX-{000001} gives text, TYPE.FIELD=1000 integers; the "
                   "number is the first one")
      ->envname("SLIPWAY_CLOUD_NUMBERS")
      ->delimiter(';');
  CLI::App* compacting = app.add_subcommand(
      "compact",
      "Moves the horizon and deletes what only states before it need; may run beside serve");
  add_database(compacting);
  compacting->add_option("--tenant", options.token.tenant, "Of one tenant only");
  for (CLI::App* command : {serving, compacting}) {
    command
        ->add_option(
            "--keep-days", options.keep.days,
            "States of the last so many days can be read; a commit is kept if either says so")
        ->check(CLI::Range(std::int64_t{0}, days_kept_max));
    command
        ->add_option("--keep-commits", options.keep.commits, "States of the newest so many commits")
        ->check(CLI::Range(std::int64_t{0}, commits_kept_max));
  }
  CLI::App* backup = app.add_subcommand(
      "backup", "Copies the database while it serves, and tells devices what the copy contains");
  add_database(backup);
  backup->add_option("--to", options.to, "The copy of an SQLite database; must not exist");
  backup->add_option(
      "--run", options.command,
      "What copies a PostgreSQL database: run by the shell; it counts if it gives 0");
  backup
      ->add_option("--keep", options.kept,
                   "From now on only so many of the newest copies may be restored; else all, or as "
                   "said before")
      ->check(CLI::Range(1, 100'000));
  CLI::App* token =
      app.add_subcommand("token", "Creates, lists, rotates and revokes devices' tokens");
  token->require_subcommand(1);
  CLI::App* create = token->add_subcommand("create", "Prints a new token, once");
  CLI::App* list = token->add_subcommand("list", "One line of JSON per token, without its secret");
  CLI::App* revoke = token->add_subcommand("revoke", "Revokes all tokens of a device");
  CLI::App* rotate = token->add_subcommand(
      "rotate", "Prints a new token of a device; those that it has end a while later");
  for (CLI::App* command : {create, list, rotate, revoke}) add_database(command);
  for (CLI::App* command : {create, rotate}) {
    command->add_option("--expires-in", options.token.expires_in,
                        "When the new token ends: 90d, 24h, 30m; without it: never");
  }
  rotate
      ->add_option("--old-for", options.token.old_for,
                   "How long the present tokens are valid on; 0s: they end now")
      ->capture_default_str();
  for (CLI::App* command : {serving, create}) {
    command
        ->add_option(
            "--tenant-devices", options.bounds.devices,
            "How many devices a tenant may have; a further one is made neither by a JWT nor "
            "by token create. 0: no bound")
        ->envname("SLIPWAY_CLOUD_TENANT_DEVICES")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}))
        ->capture_default_str();
  }
  create->add_option(
      "--scope", options.token.scope,
      "Which rows the device holds and may write, as JSON: {\"Customer\": {}, "
      "\"Shipment\": {\"originPort\": [\"DEHAM\"]}}; \"everything\" ends that. Without "
      "it: as it was");
  const CLI::Validator named(
      [](const std::string& name) {
        const bool bad = name.empty() || name.size() > jwt::name_bytes_max ||
                         std::ranges::any_of(name, [](unsigned char c) { return c < ' '; });
        return bad ? "must be a name of 1 to " + std::to_string(jwt::name_bytes_max) +
                         " bytes without control characters"
                   : std::string();
      },
      "NAME");
  create->add_option("--tenant", options.token.tenant, "Made if it does not exist")
      ->required()
      ->check(named);
  create->add_option("--device", options.token.device, "The device's name, as people see it")
      ->required()
      ->check(named);
  for (CLI::App* command : {rotate, revoke}) {
    command->add_option("--tenant", options.token.tenant,
                        "Needed where several have such a device");
    command->add_option("--device", options.token.device)->required();
  }
  CLI::App* tenants = app.add_subcommand(
      "tenants", "One line of JSON per tenant: head, rows, and which device is furthest behind");
  CLI::App* devices = app.add_subcommand(
      "devices",
      "One line of JSON per device: when it was last heard of, and how far it is behind");
  CLI::App* device = app.add_subcommand("device", "Removes a device that never comes again");
  device->require_subcommand(1);
  CLI::App* removing = device->add_subcommand(
      "remove", "Ends its tokens, and takes it out of what is counted and waited for");
  add_database(removing);
  app::add_options(*removing, options.removal);
  CLI::App* doctor = app.add_subcommand("doctor", "Explains the state of the database in words");
  CLI::App* views = app.add_subcommand(
      "views", "Prints the SQL of one view per entity type, with a column per field, for reports");
  for (CLI::App* command : {tenants, devices, doctor, views}) add_database(command);
  for (CLI::App* command : {devices, views})
    command->add_option("--tenant", options.token.tenant, "Of one tenant only");
  doctor->add_flag("--json", options.as_json, "For programs");
  app::ConformanceOptions conformance;
  CLI::App* conforming = app.add_subcommand(
      "conformance", "Puts any hosted API to the test: what must hold so that writes are safe");
  app::add_options(*conforming, conformance);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::cerr << "slipway-cloud: " << app::mistake_in(app, error) << "; --help shows how it is used"
              << std::endl;
    return wrong_use;
  }
  if (conforming->parsed()) return app::check_conformance(conformance);
  const bool creates = serving->parsed() || create->parsed();
  return with_ledger(options, creates, [&](cloud::Ledger& ledger) {
    if (serving->parsed()) return app::serve_cloud(ledger, options.serving, options.keep);
    if (compacting->parsed()) return compact(ledger, options);
    if (backup->parsed()) return back_up(ledger, options);
    if (create->parsed()) return app::create_token(ledger, options.token);
    if (list->parsed()) return app::list_tokens(ledger);
    if (rotate->parsed()) return app::rotate_token(ledger, options.token);
    if (revoke->parsed()) return app::revoke_tokens(ledger, options.token);
    if (tenants->parsed()) return app::list_tenants(ledger);
    if (removing->parsed()) return app::remove_device(ledger, options.removal);
    if (devices->parsed()) return app::list_devices(ledger, options.token.tenant);
    if (doctor->parsed()) {
      const auto file = sqlite_path(options.database);
      return app::cloud_doctor(ledger, file ? std::optional(*file) : std::nullopt, options.as_json);
    }
    return app::print_views(ledger, options.token.tenant, cloud::is_postgres_url(options.database));
  });
}
