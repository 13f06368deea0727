#include "wire/gateway_fields.h"

#include <algorithm>
#include <array>

namespace meridian {

namespace {

constexpr std::array<std::string_view, 14> kForTheGateway{
    "api_key",
    "fallbacks",
    "num_retries",
    "timeout",
    "stream_timeout",
    "disable_fallbacks",
    "mock_response",
    "drop_params",
    "additional_drop_params",
    "allowed_openai_params",
    "tags",
    "cache",
    "guardrails",
    "request_timeout",
};

}  // namespace

bool for_the_gateway(std::string_view name) {
  return name.starts_with("litellm_") ||
         std::ranges::find(kForTheGateway, name) != kForTheGateway.end();
}

}  // namespace meridian
