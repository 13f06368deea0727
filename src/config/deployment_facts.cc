#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "config/deployment_draft.h"
#include "config/scalars.h"

namespace meridian {

namespace {

using enum Section;

constexpr std::int64_t kCountMax = 1'000'000'000'000;

// Dollars a token -> micro-dollars a million tokens.
std::optional<std::int64_t> price_key(PartReader& reader, std::string_view name) {
  const auto dollars = reader.number(Params, name, 0, 1);
  return dollars ? std::optional(static_cast<std::int64_t>(std::llround(*dollars * 1e12)))
                 : std::nullopt;
}

void read_price(PartReader& reader, Price& price) {
  const auto input = price_key(reader, "input_cost_per_token");
  const auto output = price_key(reader, "output_cost_per_token");
  const auto read = price_key(reader, "cache_read_input_token_cost");
  const auto write = price_key(reader, "cache_creation_input_token_cost");
  if (!input && !output) {
    return;
  }
  price.known = true;
  price.input = input.value_or(0);
  price.output = output.value_or(0);
  // Cached tokens are input tokens where no other price is known.
  price.cache_read = read.value_or(price.input);
  price.cache_write = write.value_or(price.input);
}

void read_mode(PartReader& reader, std::string_view model, Capability& can) {
  constexpr std::array<std::string_view, 15> kModes{"chat",
                                                    "completion",
                                                    "embedding",
                                                    "responses",
                                                    "image_generation",
                                                    "audio_transcription",
                                                    "audio_speech",
                                                    "rerank",
                                                    "batch",
                                                    "realtime",
                                                    "ocr",
                                                    "moderation",
                                                    "search",
                                                    "video_generation",
                                                    "image_edit"};
  auto mode = reader.text(Info, "mode").value_or("");
  const auto* given = reader.given(Info, "mode");
  if (mode == "embeddings") {
    reader.issues().warn(
        given->value->at, given->path, R"("embeddings" is read as "embedding")", "write embedding");
    mode = "embedding";
  }
  if (!mode.empty() && std::ranges::find(kModes, mode) == kModes.end()) {
    reader.issues().warn(
        given->value->at,
        given->path,
        fmt::format("unknown mode {}, read as \"chat\"", shown(*given->value, mode)),
        "known are chat, completion, embedding, responses");
    mode.clear();
  }
  can.mode = mode == "chat" ? "" : mode;
  // Whoever embeds says so in its name: no vendor calls such a model anything else.
  if (given == nullptr && model.contains("embed")) {
    can.mode = "embedding";
  }
}

// model_info is also where people keep their own catalogue ("context_window: 200K"): what is not
// of the kind that is used here is theirs.
void not_used(PartReader& reader,
              const Given& given,
              std::string_view kind,
              std::string_view example) {
  reader.issues().warn(given.value->at,
                       given.path,
                       fmt::format("not {}, so it is not used", kind),
                       fmt::format("write {} if it should count", example));
}

std::optional<std::int64_t> token_fact(PartReader& reader, std::string_view name) {
  const auto* given = reader.given(Info, name);
  if (given == nullptr || given->value->is_null()) {
    return std::nullopt;
  }
  const auto number =
      given->value->is_scalar() ? number_of(given->value->text) : std::optional<double>();
  if (!number || *number < 1 || *number > static_cast<double>(kCountMax)) {
    not_used(reader, *given, "a number of tokens", "digits, such as 128000,");
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*number);
}

std::optional<bool> flag_fact(PartReader& reader, std::string_view name) {
  const auto* given = reader.given(Info, name);
  if (given == nullptr || given->value->is_null()) {
    return std::nullopt;
  }
  const auto flag = given->value->is_scalar() ? flag_of(given->value->text) : std::optional<bool>();
  if (!flag) {
    not_used(reader, *given, "true or false", "one of them");
  }
  return flag;
}

void read_capability(PartReader& reader, std::string_view model, Capability& can) {
  can.input_tokens_max = token_fact(reader, "max_input_tokens");
  can.output_tokens_max = token_fact(reader, "max_output_tokens");
  if (!can.output_tokens_max) {
    can.output_tokens_max = token_fact(reader, "max_tokens");
  }
  can.tools = flag_fact(reader, "supports_function_calling");
  can.images = flag_fact(reader, "supports_vision");
  read_mode(reader, model, can);
}

std::optional<Duration> time_limit(PartReader& reader, std::string_view name) {
  const auto limit = reader.seconds(Params, name);
  if (limit == Duration::zero()) {
    const auto* given = reader.given(Params, name);
    reader.issues().error(given->value->at,
                          given->path,
                          "0 leaves no time at all",
                          "write seconds, or delete the line");
  }
  return limit;
}

void read_limits(PartReader& reader, DeploymentDraft& draft) {
  auto& deployment = draft.deployment;
  draft.priority = reader.count(Entry, "priority", 0, 1'000'000);
  deployment.weight = reader.number(Entry, "weight", 0, 1e9);
  deployment.rpm = reader.whole(Params, "rpm", kCountMax);
  deployment.tpm = reader.whole(Params, "tpm", kCountMax);
  if (const auto open = reader.count(Params, "max_parallel_requests", 1, 1'000'000)) {
    deployment.max_parallel_requests = open;
  }
  deployment.timeout = time_limit(reader, "timeout");
  deployment.stream_timeout = time_limit(reader, "stream_timeout");
  deployment.cooldown = reader.seconds(Params, "cooldown_time");
  deployment.allowed_fails = reader.count(Params, "allowed_fails", 0, 1'000'000);
  deployment.num_retries = reader.count(Params, "num_retries", 0, 100);
  deployment.tags = reader.texts(Params, "tags").value_or(std::vector<std::string>{});
  if (const auto target = reader.number(Metadata, "latency_target", 0, 600'000)) {
    deployment.latency_target =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(*target));
  }
}

}  // namespace

void read_facts(PartReader& reader, DeploymentDraft& draft) {
  draft.deployment.name = reader.text(Info, "id").value_or("");
  draft.deployment.label = reader.text(Metadata, "region").value_or("");
  read_limits(reader, draft);
  read_price(reader, draft.price);
  read_capability(reader, draft.deployment.model, draft.deployment.can);
}

}  // namespace meridian
