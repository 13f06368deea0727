#include "wire/anthropic/citations.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace meridian {

namespace {

using Source = Citation::Source;
using Unit = Citation::Unit;

struct Kind {
  std::string_view type;
  Source source;
  Unit unit;
  // Names of members; empty: it has none of these.
  std::string_view url;
  std::string_view title;
  std::string_view index;
  std::string_view begin;
  std::string_view end;
};

constexpr std::array kKinds{
    Kind{"char_location",
         Source::Document,
         Unit::Characters,
         "",
         "document_title",
         "document_index",
         "start_char_index",
         "end_char_index"},
    Kind{"page_location",
         Source::Document,
         Unit::Pages,
         "",
         "document_title",
         "document_index",
         "start_page_number",
         "end_page_number"},
    Kind{"content_block_location",
         Source::Document,
         Unit::Blocks,
         "",
         "document_title",
         "document_index",
         "start_block_index",
         "end_block_index"},
    Kind{"search_result_location",
         Source::SearchResult,
         Unit::Blocks,
         "source",
         "title",
         "search_result_index",
         "start_block_index",
         "end_block_index"},
    Kind{"web_search_result_location", Source::Web, Unit::Characters, "url", "title", "", "", ""},
};

}  // namespace

Citation read_anthropic_citation(JsonValue citation) {
  Citation read;
  const auto* kind = std::ranges::find(kKinds, citation["type"].inside(), &Kind::type);
  if (kind == kKinds.end() || citation["file_id"].given()) {
    read.opaque_json = citation.raw();
    read.dialect = Dialect::AnthropicMessages;
    return read;
  }
  const auto number = [&](std::string_view name) {
    return name.empty() ? 0 : citation[name].integer().value_or(0);
  };
  read.source = kind->source;
  read.unit = kind->unit;
  read.url = kind->url.empty() ? std::string() : citation[kind->url].text();
  read.title = citation[kind->title].text();
  read.cited_text = citation["cited_text"].text();
  read.proof = citation["encrypted_index"].text();
  read.index = number(kind->index);
  read.begin = number(kind->begin);
  read.end = number(kind->end);
  return read;
}

std::vector<Citation> read_anthropic_citations(JsonValue list) {
  std::vector<Citation> citations;
  for (const auto item : list.items()) {
    citations.push_back(read_anthropic_citation(item));
  }
  return citations;
}

bool write_anthropic_citation(const Citation& citation, JsonWriter& json) {
  if (!citation.opaque_json.empty()) {
    const bool own = citation.dialect == Dialect::AnthropicMessages;
    if (own) {
      json.raw(citation.opaque_json);
    }
    return own;
  }
  const auto* kind = std::ranges::find_if(kKinds, [&](const Kind& each) {
    return each.source == citation.source &&
           (each.source != Source::Document || each.unit == citation.unit);
  });
  json.begin_object().key("type").string(kind->type).key("cited_text").string(citation.cited_text);
  if (!kind->url.empty()) {
    json.key(kind->url).string(citation.url);
  }
  json.key(kind->title);
  if (citation.title.empty()) {
    json.null();
  } else {
    json.string(citation.title);
  }
  if (kind->index.empty()) {
    json.key("encrypted_index").string(citation.proof);
  } else {
    json.key(kind->index).integer(citation.index);
    json.key(kind->begin).integer(citation.begin).key(kind->end).integer(citation.end);
  }
  json.end_object();
  return true;
}

void write_anthropic_citations(const std::vector<Citation>& citations,
                               bool to_model,
                               JsonWriter& json) {
  std::string list;
  JsonWriter items(list);
  for (const auto& citation : citations) {
    const bool unproven =
        citation.opaque_json.empty() && citation.source == Source::Web && citation.proof.empty();
    if (!to_model || !unproven) {
      write_anthropic_citation(citation, items);
    }
  }
  if (!list.empty()) {
    json.key("citations").begin_array().raw(list).end_array();
  }
}

}  // namespace meridian
