#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "base/tls_rules.h"
#include "health/rules.h"
#include "pricing/price.h"
#include "regions/fleet.h"
#include "residency/policy.h"
#include "routing/rules.h"
#include "tenancy/budget.h"

namespace meridian {

// How one deployment is reached and paid: `litellm_params`, typed, substituted, and nothing
// decided. `providers` makes an Upstream of it. By DeploymentId, beside the fleet.
struct DeploymentParams {
  std::string model;  // As written, with its prefix.
  Secret api_key;
  std::string api_base;
  std::string api_version;
  std::string organization;
  std::string project;  // OpenAI's.

  std::string aws_region;
  Secret aws_access_key_id;
  Secret aws_secret_access_key;
  Secret aws_session_token;
  std::string aws_profile;
  std::string aws_role;
  std::string aws_session_name;
  std::string aws_external_id;
  std::string aws_web_identity_token;
  std::string aws_sts_endpoint;
  std::string aws_bedrock_runtime_endpoint;
  bool bedrock_converse = false;  // `bedrock/converse/...`
  bool bedrock_invoke = false;    // `bedrock/invoke/...`
  std::string bedrock_model_id;   // litellm_params.model_id: an ARN to call instead of the model.

  std::string vertex_project;
  std::string vertex_location;
  Secret vertex_credentials;  // A path, or the JSON itself.

  std::string azure_ad_token_variable;  // Read again for every request: somebody renews it.
  Secret azure_ad_token;                // Written into the file itself.
  std::string tenant_id;
  std::string client_id;
  Secret client_secret;
  std::string inference_geo;

  bool drop_params = false;
  std::vector<std::string> additional_drop_params;
  // OpenAI request parameters set in the file: JSON values by name, used where the request has
  // none.
  std::vector<std::pair<std::string, std::string>> request_defaults;
  // extra_body: JSON values by name, put into every request. extra_headers likewise.
  std::vector<std::pair<std::string, std::string>> extra_body;
  std::vector<std::pair<std::string, std::string>> extra_headers;
  std::vector<std::string> clientside_params;  // configurable_clientside_auth_params.
  std::optional<std::string> mock_response;
  TlsRules tls;
};

// Active probes.
struct ProbeRules {
  std::optional<Duration> interval;  // Nothing: no active probes.
  Duration timeout = std::chrono::seconds(5);
  bool by_completion = false;  // health_check_mode: completion.
};

struct UserLocationRules {
  std::string header;                        // Lower case; empty = not used.
  std::vector<std::string> trusted_proxies;  // CIDR.
  std::string geoip_db;                      // Path; empty = none.
};

// Who may use the gateway, and how it presents itself.
struct GeneralSettings {
  Secret master_key;   // Empty: the data plane is open.
  std::string region;  // Where this gateway runs; empty = not said.
  bool region_explicit = false;
  std::uint64_t body_bytes_max = std::uint64_t{32} << 20;
  std::optional<int> max_parallel_requests;         // A key.
  std::optional<int> global_max_parallel_requests;  // The gateway.
  std::string key_header;                           // litellm_key_header_name; lower case.
  UserLocationRules user_location;
  Duration drain_delay{};  // Readiness is 503 for this long before the listener closes.
  Duration drain_timeout = std::chrono::seconds(30);
  std::string completion_model;     // Overrides the request's model, as in LiteLLM.
  bool enforce_user_param = false;  // A request must say who its user is.
  // What a request must hold: a field, or "metadata.NAME".
  std::vector<std::string> enforced_params;
  std::optional<std::uint64_t> reply_bytes_max;  // max_response_size_mb: of a whole answer.
  std::string state_file;                        // Where spending is kept; empty = not said.
  std::vector<std::pair<std::string, std::string>>
      environment;  // environment_variables, to export.
  bool json_logs = false;
};

// A finding about the file, for people: `file:line:column: path: problem; hint`.
struct ConfigIssue {
  std::string file;
  int line = 0;      // From 1; 0 = the file as a whole.
  int column = 0;    // From 1.
  std::string path;  // "router_settings.routing_strategy", "model_list[2].weight".
  std::string problem;
  std::string hint;  // May be empty.
  bool warning = false;

  friend bool operator==(const ConfigIssue&, const ConfigIssue&) = default;
};

std::string to_text(const ConfigIssue& issue);

// What became of one key of the file.
enum class KeyFate : std::uint8_t { Used, NoEffect, Refused, Free };

struct KeySeen {
  std::string path;  // "router_settings.num_retries".
  int line = 0;
  KeyFate fate = KeyFate::Used;
  std::string why;      // What it means here; for NoEffect, why it has none.
  std::string litellm;  // What LiteLLM does with it.
};

// All that a configuration says: an immutable snapshot, shared by the workers and pinned by each
// request that begins under it.
struct Settings {
  Fleet fleet;
  std::vector<DeploymentParams> params;  // By deployment.
  std::vector<HealthRules> health;       // By deployment.
  std::vector<Price> prices;             // By deployment.
  RouterRules router;
  Policy residency;  // router_settings.allowed_regions.
  // residency_by_location: country or group word, or "default" -> rule.
  std::vector<std::pair<std::string, Policy>> residency_by_location;
  ProbeRules probes;
  GeneralSettings general;
  std::optional<Budget> budget;  // litellm_settings.max_budget: of all that is spent here.
  std::string
      hash;  // Of the text it was read from, includes and all: 12 hex digits. No secrets in it.

  std::vector<ConfigIssue> warnings;
  // What `check` tolerates and a start does not: a lock, such as master_key, whose variable is not
  // set at this moment. Not empty: do not serve.
  std::vector<ConfigIssue> start_issues;
  std::vector<KeySeen> keys;
  std::vector<std::string> unset_variables;  // os.environ/ names without a value.
};

}  // namespace meridian
