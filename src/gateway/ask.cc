#include "gateway/ask.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include <fmt/format.h>
#include <simdjson.h>

#include "gateway/user_place.h"
#include "regions/place.h"
#include "wire/responses/reasoning.h"
#include "wire/responses/stateless.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kWordsMax = 64;
constexpr std::string_view kAnthropicVersion = "2023-06-01";
constexpr double kTimeoutSecondsMax = 24 * 3600;
constexpr int kRetriesMax = 20;

Failure bad(std::string message) {
  return {.kind = FailureKind::BadRequest, .message = std::move(message), .code = "invalid_value"};
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty() && words.size() < kWordsMax) {
    const auto comma = list.find(',');
    if (const auto word = trimmed(list.substr(0, comma)); !word.empty()) {
      words.emplace_back(word);
    }
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return words;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failed == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

// Seconds from a header, else from the body, else nothing.
Result<std::optional<Duration>> seconds(std::string_view header,
                                        std::string_view header_name,
                                        std::optional<double> in_body) {
  auto value = in_body;
  if (!header.empty()) {
    value = number_of<double>(header);
    if (!value) {
      return std::unexpected(bad(fmt::format("{} must be a number of seconds", header_name)));
    }
  }
  if (!value) {
    return std::nullopt;
  }
  if (!std::isfinite(*value) || *value <= 0 || *value > kTimeoutSecondsMax) {
    return std::unexpected(bad("a timeout must be more than 0 and at most 86400 seconds"));
  }
  return Duration(static_cast<std::int64_t>(*value * 1e6));
}

// The strings of a small JSON array in the body; other items are passed over.
std::vector<std::string> strings_of(std::string_view json) {
  std::vector<std::string> found;
  simdjson::dom::parser parser;
  simdjson::dom::array items;
  const simdjson::padded_string padded(json);
  if (parser.parse(padded).get(items) != simdjson::SUCCESS) {
    return found;
  }
  for (const auto item : items) {
    // A name, or an object with one: {"model": "name", ...}.
    std::string_view text;
    simdjson::dom::object entry;
    const bool plain = item.get(text) == simdjson::SUCCESS;
    const bool named = !plain && item.get(entry) == simdjson::SUCCESS &&
                       entry["model"].get(text) == simdjson::SUCCESS;
    if ((plain || named) && found.size() < kWordsMax) {
      found.emplace_back(text);
    }
  }
  return found;
}

struct Metadata {
  std::vector<std::string> tags;
  bool batch = false;
  bool guardrails = false;  // LiteLLM looks for them here, too.
  std::string user_id;      // Anthropic's place for the user.
};

Metadata metadata_of(std::string_view json) {
  Metadata found;
  simdjson::dom::parser parser;
  simdjson::dom::object fields;
  const simdjson::padded_string padded(json);
  if (parser.parse(padded).get(fields) != simdjson::SUCCESS) {
    return found;
  }
  std::string_view workload;
  found.batch = fields["workload"].get(workload) == simdjson::SUCCESS && workload == "batch";
  std::string_view user;
  if (fields["user_id"].get(user) == simdjson::SUCCESS) {
    found.user_id = user;
  }
  simdjson::dom::element guardrails;
  if (fields["guardrails"].get(guardrails) == simdjson::SUCCESS && !guardrails.is_null()) {
    simdjson::dom::array list;
    found.guardrails = guardrails.get(list) != simdjson::SUCCESS || list.size() > 0;
  }
  simdjson::dom::array tags;
  if (fields["tags"].get(tags) == simdjson::SUCCESS) {
    for (const auto item : tags) {
      std::string_view tag;
      if (item.get(tag) == simdjson::SUCCESS && found.tags.size() < kWordsMax) {
        found.tags.emplace_back(tag);
      }
    }
  }
  return found;
}

// Whether the metadata has a member of that name that is not null.
bool has_member(std::string_view metadata, std::string_view name) {
  simdjson::dom::parser parser;
  simdjson::dom::object fields;
  simdjson::dom::element value;
  const simdjson::padded_string padded(metadata);
  return parser.parse(padded).get(fields) == simdjson::SUCCESS &&
         fields[name].get(value) == simdjson::SUCCESS && !value.is_null();
}

bool has_user(const Peek& peek, const Metadata& metadata, Dialect dialect) {
  return dialect == Dialect::AnthropicMessages ? !metadata.user_id.empty() : !peek.user.empty();
}

bool has_field(const Peek& peek, const Metadata& metadata, Dialect dialect, std::string_view name) {
  constexpr std::string_view kInside = "metadata.";
  if (name == "user") {
    return has_user(peek, metadata, dialect);
  }
  return name.starts_with(kInside) ? has_member(peek.metadata_raw, name.substr(kInside.size()))
                                   : std::ranges::find(peek.keys, name) != peek.keys.end();
}

// What enforce_user_param and enforced_params ask of every request that is sent to a model, and
// what no request can have here. Nothing: all is well.
std::optional<Failure> lacks_or_asks_too_much(const GeneralSettings& general,
                                              const Peek& peek,
                                              const Metadata& metadata,
                                              const Exchange& exchange) {
  if (peek.guardrails_named || metadata.guardrails) {
    return bad("\"guardrails\" do not run here, so nothing would be checked; leave the field out");
  }
  if (exchange.operation == Operation::CountTokens) {
    return std::nullopt;  // Nothing is generated, and the request has no room for them.
  }
  if (general.enforce_user_param && !has_user(peek, metadata, exchange.dialect)) {
    return bad(
        exchange.dialect == Dialect::AnthropicMessages
            ? "\"metadata.user_id\" is missing; this gateway wants to know the user of every "
              "request (enforce_user_param)"
            : "\"user\" is missing; this gateway wants to know the user of every request "
              "(enforce_user_param)");
  }
  for (const auto& name : general.enforced_params) {
    if (!has_field(peek, metadata, exchange.dialect, name)) {
      return bad(fmt::format(
          "\"{}\" is missing; this gateway asks for it in every request (enforced_params)", name));
    }
  }
  return std::nullopt;
}

std::string_view bearer(std::string_view value) {
  static constexpr std::string_view kScheme = "bearer ";
  const bool has_scheme =
      value.size() > kScheme.size() &&
      std::ranges::equal(value.substr(0, kScheme.size()), kScheme, {}, [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
      });
  return has_scheme ? trimmed(value.substr(kScheme.size())) : value;
}

// The stream's own header, else the general one, else the body's field.
Result<std::optional<Duration>> timeout_of(const Head& head, const Peek& peek) {
  const bool own = peek.stream && !head[Field::StreamTimeout].empty();
  return own ? seconds(head[Field::StreamTimeout], "x-litellm-stream-timeout", peek.timeout_s)
             : seconds(head[Field::Timeout], "x-litellm-timeout", peek.timeout_s);
}

Result<Workload> workload_of(const Head& head, const Peek& peek, const Metadata& metadata) {
  const auto header = head[Field::Workload];
  if (!header.empty() && header != "batch" && header != "interactive") {
    return std::unexpected(bad(R"(x-meridian-workload must be "batch" or "interactive")"));
  }
  const bool batch = header.empty() ? metadata.batch : header == "batch";
  return batch || peek.service_tier == "flex" ? Workload::Batch : Workload::Interactive;
}

Result<std::optional<int>> retries_of(const Head& head, const Peek& peek) {
  auto retries = peek.num_retries;
  if (const auto header = head[Field::NumRetries]; !header.empty()) {
    retries = number_of<int>(header);
    if (!retries) {
      return std::unexpected(bad("x-litellm-num-retries must be a whole number"));
    }
  }
  return retries ? std::optional(std::clamp(*retries, 0, kRetriesMax)) : std::nullopt;
}

BodyFacts facts_of(const Exchange& exchange, const Peek& peek, std::string_view body) {
  const auto at = [&](std::string_view part) {
    return static_cast<std::size_t>(part.data() - body.data());
  };
  BodyFacts facts;
  facts.model = {at(peek.model_raw), peek.model_raw.size(), {}};
  facts.gateway_fields = !peek.fallbacks_raw.empty() || peek.num_retries || peek.timeout_s ||
                         peek.disable_fallbacks || peek.mock_response || !peek.api_key.empty() ||
                         peek.guardrails_empty;
  // OpenAI refuses a thought that it cannot decrypt; written anew, it is left out.
  facts.gateway_fields |= exchange.dialect == Dialect::OpenAiResponses && body.contains(kSealed);
  // Other streams tell their usage unasked.
  const bool unasked =
      exchange.dialect != Dialect::OpenAiChat && exchange.dialect != Dialect::OpenAiCompletions;
  if (exchange.stream && !peek.include_usage && !unasked) {
    facts.usage = peek.stream_options_raw.empty()
                      ? Splice{body.find('{') + 1, 0, R"("stream_options":{"include_usage":true},)"}
                      : Splice{at(peek.stream_options_raw),
                               peek.stream_options_raw.size(),
                               R"({"include_usage":true})"};
  }
  return facts;
}

// A key goes into a header line as it is.
bool fit_for_a_header(std::string_view key) {
  return std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7F && c != '\\'; });
}

