#pragma once

#include <string>
#include <string_view>

namespace meridian {

// A tool call's arguments as the JSON object that Anthropic and Bedrock demand. Nothing becomes {};
// what is not an object, or not JSON, becomes the member "arguments" of one, so that a conversation
// in which a model once wrote nonsense can go on and nothing of it is lost.
std::string arguments_object(std::string_view arguments);

}  // namespace meridian
