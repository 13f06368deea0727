#pragma once

#include <optional>
#include <string_view>

#include "base/failure.h"
#include "wire/json_writer.h"
#include "wire/turns.h"

namespace meridian {

// The array `contents`. `signs_calls`: the model refuses a function call of the past without its
// signature (Gemini 3), so that calls that another model made are told apart by the word Google
// gives for it. BadRequest when Gemini has no such part, or a tool's result answers no call.
std::optional<Failure> write_gemini_contents(const Turns& turns,
                                             std::string_view provider_name,
                                             bool signs_calls,
                                             JsonWriter& json);

}  // namespace meridian
