#include "regions/bedrock_id.h"

#include <algorithm>
#include <array>

#include "regions/bedrock_catalogue.h"

namespace meridian {

namespace {

// Who makes the models on Bedrock: those of the catalogue. A bare id begins with one of them.
constexpr auto kMakers = std::to_array<std::string_view>({
    "ai21", "amazon",    "anthropic",  "cohere",   "deepseek",   "google", "luma",
    "meta", "minimax",   "mistral",    "moonshot", "moonshotai", "nvidia", "openai",
    "qwen", "stability", "twelvelabs", "writer",   "xai",        "zai",
});

BedrockId opaque(std::string_view why) {
  return {.why = why};
}

// "<before><mark><after>"; without the mark, all of it is `before`.
struct Split {
  std::string_view before;
  std::string_view after;
};

Split split(std::string_view text, char mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) {
    return {text, {}};
  }
  return {text.substr(0, at), text.substr(at + 1)};
}

BedrockId read_plain_id(std::string_view text) {
  if (text.contains('/')) {
    return opaque("a path is not a Bedrock model id");
  }
  const auto [first, rest] = split(text, '.');
  if (first.contains('*')) {
    return opaque("the wildcard may stand for a cross-region profile");
  }
  if (rest.empty()) {
    return opaque("a Bedrock model id begins with its maker's name or a profile's prefix");
  }
  if (is_profile_scope(first)) {
    return {.kind = BedrockId::Kind::Profile, .scope = first, .model = rest};
  }
  const bool known_maker = std::ranges::find(kMakers, first) != kMakers.end();
  // A maker that we have not heard of is fine; a profile prefix that we have not heard of is not,
  // and it shows by the maker that follows it.
  if (!known_maker && rest.find_first_of(".*") != std::string_view::npos) {
    return opaque("it looks like a cross-region profile with a prefix that is not known");
  }
  return {.kind = BedrockId::Kind::Bare, .model = text};
}

// arn:<partition>:bedrock:<region>:<account>:<type>/<name>
BedrockId read_arn(std::string_view text) {
  const auto [arn, after_arn] = split(text, ':');
  const auto [partition, after_partition] = split(after_arn, ':');
  const auto [service, after_service] = split(after_partition, ':');
  const auto [region, after_region] = split(after_service, ':');
  const auto [account, resource] = split(after_region, ':');
  const auto [type, name] = split(resource, '/');
  if (service != "bedrock" || region.empty() || name.empty()) {
    return opaque("it is not an ARN of Bedrock with a region and a resource");
  }
  if (type == "foundation-model") {
    return {.kind = BedrockId::Kind::Bare, .model = name, .region = region};
  }
  if (type == "provisioned-model" || type == "imported-model") {
    return {.kind = BedrockId::Kind::Bare, .region = region};
  }
  if (type == "inference-profile") {
    auto id = read_plain_id(name);
    if (id.kind != BedrockId::Kind::Profile) {
      return opaque("the ARN names a profile whose prefix is not known");
    }
    id.region = region;
    return id;
  }
  if (type == "application-inference-profile") {
    return opaque(
        "an application inference profile hides its regions; name the system profile that it "
        "copies");
  }
  return opaque("nothing is known about where this kind of ARN runs");
}

}  // namespace

BedrockId read_bedrock_id(std::string_view text) {
  return text.starts_with("arn:") ? read_arn(text) : read_plain_id(text);
}

}  // namespace meridian
