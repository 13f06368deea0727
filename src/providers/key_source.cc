#include "providers/key_source.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/compatible_providers.h"
#include "providers/digest.h"
#include "providers/errands.h"
#include "providers/renewal.h"

namespace meridian {
namespace {

const CompatibleProvider* known(const DeploymentParams& params) {
  return find_compatible(std::string_view(params.model).substr(0, params.model.find('/')));
}

bool is_optional(Provider provider, const DeploymentParams& params) {
  const auto* entry = known(params);
  return provider == Provider::Compatible && (entry == nullptr || !entry->needs_key);
}

// The last digits of a key would do to recognise it; a few of its hash do too, and give nothing
// away.
Result<Lease> lease_of(std::string_view key) {
  const auto safe = header_safe(key);
  if (!safe) {
    return no_credential("The API key contains a line break or another control character.");
  }
  Lease lease;
  lease.credential.api_key = Secret(*safe);
  lease.credential.account = "key " + hex(sha256(*safe)).substr(0, 6);
  return lease;
}

LeaseScript from_variables(Desk* desk, std::vector<std::string> names, bool optional) {
  for (const auto& name : names) {
    const auto key = co_await variable(desk, name);
    if (!key.empty()) {
      co_return lease_of(key);
    }
  }
  if (optional) {
    co_return Lease();
  }
  if (names.empty()) {
    co_return no_credential(
        "There is no API key: set api_key at the deployment. A variable's key is not sent to an "
        "address of the file's own.");
  }
  co_return no_credential(fmt::format("There is no API key: set api_key at the deployment, or {}.",
                                      fmt::join(names, " or ")));
}

}  // namespace

std::vector<std::string> key_variables(Provider provider, const DeploymentParams& params) {
  // The loader has already taken the variable's key where the address is the provider's own. A key
  // that was meant for that one must not go to another that the file names. Azure has no other.
  if (provider != Provider::Azure && !params.api_base.empty()) {
    return {};
  }
  switch (provider) {
    case Provider::Anthropic:
      return {"ANTHROPIC_API_KEY"};
    case Provider::Gemini:
      return {"GEMINI_API_KEY", "GOOGLE_API_KEY"};
    case Provider::Azure:
      return {"AZURE_API_KEY", "AZURE_OPENAI_API_KEY"};
    case Provider::Compatible:
      if (const auto* entry = known(params); entry != nullptr) {
        return entry->key_variable.empty() ? std::vector<std::string>()
                                           : std::vector{std::string(entry->key_variable)};
      }
      return {"OPENAI_API_KEY"};
    case Provider::OpenAi:
    case Provider::Bedrock:
    case Provider::Vertex:
      return {"OPENAI_API_KEY"};
  }
  return {};
}

std::unique_ptr<CredentialSource> make_key_source(Provider provider,
                                                  const DeploymentParams& params) {
  if (!params.api_key.empty()) {
    auto lease = lease_of(params.api_key.reveal());
    return lease ? make_fixed_source(std::move(lease->credential))
                 : make_missing_source(lease.error().message);
  }
  return make_renewing_source(
      [names = key_variables(provider, params), optional = is_optional(provider, params)](
          Desk* desk) { return from_variables(desk, names, optional); },
      {});
}

}  // namespace meridian
