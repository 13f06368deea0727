#pragma once

#include <vector>

#include "wire/chat.h"
#include "wire/json.h"
#include "wire/json_writer.h"

namespace meridian {

// What a text block says of where its words come from: places in documents, in search results, on
// the web. One of another kind, or in a stored file, is carried as it is.

Citation read_anthropic_citation(JsonValue citation);
std::vector<Citation> read_anthropic_citations(JsonValue list);

// False, and nothing: one that only another dialect has.
bool write_anthropic_citation(const Citation& citation, JsonWriter& json);

// The member `citations`; nothing where none can be written. `to_model`: in a request, where a web
// page may stand only with what proves that Anthropic's own search has found it.
void write_anthropic_citations(const std::vector<Citation>& citations,
                               bool to_model,
                               JsonWriter& json);

}  // namespace meridian
