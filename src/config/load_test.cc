#include "config/load.h"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meridian {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

using Variables = std::map<std::string, std::string, std::less<>>;

ConfigSources sources(const Variables& variables, const Variables& files = {}) {
  return {
      .variable = [variables](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
      },
      .included = [files](std::string_view name) -> std::optional<std::string> {
        const auto found = files.find(name);
        return found == files.end() ? std::nullopt : std::optional(found->second);
      },
  };
}

Settings loaded(const std::string& text,
                const Variables& variables = {},
                const Variables& files = {}) {
  auto settings = load_config(text, "gateway.yaml", sources(variables, files));
  if (!settings) {
    for (const auto& issue : settings.error()) {
      ADD_FAILURE() << to_text(issue);
    }
    return {};
  }
  return std::move(*settings);
}

std::vector<std::string> problems(const std::string& text, const Variables& variables = {}) {
  const auto settings = load_config(text, "gateway.yaml", sources(variables));
  std::vector<std::string> lines;
  for (const auto& issue : settings ? settings->warnings : settings.error()) {
    if (!issue.warning) {
      lines.push_back(to_text(issue));
    }
  }
  return lines;
}

// Deployments of group "a" in three AWS regions; `extra` goes beside model_name, in order.
std::string three(const std::vector<std::string>& extra, const std::string& rest = "") {
  std::string text = "model_list:\n";
  const std::vector<std::string> regions{"us-west-2", "us-east-1", "eu-west-1"};
  for (std::size_t i = 0; i < regions.size(); ++i) {
    text +=
        "  - {model_name: a, litellm_params: {model: bedrock/amazon.nova-pro-v1:0, "
        "aws_region_name: " +
        regions[i] + "}" + extra[i] + "}\n";
  }
  return text + rest;
}

std::vector<int> tiers(const Settings& settings) {
  std::vector<int> tiers;
  tiers.reserve(settings.fleet.deployments.size());
  for (const auto& each : settings.fleet.deployments) {
    tiers.push_back(each.tier);
  }
  return tiers;
}

std::string one(const std::string& params, const std::string& rest = "") {
  return "model_list:\n  - model_name: a\n    litellm_params: {" + params + "}\n" + rest;
}

TEST(LoadConfig, PutsAMistakeWhereItStands) {
  EXPECT_THAT(problems("router_settings:\n  routing_strategy: latency-base-routing\n" +
                       one("model: ollama_chat/q")),
              ElementsAre("gateway.yaml:2:21: router_settings.routing_strategy: unknown strategy "
                          "\"latency-base-routing\"; did you mean \"latency-based-routing\"?"));
}

TEST(LoadConfig, TakesPrioritiesAsTiersAndPutsTheRestLast) {
  EXPECT_THAT(tiers(loaded(three({", priority: 2", "", ", priority: 1"}))), ElementsAre(2, 3, 1));
}

TEST(LoadConfig, TakesTheFilesOrderAsTiersUnderPriorityRoutingWhereNobodyHasAPriority) {
  const std::string routing = "router_settings: {routing_strategy: priority-routing}\n";
  EXPECT_THAT(tiers(loaded(three({"", "", ""}, routing))), ElementsAre(1, 2, 3));
  EXPECT_THAT(tiers(loaded(three({"", "", ""}))), ElementsAre(1, 1, 1));
}

TEST(LoadConfig, PutsThoseWithoutAPriorityLastInFileOrderUnderPriorityRouting) {
  const std::string routing = "router_settings: {routing_strategy: priority-routing}\n";
  EXPECT_THAT(tiers(loaded(three({"", ", priority: 1", ""}, routing))), ElementsAre(2, 1, 3));
}

TEST(LoadConfig, ReadsOrderAsPriorityInAllThreePlaces) {
  const auto settings = loaded(
      "model_list:\n"
      "  - {model_name: a, order: 3, litellm_params: {model: ollama_chat/q}}\n"
      "  - {model_name: a, litellm_params: {model: ollama_chat/q, order: 2}}\n"
      "  - {model_name: a, litellm_params: {model: ollama_chat/q}, model_info: {priority: 1}}\n");
  EXPECT_THAT(tiers(settings), ElementsAre(3, 2, 1));
}

