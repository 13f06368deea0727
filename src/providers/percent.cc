#include "providers/percent.h"

#include <array>
#include <cstddef>

namespace meridian {
namespace {

constexpr std::array<bool, 256> make_unreserved() {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}

constexpr auto kUnreserved = make_unreserved();

}  // namespace

void append_percent(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  // Whole runs at once: paths are mostly letters, and they are encoded for every signature.
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (kUnreserved[byte]) {
      continue;
    }
    const std::array<char, 3> escape = {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    out.append(text.substr(run, i - run)).append(escape.data(), escape.size());
    run = i + 1;
  }
  out.append(text.substr(run));
}

std::string percent_encode(std::string_view text) {
  std::string out;
  append_percent(out, text);
  return out;
}

std::string form_encode(const std::vector<std::pair<std::string_view, std::string_view>>& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) {
      out += '&';
    }
    append_percent(out, name);
    out += '=';
    append_percent(out, value);
  }
  return out;
}

}  // namespace meridian
