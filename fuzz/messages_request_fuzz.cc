// A client's Messages request: what is read can be written for every provider, as valid JSON; what
// was written for Anthropic reads and writes the same again, and so does what went to OpenAI.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "wire/codec.h"
#include "wire/json.h"
#include "wire/peek.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace meridian;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  Peeker peeker;
  if (const auto peek = peeker.peek(body, body.size()); !peek) {
    MERIDIAN_CHECK(peek.error().kind == FailureKind::BadRequest);
  }
  const auto request = read_request(Dialect::AnthropicMessages, body);
  if (!request) {
    MERIDIAN_CHECK(request.error().kind == FailureKind::BadRequest);
    return 0;
  }
  WriteRules rules;
  rules.provider_name = "fuzz";
  rules.model = "claude-sonnet-4-5";
  rules.drop_params = true;
  JsonParser parser;
  for (const auto dialect :
       {Dialect::AnthropicMessages, Dialect::BedrockConverse, Dialect::OpenAiChat}) {
    const auto written = write_request(dialect, *request, rules);
    MERIDIAN_CHECK(!written || parser.parse(*written));
  }
  for (const auto dialect : {Dialect::AnthropicMessages, Dialect::OpenAiChat}) {
    const auto once = write_request(dialect, *request, rules);
    if (!once) {
      continue;
    }
    const auto again = read_request(dialect, *once);
    MERIDIAN_CHECK(again);
    const auto twice = write_request(dialect, *again, rules);
    MERIDIAN_CHECK(twice && *twice == *once);
  }
  return 0;
}
