#include <array>

#include "config/key_table.h"

namespace meridian {

namespace {

using enum Section;

constexpr std::string_view kHook =
    "named exporters are not configured here (metrics are at /metrics), and Python hooks do not "
    "run";
constexpr std::string_view kCache = "answers are not cached";
constexpr std::string_view kLogging = "logging is chosen when the program starts";
constexpr std::string_view kBudget =
    "budgets by user and by tag are not enforced here, so nothing would stop the spending; write "
    "max_budget, which limits the gateway as a whole";
constexpr std::string_view kNoUsers =
    "it limits the users of LiteLLM's database, and there are none here; whoever has the "
    "master_key "
    "is limited by max_budget alone";
constexpr std::string_view kNoKeysMade =
    "it bounds the keys that are made through LiteLLM, and none are made here: the master_key is "
    "the "
    "only one";
constexpr std::string_view kLangfuse = "traces are not sent to Langfuse";
constexpr std::string_view kMetrics = "the metrics at /metrics are fixed";
constexpr std::string_view kCosts =
    "prices come from the price list and the cost keys of a deployment";
constexpr std::string_view kTls = "TLS to providers is always verified, with the system's settings";
constexpr std::string_view kNoCall = "of another endpoint or provider, which is not built";

// clang-format off
constexpr auto kRows = std::to_array<KeyRow>({
    used(Litellm, "request_timeout", KeyType::Seconds, "as router_settings.timeout, which wins", "for each provider call (6000)").in(Router),
    used(Litellm, "json_logs", KeyType::Flag, "true: the log is JSON"),
    used(Litellm, "turn_off_message_logging", KeyType::Flag, "always so: no content is logged", "off unless asked for"),
    used(Litellm, "redact_user_api_key_info", KeyType::Flag, "always so: keys are never logged", "off unless asked for"),
    used(Litellm, "global_disable_no_log_param", KeyType::Flag, "no content is logged, so a request has nothing to switch off"),
    no_effect(Litellm, "callbacks", kHook, "runs them"),
    no_effect(Litellm, "success_callback", kHook, "runs them"),
    no_effect(Litellm, "failure_callback", kHook, "runs them"),
    no_effect(Litellm, "service_callbacks", kHook, "runs them").spelt("service_callback"),
    no_effect(Litellm, "modify_params", "requests are not reshaped beyond what a provider needs"),
    no_effect(Litellm, "set_verbose", kLogging),
    no_effect(Litellm, "request_correlation_in_logs", "each line about a request has its id"),
    no_effect(Litellm, "store_audit_logs", "there are no keys, teams or users to change").in(General),
    no_effect(Litellm, "telemetry", "nothing is ever sent home", "true unless switched off"),
    no_effect(Litellm, "cache", kCache),
    no_effect(Litellm, "cache_params", kCache),
    no_effect(Litellm, "enable_caching_on_provider_specific_optional_params", kCache),
    used(Litellm, "max_budget", KeyType::Number, "US dollars that may be spent through this gateway in each budget_duration, or ever; then requests are refused. 0: no limit").locks(),
    used(Litellm, "budget_duration", KeyType::Text, "how long that lasts: 30s, 10m, 24h, 7d, 2w, 1mo, counted from the first start with a budget",
         "the same, though periods of days may end at midnight").locks(),
    no_effect(Litellm, "max_internal_user_budget", kNoUsers, "enforces it"),
    no_effect(Litellm, "internal_user_budget_duration", kNoUsers, "enforces it"),
    refused(Litellm, "max_end_user_budget", kBudget),
    refused(Litellm, "max_end_user_budget_id", kBudget),
    no_effect(Litellm, "default_max_internal_user_budget", kNoUsers, "enforces it"),
    no_effect(Litellm, "default_internal_user_budget_duration", kNoUsers, kUnknownToLiteLlm),
    no_effect(Litellm, "budget_reset_time", "a budget begins anew at the time of day at which it was first in force"),
    no_effect(Litellm, "max_ui_session_budget", "there is no key-making UI"),
    no_effect(Litellm, "default_internal_user_params", "there are no users here"),
    no_effect(Litellm, "default_team_params", "there are no teams here"),
    no_effect(Litellm, "default_team_settings", "there are no teams here"),
    no_effect(Litellm, "upperbound_key_generate_params", kNoKeysMade, "enforces it"),
    no_effect(Litellm, "default_key_generate_params", "there are no virtual keys here"),
    no_effect(Litellm, "key_generation_settings", kNoKeysMade, "enforces it"),
    refused(Litellm, "tag_budget_config", kBudget),
    refused(Litellm, "priority_reservation", "requests are not reserved by priority here; remove it"),
    refused(Litellm, "priority_reservation_settings", "requests are not reserved by priority here; remove it"),
    refused(Litellm, "redact_messages_in_exceptions", "errors of providers are passed on in their words; remove it"),
    no_effect(Litellm, "standard_logging_payload_excluded_fields", "no content is logged"),
    no_effect(Litellm, "log_raw_request_response", "no content is logged"),
    no_effect(Litellm, "prometheus_metrics_config", kMetrics),
    no_effect(Litellm, "custom_prometheus_metadata_labels", kMetrics),
    no_effect(Litellm, "custom_prometheus_tags", kMetrics),
    no_effect(Litellm, "prometheus_initialize_budget_metrics", kMetrics),
    refused(Litellm, "require_auth_for_metrics_endpoint", "/metrics is open to whoever reaches the port; bind it to a private address and remove the line"),
    no_effect(Litellm, "disable_end_user_cost_tracking", "costs are not kept by end user"),
    no_effect(Litellm, "disable_end_user_cost_tracking_prometheus_only", "costs are not kept by end user"),
    no_effect(Litellm, "enable_end_user_cost_tracking_prometheus_only", "costs are not kept by end user"),
    no_effect(Litellm, "cost_discount_config", kCosts),
    no_effect(Litellm, "cost_margin_config", kCosts),
    no_effect(Litellm, "include_cost_in_streaming_usage", "the cost is in a response header"),
    no_effect(Litellm, "ssl_security_level", kTls),
    no_effect(Litellm, "ssl_ecdh_curve", kTls),
    no_effect(Litellm, "force_ipv4", "IPv4 and IPv6 are both tried"),
    no_effect(Litellm, "aiohttp_trust_env", "a proxy named in the environment is always honoured"),
    no_effect(Litellm, "disable_aiohttp_transport", "a setting of LiteLLM's HTTP client"),
    no_effect(Litellm, "http2", "providers are called with HTTP/1.1"),
    no_effect(Litellm, "vertex_project", "write it in litellm_params, or in router_settings.default_litellm_params"),
    no_effect(Litellm, "vertex_location", "write it in litellm_params, or in router_settings.default_litellm_params"),
    no_effect(Litellm, "vertex_ai_safety_settings", "write safety_settings in litellm_params.extra_body"),
    no_effect(Litellm, "model_alias_map", "write router_settings.model_group_alias"),
    no_effect(Litellm, "model_group_settings", "forwarding of client headers by group is not built").in(Top),
    refused(Litellm, "guardrails", "guardrails do not run here; remove them", "runs them"),
    no_effect(Litellm, "custom_provider_map", "Python providers do not run here; their deployments are skipped", "runs them"),
    no_effect(Litellm, "post_call_rules", "Python hooks do not run here", "runs them"),
    no_effect(Litellm, "responses", kNoCall),
    no_effect(Litellm, "public_model_groups", "there is no public model hub"),
    no_effect(Litellm, "enable_json_schema_validation", "answers are passed on as they are"),
    no_effect(Litellm, "disable_stop_sequence_limit", "stop sequences are passed on as they are"),
    no_effect(Litellm, "reasoning_auto_summary", "reasoning is passed on as it is"),
    no_effect(Litellm, "forward_traceparent_to_llm_provider", "traces end at the gateway"),
    no_effect(Litellm, "add_user_information_to_llm_headers", "nothing about users goes to providers"),
    no_effect(Litellm, "extra_spend_tag_headers", "spend is not kept by tag"),
    no_effect(Litellm, "langfuse_default_tags", kLangfuse),
    no_effect(Litellm, "langfuse_enable_update_trace_keys", kLangfuse),
    no_effect(Litellm, "langfuse_public_key", kLangfuse, kUnknownToLiteLlm),
    no_effect(Litellm, "langfuse_secret_key", kLangfuse, kUnknownToLiteLlm),
    no_effect(Litellm, "langfuse_host", kLangfuse, kUnknownToLiteLlm),
    no_effect(Litellm, "use_chat_completions_url_for_anthropic_messages", "/v1/messages is translated where the provider needs it"),
    no_effect(Litellm, "route_all_chat_openai_to_responses", "a conversation goes to the endpoint that the client called"),
    no_effect(Litellm, "mcp_aliases", "MCP servers are not built").in(General),
    no_effect(Litellm, "enable_redis_auth_cache", "state is kept in the process; Redis is not used").in(General),
    no_effect(Litellm, "enable_preview_features", "a setting of LiteLLM's library"),
    no_effect(Litellm, "disable_add_transform_inline_image_block", "addresses of images are passed on as they are"),
    no_effect(Litellm, "disable_hf_tokenizer_download", "no tokenizer is downloaded"),
    no_effect(Litellm, "disable_copilot_system_to_assistant", "GitHub Copilot is not built in"),
    no_effect(Litellm, "enable_key_alias_format_validation", "there are no virtual keys here"),
    no_effect(Litellm, "skip_system_message_in_guardrail", "guardrails do not run here"),
    no_effect(Litellm, "skip_tool_message_in_guardrail", "guardrails do not run here"),
    no_effect(Litellm, "require_managed_files", "files are not built"),
    no_effect(Litellm, "user_url_validation", "the gateway fetches no address that a client names"),
    no_effect(Litellm, "user_url_allowed_hosts", "the gateway fetches no address that a client names"),
    no_effect(Litellm, "add_function_to_prompt", "tools are not written into prompts"),
    no_effect(Litellm, "return_response_headers", "a provider's own headers stay here; meridian_deployment_state says who is out of quota"),
    no_effect(Litellm, "default_params", "write router_settings.default_litellm_params", kUnknownToLiteLlm),
    no_effect(Litellm, "default_end_user_params", "there are no end users here", kUnknownToLiteLlm),
    no_effect(Litellm, "stream_response", "the request says whether it streams", kUnknownToLiteLlm),
    no_effect(Litellm, "timezone", "times are UTC", kUnknownToLiteLlm),
    refused(Litellm, "tpm_limit", "it would limit nothing; write tpm in litellm_params of each deployment", kUnknownToLiteLlm),
    refused(Litellm, "rpm_limit", "it would limit nothing; write rpm in litellm_params of each deployment", kUnknownToLiteLlm),
    no_effect(Litellm, "overwrite_user_with_key_hash", "the request's user is passed on", kUnknownToLiteLlm),
    no_effect(Litellm, "use_client", "a setting of LiteLLM's HTTP client", kUnknownToLiteLlm),
    no_effect(Litellm, "debug", kLogging, kUnknownToLiteLlm).in(General),
    no_effect(Litellm, "detailed_debug", kLogging, kUnknownToLiteLlm),
    no_effect(Litellm, "verbose", kLogging, kUnknownToLiteLlm).in(General),
    no_effect(Litellm, "s3_callback_params", "logs are not sent to S3"),
    no_effect(Litellm, "proxy_logging", kLogging, kUnknownToLiteLlm),
    no_effect(Litellm, "success_logging", kLogging, kUnknownToLiteLlm),
    no_effect(Litellm, "strip_anthropic_total_tokens", "usage is passed on as the provider counts it", kUnknownToLiteLlm),
    no_effect(Litellm, "enable_loadbalancing_on_context_window_limits", "a prompt that is too long never goes to a deployment that cannot take it", kUnknownToLiteLlm),
    refused(Litellm, "banned_keywords", "prompts are not inspected here, so nothing would be banned; remove it", kUnknownToLiteLlm),
});
// clang-format on

}  // namespace

std::span<const KeyRow> litellm_keys() {
  return kRows;
}

}  // namespace meridian
