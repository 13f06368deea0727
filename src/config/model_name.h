#pragma once

#include <string>
#include <string_view>

#include "config/compatible_providers.h"
#include "regions/provider.h"

namespace meridian {

// What a file says about a deployment that bears on reading its `model`.
struct ModelHints {
  std::string_view group;            // model_name: for an elided id, and for messages.
  std::string_view custom_provider;  // custom_llm_provider.
  std::string_view api_base;
  bool vertex = false;  // It has a vertex_project or vertex_location.
  bool python = false;  // The file has a custom_provider_map: unknown prefixes are its business.
};

// litellm_params.model, taken apart.
struct ModelName {
  Provider provider = Provider::Compatible;
  const CompatibleProvider* compatible =
      nullptr;         // Of Compatible, but for `openai/` with an api_base.
  std::string prefix;  // As LiteLLM calls the provider: "groq", "bedrock".
  std::string model;   // The provider's name for it.
  std::string region;  // Bedrock: from the path.
  bool converse = false;
  bool invoke = false;
  std::string unsupported;  // Not empty: why it cannot be called; the deployment is skipped.
  std::string note;         // Not empty: a choice that was made, for a warning.
  std::string problem;      // Not empty: refused.
  std::string hint;  // What to write instead, where `unsupported` or `problem` says something.
};

ModelName read_model_name(std::string_view text, const ModelHints& hints);

}  // namespace meridian