TEST(LoadConfig, GivesAMissingWeightOneWhereASiblingHasOne) {
  const auto settings = loaded(three({", weight: 40", "", ", weight: 0"}));
  EXPECT_EQ(settings.fleet.deployments[0].weight, 40);
  EXPECT_EQ(settings.fleet.deployments[1].weight, 1);
  EXPECT_EQ(settings.fleet.deployments[2].weight, 0);
  EXPECT_EQ(loaded(three({"", "", ""})).fleet.deployments[0].weight, std::nullopt);
}

TEST(LoadConfig, NamesDeploymentsByGroupProviderAndRegion) {
  const auto settings = loaded(
      "model_list:\n"
      "  - {model_name: a, litellm_params: {model: bedrock/us-west-2/amazon.nova-pro-v1:0}}\n"
      "  - {model_name: a, litellm_params: {model: bedrock/us-west-2/amazon.nova-lite-v1:0}}\n"
      "  - {model_name: a, litellm_params: {model: ollama_chat/q}, model_info: {id: mine}}\n");
  EXPECT_EQ(settings.fleet.deployments[0].name, "a/bedrock/us-west-2");
  EXPECT_EQ(settings.fleet.deployments[1].name, "a/bedrock/us-west-2#2");
  EXPECT_EQ(settings.fleet.deployments[2].name, "mine");
}

TEST(LoadConfig, GivesDeploymentsOfOneHostOneEndpoint) {
  const auto settings = loaded(
      "model_list:\n"
      "  - {model_name: a, litellm_params: {model: bedrock/us-west-2/amazon.nova-pro-v1:0}}\n"
      "  - {model_name: b, litellm_params: {model: bedrock/us-west-2/amazon.nova-lite-v1:0}}\n"
      "  - {model_name: b, litellm_params: {model: bedrock/eu-west-1/amazon.nova-lite-v1:0}}\n");
  EXPECT_THAT(settings.fleet.endpoints,
              ElementsAre("bedrock bedrock-runtime.us-west-2.amazonaws.com",
                          "bedrock bedrock-runtime.eu-west-1.amazonaws.com"));
  EXPECT_EQ(settings.fleet.deployments[0].endpoint, settings.fleet.deployments[1].endpoint);
}

TEST(LoadConfig, CallsVertexAtTheHostOfItsLocation) {
  const auto settings = loaded(
      "model_list:\n"
      "  - {model_name: a, litellm_params: {model: vertex_ai/gemini-2.5-pro, vertex_location: "
      "global}}\n"
      "  - {model_name: a, litellm_params: {model: vertex_ai/gemini-2.5-pro, vertex_location: "
      "eu}}\n"
      "  - {model_name: a, litellm_params: {model: vertex_ai/gemini-2.5-pro, vertex_location: "
      "europe-west1}}\n");
  EXPECT_THAT(settings.fleet.endpoints,
              ElementsAre("vertex_ai aiplatform.googleapis.com",
                          "vertex_ai aiplatform.eu.rep.googleapis.com",
                          "vertex_ai europe-west1-aiplatform.googleapis.com"));
}

TEST(LoadConfig, TellsAccountsApartByKeyAndShowsNone) {
  const auto settings = loaded(
      "model_list:\n"
      "  - {model_name: a, litellm_params: {model: openai/x, api_key: sk-one}}\n"
      "  - {model_name: b, litellm_params: {model: openai/y, api_key: sk-one}}\n"
      "  - {model_name: b, litellm_params: {model: openai/y, api_key: sk-two}}\n");
  EXPECT_EQ(settings.fleet.deployments[0].account, settings.fleet.deployments[1].account);
  EXPECT_NE(settings.fleet.deployments[1].account, settings.fleet.deployments[2].account);
  EXPECT_THAT(settings.fleet.accounts[0], Not(HasSubstr("one")));
}

