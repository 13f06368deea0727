// A client's request: the peek and the reader agree on what is JSON; what is read can be written
// for every provider, as valid JSON; and an OpenAI request that was written reads and writes the
// same again.
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
  const auto request = read_request(Dialect::OpenAiChat, body);
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
  const auto once = write_request(Dialect::OpenAiChat, *request, rules);
  const auto again = read_request(Dialect::OpenAiChat, *once);
  MERIDIAN_CHECK(again);
  MERIDIAN_CHECK(*write_request(Dialect::OpenAiChat, *again, rules) == *once);
  return 0;
}
