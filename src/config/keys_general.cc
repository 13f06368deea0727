#include <array>

#include "config/key_table.h"

namespace meridian {

namespace {

using enum Section;

constexpr std::string_view kAuth =
    "only the master_key is checked here, so it would protect nothing; remove it and put such "
    "checks in front of the gateway";
constexpr std::string_view kRoutes =
    "routes are not restricted here; remove it and restrict them in front of the gateway";
constexpr std::string_view kNoDb = "there is no database";
constexpr std::string_view kNoKeys = "there are no virtual keys, budgets and no key-making UI here";
constexpr std::string_view kSpend = "spend is counted in metrics and not stored";
constexpr std::string_view kAlerts = "alerts come from Prometheus rules";
constexpr std::string_view kVault =
    "secrets come from the environment; let the vault put them there";
constexpr std::string_view kNotBuilt = "not built";
constexpr std::string_view kCors =
    "browsers are not served across origins; a proxy in front can add these headers";
constexpr std::string_view kUi = "the console needs no login of its own";
constexpr std::string_view kHealth =
    "probes follow health_check_interval, and always steer the routing";
constexpr std::string_view kLogging = "logging is chosen when the program starts";
constexpr std::string_view kInvented = kUnknownToLiteLlm;

// clang-format off
constexpr auto kRows = std::to_array<KeyRow>({
    used(General, "master_key", KeyType::Secret, "the key that clients must send; without one the gateway is open to whoever reaches it",
         "the same; also from LITELLM_MASTER_KEY, as here").locks_here(),
    used(General, "region", KeyType::Text, "where this gateway runs; a residency rule holds for it, too", "ignores it"),
    used(General, "user_location", KeyType::Map, "how the user's place is learnt; see its keys below", "ignores it"),
    used(General, "drain_delay", KeyType::Seconds, "seconds of 503 at /health/readiness before the listener closes (0)", "ignores it"),
    used(General, "drain_timeout", KeyType::Seconds, "seconds that open streams get at the end (30)", "ignores it"),
    used(General, "max_request_size_mb", KeyType::Number, "largest request, in MiB (32)").locks(),
    used(General, "max_parallel_requests", KeyType::Whole, "requests that one key may have open").locks(),
    used(General, "global_max_parallel_requests", KeyType::Whole, "requests that the gateway may have open").locks(),
    used(General, "litellm_key_header_name", KeyType::Text, "a further header for the key"),
    used(General, "completion_model", KeyType::Text, "overrides the model of every request"),
    used(General, "background_health_checks", KeyType::Flag, "true: probes every 300 s where no interval is set; false: none", "fills a page"),
    used(UserLocation, "header", KeyType::Text, "the header that holds the user's country, set by a proxy of yours", "ignores it"),
    used(UserLocation, "trusted_proxies", KeyType::Texts, "addresses (CIDR) whose header is believed", "ignores it"),
    used(UserLocation, "geoip_db", KeyType::Text, "a MaxMind file, for users without the header", "ignores it"),

    refused(General, "custom_auth", kAuth, "calls this Python function"),
    refused(General, "custom_auth_settings", kAuth),
    refused(General, "custom_auth_run_common_checks", kAuth),
    refused(General, "enable_post_custom_auth_checks", kAuth),
    refused(General, "custom_key_generate", kAuth),
    refused(General, "custom_sso", kAuth),
    refused(General, "enable_jwt_auth", kAuth),
    refused(General, "litellm_jwtauth", kAuth),
    refused(General, "enable_oauth2_auth", kAuth),
    refused(General, "enable_oauth2_proxy_auth", kAuth),
    refused(General, "oauth2_config_mappings", kAuth),
    refused(General, "role_permissions", kAuth),
    refused(General, "enforce_rbac", kAuth),
    refused(General, "allowed_routes", kRoutes),
    refused(General, "admin_only_routes", kRoutes),
    refused(General, "disable_routes", kRoutes, kInvented),
    refused(General, "allowed_ips", "addresses are not checked here; remove it and restrict them in front of the gateway"),
    refused(General, "enforce_user_param", "requests without `user` are accepted here; remove it"),
    refused(General, "enforced_params", "no parameter is enforced here; remove it"),
    refused(General, "reject_clientside_metadata_tags", "a client's tags are honoured here; remove it"),
    refused(General, "service_account_settings", kAuth),
    refused(General, "default_team_disabled", "there are no teams here, so it would restrict nobody; remove it"),
    refused(General, "max_response_size_mb", "answers are not limited in size here; remove it"),
    refused(General, "max_requests_per_minute", "it would limit nothing; write rpm in litellm_params of each deployment", kInvented),
    refused(General, "global_rate_limit_per_minute", "it would limit nothing; write rpm in litellm_params of each deployment", kInvented),
    refused(General, "require_api_key", "write master_key: os.environ/NAME", kInvented),
    refused(General, "enable_content_moderation", "content is not inspected here; remove it", kInvented),
    refused(General, "enable_team_based_routing", "there are no teams here; write a group for each", kInvented),
    refused(General, "moderation_model", "content is not inspected here; remove it", "overrides the model of moderation requests"),
    refused(General, "max_budget", "not a key of general_settings, and budgets are not enforced here; remove it, or set a limit at the provider", kInvented),

    no_effect(General, "public_routes", "/health is public; the rest asks for the master_key"),
    no_effect(General, "use_x_forwarded_for", "the peer's address is used; see user_location"),
    no_effect(General, "user_header_name", "the user is the request's `user`"),
    no_effect(General, "user_header_mappings", "the user is the request's `user`"),
    no_effect(General, "allow_client_side_credentials", "clients may not steer upstreams unless configurable_clientside_auth_params says so"),
    no_effect(General, "allow_user_auth", kNoKeys),
    no_effect(General, "disable_adding_master_key_hash_to_db", kNoDb),
    no_effect(General, "disable_master_key_return", "the master key is never shown"),
    no_effect(General, "litellm_license", "nothing here needs a licence key"),
    no_effect(General, "database_url", "there is no database, and with it no virtual keys, budgets or key-making UI", "keeps keys, budgets and models in it"),
    no_effect(General, "database_connection_pool_limit", kNoDb),
    no_effect(General, "database_connection_timeout", kNoDb),
    no_effect(General, "database_type", kNoDb),
    no_effect(General, "database_args", kNoDb),
    no_effect(General, "store_model_in_db", "models come from this file"),
    no_effect(General, "supported_db_objects", kNoDb),
    no_effect(General, "allow_requests_on_db_unavailable", "requests never need a database"),
    no_effect(General, "disable_prisma_schema_update", kNoDb),
    no_effect(General, "user_api_key_cache_ttl", kNoKeys),
    no_effect(General, "proxy_batch_write_at", kSpend),
    no_effect(General, "proxy_budget_rescheduler_min_time", kSpend),
    no_effect(General, "proxy_budget_rescheduler_max_time", kSpend),
    no_effect(General, "use_redis_transaction_buffer", kSpend),
    no_effect(General, "disable_spend_logs", kSpend),
    no_effect(General, "disable_spend_updates", kSpend),
    no_effect(General, "disable_spend_logs_writes", kSpend, kInvented),
    no_effect(General, "disable_error_logs", kSpend),
    no_effect(General, "store_prompts_in_spend_logs", "no content is stored"),
    no_effect(General, "maximum_spend_logs_retention_period", kSpend),
    no_effect(General, "maximum_spend_logs_retention_interval", kSpend),
    no_effect(General, "maximum_spend_logs_cleanup_cron", kSpend),
    no_effect(General, "disable_reset_budget", kNoKeys),
    no_effect(General, "spend_report_frequency", kAlerts),
    no_effect(General, "store_audit_logs", kSpend),
    no_effect(General, "track_cost_per_model", "spend is always counted", kInvented),
    no_effect(General, "disable_retry_on_max_parallel_request_limit_error", "a deployment that is full is passed over"),
    no_effect(General, "health_check_details", kHealth),
    no_effect(General, "use_shared_health_check", kHealth),
    no_effect(General, "enable_health_check_routing", kHealth, "probes steer its routing only with this"),
    no_effect(General, "health_check_staleness_threshold", kHealth),
    no_effect(General, "health_check_ignore_transient_errors", kHealth),
    no_effect(General, "health_check_concurrency", kHealth),
    no_effect(General, "health_check", "write router_settings.health_check_interval", kInvented),
    no_effect(General, "health_check_enabled", "write router_settings.health_check_interval", kInvented),
    no_effect(General, "allow_requests_on_health", "/health is always open", kInvented),
    no_effect(General, "image_generation_model", kNotBuilt),
    no_effect(General, "infer_model_from_keys", "models come from this file"),
    no_effect(General, "pass_through_endpoints", "pass-through routes are not built"),
    no_effect(General, "forward_client_headers_to_llm_api", "client headers do not go to providers; write extra_headers"),
    no_effect(General, "forward_openai_org_id", "write organization in litellm_params"),
    no_effect(General, "use_client_credentials_pass_through_routes", "pass-through routes are not built"),
    no_effect(General, "alerting", kAlerts),
    no_effect(General, "alert_types", kAlerts),
    no_effect(General, "alert_to_webhook_url", kAlerts),
    no_effect(General, "alerting_args", kAlerts),
    no_effect(General, "alerting_threshold", kAlerts),
    no_effect(General, "key_management_system", kVault),
    no_effect(General, "key_management_settings", kVault),
    no_effect(General, "use_google_kms", kVault),
    no_effect(General, "use_azure_key_vault", kVault),
    no_effect(General, "ui_access_mode", kUi),
    no_effect(General, "ui_username", kUi, kInvented),
    no_effect(General, "ui_password", kUi, kInvented),
    no_effect(General, "ui", kUi, kInvented),
    no_effect(General, "enable_public_model_hub", kNotBuilt),
    no_effect(General, "search_tools", kNotBuilt),
    no_effect(General, "mcp_aliases", kNotBuilt),
    no_effect(General, "mcp_client_side_auth_header_name", kNotBuilt),
    no_effect(General, "mcp_internal_ip_ranges", kNotBuilt),
    no_effect(General, "mcp_trusted_proxy_ranges", kNotBuilt),
    no_effect(General, "enable_mcp_registry", kNotBuilt),
    no_effect(General, "user_mcp_management_mode", kNotBuilt),
    no_effect(General, "disable_responses_id_security", "response ids are passed on as they are"),
    no_effect(General, "always_include_stream_usage", "the client says whether it wants usage in its stream"),
    no_effect(General, "dangerously_permit_weak_or_unset_master_key", "a missing master_key is warned of, loudly"),
    no_effect(General, "coordination_redis", "state is kept in the process; Redis is not used"),
    no_effect(General, "enable_redis_auth_cache", "state is kept in the process; Redis is not used"),
    no_effect(General, "allowed_origins", kCors, kInvented),
    no_effect(General, "cors_origins", kCors, kInvented),
    no_effect(General, "cors_allow_origins", kCors, kInvented),
    no_effect(General, "enable_cors", kCors, kInvented),
    no_effect(General, "allowed_headers", kCors, kInvented),
    no_effect(General, "allowed_methods", kCors, kInvented),
    no_effect(General, "allow_requests_from_all_origins", kCors, kInvented),
    no_effect(General, "custom_headers", "headers for providers are litellm_params.extra_headers", kInvented),
    no_effect(General, "log_level", kLogging, kInvented),
    no_effect(General, "log_verbose", kLogging, kInvented),
    no_effect(General, "otel", "traces are not sent", kInvented),
    no_effect(General, "otel_tracing", "traces are not sent", kInvented),
    no_effect(General, "use_langfuse", "traces are not sent", kInvented),
    no_effect(General, "enable_prometheus", "metrics are always at /metrics", kInvented),
    no_effect(General, "num_workers", "write --num_workers", kInvented),
    no_effect(General, "port", "write --port", kInvented),
    no_effect(General, "host", "write --host", kInvented),
    no_effect(General, "ttl", "answers are not cached", kInvented),
    no_effect(General, "cache_type", "answers are not cached", kInvented),
    no_effect(General, "use_queue", "requests are not queued", kInvented),
    no_effect(General, "proxy_base_url", "the gateway needs no name of its own", kInvented),
    no_effect(General, "disable_request_timeout", "every request has a deadline; write router_settings.timeout", kInvented),
});
// clang-format on

}  // namespace

std::span<const KeyRow> general_keys() {
  return kRows;
}

}  // namespace meridian
