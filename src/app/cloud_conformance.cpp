#include "app/cloud_conformance.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "app/process.h"
#include "conformance/kit.h"
#include "model/canonical_json.h"
#include "transport/address.h"
#include "transport/cloud_token.h"

namespace slipway::app {

namespace {

int wrong(const Error& error) {
  return complain("slipway-cloud", error, wrong_use);
}

std::string list(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Result<conformance::Plan> plan_of(const ConformanceOptions& options) {
  if (auto checked = check_cloud_address(options.url); !checked)
    return std::unexpected(checked.error());
  conformance::Plan plan;
  plan.url = options.url;
  plan.profile = options.profile;
  while (plan.url.ends_with('/')) plan.url.pop_back();
  std::error_code ignored;
  if (!options.ca_file.empty() && !std::filesystem::is_regular_file(options.ca_file, ignored))
    return fail(ErrorKind::invalid, "bad-ca-file",
                "--ca-file " + options.ca_file + " is not a file",
                "Give a PEM file of trusted certificates, or leave it out");
  plan.ca_file = options.ca_file;
  const auto token = read_token(options.token_file);
  if (!token) {
    return fail(ErrorKind::unauthorized, "no-token", "The token could not be read",
                token.error().message);
  }
  plan.token = *token;
  conformance::RowShape& shape = plan.shape;
  shape.type = options.type;
  shape.key_field = options.key_field;
  if (options.fields.size() != 2 || options.fields[0] == options.fields[1])
    return fail(ErrorKind::invalid, "bad-fields", "--fields takes two fields of text",
                "For example --fields name,note");
  shape.first_field = options.fields[0];
  shape.second_field = options.fields[1];
  auto more = parse_json_object(options.values, "--values");
  if (!more) return std::unexpected(more.error());
  shape.more = std::move(*more);
  const auto names = conformance::check_names(plan.profile);
  for (const std::string& name : options.only) {
    if (std::ranges::find(names, name) != names.end()) continue;
    return fail(ErrorKind::invalid, "unknown-check",
                "The profile " + plan.profile + " has no check " + name,
                "There are: " + list(names));
  }
  plan.only = options.only;
  return plan;
}

}  // namespace

void add_options(CLI::App& command, ConformanceOptions& options) {
  const conformance::RowShape shape;
  options.type = shape.type;
  options.key_field = shape.key_field;
  options.fields = {shape.first_field, shape.second_field};
  options.values = "{}";
  options.profile = "native";
  command.add_option("--url", options.url, "The API's address, without /v1/…")->required();
  command.add_option("--token-file", options.token_file, "Holds a token that may write")
      ->required();
  command
      .add_option("--profile", options.profile,
                  "native: what devices speak (/v1/push, /v1/changes); rest: rows by /v1/entities")
      ->check(CLI::IsMember({"native", "rest"}))
      ->capture_default_str();
  command.add_option("--ca-file", options.ca_file,
                     "PEM file of trusted certificates, instead of the system's");
  command.add_flag("--json", options.as_json, "For programs");
  command.add_option("--only", options.only,
                     "One check, and the first; may be repeated. Nothing is said about the others");
  const CLI::Validator named(
      [](const std::string& name) { return std::string(name.empty() ? "must be a name" : ""); },
      "NAME");
  command.add_option("--type", options.type, "Rows of this type are made, and deleted again")
      ->check(named)
      ->capture_default_str();
  command.add_option("--key", options.key_field, "The type's key field, a text")
      ->check(named)
      ->capture_default_str();
  command.add_option("--fields", options.fields, "Two fields of text that are written to")
      ->delimiter(',')
      ->expected(1, 2)
      ->capture_default_str();
  command.add_option("--values", options.values, "What a row needs besides, as JSON")
      ->capture_default_str();
}

int check_conformance(const ConformanceOptions& options) {
  const auto plan = plan_of(options);
  if (!plan) return wrong(plan.error());
  Random random = random_from_system();
  const conformance::Report report = conformance::run(*plan, random);
  if (options.as_json)
    std::cout << json_text(conformance::to_json(report)) << std::endl;
  else
    std::cout << conformance::to_text(report) << std::flush;
  return conformance::holds(report) ? done : failed;
}

}  // namespace slipway::app
