#include "wire/responses/foreign_fields.h"

#include <algorithm>
#include <array>
#include <utility>

namespace meridian {

namespace {

constexpr std::array<std::string_view, 8> kShared{"metadata",
                                                  "service_tier",
                                                  "safety_identifier",
                                                  "store",
                                                  "moderation",
                                                  "prompt_cache_key",
                                                  "prompt_cache_options",
                                                  "prompt_cache_retention"};

const std::string* named(const ChatRequest& request, std::string_view name) {
  const auto found =
      std::ranges::find(request.other, name, &std::pair<std::string, std::string>::first);
  return found == request.other.end() ? nullptr : &found->second;
}

void write_field(const ChatRequest& request,
                 std::string_view name,
                 std::string_view value,
                 Unsupported& unsupported,
                 JsonWriter& json) {
  const bool anthropic = request.dialect == Dialect::AnthropicMessages;
  if (anthropic && name == "service_tier") {
    if (value == R"("standard_only")") {
      json.key(name).string("default");
    }
    return;
  }
  if (!anthropic && std::ranges::find(kShared, name) != kShared.end()) {
    json.key(name).raw(value);
    return;
  }
  switch (judge_field(request.dialect, name, value)) {
    case ForeignField::Harmless:
      break;
    case ForeignField::Impossible:
      unsupported.field(name);
      break;
    case ForeignField::Unknown:
      if (anthropic) {
        unsupported.field(name);
      } else {
        json.key(name).raw(value);
      }
      break;
  }
}

}  // namespace

void write_foreign_fields(const ChatRequest& request, Unsupported& unsupported, JsonWriter& json) {
  if (named(request, "store") == nullptr) {
    json.key("store").boolean(false);
  }
  for (const auto& [name, value] : request.other) {
    if (name != "verbosity" && !unsupported.dropped_by_name(name)) {
      write_field(request, name, value, unsupported, json);
    }
  }
}

std::string_view verbosity_of(const ChatRequest& request) {
  const auto* verbosity = named(request, "verbosity");
  return verbosity == nullptr ? std::string_view() : std::string_view(*verbosity);
}

}  // namespace meridian
