#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "providers/header_lookup.h"

namespace meridian {

// What a reply that is not a 200 says, whatever its provider's shape: OpenAI's and Anthropic's
// {"error":{...}}, Google's (also inside an array), AWS's {"message"} with its code in a header,
// and what servers that only resemble OpenAI send ("error" as a string, FastAPI's "detail").
struct ReplyError {
  int status = 0;
  bool structured = false;  // The body was an error object, not a proxy's page.
  std::string message;      // As sent; not fit to be shown yet.
  std::string lower;        // The same in lower case, for looking for texts.
  std::string code;         // error.code, x-amzn-errortype, ...
  std::string type;         // error.type, or Google's error.status.
  std::string detail;       // error.details.error_code, innererror.code, Google's ErrorInfo.reason.
  int original_status = 0;  // Bedrock's ModelErrorException: what the model itself answered.
  std::optional<Duration> retry_delay;  // Google's RetryInfo.

  // Whether the message contains one of these, given in lower case.
  bool says(std::initializer_list<std::string_view> texts) const;

  // Whether code, type or detail is one of these.
  bool is(std::initializer_list<std::string_view> codes) const;
};

// Reads at most the first 64 KiB of the body.
ReplyError read_reply_error(int status, const HeaderLookup& header, std::string_view body);

}  // namespace meridian
