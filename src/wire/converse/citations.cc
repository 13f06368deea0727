#include "wire/converse/citations.h"

#include <array>
#include <string_view>

namespace meridian {

namespace {

using Source = Citation::Source;
using Unit = Citation::Unit;

struct Kind {
  std::string_view location;
  std::string_view index;
  Source source;
  Unit unit;
};

constexpr std::array kKinds{
    Kind{"documentChar", "documentIndex", Source::Document, Unit::Characters},
    Kind{"documentPage", "documentIndex", Source::Document, Unit::Pages},
    Kind{"documentChunk", "documentIndex", Source::Document, Unit::Blocks},
    Kind{"searchResultLocation", "searchResultIndex", Source::SearchResult, Unit::Blocks},
};

}  // namespace

std::optional<Citation> read_converse_citation(JsonValue citation) {
  Citation read;
  read.title = citation["title"].text();
  for (const auto part : citation["sourceContent"].items()) {
    part["text"].append_text(read.cited_text);
  }
  const auto location = citation["location"];
  if (const auto web = location["web"]; web.given()) {
    read.url = web["url"].text();
    return read;
  }
  for (const auto& kind : kKinds) {
    const auto place = location[kind.location];
    if (place.given()) {
      read.source = kind.source;
      read.unit = kind.unit;
      read.url = kind.source == Source::SearchResult ? citation["source"].text() : std::string();
      read.index = place[kind.index].integer().value_or(0);
      read.begin = place["start"].integer().value_or(0);
      read.end = place["end"].integer().value_or(0);
      return read;
    }
  }
  return std::nullopt;
}

}  // namespace meridian
