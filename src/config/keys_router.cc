#include <array>

#include "config/key_table.h"

namespace meridian {

namespace {

using enum Section;

constexpr std::string_view kPings =
    "comments keep a stream open from the tenth second until its first event, and none after it";
constexpr std::string_view kRedis = "state is kept in the process; Redis is not used";
constexpr std::string_view kScheduler = "requests are not queued by priority";
constexpr std::string_view kBudget =
    "budgets of single providers are not enforced here; write litellm_settings.max_budget, which "
    "limits the gateway as a whole, or set a limit at the provider";
constexpr std::string_view kRuleIgnored = "warns and ignores it: traffic is not restricted";
constexpr std::string_view kNoBranch = "never reads it";

// clang-format off
constexpr auto kRows = std::to_array<KeyRow>({
    used(Router, "routing_strategy", KeyType::Text,
         "how a tier is ordered: simple-shuffle, priority-routing, latency-based-routing, cost-based-routing, least-busy, usage-based-routing-v2, adaptive",
         "refuses priority-routing and adaptive"),
    used(Router, "routing_strategy_args", KeyType::Map, "see its keys below"),
    used(Router, "num_retries", KeyType::Whole, "further attempts after the first, over all deployments", "2 or 3, in the same group").in(Litellm),
    used(Router, "max_fallbacks", KeyType::Whole, "how far a chain of fallbacks may go (5)").in(Litellm),
    used(Router, "timeout", KeyType::Seconds, "seconds from arrival to the first content, or to the whole answer where it is not streamed (600)",
         "for each provider call (6000)"),
    used(Router, "stream_timeout", KeyType::Seconds, "seconds that a stream may stand still after its first content (60)", "for the provider call of a stream"),
    used(Router, "max_stream", KeyType::Seconds, "seconds that a stream may last as a whole (3600)", "warns and ignores it"),
    used(Router, "retry_after", KeyType::Seconds, "least wait before the same deployment is tried again (0)"),
    used(Router, "retry_policy", KeyType::Map, "further attempts by kind of failure"),
    used(Router, "model_group_retry_policy", KeyType::Map, "the same for one group"),
    used(Router, "allowed_fails", KeyType::Whole, "a deployment rests at this many faults in a row (3)",
         "rests it one failure later; 3 counts as not set").in(Litellm),
    used(Router, "allowed_fails_policy", KeyType::Map, "the same by kind of failure"),
    used(Router, "cooldown_time", KeyType::Seconds, "seconds of rest (60), then one trial; 0 = never rests", "5 seconds, and no trial"),
    used(Router, "disable_cooldowns", KeyType::Flag, "true: nobody ever rests"),
    used(Router, "fallbacks", KeyType::List, "other groups to try: [{group: [other, ...]}]").in(Litellm),
    used(Router, "context_window_fallbacks", KeyType::List, "groups to try when the prompt is too long").in(Litellm),
    used(Router, "content_policy_fallbacks", KeyType::List, "groups to try when the provider refuses the content").in(Litellm),
    used(Router, "default_fallbacks", KeyType::Texts, "groups to try for every group").in(Litellm),
    used(Router, "model_group_alias", KeyType::Map, "further names of groups: {alias: group}"),
    used(Router, "default_max_parallel_requests", KeyType::Whole, "requests that may be open at a deployment that says nothing itself").locks(),
    used(Router, "default_litellm_params", KeyType::Map, "litellm_params for deployments that say nothing themselves"),
    used(Router, "enable_tag_filtering", KeyType::Flag, "requests with tags go to deployments with such tags").locks(),
    used(Router, "tag_filtering_match_any", KeyType::Flag, "false: a deployment needs all tags of the request"),
    used(Router, "allowed_regions", KeyType::Texts, "residency: provider regions, countries or groups (eu, eea, us, ...); nothing is ever processed elsewhere", kRuleIgnored).locks_here(),
    used(Router, "residency_by_location", KeyType::Map, "residency by where the user is: {EU: [eu], default: [...]}", kRuleIgnored).locks_here(),
    used(Router, "health_check_interval", KeyType::Seconds, "seconds between active probes; unset: none", "refuses to start; wants it in general_settings, and there it only fills a page").in(General),
    used(Router, "health_check_timeout", KeyType::Seconds, "seconds that a probe may take (5)", "warns and ignores it").in(General),
    used(Router, "health_check_mode", KeyType::Text, "connect (free) or completion (one token)", "warns and ignores it").in(General),
    used(Router, "enable_pre_call_checks", KeyType::Flag, "always on: context window, rpm and tpm, order", "off unless asked for").spelt("enable_pre_call_check"),
    no_effect(Router, "optional_pre_call_checks", "the checks that concern routing are always on; prompt-cache affinity is routing_strategy_args.cache_affinity"),
    no_effect(Router, "deployment_affinity_ttl_seconds", "affinity follows the prompt's prefix and needs no time limit"),
    no_effect(Router, "session_affinity", "affinity follows the prompt's prefix"),
    no_effect(Router, "session_affinity_ttl_seconds", "affinity follows the prompt's prefix"),
    no_effect(Router, "model_group_affinity_config", "affinity follows the prompt's prefix"),
    no_effect(Router, "enable_weighted_failover", "always so: another deployment of the group is tried before other groups", "off unless asked for"),
    no_effect(Router, "ttft_timeout", "write timeout: it ends at the first content here"),
    no_effect(Router, "stream_idle_timeout", "write stream_timeout: it is the longest gap in a stream here"),
    no_effect(Router, "keepalive_seconds", kPings),
    no_effect(Router, "allow_client_keepalive_override", kPings),
    no_effect(Router, "tag_routing_prefix", "all tags of a request count"),
    no_effect(Router, "enable_health_check_routing", "probes always steer the routing", "probes steer its routing only with this"),
    no_effect(Router, "background_health_check_model_groups", "all deployments are probed"),
    no_effect(Router, "plugins", "Python hooks do not run here"),
    refused(Router, "provider_budget_config", kBudget),
    no_effect(Router, "redis_url", kRedis),
    no_effect(Router, "redis_host", kRedis),
    no_effect(Router, "redis_port", kRedis),
    no_effect(Router, "redis_password", kRedis),
    no_effect(Router, "redis_db", kRedis),
    no_effect(Router, "cache_kwargs", kRedis),
    no_effect(Router, "cache_responses", "answers are not cached"),
    no_effect(Router, "caching_groups", "answers are not cached"),
    no_effect(Router, "client_ttl", "connections are kept while they are of use"),
    no_effect(Router, "default_priority", kScheduler),
    no_effect(Router, "polling_interval", kScheduler),
    no_effect(Router, "set_verbose", "logging is chosen when the program starts"),
    no_effect(Router, "debug_level", "logging is chosen when the program starts"),
    no_effect(Router, "alerting_config", "alerts come from Prometheus rules"),
    no_effect(Router, "assistants_config", "assistants are not built"),
    no_effect(Router, "search_tools", "search tools are not built"),
    refused(Router, "guardrail_list", "guardrails do not run here; remove them", "runs them"),
    no_effect(Router, "router_general_settings", "settings of LiteLLM's library"),
    no_effect(Router, "ignore_invalid_deployments", "a deployment without its credential is skipped with a reason; any other mistake is reported before the start"),
    no_effect(Router, "routing_groups", "give the groups to one gateway each, or use tiers"),
    no_effect(Router, "enable_load_balancing", "load is always balanced", kUnknownToLiteLlm),
    no_effect(Router, "enable_cooldowns", "deployments always rest after faults; disable_cooldowns switches that off", kUnknownToLiteLlm),
    no_effect(Router, "model_selection", "write routing_strategy", kUnknownToLiteLlm),
    no_effect(Router, "default_model", "write general_settings.completion_model, or a model_name `*`", kUnknownToLiteLlm).in(Litellm),

    used(StrategyArgs, "lowest_latency_buffer", KeyType::Number, "deployments within this part of the fastest count as equal (0)"),
    used(StrategyArgs, "cost_weight", KeyType::Number, "milliseconds that a dollar is worth (0; adaptive: 20000)", kNoBranch),
    used(StrategyArgs, "cache_affinity", KeyType::Flag, "keep prompts with one prefix together, for the provider's prompt cache (false; adaptive: true)", kNoBranch),
    no_effect(StrategyArgs, "ttl", "measurements age by themselves"),
    no_effect(StrategyArgs, "max_latency_list_size", "measurements age by themselves; none are listed"),

    used(Retries, "BadRequestErrorRetries", KeyType::Whole, "attempts after a refused request"),
    used(Retries, "AuthenticationErrorRetries", KeyType::Whole, "attempts after a refused key"),
    used(Retries, "TimeoutErrorRetries", KeyType::Whole, "attempts after a timeout"),
    used(Retries, "RateLimitErrorRetries", KeyType::Whole, "attempts after a 429"),
    used(Retries, "ContentPolicyViolationErrorRetries", KeyType::Whole, "attempts after a refusal of the content"),
    used(Retries, "InternalServerErrorRetries", KeyType::Whole, "attempts after a 5xx", kNoBranch),

    used(Fails, "BadRequestErrorAllowedFails", KeyType::Whole, "refused requests in a row", kNoBranch),
    used(Fails, "AuthenticationErrorAllowedFails", KeyType::Whole, "refused keys in a row"),
    used(Fails, "TimeoutErrorAllowedFails", KeyType::Whole, "timeouts in a row"),
    used(Fails, "RateLimitErrorAllowedFails", KeyType::Whole, "429 in a row"),
    used(Fails, "ContentPolicyViolationErrorAllowedFails", KeyType::Whole, "refusals of content in a row"),
    used(Fails, "InternalServerErrorAllowedFails", KeyType::Whole, "5xx in a row", kNoBranch),
});
// clang-format on

}  // namespace

std::span<const KeyRow> router_keys() {
  return kRows;
}

}  // namespace meridian
