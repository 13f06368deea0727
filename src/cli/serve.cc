#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>
#include <thread>

#include <malloc.h>
#include <sys/resource.h>

#include <fmt/format.h>

#include "admin/routes.h"
#include "cli/commands.h"
#include "cli/proxy_environment.h"
#include "cloud/cloud.h"
#include "gateway/gateway.h"
#include "gateway/local.h"
#include "gateway/version.h"

namespace meridian {

namespace {

constexpr unsigned kWorkersMax = 8;

// Not fmt::print, which throws when nobody reads or the disk is full: a gateway serves all the
// same.
void say(std::FILE* to, const std::string& text) {
  std::fputs(text.c_str(), to);
}

int complain(std::string_view sentence) {
  say(stderr, fmt::format("meridian: {}\n", sentence));
  return 1;
}

// A string as YAML takes it whatever is in it.
std::string yaml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out + "\"";
}

// `litellm --model openai/gpt-4o` needs no file.
std::string config_of_flags(const ServeCommand& command) {
  auto text = fmt::format("model_list:\n  - model_name: {}\n    litellm_params:\n      model: {}\n",
                          yaml_text(command.alias.empty() ? command.model : command.alias),
                          yaml_text(command.model));
  if (!command.api_base.empty()) {
    text += fmt::format("      api_base: {}\n", yaml_text(command.api_base));
  }
  if (!command.api_version.empty()) {
    text += fmt::format("      api_version: {}\n", yaml_text(command.api_version));
  }
  return text;
}

std::expected<Settings, std::vector<ConfigIssue>> load(const ServeCommand& command) {
  auto overrides = command.overrides;
  overrides.keeps_state = !command.simulated_cloud;
  auto settings = command.config.empty()
                      ? load_text(config_of_flags(command), "(command line)", overrides)
                      : load_file(command.config, overrides);
  if (settings && !settings->start_issues.empty()) {
    return std::unexpected(settings->start_issues);
  }
  if (settings && command.strict && !settings->warnings.empty()) {
    return std::unexpected(settings->warnings);
  }
  return settings;
}

// Each client may need a connection to a provider besides its own; the rest is for files, probes
// and standby connections. Raises the soft limit to the hard one, as every proxy does.
std::size_t connections_allowed() {
  constexpr rlim_t kOthers = 64;
  constexpr rlim_t kEnough = 1'000'000;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min(limit.rlim_max, kEnough);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return std::max<rlim_t>(limit.rlim_cur, kOthers + 2) / 2 - kOthers / 2;
}

bool loopback_only(const std::string& host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1";
}

std::string_view name_of(Method method) {
  switch (method) {
    case Method::Put:
      return "PUT";
    case Method::Post:
      return "POST";
    case Method::Delete:
      return "DELETE";
    case Method::Get:
    case Method::Head:
    case Method::Options:
    case Method::Other:
      break;
  }
  return "GET";
}

// The simulated cloud's own API, reached through the gateway that it is inside of.
std::unique_ptr<LocalAnswer> ask_cloud(SimulatedCloud& cloud, const LocalCall& call) {
  const auto target = fmt::format("{}{}{}", call.path, call.query.empty() ? "" : "?", call.query);
  auto [status, json] = cloud.admin().handle(name_of(call.method), target, call.body);
  auto answer = std::make_unique<LocalAnswer>();
  answer->status = status;
  answer->body = std::move(json);
  return answer;
}

// As it stands in a URL.
std::string shown_host(const std::string& host) {
  if (host.empty()) {
    return "0.0.0.0";
  }
  return !host.contains(':') ? host : "[" + host + "]";
}

void introduce(const ServeCommand& command,
               const Settings& settings,
               const Gateway& gateway,
               unsigned workers) {
  std::set<std::string> regions;
  for (const auto& deployment : settings.fleet.deployments) {
    regions.insert(deployment.label);
  }
  const auto* const scheme = command.tls_certificate.empty() ? "http" : "https";
  say(stdout,
      fmt::format(
          "Meridian {} serves {} model{} from {} deployment{} in {} region{} on {}://{}:{} ({} "
          "worker{})\n",
          kVersion,
          settings.fleet.groups.size(),
          settings.fleet.groups.size() == 1 ? "" : "s",
          settings.fleet.deployments.size(),
          settings.fleet.deployments.size() == 1 ? "" : "s",
          regions.size(),
          regions.size() == 1 ? "" : "s",
          scheme,
          shown_host(command.host),
          gateway.port(),
          workers,
          workers == 1 ? "" : "s"));
  if (command.admin_port) {
    const auto& host = command.admin_host.empty() ? command.host : command.admin_host;
    say(stdout,
        fmt::format("Operators' pages are on {}://{}:{} alone\n",
                    scheme,
                    shown_host(host),
                    gateway.admin_port()));
  }
  if (command.simulated_cloud) {
    say(stdout, "Every request goes to the simulated cloud inside: no account is used\n");
  }
  std::fflush(stdout);
  if (settings.general.master_key.empty()) {
    say(stderr,
        fmt::format("warning: no general_settings.master_key: {} may use these models. Set one, or "
                    "listen on 127.0.0.1\n",
                    loopback_only(command.host) ? "everybody on this machine"
                                                : "EVERYBODY who can reach this port"));
  }
}

// Buffers of requests that were read at once go back to the system when fewer are needed. Unless it
// is told, glibc takes blocks of their size from the heap as soon as one has been freed, and what
// lives on between them keeps their pages: a fifth of an open stream's memory.
void keep_large_blocks_apart() {
  constexpr int kBytes = 128 * 1024;
  ::mallopt(M_MMAP_THRESHOLD, kBytes);
}

}  // namespace