TEST(LoadConfig, UsesAnOpenAiPrefixWithAnAddressAsACompatibleServer) {
  const auto settings = loaded(one("model: openai/qwen, api_base: 'http://GPU:8000/v1/'"),
                               {{"OPENAI_API_KEY", "sk-own"}});
  EXPECT_EQ(settings.fleet.deployments[0].provider, Provider::Compatible);
  EXPECT_EQ(settings.params[0].api_base, "http://GPU:8000/v1");
  EXPECT_EQ(settings.fleet.endpoints[0], "openai gpu:8000");
  // OpenAI's key is not for other people's servers.
  EXPECT_TRUE(settings.params[0].api_key.empty());
  EXPECT_TRUE(settings.fleet.deployments[0].configured);
}

TEST(LoadConfig, KeepsOpenAisRegionalHostsOpenAis) {
  const auto settings =
      loaded(one("model: openai/gpt-4o, api_base: 'https://eu.api.openai.com/v1', api_key: k"));
  EXPECT_EQ(settings.fleet.deployments[0].provider, Provider::OpenAi);
  EXPECT_EQ(settings.fleet.deployments[0].location.region, "eu");
}

TEST(LoadConfig, KnowsWhereCompatibleProvidersAreAndWhatTheirKeysAreCalled) {
  const auto settings =
      loaded(one("model: groq/llama-3.3-70b-versatile"), {{"GROQ_API_KEY", "gsk"}});
  EXPECT_EQ(settings.params[0].api_base, "https://api.groq.com/openai/v1");
  EXPECT_EQ(settings.params[0].api_key.reveal(), "gsk");
}

TEST(LoadConfig, SkipsADeploymentWhoseKeyIsNotSetAndKeepsTheOthers) {
  const auto settings = loaded(one("model: openai/gpt-4o, api_key: os.environ/MY_KEY") +
                               "  - {model_name: a, litellm_params: {model: ollama_chat/q}}\n");
  EXPECT_FALSE(settings.fleet.deployments[0].configured);
  EXPECT_EQ(settings.fleet.deployments[0].not_configured_why, "MY_KEY is not set");
  EXPECT_TRUE(settings.fleet.deployments[1].configured);
  EXPECT_THAT(settings.unset_variables, ElementsAre("MY_KEY"));
}

TEST(LoadConfig, LeavesCredentialsThatTheMachineMaySupplyToTheProvider) {
  const auto settings =
      loaded(one("model: bedrock/us-east-1/amazon.nova-pro-v1:0, aws_access_key_id: "
                 "os.environ/AWS_ACCESS_KEY_ID, "
                 "aws_secret_access_key: os.environ/AWS_SECRET_ACCESS_KEY"));
  EXPECT_TRUE(settings.fleet.deployments[0].configured);
  EXPECT_EQ(settings.fleet.accounts[0], "bedrock ambient");
}

TEST(LoadConfig, TakesAnEmptyKeyForNone) {
  const auto settings = loaded(one("model: openai/gpt-4o, api_key: ''"));
  EXPECT_EQ(settings.fleet.deployments[0].not_configured_why,
            "no api_key, and OPENAI_API_KEY is not set");
}

TEST(LoadConfig, SendsTheUsualKeyToTheProvidersOwnHostHoweverItIsNamed) {
  const auto settings = loaded(one("model: groq/x, api_base: 'https://api.groq.com/openai/v1'"),
                               {{"GROQ_API_KEY", "gsk"}});
  EXPECT_EQ(settings.params[0].api_key.reveal(), "gsk");
  EXPECT_TRUE(
      loaded(one("model: groq/x, api_base: 'https://elsewhere/v1'"), {{"GROQ_API_KEY", "gsk"}})
          .params[0]
          .api_key.empty());
}

TEST(LoadConfig, DropsNoDeploymentWithoutAWord) {
  EXPECT_THAT(problems(one("model: ''")),
              ElementsAre("gateway.yaml:2:5: model_list[0].litellm_params: model is missing; write "
                          "model: <provider>/<model>"));
  EXPECT_THAT(problems(one("model: ollama_chat/q, timeout: 0")),
              ElementsAre(HasSubstr("timeout: 0 leaves no time at all")));
}