// The whole group has to allow it: who answers is not the client's choice.
Result<bool> take_client_key(const Settings& settings, const Peek& peek, Exchange& exchange) {
  const auto found = settings.fleet.find(peek.model);
  const bool allowed =
      found && std::ranges::all_of(settings.fleet[found->group].members, [&](DeploymentId id) {
        return lets_clients_bring_keys(settings.params[index_of(id)]);
      });
  if (!allowed) {
    return std::unexpected(
        bad("\"api_key\" would be used in place of the gateway's own; leave it out, or have every "
            "deployment of this model allow it with configurable_clientside_auth_params: "
            "[api_key]"));
  }
  if (!fit_for_a_header(peek.api_key)) {
    return std::unexpected(bad("\"api_key\" holds characters that no key has"));
  }
  exchange.client_key = Secret(std::string(peek.api_key));
  return true;
}

}  // namespace

bool lets_clients_bring_keys(const DeploymentParams& params) {
  return std::ranges::find(params.clientside_params, "api_key") != params.clientside_params.end();
}

Result<bool> authenticate(const Head& head, const GeneralSettings& general) {
  if (general.master_key.empty()) {
    return true;
  }
  if (head.repeated_key) {
    return std::unexpected(
        Failure{.kind = FailureKind::BadRequest,
                .status = 401,
                .message = "the request carries the same key header twice; send it once",
                .code = "invalid_api_key"});
  }
  std::string_view given;
  if (!general.key_header.empty()) {
    given = bearer(find_field(head.raw, general.key_header));
  }
  for (const auto field : {Field::LitellmApiKey,
                           Field::Authorization,
                           Field::XApiKey,
                           Field::ApiKey,
                           Field::XGoogApiKey}) {
    given = given.empty() ? bearer(head[field]) : given;
  }
  if (given.empty()) {
    return std::unexpected(
        Failure{.kind = FailureKind::BadRequest,
                .status = 401,
                .message = "no API key; send the header \"Authorization: Bearer <key>\"",
                .code = "invalid_api_key"});
  }
  if (!same_secret(general.master_key, given)) {
    return std::unexpected(Failure{
        .kind = FailureKind::BadRequest,
        .status = 401,
        .message = "this API key is not known here; check the key and the address of the gateway",
        .code = "invalid_api_key"});
  }
  return true;
}

