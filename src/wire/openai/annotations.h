#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "wire/chat.h"
#include "wire/json.h"
#include "wire/json_writer.h"

namespace meridian {

// What OpenAI's dialects say of where an answer's words come from. Only web pages are in both;
// places in documents, which an OpenAI client has no way to ask for, are in neither.

// As code points: what OpenAI counts in.
std::int64_t characters_in(std::string_view text);

// One annotation: chat has the page in an object of its own, the Responses API beside the type. One
// of another kind is carried as it is.
Citation read_annotation(JsonValue annotation, Dialect dialect);

// The items of a list for a text of that many characters, which stands behind `before` others: the
// content of a chat's message is one string of all its texts. Whether any was written.
bool write_annotations(const std::vector<Citation>& citations,
                       Dialect dialect,
                       std::int64_t before,
                       std::int64_t characters,
                       JsonWriter& json);

}  // namespace meridian
