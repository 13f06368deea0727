#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "admin/explain.h"
#include "cli/config_file.h"

namespace meridian {

// The commands of the program, each a function from its options to an exit status.

struct ServeCommand {
  std::string config;
  std::string host;
  std::uint16_t port = 4000;
  std::optional<std::uint16_t> admin_port;  // Nothing: operators' pages are on `port`.
  std::string admin_host;                   // Empty: as `host`.
  unsigned workers = 0;                     // 0: as many as cores, at most 8.
  std::size_t connections_max = 0;          // 0: as many as descriptors allow.
  std::string tls_certificate;
  std::string tls_key;
  std::string ca_file;
  bool simulated_cloud = false;
  double simulated_pace = 1;  // 1: as a real one; 0: at once.
  bool strict = false;        // Warnings stop the start.
  ConfigOverrides overrides;
  // Without a file: one deployment from the command line, as LiteLLM has it.
  std::string model;
  std::string alias;
  std::string api_base;
  std::string api_version;
};

int serve(const ServeCommand& command);

struct CheckCommand {
  std::string config;
  bool strict = false;
  ConfigOverrides overrides;
};

int check(const CheckCommand& command);

// Scrape configuration, alerts and queries for the regions of a configuration.
int print_prometheus_kit(const CheckCommand& command);

struct ExplainCommand {
  std::string config;
  ExplainQuestion question;
};

int explain(const ExplainCommand& command);

struct CloudCommand {
  std::string host = "127.0.0.1";
  std::uint16_t port = 4010;
  double pace = 1;
};

int run_cloud(const CloudCommand& command);

struct CloudSetCommand {
  std::string url;                 // Empty: MERIDIAN_URL, else port 4000.
  std::vector<std::string> words;  // "us-west-2", "slow", "8".
};

int set_cloud(const CloudSetCommand& command);

}  // namespace meridian