TEST(LoadConfig, TakesNullForNotSetInTheWrongSectionToo) {
  const auto settings = loaded(one("model: ollama_chat/q") +
                               "litellm_settings: {cooldown_time: null, master_key: null}\n");
  EXPECT_EQ(settings.health[0].cooldown, 60s);
  EXPECT_EQ(settings.warnings.size(), 1);
}

TEST(LoadConfig, SkipsADeploymentWithHalfOfItsAwsKey) {
  const auto settings =
      loaded(one("model: bedrock/us-east-1/amazon.nova-pro-v1:0, aws_access_key_id: AKIA, "
                 "aws_secret_access_key: os.environ/AWS_SECRET_ACCESS_KEY"));
  EXPECT_EQ(settings.fleet.deployments[0].not_configured_why, "AWS_SECRET_ACCESS_KEY is not set");
}

TEST(LoadConfig, NeverGuessesARegionWhoseVariableIsNotSet) {
  const auto settings =
      loaded(one("model: bedrock/amazon.nova-pro-v1:0, aws_region_name: os.environ/MY_REGION"),
             {{"AWS_REGION", "us-east-1"}});
  EXPECT_FALSE(settings.fleet.deployments[0].configured);
  EXPECT_EQ(settings.params[0].aws_region, "");
}

TEST(LoadConfig, TakesTheRegionOfAnArn) {
  const auto settings = loaded(one(
      "model: 'bedrock/converse/arn:aws:bedrock:eu-central-1:123456789012:provisioned-model/abc'"));
  EXPECT_EQ(settings.params[0].aws_region, "eu-central-1");
  EXPECT_TRUE(settings.params[0].bedrock_converse);
  EXPECT_EQ(settings.fleet.deployments[0].model,
            "arn:aws:bedrock:eu-central-1:123456789012:provisioned-model/abc");
}

TEST(LoadConfig, SubstitutesInListsAndTurnsTextIntoNumbersAfterwards) {
  const auto settings =
      loaded(one("model: ollama_chat/q, rpm: os.environ/RPM, tags: [os.environ/TAG, fixed]"),
             {{"RPM", "120"}, {"TAG", "blue"}});
  EXPECT_EQ(settings.fleet.deployments[0].rpm, 120);
  EXPECT_THAT(settings.fleet.deployments[0].tags, ElementsAre("blue", "fixed"));
}

TEST(LoadConfig, LetsTheFilesOwnVariablesComeFirst) {
  const auto settings =
      loaded("environment_variables: {OPENAI_API_KEY: sk-file}\n" + one("model: openai/gpt-4o"),
             {{"OPENAI_API_KEY", "sk-process"}});
  EXPECT_EQ(settings.params[0].api_key.reveal(), "sk-file");
  EXPECT_THAT(settings.general.environment, ElementsAre(Pair("OPENAI_API_KEY", "sk-file")));
}

TEST(LoadConfig, SendsNoWordOfTheCatalogueToAProvider) {
  const auto settings = loaded(R"(
model_list:
  - model_name: a
    litellm_params: {model: openai/o3, api_key: k}
    model_info: {organization: OpenAI, project: x, reasoning: true, provider: openai, tags: [fast]}
)");
  EXPECT_THAT(settings.params[0].request_defaults, ElementsAre());
  EXPECT_EQ(settings.params[0].organization, "");
  EXPECT_EQ(settings.params[0].project, "");
  EXPECT_THAT(settings.fleet.deployments[0].tags, ElementsAre());
}

TEST(LoadConfig, ForwardsRequestParametersAsJsonOfTheRightType) {
  const auto settings =
      loaded(one("model: ollama_chat/q, temperature: '0.7', max_tokens: 1_000, stop: ['a\"b'], "
                 "user: 42, think: yes"));
  EXPECT_THAT(settings.params[0].request_defaults,
              ElementsAre(Pair("temperature", "0.7"),
                          Pair("max_tokens", "1000"),
                          Pair("stop", R"(["a\"b"])"),
                          Pair("user", R"("42")"),
                          Pair("think", "true")));
}

