#pragma once

#include <string>
#include <string_view>

#include "base/failure.h"

namespace meridian {

// The client's request cannot be served as it is. `message` is for the client and says what to do.
Failure bad_request(std::string message, std::string code = "invalid_request");

// A provider said something that its protocol does not have.
Failure bad_reply(std::string message);

// What a provider's words, or its code, say about a request that it refused as bad: too long,
// against its content rules, or neither (BadRequest).
FailureKind kind_of_refusal(std::string_view code, std::string_view message);

// A failure that a provider reported inside a 200, by what Anthropic calls `type`.
Failure anthropic_failure(std::string_view type,
                          std::string_view message,
                          std::string_view request_id);

// By what Bedrock calls an exception: "throttlingException" in streams, "ThrottlingException"
// elsewhere. `original_status` is what the model itself answered, 0 when unknown.
Failure bedrock_failure(std::string_view exception,
                        std::string_view message,
                        int original_status = 0);

// By what Google calls `status`: "RESOURCE_EXHAUSTED". `code` is HTTP's, 0 when unknown.
Failure google_failure(std::string_view status, std::string_view message, int code = 0);

// By what OpenAI and its kin write: `type` and `code` are words; `status` is known where a server
// gives a number for either.
Failure openai_failure(std::string_view type,
                       std::string_view code,
                       std::string_view message,
                       int status = 0);

}  // namespace meridian
