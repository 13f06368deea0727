#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/settings.h"
#include "providers/credentials.h"
#include "regions/provider.h"

namespace meridian {

// A key that stays: `api_key`, else the first of the provider's environment variables that is set;
// with an `api_base`, `api_key` alone.
// A self-hosted server without either is called without a key.
std::unique_ptr<CredentialSource> make_key_source(Provider provider,
                                                  const DeploymentParams& params);

// Where a provider's key is looked for; LiteLLM's names first, then the vendor's own. Nowhere for
// an address of the file's own.
std::vector<std::string> key_variables(Provider provider, const DeploymentParams& params);

}  // namespace meridian
