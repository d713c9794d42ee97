// What both programs say of a command line that they do not understand.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace slipway::app {

// CLI11 asks for what is missing before it speaks of what it does not know, so that of a misspelt
// command it only says that there is none.
inline std::string mistake_in(const CLI::App& app, const CLI::ParseError& error) {
  const auto unknown = app.remaining(true);
  if (error.get_exit_code() != int(CLI::ExitCodes::RequiredError) || unknown.empty())
    return error.what();
  return "“" + unknown.front() + "” is not known here. " + error.what();
}

}  // namespace slipway::app
