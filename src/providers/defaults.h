#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/failure.h"
#include "wire/chat.h"

namespace meridian {

// The file's request parameters (`temperature: 0.2` beside a model), read as a client's would be.
// Failure: BadRequest naming the field.
Result<ChatRequest> read_defaults(
    const std::vector<std::pair<std::string, std::string>>& json_by_name);

// Fills in what the request leaves open.
void apply_defaults(ChatRequest& request, const ChatRequest& defaults);

// Puts JSON values into a JSON object's text; a field of that name which is there already is
// replaced, since two fields of one name mean different things to different parsers.
std::string with_fields(std::string object,
                        const std::vector<std::pair<std::string, std::string>>& json_by_name);

}  // namespace meridian