int serve(const ServeCommand& command) {
  keep_large_blocks_apart();
  if (command.config.empty() == command.model.empty()) {
    return complain(
        command.config.empty()
            ? "say what to serve: --config FILE (or --model openai/gpt-4o); --help has the rest"
            : "--config and --model say two things; give one of them");
  }
  if (command.tls_certificate.empty() != command.tls_key.empty()) {
    return complain("TLS needs both --ssl_certfile_path and --ssl_keyfile_path");
  }
  auto settings = load(command);
  if (!settings) {
    print_issues(settings.error());
    return 1;
  }
  print_issues(settings->warnings);
  auto proxy = proxy_from_environment();
  if (!proxy) {
    return complain(proxy.error());
  }
  GatewayOptions options;
  options.host = command.host;
  options.port = command.port;
  options.admin_port = command.admin_port;
  options.admin_host = command.admin_host.empty() ? command.host : command.admin_host;
  options.workers = command.workers != 0
                        ? command.workers
                        : std::clamp(std::thread::hardware_concurrency(), 1U, kWorkersMax);
  const auto allowed = connections_allowed();
  options.connections_max =
      command.connections_max == 0 ? allowed : std::min(command.connections_max, allowed);
  options.tls_certificate = command.tls_certificate;
  options.tls_key = command.tls_key;
  options.ca_file = command.ca_file;
  options.proxy = *proxy;
  options.config_file = command.config;
  options.load = [&command] { return load(command); };
  options.changed_at = [&command] {
    return std::vector{changed_at(command.config),
                       changed_at(command.tls_certificate),
                       changed_at(command.tls_key)};
  };
  std::unique_ptr<SimulatedCloud> cloud;
  options.extra = admin_routes();
  if (command.simulated_cloud) {
    SimulatedCloudOptions simulated;
    simulated.pace.time_scale = command.simulated_pace;
    auto started = SimulatedCloud::start(simulated);
    if (!started) {
      return complain(started.error());
    }
    cloud = std::move(*started);
    options.redirect = [&cloud = *cloud](const std::string& host) {
      return Tcp::endpoint(boost::asio::ip::address_v4::loopback(), cloud.port_for(host));
    };
    options.extra = [admin = admin_routes(), &cloud = *cloud](const LocalCall& call,
                                                              const Snapshot& snapshot) {
      auto answer = admin(call, snapshot);
      if (!answer && call.path.starts_with("/_cloud/") && call.operator_is_asking) {
        answer = ask_cloud(cloud, call);
      }
      return answer;
    };
  }
  const auto workers = options.workers;
  const auto copy = *settings;
  auto gateway = Gateway::start(std::move(options), std::move(*settings));
  if (!gateway) {
    return complain(gateway.error());
  }
  introduce(command, copy, **gateway, workers);
  (*gateway)->run();
  return 0;
}

}  // namespace meridian