TEST(LoadConfig, KeepsBodyAndHeadersForEveryRequest) {
  const auto settings = loaded(one(
      "model: ollama_chat/q, extra_body: {provider: {order: [x]}}, extra_headers: {X-Team: blue}"));
  EXPECT_THAT(settings.params[0].extra_body, ElementsAre(Pair("provider", R"({"order":["x"]})")));
  EXPECT_THAT(settings.params[0].extra_headers, ElementsAre(Pair("X-Team", "blue")));
}

TEST(LoadConfig, MakesOneDeploymentOfEachOrganization) {
  const auto settings =
      loaded(one("model: openai/gpt-4o, api_key: k, organization: [org-1, org-2]"));
  ASSERT_EQ(settings.params.size(), 2);
  EXPECT_EQ(settings.params[1].organization, "org-2");
  EXPECT_NE(settings.fleet.deployments[0].account, settings.fleet.deployments[1].account);
}

TEST(LoadConfig, LetsTheDeploymentBeatTheRouterAndTheRouterBeatLiteLlm) {
  const auto settings =
      loaded(one("model: ollama_chat/q, allowed_fails: 7, cooldown_time: 5, timeout: 10") +
             "router_settings: {num_retries: 4, timeout: 100}\n"
             "litellm_settings: {num_retries: 1, request_timeout: 50, allowed_fails: 2}\n");
  EXPECT_EQ(settings.router.num_retries, 4);
  EXPECT_EQ(settings.router.timeout, 100s);
  EXPECT_EQ(settings.health[0].allowed_fails, 7);
  EXPECT_EQ(settings.health[0].cooldown, 5s);
  EXPECT_EQ(settings.fleet.deployments[0].timeout, 10s);
}

TEST(LoadConfig, ReadsCostsPerTokenAsMicroDollarsAMillion) {
  const auto price = loaded(one("model: ollama_chat/q, input_cost_per_token: 0.000003, "
                                "output_cost_per_token: 1.5e-05"))
                         .prices[0];
  EXPECT_EQ(price.input, 3'000'000);
  EXPECT_EQ(price.output, 15'000'000);
  EXPECT_TRUE(price.known);
}