Result<BodyFacts> read_ask(const Head& head,
                           const Peek& peek,
                           std::string_view body,
                           Exchange& exchange) {
  const auto& settings = exchange.snapshot().settings;
  if (!peek.forbidden.empty()) {
    return std::unexpected(
        bad(fmt::format("\"{}\" would steer where this request goes; leave it out: a client may "
                        "bring an api_key where the operator allows it, and nothing else",
                        peek.forbidden)));
  }
  if (exchange.dialect == Dialect::OpenAiResponses && !peek.stateful.empty()) {
    return std::unexpected(needs_state(peek.stateful));
  }
  if (!peek.api_key.empty()) {
    if (const auto taken = take_client_key(settings, peek, exchange); !taken) {
      return std::unexpected(taken.error());
    }
  }
  exchange.mock_response = peek.mock_response;
  exchange.model = settings.general.completion_model.empty() ? std::string(peek.model)
                                                             : settings.general.completion_model;
  exchange.stream = peek.stream && exchange.operation == Operation::Chat;
  exchange.wants_usage = peek.include_usage;
  exchange.client_retries =
      std::clamp(number_of<int>(head[Field::SdkRetryCount]).value_or(0), 0, 100);

  const auto timeout = timeout_of(head, peek);
  if (!timeout) {
    return std::unexpected(timeout.error());
  }
  exchange.deadline = exchange.began + timeout->value_or(settings.router.timeout);

  auto metadata = peek.metadata_raw.empty() ? Metadata() : metadata_of(peek.metadata_raw);
  const auto workload = workload_of(head, peek, metadata);
  if (!workload) {
    return std::unexpected(workload.error());
  }
  const auto retries = retries_of(head, peek);
  if (!retries) {
    return std::unexpected(retries.error());
  }
  if (auto refused = lacks_or_asks_too_much(settings.general, peek, metadata, exchange)) {
    return std::unexpected(std::move(*refused));
  }
  exchange.tags = std::move(metadata.tags);
  std::ranges::move(words_of(head[Field::Tags]), std::back_inserter(exchange.tags));
  exchange.fallbacks =
      peek.fallbacks_raw.empty() ? std::vector<std::string>() : strings_of(peek.fallbacks_raw);

  auto& route = exchange.route;
  route = {};
  route.operation = exchange.operation;
  route.workload = *workload;
  route.retries = *retries;
  // A prompt that is too long for everybody can still be counted, and takes nothing of a quota.
  const bool counts = exchange.operation == Operation::CountTokens;
  route.input_tokens = counts ? 0 : estimated_tokens(peek.messages_bytes);
  route.output_tokens = peek.output_tokens_max.value_or(0);
  route.tools = peek.tools;
  route.images = peek.images;
  route.fallbacks_disabled = peek.disable_fallbacks;
  auto facts = facts_of(exchange, peek, body);
  const auto version = head[Field::AnthropicVersion];
  facts.other_version = exchange.dialect == Dialect::AnthropicMessages && !version.empty() &&
                        version != kAnthropicVersion;
  return facts;
}

