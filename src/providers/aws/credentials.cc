#include "providers/aws/credentials.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "providers/aws/metadata.h"
#include "providers/aws/profiles.h"
#include "providers/aws/sts.h"
#include "providers/dates.h"
#include "providers/errands.h"
#include "providers/renewal.h"

namespace meridian {
namespace {

constexpr std::size_t kProfilesInAChainMax = 8;
constexpr std::string_view kNothing =
    "No AWS credentials: set aws_access_key_id and aws_secret_access_key (or aws_profile_name, "
    "aws_role_name) at the deployment, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
    "~/.aws/credentials, or AWS_BEARER_TOKEN_BEDROCK.";

bool has_keys(const Lease& lease) {
  return !lease.credential.aws_key_id.empty() || !lease.credential.bearer.empty();
}

// Keys as somebody typed them. Both or none; nothing that could end a header line.
Result<Lease> lease_of(std::string_view key_id, std::string_view secret, std::string_view token) {
  const auto safe_id = header_safe(key_id);
  const auto safe_secret = header_safe(secret);
  const auto safe_token = header_safe(token);
  if (!safe_id || !safe_secret || !safe_token) {
    return no_credential("An AWS key contains a line break or another control character.");
  }
  if (safe_id->empty() != safe_secret->empty()) {
    return no_credential(safe_id->empty()
                             ? "There is an AWS secret access key without an access key id."
                             : "There is an AWS access key id without a secret access key.");
  }
  Lease lease;
  lease.credential.aws_key_id = Secret(*safe_id);
  lease.credential.aws_secret = Secret(*safe_secret);
  lease.credential.aws_token = Secret(*safe_token);
  return lease;
}

Result<Lease> bearer_lease(std::string_view key) {
  const auto safe = header_safe(key);
  if (!safe) {
    return no_credential("The Bedrock API key contains a line break or another control character.");
  }
  Lease lease;
  lease.credential.bearer = Secret(*safe);
  return lease;
}

LeaseScript from_environment(Desk* desk) {
  const auto key_id = co_await variable(desk, "AWS_ACCESS_KEY_ID");
  const auto secret = co_await variable(desk, "AWS_SECRET_ACCESS_KEY");
  auto token = co_await variable(desk, "AWS_SECURITY_TOKEN");
  if (token.empty()) {
    token = co_await variable(desk, "AWS_SESSION_TOKEN");
  }
  auto lease = lease_of(key_id, secret, token);
  if (lease && has_keys(*lease)) {
    const auto ends = co_await variable(desk, "AWS_CREDENTIAL_EXPIRATION");
    lease->ends = parse_rfc3339(ends);
  }
  co_return lease;
}

Script<Result<AwsProfiles>> read_profiles(Desk* desk) {
  AwsProfiles profiles;
  auto credentials_path = co_await variable(desk, "AWS_SHARED_CREDENTIALS_FILE");
  if (credentials_path.empty()) {
    credentials_path = "~/.aws/credentials";
  }
  credentials_path = co_await under_home(desk, credentials_path);
  const auto credentials = co_await file(desk, credentials_path);
  if (credentials) {
    auto added = add_aws_file(profiles, *credentials, AwsFile::Credentials);
    if (!added) {
      co_return std::unexpected(std::move(added.error()));
    }
  }
  auto config_path = co_await variable(desk, "AWS_CONFIG_FILE");
  if (config_path.empty()) {
    config_path = "~/.aws/config";
  }
  config_path = co_await under_home(desk, config_path);
  const auto config = co_await file(desk, config_path);
  if (config) {
    auto added = add_aws_file(profiles, *config, AwsFile::Config);
    if (!added) {
      co_return std::unexpected(std::move(added.error()));
    }
  }
  co_return profiles;
}

std::string region_of(const AwsProfile& profile, const std::string& fallback) {
  const auto own = value_of(profile, "region");
  return own.empty() ? fallback : std::string(own);
}

// Between 2 and 64 of [\w+=,.@-]; ours tells in CloudTrail who it was.
std::string session_name(std::string_view given) {
  return given.empty() ? "meridian" : std::string(given);
}

Script<Result<RoleCall>> role_call(Desk* desk,
                                   std::string role,
                                   std::string session,
                                   std::string region,
                                   std::string endpoint) {
  if (region.empty()) {
    region = co_await variable(desk, "AWS_REGION");
  }
  if (region.empty()) {
    region = co_await variable(desk, "AWS_DEFAULT_REGION");
  }
  if (region.empty()) {
    region = "us-east-1";  // Where STS answers for all of the `aws` partition.
  }
  auto address = sts_address(region, endpoint);
  if (!address) {
    co_return std::unexpected(std::move(address.error()));
  }
  RoleCall call;
  call.endpoint = std::move(*address);
  call.region = std::move(region);
  call.role = std::move(role);
  call.session = session_name(session);
  co_return call;
}

LeaseScript web_identity(Desk* desk, RoleCall call, std::string token_path) {
  // Read again at each renewal: Kubernetes replaces the token.
  const auto token = co_await file(desk, token_path);
  if (!token) {
    co_return no_credential(
        fmt::format("The web identity token file \"{}\" cannot be read.", token_path));
  }
  auto safe = header_safe(*token);
  if (!safe || safe->empty() || safe->size() > 20'000) {
    co_return no_credential(
        fmt::format("The web identity token file \"{}\" holds no token.", token_path));
  }
  call.web_identity = std::move(*safe);
  Credential none;
  co_return co_await assume_role(desk, std::move(call), std::move(none));
}

LeaseScript from_source_word(Desk* desk, std::string word) {
  if (word == "Environment") {
    co_return co_await from_environment(desk);
  }
  if (word == "EcsContainer") {
    co_return co_await container_credentials(desk);
  }
  if (word == "Ec2InstanceMetadata") {
    co_return co_await instance_credentials(desk);
  }
  co_return no_credential(
      "credential_source must be Environment, Ec2InstanceMetadata or EcsContainer.");
}

struct ProfileUse {
  std::string name;
  std::string region;  // Of the deployment, where the profile has none.
  std::string sts_endpoint;
  std::vector<std::string> seen;  // Names on the way here, for loops.
};

LeaseScript from_profile(Desk* desk, const AwsProfiles* profiles, ProfileUse use);

// The credentials with which the profile's role is assumed.
LeaseScript source_of(Desk* desk, const AwsProfiles* profiles, ProfileUse use) {
  const auto& profile = profiles->find(use.name)->second;
  const auto source = std::string(value_of(profile, "source_profile"));
  if (source.empty()) {
    co_return co_await from_source_word(desk, std::string(value_of(profile, "credential_source")));
  }
  if (source == use.name) {
    // A profile may name itself when it has keys of its own.
    co_return lease_of(value_of(profile, "aws_access_key_id"),
                       value_of(profile, "aws_secret_access_key"),
                       value_of(profile, "aws_session_token"));
  }
  use.seen.push_back(use.name);
  if (std::ranges::find(use.seen, source) != use.seen.end() ||
      use.seen.size() > kProfilesInAChainMax) {
    co_return no_credential(
        fmt::format("The AWS profile \"{}\" leads back to itself by source_profile.", source));
  }
  use.name = source;
  co_return co_await from_profile(desk, profiles, std::move(use));
}

LeaseScript role_of_profile(Desk* desk, const AwsProfiles* profiles, ProfileUse use) {
  const auto& profile = profiles->find(use.name)->second;
  if (!value_of(profile, "mfa_serial").empty()) {
    co_return no_credential(fmt::format(
        "The AWS profile \"{}\" wants a code from a person (mfa_serial); a gateway has none.",
        use.name));
  }
  auto call = co_await role_call(desk,
                                 std::string(value_of(profile, "role_arn")),
                                 std::string(value_of(profile, "role_session_name")),
                                 region_of(profile, use.region),
                                 use.sts_endpoint);
  if (!call) {
    co_return std::unexpected(std::move(call.error()));
  }
  call->external_id = value_of(profile, "external_id");
  call->duration = value_of(profile, "duration_seconds");
  const auto token_path = std::string(value_of(profile, "web_identity_token_file"));
  if (!token_path.empty()) {
    co_return co_await web_identity(desk, std::move(*call), token_path);
  }
  const auto name = use.name;
  auto source = co_await source_of(desk, profiles, std::move(use));
  if (source && !has_keys(*source)) {
    co_return no_credential(
        fmt::format("The AWS profile \"{}\" has no keys to assume its role with.", name));
  }
  if (!source) {
    co_return source;
  }
  co_return co_await assume_role(desk, std::move(*call), source->credential);
}

LeaseScript from_profile(Desk* desk, const AwsProfiles* profiles, ProfileUse use) {
  const auto found = profiles->find(use.name);
  if (found == profiles->end()) {
    co_return no_credential(fmt::format(
        "There is no AWS profile \"{}\" in the shared credentials and config files.", use.name));
  }
  const auto& profile = found->second;
  if (!value_of(profile, "role_arn").empty()) {
    co_return co_await role_of_profile(desk, profiles, std::move(use));
  }
  auto lease = lease_of(value_of(profile, "aws_access_key_id"),
                        value_of(profile, "aws_secret_access_key"),
                        value_of(profile, "aws_session_token"));
  if (lease && !has_keys(*lease)) {
    if (!value_of(profile, "credential_process").empty()) {
      co_return no_credential(fmt::format(
          "The AWS profile \"{}\" uses credential_process, which Meridian never runs: a gateway "
          "starts no program that a file names. Use keys, a role or web identity.",
          use.name));
    }
    if (!value_of(profile, "sso_session").empty() || !value_of(profile, "sso_start_url").empty()) {
      co_return no_credential(fmt::format(
          "The AWS profile \"{}\" uses single sign-on, which needs a person and a browser. Use "
          "keys, a role or web identity.",
          use.name));
    }
  }
  co_return lease;
}

// What Kubernetes gives a pod (IRSA).
LeaseScript from_web_identity_variables(Desk* desk, std::string region, std::string endpoint) {
  const auto token_path = co_await variable(desk, "AWS_WEB_IDENTITY_TOKEN_FILE");
  const auto role = co_await variable(desk, "AWS_ROLE_ARN");
  if (token_path.empty() || role.empty()) {
    co_return Lease();
  }
  const auto session = co_await variable(desk, "AWS_ROLE_SESSION_NAME");
  auto call = co_await role_call(desk, role, session, region, endpoint);
  if (!call) {
    co_return std::unexpected(std::move(call.error()));
  }
  co_return co_await web_identity(desk, std::move(*call), token_path);
}

// Step 7. `region` and `endpoint` are the deployment's.
LeaseScript ambient(Desk* desk, std::string region, std::string endpoint) {
  auto lease = co_await from_environment(desk);
  if (!lease || has_keys(*lease)) {
    co_return lease;
  }
  const auto profiles = co_await read_profiles(desk);
  if (!profiles) {
    co_return std::unexpected(profiles.error());
  }
  ProfileUse use;
  use.name = co_await variable(desk, "AWS_PROFILE");
  if (use.name.empty()) {
    use.name = co_await variable(desk, "AWS_DEFAULT_PROFILE");
  }
  const bool named = !use.name.empty();
  if (!named) {
    use.name = "default";
  }
  use.region = region;
  use.sts_endpoint = endpoint;
  const auto profile = profiles->find(use.name);
  const bool role = profile != profiles->end() && !value_of(profile->second, "role_arn").empty();
  if (!role) {
    lease = co_await from_web_identity_variables(desk, region, endpoint);
    if (!lease || has_keys(*lease)) {
      co_return lease;
    }
  }
  if (named || profile != profiles->end()) {
    lease = co_await from_profile(desk, &*profiles, std::move(use));
    if (!lease || has_keys(*lease)) {
      co_return lease;
    }
  }
  lease = co_await container_credentials(desk);
  if (!lease || has_keys(*lease)) {
    co_return lease;
  }
  lease = co_await instance_credentials(desk);
  if (lease && !has_keys(*lease)) {
    co_return no_credential(std::string(kNothing));
  }
  co_return lease;
}

// Steps 4 to 7, without the bearer token: what a role is assumed with.
LeaseScript own_keys(Desk* desk, DeploymentParams params) {
  if (!params.aws_profile.empty()) {
    const auto profiles = co_await read_profiles(desk);
    if (!profiles) {
      co_return std::unexpected(profiles.error());
    }
    ProfileUse use;
    use.name = params.aws_profile;
    use.region = params.aws_region;
    use.sts_endpoint = params.aws_sts_endpoint;
    auto lease = co_await from_profile(desk, &*profiles, std::move(use));
    if (lease && !has_keys(*lease)) {
      co_return no_credential(
          fmt::format("The AWS profile \"{}\" has neither keys nor a role.", params.aws_profile));
    }
    co_return lease;
  }
  if (!params.aws_access_key_id.empty() || !params.aws_secret_access_key.empty()) {
    co_return lease_of(params.aws_access_key_id.reveal(),
                       params.aws_secret_access_key.reveal(),
                       params.aws_session_token.reveal());
  }
  co_return co_await ambient(desk, params.aws_region, params.aws_sts_endpoint);
}

// LiteLLM's spellings: "oidc/file/PATH", "oidc/env/NAME", "oidc/env_path/NAME", a path, or the
// token.
LeaseScript given_web_identity(Desk* desk, RoleCall call, std::string given) {
  constexpr std::string_view kFile = "oidc/file/";
  constexpr std::string_view kVariable = "oidc/env/";
  constexpr std::string_view kPathVariable = "oidc/env_path/";
  std::string path = given;
  if (given.starts_with(kFile)) {
    path = given.substr(kFile.size());
  } else if (given.starts_with(kPathVariable)) {
    path = co_await variable(desk, given.substr(kPathVariable.size()));
  } else if (given.starts_with(kVariable) || given.starts_with("eyJ")) {
    auto token = given;
    if (given.starts_with(kVariable)) {
      token = co_await variable(desk, given.substr(kVariable.size()));
    }
    auto safe = header_safe(token);
    if (!safe || safe->empty()) {
      co_return no_credential("aws_web_identity_token names a variable that holds no token.");
    }
    call.web_identity = std::move(*safe);
    Credential none;
    co_return co_await assume_role(desk, std::move(call), std::move(none));
  } else if (given.starts_with("oidc/")) {
    co_return no_credential(
        "aws_web_identity_token: of the oidc/ forms, oidc/file/, oidc/env/ and oidc/env_path/ are "
        "supported.");
  }
  co_return co_await web_identity(desk, std::move(call), path);
}

// Steps 2 and 3.
LeaseScript by_role(Desk* desk, DeploymentParams params) {
  auto call = co_await role_call(
      desk, params.aws_role, params.aws_session_name, params.aws_region, params.aws_sts_endpoint);
  if (!call) {
    co_return std::unexpected(std::move(call.error()));
  }
  if (!params.aws_web_identity_token.empty()) {
    co_return co_await given_web_identity(desk, std::move(*call), params.aws_web_identity_token);
  }
  call->external_id = params.aws_external_id;
  auto keys = co_await own_keys(desk, params);
  if (!keys) {
    co_return keys;
  }
  const auto pod_role = co_await variable(desk, "AWS_ROLE_ARN");
  const auto pod_token = co_await variable(desk, "AWS_WEB_IDENTITY_TOKEN_FILE");
  if (pod_role == params.aws_role && !pod_token.empty()) {
    co_return keys;  // Kubernetes has given us this very role; assuming it again may be forbidden.
  }
  co_return co_await assume_role(desk, std::move(*call), keys->credential);
}

LeaseScript chain(Desk* desk, DeploymentParams params) {
  if (!params.aws_role.empty()) {
    co_return co_await by_role(desk, std::move(params));
  }
  if (params.aws_profile.empty() && params.aws_access_key_id.empty()) {
    const auto bearer = co_await variable(desk, "AWS_BEARER_TOKEN_BEDROCK");
    if (!bearer.empty()) {
      co_return bearer_lease(bearer);
    }
  }
  co_return co_await own_keys(desk, std::move(params));
}

// Enough of a key id to recognise it by.
std::string account_of(const Credential& credential) {
  const auto id = credential.aws_key_id.reveal();
  if (id.size() >= 16) {
    return fmt::format("{}...{}", id.substr(0, 4), id.substr(id.size() - 4));
  }
  return credential.bearer.empty() ? "AWS key" : "Bedrock API key";
}

LeaseScript named_chain(Desk* desk, DeploymentParams params) {
  auto lease = co_await chain(desk, std::move(params));
  if (lease) {
    lease->credential.account = account_of(lease->credential);
  }
  co_return lease;
}

}  // namespace

std::unique_ptr<CredentialSource> make_aws_source(const DeploymentParams& params) {
  const bool keys = !params.aws_access_key_id.empty() || !params.aws_secret_access_key.empty();
  if (!params.api_key.empty() && keys) {
    return make_missing_source(
        "There are both an api_key (a Bedrock API key) and AWS keys: leave out one of them.");
  }
  const bool fixed_keys = keys && params.aws_role.empty() && params.aws_profile.empty();
  if (!params.api_key.empty() || fixed_keys) {
    auto lease = params.api_key.empty() ? lease_of(params.aws_access_key_id.reveal(),
                                                   params.aws_secret_access_key.reveal(),
                                                   params.aws_session_token.reveal())
                                        : bearer_lease(params.api_key.reveal());
    if (!lease) {
      return make_missing_source(lease.error().message);
    }
    lease->credential.account = account_of(lease->credential);
    return make_fixed_source(std::move(lease->credential));
  }
  // As botocore's mandatory window (10 min); a role's hour leaves room for that.
  RenewalRules rules;
  rules.ahead = std::chrono::minutes(10);
  return make_renewing_source([params](Desk* desk) { return named_chain(desk, params); }, rules);
}

}  // namespace meridian