TEST(LoadConfig, TakesPriceAndContextWindowFromTheListWhereTheFileSaysNothing) {
  const auto settings =
      loaded(one("model: bedrock/us-west-2/anthropic.claude-3-5-sonnet-20241022-v2:0"));
  EXPECT_EQ(settings.prices[0].input, 3'000'000);
  EXPECT_EQ(settings.fleet.deployments[0].can.input_tokens_max, 200'000);
}

TEST(CheckReport, IsAlignedAndSaysWhatLiteLlmWouldDo) {
  const auto report =
      check_report(loaded(three({", priority: 1", ", priority: 2", ", priority: 3"})));
  EXPECT_THAT(report,
              HasSubstr("  group  tier  weight  id                   provider  region     country  "
                        "where it may process\n"
                        "  a      1     -       a/bedrock/us-west-2  bedrock   us-west-2  US       "
                        "Bedrock runs"));
  EXPECT_THAT(report,
              HasSubstr("LiteLLM: stores it and never reads it; only litellm_params.order, with "
                        "enable_pre_call_checks\n"));
}

TEST(LoadConfig, KeepsTheDeploymentsRuleBesideTheRoutersAndTheLocations) {
  const auto settings = loaded(
      "model_list:\n"
      "  - {model_name: a, litellm_params: {model: bedrock/eu-west-1/amazon.nova-pro-v1:0}, "
      "model_info: {allowed_regions: [DE]}}\n"
      "router_settings: {allowed_regions: [eu], residency_by_location: {CH: [ch], default: "
      "[eu]}}\n");
  EXPECT_EQ(settings.residency.text(), "eu");
  EXPECT_TRUE(settings.fleet.deployments[0].allowed.has_value());
  EXPECT_EQ(settings.residency_by_location[0].first, "CH");
}

TEST(LoadConfig, AdmitsNobodyWhileAResidencyRulesVariableIsNotSet) {
  const auto settings = loaded(one("model: bedrock/eu-west-1/amazon.nova-pro-v1:0") +
                               "router_settings: {allowed_regions: os.environ/RULE}\n");
  EXPECT_FALSE(settings.residency.unrestricted());
  EXPECT_FALSE(settings.residency.admit(settings.fleet.deployments[0]).has_value());
  ASSERT_EQ(settings.start_issues.size(), 1);
  EXPECT_EQ(to_text(settings.start_issues[0]),
            "gateway.yaml:4:36: router_settings.allowed_regions: a lock whose variable RULE is not "
            "set; set the variable, or delete the line");
}

TEST(LoadConfig, TakesTheMasterKeyFromItsUsualVariable) {
  EXPECT_EQ(loaded(one("model: ollama_chat/q"), {{"LITELLM_MASTER_KEY", "sk-m"}})
                .general.master_key.reveal(),
            "sk-m");
}

const std::string kOneModel = one("model: openai/gpt-4o, api_key: k");

TEST(LoadConfig, LocksWithAMasterKeyWhereverItStands) {
  const auto settings = loaded(kOneModel + "litellm_settings: {master_key: sk-1}\n");
  EXPECT_TRUE(same_secret(settings.general.master_key, "sk-1"));
  EXPECT_THAT(to_text(settings.warnings.front()),
              HasSubstr("belongs in general_settings, and is applied as if it stood there"));
}

TEST(LoadConfig, LimitsSpendingWhereverTheBudgetStands) {
  for (const auto* section : {"litellm_settings", "general_settings", "router_settings"}) {
    const auto settings =
        loaded(kOneModel + section + ": {max_budget: '12.5', budget_duration: 30d}\n");
    EXPECT_EQ(
        settings.budget,
        (Budget{.limit = {12'500'000}, .period = BudgetPeriod{.length = std::chrono::days(30)}}))
        << section;
  }
}

TEST(LoadConfig, TakesABudgetOfNothingForNone) {
  EXPECT_EQ(loaded(kOneModel + "litellm_settings: {max_budget: 0}\n").budget, std::nullopt);
}

TEST(LoadConfig, BeginsABudgetAnewOnlyWhereResetsAreNotSwitchedOff) {
  const auto settings = loaded(kOneModel +
                               "litellm_settings: {max_budget: 1, budget_duration: 1mo}\n"
                               "general_settings: {disable_reset_budget: true}\n");
  EXPECT_EQ(settings.budget, (Budget{.limit = {1'000'000}, .period = std::nullopt}));
}

TEST(LoadConfig, StopsTheStartWhereABudgetsVariableIsNotSet) {
  const auto settings = loaded(kOneModel + "litellm_settings: {max_budget: os.environ/MAX}\n");
  ASSERT_EQ(settings.start_issues.size(), 1U);
  EXPECT_THAT(to_text(settings.start_issues.front()), HasSubstr("MAX"));
}

TEST(LoadConfig, ReadsAModelAmongFallbacksAsItsGroup) {
  const auto settings = loaded(
      "model_list:\n"
      "  - {model_name: a, litellm_params: {model: openai/gpt-4o, api_key: k}}\n"
      "  - {model_name: b, litellm_params: {model: ollama_chat/qwen3}}\n"
      "router_settings: {fallbacks: [{openai/gpt-4o: [ollama_chat/qwen3, gpt-4o]}]}\n");
  EXPECT_THAT(settings.router.fallbacks, ElementsAre(Pair("a", ElementsAre("b"))));
}

TEST(LoadConfig, ExpandsAVariableInBracesAndSaysThatLiteLlmDoesNot) {
  const auto settings =
      loaded(kOneModel + "general_settings: {master_key: '${KEY}'}\n", {{"KEY", "sk-1"}});
  EXPECT_TRUE(same_secret(settings.general.master_key, "sk-1"));
  EXPECT_THAT(to_text(settings.warnings.front()),
              HasSubstr("read as os.environ/KEY; LiteLLM does not expand it"));
}

TEST(LoadConfig, StopsTheStartWhereTheVariableOfALockInBracesIsNotSet) {
  const auto settings = loaded(kOneModel + "general_settings: {master_key: '${KEY}'}\n");
  EXPECT_EQ(settings.start_issues.size(), 1U);
}

TEST(LoadConfig, SwitchesProbesOnByTheIntervalAlone) {
  const auto settings =
      loaded(one("model: ollama_chat/q") +
             "router_settings: {health_check_interval: 30, health_check_timeout: 2}\n");
  EXPECT_EQ(settings.probes.interval, 30s);
  EXPECT_EQ(settings.probes.timeout, 2s);
  EXPECT_EQ(
      loaded(one("model: ollama_chat/q") + "general_settings: {background_health_checks: true}\n")
          .probes.interval,
      300s);
}

TEST(LoadConfig, SwitchesCostWeightAndAffinityOnUnderAdaptive) {
  const auto rules =
      loaded(one("model: ollama_chat/q") + "router_settings: {routing_strategy: adaptive}\n")
          .router;
  EXPECT_GT(rules.cost_weight_ms_per_dollar, 0);
  EXPECT_TRUE(rules.cache_affinity);
}

TEST(LoadConfig, ReadsPoliciesByKindAndByGroup) {
  const auto rules = loaded(one("model: ollama_chat/q") +
                            "router_settings:\n"
                            "  retry_policy: {TimeoutErrorRetries: 3}\n"
                            "  model_group_retry_policy: {a: {RateLimitErrorRetries: 5}}\n"
                            "  allowed_fails_policy: {InternalServerErrorAllowedFails: 9}\n");
  EXPECT_EQ(rules.router.retry_policy.timeout, 3);
  EXPECT_EQ(rules.router.group_retry_policy.at("a").rate_limit, 5);
  EXPECT_EQ(rules.health[0].server_error_fails, 9);
}

TEST(LoadConfig, JoinsListsOfIncludedFilesAndHashesThem) {
  const std::string main = "include: [more.yaml]\n" + one("model: ollama_chat/q");
  const auto settings =
      loaded(main,
             {},
             {{"more.yaml",
               "model_list:\n  - {model_name: b, litellm_params: {model: ollama_chat/r}}\n"}});
  EXPECT_EQ(settings.fleet.groups.size(), 2);
  EXPECT_EQ(settings.hash.size(), 12);
  EXPECT_NE(settings.hash, loaded(main, {}, {{"more.yaml", "# nothing\n"}}).hash);
}

TEST(LoadConfig, EndsCirclesOfIncludes) {
  const std::string main = "include: [a.yaml]\n" + one("model: ollama_chat/q");
  EXPECT_EQ(loaded(main, {}, {{"a.yaml", "include: [b.yaml]\n"}, {"b.yaml", "include: [a.yaml]\n"}})
                .fleet.groups.size(),
            1);
}

TEST(LoadConfig, GivesTheSameHashForTheSameTextEverywhere) {
  EXPECT_EQ(loaded("model_list: [{model_name: a, litellm_params: {model: ollama_chat/q}}]\n").hash,
            "19237dcf2896");
}

TEST(LoadConfig, ReadsMetadataWhateverElseADeploymentHolds) {
  // Found by the fuzzer: a path was used after the vector that held it had grown.
  std::string params = "model: ollama_chat/q, metadata: {region: here, latency_target: 5}";
  for (const auto* const more :
       {"rpm", "tpm", "num_retries", "allowed_fails", "max_tokens", "n", "seed", "top_k"}) {
    params += std::string(", ") + more + ": 1";
    EXPECT_EQ(loaded(one(params)).fleet.deployments[0].label, "here");
  }
}

TEST(LoadConfig, TakesAModelWhoseNameSaysSoForOneThatEmbeds) {
  const auto mode = [](const std::string& params, const std::string& info = "{}") {
    return loaded("model_list:\n  - model_name: a\n    litellm_params: {" + params +
                  "}\n    model_info: " + info + "\n")
        .fleet.deployments.at(0)
        .can.mode;
  };
  EXPECT_EQ(mode("model: openai/text-embedding-3-small"), "embedding");
  EXPECT_EQ(mode("model: bedrock/cohere.embed-v4:0, aws_region_name: us-east-1"), "embedding");
  EXPECT_EQ(mode("model: openai/text-embedding-3-small", "{mode: chat}"), "");
  EXPECT_EQ(mode("model: openai/gpt-4o"), "");
}

TEST(LoadConfig, StopsABillionLaughs) {
  std::string text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'k'; ++c) {
    text += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) {
      text += std::string(i == 0 ? "" : ", ") + "*" + static_cast<char>(c - 1);
    }
    text += "]\n";
  }
  EXPECT_THAT(problems(text),
              testing::Contains(HasSubstr("more than 400000 values, aliases counted")));
}

