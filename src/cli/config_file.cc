#include "cli/config_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "gateway/geo_database.h"
#include "transport/client_contexts.h"

namespace meridian {

namespace {

constexpr std::size_t kFileBytesMax = std::size_t{16} << 20;

std::optional<std::string> variable(std::string_view name) {
  const char* const value = std::getenv(
      std::string(name).c_str());  // NOLINT(concurrency-mt-unsafe): nobody writes the environment.
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::string> read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::error_code failed;
  if (!in || std::filesystem::is_directory(path, failed)) {
    return std::nullopt;
  }
  std::string text{std::istreambuf_iterator<char>(in), {}};
  return text.size() <= kFileBytesMax ? std::optional(std::move(text)) : std::nullopt;
}

// Where nobody said where this gateway runs, the clouds' own variables are a good guess, though not
// one that a residency rule may be enforced by.
void place_gateway(GeneralSettings& general, const ConfigOverrides& overrides) {
  if (!overrides.region.empty()) {
    general.region = overrides.region;
    general.region_explicit = true;
  }
  if (general.region.empty()) {
    if (const auto own = variable("MERIDIAN_REGION")) {
      general.region = *own;
      general.region_explicit = true;
    }
  }
  for (const std::string_view name : {"AWS_REGION", "GOOGLE_CLOUD_REGION"}) {
    if (general.region.empty()) {
      general.region = variable(name).value_or("");
    }
  }
}

// The budget of the command line has the period of the file's. The smaller of the two holds: nobody
// may believe in a limit that is passed.
void limit_spending(Settings& settings, double dollars) {
  const MicroDollars limit{std::max(std::llround(dollars * 1e6), 1LL)};
  if (settings.budget) {
    settings.budget->limit = std::min(settings.budget->limit, limit);
    return;
  }
  settings.budget = Budget{.limit = limit, .period = std::nullopt};
  if (const auto names = unpriced(settings); !names.empty()) {
    ConfigIssue issue;
    issue.path = "--max_budget";
    issue.problem = fmt::format(
        "no price is known for {}: what they cost counts as $0, and is not limited", names);
    issue.warning = true;
    settings.warnings.push_back(std::move(issue));
  }
}

// As the XDG base directory specification has it for state. Empty: this process has no home.
std::string usual_state_file() {
  constexpr const char* kName = "meridian/state.db";
  if (const auto folder = variable("XDG_STATE_HOME"); folder && folder->starts_with('/')) {
    return std::filesystem::path(*folder) / kName;
  }
  const auto home = variable("HOME");
  return home && home->starts_with('/')
             ? std::string(std::filesystem::path(*home) / ".local/state" / kName)
             : std::string();
}

// Where spending is kept. Simulated spending is kept only where somebody asks for it by name.
void place_state(GeneralSettings& general, const ConfigOverrides& overrides) {
  if (!overrides.state_file.empty()) {
    general.state_file = overrides.state_file;
  } else if (!overrides.keeps_state) {
    general.state_file.clear();
  } else if (general.state_file.empty()) {
    general.state_file = usual_state_file();
  }
}

// A budget that a restart forgets would limit nothing.
std::optional<ConfigIssue> check_state(const Settings& settings, const ConfigOverrides& overrides) {
  if (!settings.budget || !settings.general.state_file.empty() || !overrides.keeps_state) {
    return std::nullopt;
  }
  ConfigIssue issue;
  issue.path = "general_settings.state_file";
  issue.problem = "there is a budget, and no place to keep what is spent: this process has no HOME";
  issue.hint = "write a path on a disk that outlives a restart, or give --state PATH";
  return issue;
}

void apply(Settings& settings, const ConfigOverrides& overrides) {
  auto& general = settings.general;
  place_gateway(general, overrides);
  if (general.master_key.empty()) {
    general.master_key = Secret(variable("LITELLM_MASTER_KEY").value_or(""));
  }
  if (overrides.request_timeout_s) {
    settings.router.timeout =
        Duration(static_cast<std::int64_t>(*overrides.request_timeout_s * 1e6));
  }
  if (overrides.max_budget) {
    limit_spending(settings, *overrides.max_budget);
  }
  place_state(general, overrides);
  if (auto homeless = check_state(settings, overrides)) {
    settings.start_issues.push_back(std::move(*homeless));
  }
  for (auto& params : settings.params) {
    params.drop_params = params.drop_params || overrides.drop_params;
  }
}

// A database that cannot be read would leave every user's place unknown.
std::optional<ConfigIssue> check_geoip(const Settings& settings, const std::string& file) {
  const auto& database = settings.general.user_location.geoip_db;
  if (database.empty()) {
    return std::nullopt;
  }
  const auto opened = GeoDatabase::open(database);
  if (opened) {
    return std::nullopt;
  }
  ConfigIssue issue;
  issue.file = file;
  issue.path = "general_settings.user_location.geoip_db";
  issue.problem = opened.error();
  issue.hint = "give the path of a country or city database (GeoLite2-Country.mmdb), or remove it";
  return issue;
}

// A certificate that cannot be used would leave a deployment unreachable.
std::optional<ConfigIssue> check_certificates(const Settings& settings, const std::string& file) {
  ClientContexts contexts;
  for (std::size_t i = 0; i < settings.params.size(); ++i) {
    if (const auto context = contexts.get(settings.params[i].tls); !context) {
      ConfigIssue issue;
      issue.file = file;
      issue.path = settings.fleet.deployments[i].name;
      issue.problem = context.error();
      issue.hint = "ssl_verify and ssl_certificate want the paths of readable PEM files";
      return issue;
    }
  }
  return std::nullopt;
}

}  // namespace

std::expected<Settings, std::vector<ConfigIssue>> load_file(const std::string& path,
                                                            const ConfigOverrides& overrides) {
  const auto text = read(path);
  if (!text) {
    std::vector<ConfigIssue> issues(1);
    issues.front().file = path;
    issues.front().problem = "cannot read this file";
    issues.front().hint = "give an existing file with --config";
    return std::unexpected(std::move(issues));
  }
  const auto folder = std::filesystem::path(path).parent_path();
  const ConfigSources sources{.variable = variable, .included = [folder](std::string_view name) {
                                return read(folder / std::string(name));
                              }};
  auto settings = load_config(*text, path, sources);
  if (settings) {
    apply(*settings, overrides);
    for (const auto check : {check_geoip, check_certificates}) {
      if (auto unusable = check(*settings, path)) {
        return std::unexpected(std::vector{std::move(*unusable)});
      }
    }
  }
  return settings;
}

std::expected<Settings, std::vector<ConfigIssue>> load_text(const std::string& text,
                                                            const std::string& name,
                                                            const ConfigOverrides& overrides) {
  const ConfigSources sources{.variable = variable,
                              .included = [](std::string_view) { return std::nullopt; }};
  auto settings = load_config(text, name, sources);
  if (settings) {
    apply(*settings, overrides);
  }
  return settings;
}

std::int64_t changed_at(const std::string& path) {
  std::error_code failed;
  const auto when = std::filesystem::last_write_time(path, failed);
  return failed ? 0 : when.time_since_epoch().count();
}

void print_issues(const std::vector<ConfigIssue>& issues) {
  for (const auto& issue : issues) {
    std::fputs((to_text(issue) + "\n").c_str(), stderr);  // fmt::print would throw on a full disk.
  }
}

}  // namespace meridian
