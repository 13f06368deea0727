#include "wire/bedrock/exception.h"

#include <string>

#include "wire/failures.h"
#include "wire/json.h"

namespace meridian {

std::optional<Failure> bedrock_frame_failure(const Frame& frame) {
  const auto type = frame.header(":message-type");
  if (type != "exception" && type != "error") {
    return std::nullopt;
  }
  auto exception = frame.header(":exception-type");
  std::string message(frame.header(":error-message"));
  std::int64_t original = 0;
  if (exception.empty()) {
    exception = frame.header(":error-code");
  } else if (const auto payload = thread_json_parser().parse(frame.payload)) {
    message = (*payload)["message"].text();
    original = (*payload)["originalStatusCode"].integer().value_or(0);
  }
  const bool plausible = original >= 100 && original <= 599;
  return bedrock_failure(exception, message, plausible ? static_cast<int>(original) : 0);
}

}  // namespace meridian
