#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "wire/json.h"

namespace meridian {

// The few fields of a request body that routing needs, read in one pass without building anything.
// Views point into the body.
struct Peek {
  std::string_view model;      // Unescaped: PHP writes "a\/b". Then it points into the Peeker.
  std::string_view model_raw;  // With its quotes: these bytes are replaced by another name.
  bool stream = false;
  bool include_usage = false;  // stream_options.include_usage.
  bool has_stream_options = false;
  std::string_view stream_options_raw;            // The object's bytes, braces and all.
  std::optional<std::int64_t> output_tokens_max;  // max_tokens, max_completion_tokens.
  bool tools = false;
  bool images =
      false;  // A string of the messages is exactly "image_url", "input_image" or "image".
  std::string_view user;
  std::string_view service_tier;
  std::string_view metadata_raw;   // The object's bytes; tags and workload are in it.
  std::string_view fallbacks_raw;  // The array's bytes.
  std::optional<int> num_retries;
  std::optional<double> timeout_s;
  bool disable_fallbacks = false;
  std::string_view
      forbidden;  // The first key that would steer upstreams (api_base, aws_*, ...): refused.
  // The first key that refers to what the Responses API stores: previous_response_id, conversation,
  // or background where it is true.
  std::string_view stateful;
  bool guardrails_named = false;  // Asks for guardrails to run.
  bool guardrails_empty = false;  // Has the field, and asks for none.
  std::string_view api_key;       // The client's own, for deployments that let it bring one.
  std::optional<std::string> mock_response;  // Answer with this and call nobody.
  // Of `messages` and Anthropic's `system`, of `input` and `instructions`, or `prompt`: for
  // estimating tokens.
  std::size_t messages_bytes = 0;
  std::vector<std::string_view>
      keys;  // Every top-level key, so that defaults can be put in beside them.
};

// Four bytes of English a token, the usual rule of thumb, rounded up; enough to choose by.
constexpr std::int64_t estimated_tokens(std::size_t bytes) {
  return static_cast<std::int64_t>((bytes + 3) / 4);
}

// One worker's reader; its tables are reused from request to request.
class Peeker {
 public:
  // Room that a caller may leave behind a body. This reader needs none: what it uses of simdjson
  // copies the last 64 bytes itself.
  static constexpr std::size_t kPadding = 64;

  Peeker();
  ~Peeker();

  // `room` is what may be read from body.data() on, padding included. The whole document is checked
  // except escapes inside strings that are not read here. Failure: BadRequest with what is wrong
  // and where: not one JSON object; no string `model`; a field of `Peek` twice (parsers differ on
  // which one counts) or of another type than it has; a top-level name written with escapes (the
  // same trick); invalid UTF-8; nesting deeper than 512; trailing bytes. The result lives until the
  // next call.
  Result<const Peek*> peek(std::string_view body, std::size_t room);

 private:
  JsonParser parser_;
  std::string model_;  // Where it had escapes.
  Peek peek_;
};

}  // namespace meridian
