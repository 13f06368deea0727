#include "wire/openai/annotations.h"

#include <algorithm>

namespace meridian {

std::int64_t characters_in(std::string_view text) {
  return std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

Citation read_annotation(JsonValue annotation, Dialect dialect) {
  Citation read;
  if (annotation["type"].inside() != "url_citation") {
    read.opaque_json = annotation.raw();
    read.dialect = dialect;
    return read;
  }
  const auto nested = annotation["url_citation"];
  const auto page = nested.given() ? nested : annotation;
  read.url = page["url"].text();
  read.title = page["title"].text();
  read.from = std::max<std::int64_t>(page["start_index"].integer().value_or(0), 0);
  read.to = std::max<std::int64_t>(page["end_index"].integer().value_or(0), 0);
  return read;
}

bool write_annotations(const std::vector<Citation>& citations,
                       Dialect dialect,
                       std::int64_t before,
                       std::int64_t characters,
                       JsonWriter& json) {
  bool any = false;
  for (const auto& citation : citations) {
    if (!citation.opaque_json.empty()) {
      if (citation.dialect == dialect) {
        json.raw(citation.opaque_json);
        any = true;
      }
      continue;
    }
    if (citation.source != Citation::Source::Web) {
      continue;
    }
    any = true;
    const bool chat = dialect == Dialect::OpenAiChat;
    json.begin_object().key("type").string("url_citation");
    if (chat) {
      json.key("url_citation").begin_object();
    }
    json.key("start_index").integer(before + citation.from);
    json.key("end_index").integer(before + (citation.to == 0 ? characters : citation.to));
    json.key("url").string(citation.url).key("title").string(citation.title);
    if (chat) {
      json.end_object();
    }
    json.end_object();
  }
  return any;
}

}  // namespace meridian
