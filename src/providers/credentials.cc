#include "providers/credentials.h"

#include <initializer_list>

#include "providers/aws/credentials.h"
#include "providers/azure/credentials.h"
#include "providers/digest.h"
#include "providers/google/credentials.h"
#include "providers/key_source.h"

namespace meridian {
namespace {

// Lengths in front, so that "ab"+"c" is not "a"+"bc".
std::string fingerprint(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) {
    text.append(std::to_string(part.size())).append(":").append(part);
  }
  return hex(sha256(text)).substr(0, 16);
}

// What decides where a provider's key comes from.
std::string essence(Provider provider, const DeploymentParams& params) {
  switch (provider) {
    case Provider::Bedrock:
      return fingerprint({params.api_key.reveal(),
                          params.aws_access_key_id.reveal(),
                          params.aws_secret_access_key.reveal(),
                          params.aws_session_token.reveal(),
                          params.aws_profile,
                          params.aws_role,
                          params.aws_session_name,
                          params.aws_external_id,
                          params.aws_web_identity_token,
                          params.aws_sts_endpoint});
    case Provider::Vertex:
      return fingerprint({params.vertex_credentials.reveal()});
    case Provider::Azure:
      return fingerprint({params.api_key.reveal(),
                          params.azure_ad_token_variable,
                          params.azure_ad_token.reveal(),
                          params.tenant_id,
                          params.client_id,
                          params.client_secret.reveal()});
    case Provider::Gemini:
    case Provider::Anthropic:
    case Provider::OpenAi:
    case Provider::Compatible: {
      const auto names = key_variables(provider, params);
      return fingerprint({params.api_key.reveal(), names.empty() ? "" : names.front()});
    }
  }
  return {};
}

}  // namespace

std::unique_ptr<CredentialSource> make_credential_source(Provider provider,
                                                         const DeploymentParams& params) {
  switch (provider) {
    case Provider::Bedrock:
      return make_aws_source(params);
    case Provider::Vertex:
      return make_google_source(params);
    case Provider::Azure:
      return make_azure_source(params);
    case Provider::Gemini:
    case Provider::Anthropic:
    case Provider::OpenAi:
    case Provider::Compatible:
      return make_key_source(provider, params);
  }
  return nullptr;
}

std::string credential_key(Provider provider, const DeploymentParams& params) {
  return std::string(name_of(provider)) + "/" + essence(provider, params);
}

}  // namespace meridian
