#pragma once

#include <memory>

#include "config/settings.h"
#include "providers/credentials.h"

namespace meridian {

// Azure OpenAI: `api_key`; else an Entra application (`tenant_id`, `client_id`, `client_secret`),
// whose token is fetched and renewed; else a token that a variable holds (`azure_ad_token`, or
// AZURE_OPENAI_AD_TOKEN, AZURE_AD_TOKEN); else the key's variables.
std::unique_ptr<CredentialSource> make_azure_source(const DeploymentParams& params);

}  // namespace meridian
