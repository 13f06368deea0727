#include "providers/azure/credentials.h"

#include <string>
#include <utility>

#include "providers/digest.h"
#include "providers/errands.h"
#include "providers/google/credentials.h"
#include "providers/key_source.h"
#include "providers/percent.h"
#include "providers/renewal.h"

namespace meridian {
namespace {

constexpr std::string_view kScope = "https://cognitiveservices.azure.com/.default";

FetchUrl entra_errand(const DeploymentParams& params) {
  FetchUrl errand;
  errand.method = "POST";
  errand.address.host = "login.microsoftonline.com";
  errand.target = "/" + percent_encode(params.tenant_id) + "/oauth2/v2.0/token";
  errand.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
  errand.body = form_encode({{"grant_type", "client_credentials"},
                             {"client_id", params.client_id},
                             {"client_secret", params.client_secret.reveal()},
                             {"scope", kScope}});
  return errand;
}

LeaseScript entra(Desk* desk, DeploymentParams params) {
  auto errand = entra_errand(params);
  auto lease = co_await fetch_token(desk, std::move(errand));
  if (lease) {
    lease->credential.account = params.client_id;
  }
  co_return lease;
}

// A token that was written down: nobody renews it, so it serves for as long as Azure takes it.
std::unique_ptr<CredentialSource> from_the_file(const Secret& token) {
  const auto safe = header_safe(token.reveal());
  if (!safe) {
    return make_missing_source(
        "azure_ad_token contains a line break or another control character.");
  }
  Credential credential;
  credential.bearer = Secret(*safe);
  credential.account = "token " + hex(sha256(*safe)).substr(0, 6);
  return make_fixed_source(std::move(credential));
}

LeaseScript from_variables(Desk* desk, DeploymentParams params) {
  std::vector<std::string> tokens = {"AZURE_OPENAI_AD_TOKEN", "AZURE_AD_TOKEN"};
  if (!params.azure_ad_token_variable.empty()) {
    tokens.insert(tokens.begin(), params.azure_ad_token_variable);
  }
  Lease lease;
  for (const auto& name : tokens) {
    const auto token = co_await variable(desk, name);
    if (!token.empty()) {
      const auto safe = header_safe(token);
      lease.credential.bearer = Secret(safe.value_or(""));
      lease.credential.account = name;
      // Whoever writes the variable replaces it within an hour.
      lease.ends = desk->now + std::chrono::hours(1);
      co_return lease;
    }
  }
  for (const auto& name : key_variables(Provider::Azure, params)) {
    const auto key = co_await variable(desk, name);
    if (!key.empty()) {
      const auto safe = header_safe(key);
      lease.credential.api_key = Secret(safe.value_or(""));
      lease.credential.account = name;
      co_return lease;
    }
  }
  co_return no_credential(
      "There is no API key: set api_key at the deployment, or AZURE_API_KEY, or tenant_id, "
      "client_id and client_secret.");
}

}  // namespace

std::unique_ptr<CredentialSource> make_azure_source(const DeploymentParams& params) {
  if (!params.api_key.empty()) {
    return make_key_source(Provider::Azure, params);
  }
  if (!params.azure_ad_token.empty()) {
    return from_the_file(params.azure_ad_token);
  }
  const bool application =
      !params.tenant_id.empty() && !params.client_id.empty() && !params.client_secret.empty();
  return make_renewing_source(
      [params, application](Desk* desk) {
        return application ? entra(desk, params) : from_variables(desk, params);
      },
      {});
}

}  // namespace meridian
