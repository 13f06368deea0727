#include "wire/gemini/grounding.h"

#include <algorithm>
#include <array>
#include <utility>

#include "wire/openai/annotations.h"

namespace meridian {

namespace {

std::size_t byte_index(JsonValue value) {
  return static_cast<std::size_t>(std::max<std::int64_t>(value.integer().value_or(0), 0));
}

class GroundingsReader {
 public:
  GroundingsReader(std::span<const std::string_view> texts, std::vector<Grounding>& to)
      : texts_(texts), to_(to) {}

  void grounding(JsonValue metadata) {
    std::vector<JsonValue> pages;
    for (const auto chunk : metadata["groundingChunks"].items()) {
      pages.push_back(chunk["web"].given() ? chunk["web"] : chunk["retrievedContext"]);
    }
    for (const auto support : metadata["groundingSupports"].items()) {
      const auto segment = support["segment"];
      const auto words = segment["text"].text();
      for (const auto number : support["groundingChunkIndices"].items()) {
        if (const auto page = byte_index(number); page < pages.size()) {
          add(pages[page], segment, words);
        }
      }
    }
  }

  void citations(JsonValue metadata) {
    // Vertex and the Gemini API differ in the name.
    for (const auto& list : {metadata["citations"], metadata["citationSources"]}) {
      for (const auto source : list.items()) {
        add(source, source, {});
      }
    }
  }

 private:
  void add(JsonValue page, JsonValue segment, std::string_view words) {
    Grounding grounding;
    grounding.citation.url = page["uri"].text();
    grounding.citation.title = page["title"].text();
    if (grounding.citation.url.empty() || texts_.empty()) {
      return;
    }
    grounding.citation.cited_text = page["text"].text();
    place(byte_index(segment["startIndex"]), byte_index(segment["endIndex"]), words, grounding);
    to_.push_back(std::move(grounding));
  }

  void place(std::size_t begin, std::size_t end, std::string_view words, Grounding& to) const {
    to.text = texts_.size() - 1;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      const auto text = texts_[i];
      const bool inside = begin < end && end <= text.size();
      if (inside && (words.empty() || text.substr(begin, end - begin) == words)) {
        mark(i, begin, end, to);
        return;
      }
    }
    for (std::size_t i = 0; i < texts_.size() && !words.empty(); ++i) {
      if (const auto at = texts_[i].find(words); at != std::string_view::npos) {
        mark(i, at, at + words.size(), to);
        return;
      }
    }
  }

  void mark(std::size_t text, std::size_t begin, std::size_t end, Grounding& to) const {
    to.text = text;
    to.citation.from = characters_in(texts_[text].substr(0, begin));
    to.citation.to = to.citation.from + characters_in(texts_[text].substr(begin, end - begin));
  }

  std::span<const std::string_view> texts_;
  std::vector<Grounding>& to_;
};

}  // namespace

std::vector<Grounding> read_gemini_groundings(JsonValue candidate,
                                              std::span<const std::string_view> texts) {
  std::vector<Grounding> groundings;
  GroundingsReader reader(texts, groundings);
  reader.grounding(candidate["groundingMetadata"]);
  reader.citations(candidate["citationMetadata"]);
  return groundings;
}

}  // namespace meridian
