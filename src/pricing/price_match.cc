#include "pricing/price_match.h"

#include <algorithm>
#include <array>

namespace meridian {

namespace {

char comparable(char c) {
  if (c == '.') {
    return '-';
  }
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_with(std::string_view model, std::string_view stem) {
  return model.size() >= stem.size() &&
         std::ranges::equal(model.substr(0, stem.size()), stem, {}, comparable, comparable);
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "v2", "200k".
bool is_marked_number(std::string_view text) {
  return (text.starts_with('v') && is_number(text.substr(1))) ||
         (text.ends_with('k') && is_number(text.substr(0, text.size() - 1)));
}

// `settled`: short numbers are fine here.
bool is_release_word(std::string_view word, bool settled) {
  constexpr auto kWords = std::to_array<std::string_view>({"latest", "preview", "exp", "default"});
  if (is_number(word)) {
    // A short number after a dash is a version of the model, unless it goes on from a date's year
    // or a "preview"; after a colon it is a revision.
    return settled || word.size() >= 3;
  }
  return is_marked_number(word) || std::ranges::find(kWords, word) != kWords.end();
}

}  // namespace

bool is_release(std::string_view text) {
  constexpr std::string_view kMarks = "-@:";
  bool settled = false;
  while (!text.empty()) {
    settled = settled || text.front() == ':';
    if (!kMarks.contains(text.front())) {
      return false;
    }
    text.remove_prefix(1);
    const auto end = std::min(text.find_first_of(kMarks), text.size());
    if (!is_release_word(text.substr(0, end), settled)) {
      return false;
    }
    text.remove_prefix(end);
    settled = true;
  }
  return true;
}

const PriceRow* find_price(std::span<const PriceRow> rows, std::string_view model) {
  const PriceRow* best = nullptr;
  for (const auto& row : rows) {
    const bool longer = best == nullptr || row.stem.size() > best->stem.size();
    if (longer && begins_with(model, row.stem) && is_release(model.substr(row.stem.size()))) {
      best = &row;
    }
  }
  return best;
}

}  // namespace meridian