TEST(LoadConfig, StopsAFileThatIsNestedTooDeep) {
  EXPECT_THAT(problems("model_list: " + std::string(200, '[')),
              testing::Contains(HasSubstr("nested more than 64 levels deep")));
}

TEST(LoadConfig, ShowsNoSecretInAnyMessageReportOrName) {
  const std::string planted = "S3CRET";
  const std::string text =
      "environment_variables: {OPENAI_API_KEY: S3CRET, OTHER: S3CRET}\n"
      "model_list:\n"
      "  - model_name: a\n"
      "    litellm_params:\n"
      "      model: openai/x\n"
      "      api_key: S3CRET\n"
      "      extra_headers: {Authorization: S3CRET, Bad Name: S3CRET}\n"
      "      extra_body: {key: S3CRET}\n"
      "      my_secret_key: S3CRET\n"
      "      azure_ad_token: S3CRET\n"
      "  - model_name: a\n"
      "    litellm_params: {model: bedrock/us-east-1/amazon.nova-pro-v1:0, aws_access_key_id: "
      "S3CRET, aws_secret_access_key: [S3CRET], aws_session_token: S3CRET}\n"
      "  - model_name: a\n"
      "    litellm_params: {model: vertex_ai/gemini-2.5-pro, vertex_location: eu, "
      "vertex_credentials: '{\"private_key\": \"S3CRET\"}'}\n"
      "  - model_name: a\n"
      "    litellm_params: {model: openai/x, api_base: 'https://u:S3CRET@h/v1', api_key: "
      "'${S3CRET-}', rpm: os.environ/PLANTED}\n"
      "  - model_name: a\n"
      "    litellm_params: {model: openai/x, api_key: os.environ/S3CRET-, api_bse: S3CRET}\n"
      "router_settings: {redis_password: S3CRET, routing_strategy: os.environ/PLANTED, "
      "allowed_regions: os.environ/PLANTED}\n"
      "general_settings: {master_key: S3CRET, database_url: 'postgres://u:S3CRET@db', region: "
      "os.environ/PLANTED}\n";
  const auto broken = load_config(text, "gateway.yaml", sources({{"PLANTED", planted}}));
  ASSERT_FALSE(broken);
  for (const auto& issue : broken.error()) {
    // What could be the name of a variable is shown as one; nothing else is.
    EXPECT_THAT(to_text(issue), Not(HasSubstr(planted)));
  }
  const auto settings = loaded(
      "environment_variables: {OPENAI_API_KEY: S3CRET}\n"
      "model_list:\n"
      "  - {model_name: a, litellm_params: {model: openai/x, api_key: S3CRET, my_secret_key: "
      "S3CRET, extra_headers: {A: S3CRET}}}\n"
      "  - {model_name: a, litellm_params: {model: bedrock/us-east-1/amazon.nova-pro-v1:0, "
      "aws_access_key_id: S3CRET, aws_secret_access_key: S3CRET}}\n"
      "router_settings: {redis_password: S3CRET}\n"
      "general_settings: {master_key: S3CRET, database_url: 'postgres://u:S3CRET@db'}\n");
  EXPECT_THAT(check_report(settings), Not(HasSubstr(planted)));
  for (const auto& name : settings.fleet.accounts) {
    EXPECT_THAT(name, Not(HasSubstr(planted)));
  }
}

}  // namespace

}  // namespace meridian
