#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace meridian {

constexpr char lower_ascii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// A name as people write it ("West Europe", "EU", "in DE"), made comparable without allocating:
// lower case, no blanks. A text that is longer than any name of ours becomes empty.
class Folded {
 public:
  explicit Folded(std::string_view text) {
    for (const char c : text) {
      if (c == ' ' || c == '\t') {
        continue;
      }
      if (size_ == buffer_.size()) {
        size_ = 0;
        return;
      }
      buffer_[size_++] = lower_ascii(c);
    }
  }

  std::string_view view() const { return {buffer_.data(), size_}; }

 private:
  std::array<char, 32> buffer_{};
  std::size_t size_ = 0;
};

// Calls `take` with each word of a list that is separated by single blanks, as our tables are.
template <class Take>
void for_each_word(std::string_view list, Take take) {
  while (!list.empty()) {
    const auto end = std::min(list.find(' '), list.size());
    take(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

inline bool has_word(std::string_view list, std::string_view word) {
  bool found = false;
  for_each_word(list, [&](std::string_view each) { found = found || each == word; });
  return found;
}

}  // namespace meridian