Result<bool> bind_residency(const Head& head, std::string_view user_country, Exchange& exchange) {
  const auto& settings = exchange.snapshot().settings;
  auto rule = settings.residency;
  bool own = false;
  if (head.repeated_rule) {
    return std::unexpected(
        bad("x-meridian-allowed-regions is there twice; which one counts is not for the gateway to "
            "guess, so send it once"));
  }
  if (const auto header = head[Field::AllowedRegions]; header.data() != nullptr) {
    const auto words = words_of(header);
    if (words.empty()) {
      // Somebody meant to write a rule: a template without its value, say.
      return std::unexpected(
          bad("x-meridian-allowed-regions is empty; leave it out, or name "
              "regions, countries or groups"));
    }
    for (const auto& word : words) {
      if (!places_named(word)) {
        return std::unexpected(bad(
            fmt::format("x-meridian-allowed-regions: \"{}\" is no region, country or group of them",
                        word.substr(0, 40))));
      }
    }
    rule = rule.and_also(Policy::of(words));
    own = true;
  }
  if (!settings.residency_by_location.empty()) {
    if (const auto* by_place = rule_for(settings.residency_by_location, user_country)) {
      rule = rule.and_also(*by_place);
      own = true;
    }
  }
  if (own) {
    exchange.own_residency = std::move(rule);
    exchange.has_own_residency = true;
  }
  exchange.route.residency = &exchange.residency();
  return true;
}

}  // namespace meridian
