#include <array>

#include "config/key_table.h"

namespace meridian {

namespace {

constexpr std::string_view kOtherService =
    "a service of LiteLLM's proxy beside chat; not built into Meridian";

// clang-format off
constexpr auto kRows = std::to_array<KeyRow>({
    used(Section::Top, "model_list", KeyType::List,
         "the deployments: each entry is a model in a region; entries with one model_name are a group"),
    used(Section::Top, "router_settings", KeyType::Map, "how requests are spread, retried and moved"),
    used(Section::Top, "litellm_settings", KeyType::Map, "settings of LiteLLM's library; router_settings wins where both say something"),
    used(Section::Top, "general_settings", KeyType::Map, "who may use the gateway, and how it runs"),
    used(Section::Top, "environment_variables", KeyType::Map,
         "variables for this gateway; os.environ/NAME in the same file sees them first",
         "exports them, after os.environ/ was already replaced"),
    used(Section::Top, "include", KeyType::Texts,
         "further files, relative to this one: lists are joined, any other section of theirs replaces the one here"),
    used(Section::Top, "credential_list", KeyType::List, "named credentials: litellm_params.litellm_credential_name fills a deployment's keys from one")
        .in(Section::Litellm),
    no_effect(Section::Top, "callback_settings", "options of callbacks; exporters are not configured here").in(Section::Litellm),
    no_effect(Section::Top, "assistant_settings", kOtherService),
    no_effect(Section::Top, "finetune_settings", kOtherService),
    no_effect(Section::Top, "files_settings", kOtherService),
    no_effect(Section::Top, "default_vertex_config", "for pass-through routes, which are not built; write vertex_project and vertex_location in litellm_params"),
    no_effect(Section::Top, "search_tools", kOtherService),
    no_effect(Section::Top, "prompts", kOtherService),
    no_effect(Section::Top, "mcp_servers", kOtherService),
    no_effect(Section::Top, "mcp_settings", kOtherService, kUnknownToLiteLlm),
    no_effect(Section::Top, "mcp_tools", kOtherService),
    no_effect(Section::Top, "vector_store_registry", kOtherService),
    no_effect(Section::Top, "worker_registry", kOtherService),
    refused(Section::Top, "guardrails", "guardrails do not run here, so nothing would be checked; remove them, or keep LiteLLM in front for them", "runs them"),
    refused(Section::Top, "policies", "policies do not run here, so nothing would be checked; remove them", "runs them"),
    no_effect(Section::Top, "environment", "not a section; write environment_variables", kUnknownToLiteLlm),
    no_effect(Section::Top, "logging", "logging is chosen when the program starts", kUnknownToLiteLlm),
    no_effect(Section::Top, "cache_settings", "write litellm_settings.cache_params", kUnknownToLiteLlm),
    no_effect(Section::Top, "health_check", "write router_settings.health_check_interval", kUnknownToLiteLlm),
    no_effect(Section::Top, "cost_tracking", "spend is always counted", kUnknownToLiteLlm),
    no_effect(Section::Top, "cost_optimization", "write routing_strategy: cost-based-routing", kUnknownToLiteLlm),
    no_effect(Section::Top, "development", "one file is one gateway; write a file for each environment", kUnknownToLiteLlm),
    no_effect(Section::Top, "production", "one file is one gateway; write a file for each environment", kUnknownToLiteLlm),
    no_effect(Section::Top, "monitoring", "metrics are always at /metrics", kUnknownToLiteLlm),
    no_effect(Section::Top, "extra_headers", "write litellm_params.extra_headers", kUnknownToLiteLlm),
    refused(Section::Top, "jwt_auth_config", "JWTs are not checked here; use general_settings.master_key", kUnknownToLiteLlm).opens(),
    refused(Section::Top, "team_management", "there are no teams here, so it would restrict nobody; remove it", kUnknownToLiteLlm),
    refused(Section::Top, "rate_limits", "write rpm, tpm or max_parallel_requests in litellm_params", kUnknownToLiteLlm),
    refused(Section::Top, "prompt_injection_params", "prompts are not inspected here; remove it", kUnknownToLiteLlm),
    refused(Section::Top, "budget_manager", "not a section, and nothing in it would limit anything; write litellm_settings.max_budget and budget_duration, which limit the gateway as a whole", kUnknownToLiteLlm),
    refused(Section::Top, "security", "not a section, and nothing in it would protect anything; remove it", kUnknownToLiteLlm),
});
// clang-format on

}  // namespace

std::span<const KeyRow> top_keys() {
  return kRows;
}

}  // namespace meridian
