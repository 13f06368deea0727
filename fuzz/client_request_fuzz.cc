// A client's request: the first byte is its dialect. The peek and the reader never fail but for the
// client's fault; what is read can be written for every provider, as valid JSON; and what was
// written in its own dialect reads and writes the same again, as does OpenAI's of Anthropic's.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "wire/codec.h"
#include "wire/json.h"
#include "wire/peek.h"

namespace {

using namespace meridian;

constexpr std::array kClients{Dialect::OpenAiChat,
                              Dialect::AnthropicMessages,
                              Dialect::OpenAiResponses,
                              Dialect::OpenAiCompletions};

// Fields that no reader knows travel on, and may mean something in the other dialect.
bool comes_back(Dialect client, Dialect to) {
  return to == client || (client == Dialect::AnthropicMessages && to == Dialect::OpenAiChat);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const auto client = kClients[data[0] % kClients.size()];
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  Peeker peeker;
  if (const auto peek = peeker.peek(body, body.size()); !peek) {
    MERIDIAN_CHECK(peek.error().kind == FailureKind::BadRequest);
  }
  const auto request = read_request(client, body);
  if (!request) {
    MERIDIAN_CHECK(request.error().kind == FailureKind::BadRequest);
    return 0;
  }
  WriteRules rules;
  rules.provider_name = "fuzz";
  rules.model = "claude-sonnet-4-5";
  rules.drop_params = true;
  JsonParser parser;
  for (const auto dialect : {Dialect::OpenAiChat,
                             Dialect::OpenAiResponses,
                             Dialect::AnthropicMessages,
                             Dialect::BedrockConverse,
                             Dialect::Gemini}) {
    const auto once = write_request(dialect, *request, rules);
    MERIDIAN_CHECK(!once || parser.parse(*once));
    if (!once || !comes_back(client, dialect)) {
      continue;
    }
    const auto again = read_request(dialect, *once);
    MERIDIAN_CHECK(again);
    const auto twice = write_request(dialect, *again, rules);
    MERIDIAN_CHECK(twice && *twice == *once);
  }
  return 0;
}
