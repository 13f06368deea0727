#include "gateway/user_place.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>

namespace meridian {

namespace {

struct RawAddress {
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 0;  // 4 or 16; 0 = not an address.
};

RawAddress raw(std::string_view text) {
  RawAddress address;
  const std::string copy(text);
  if (::inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) {
    address.size = 4;
  } else if (::inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) {
    address.size = 16;
    // An IPv4 client on a socket that listens for both.
    static constexpr std::array<unsigned char, 12> kMapped{
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin())) {
      std::copy_n(address.bytes.begin() + 12, 4, address.bytes.begin());
      address.size = 4;
    }
  }
  return address;
}

bool upper_equal(std::string_view a, std::string_view b) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c; };
  return std::ranges::equal(a, b, {}, upper, upper);
}

bool is_trusted(const UserLocationRules& rules, std::string_view address) {
  return std::ranges::any_of(rules.trusted_proxies,
                             [&](const auto& block) { return in_block(address, block); });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

}  // namespace

const Policy* rule_for(const std::vector<std::pair<std::string, Policy>>& by_location,
                       std::string_view country) {
  const Policy* fallback = nullptr;
  const Policy* best = nullptr;
  std::size_t best_size = kPlacesMax + 1;
  const auto* const here = country.empty() ? nullptr : find_country(country);
  for (const auto& [word, policy] : by_location) {
    if (word == "default") {
      fallback = &policy;
      continue;
    }
    const auto covered = places_named(word);
    if (here != nullptr && covered && covered->test(index_of(here->id)) &&
        covered->count() < best_size) {
      best = &policy;
      best_size = covered->count();
    }
  }
  if (best != nullptr || fallback != nullptr) {
    return best != nullptr ? best : fallback;
  }
  if (here != nullptr) {
    return nullptr;  // Known, and no rule speaks of it.
  }
  const auto strictest = std::ranges::min_element(
      by_location, {}, [](const auto& entry) { return entry.second.allowed().count(); });
  return strictest == by_location.end() ? nullptr : &strictest->second;
}

std::string country_of_user(const UserLocationRules& rules,
                            std::string_view header_value,
                            std::string_view peer) {
  const bool trusted = is_trusted(rules, peer);
  const bool plausible = header_value.size() == 2 && !upper_equal(header_value, "XX") &&
                         find_country(header_value) != nullptr;
  return trusted && plausible ? std::string(header_value) : std::string();
}

std::string_view address_of_user(const UserLocationRules& rules,
                                 std::string_view forwarded_for,
                                 std::string_view peer) {
  while (is_trusted(rules, peer) && !forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    const auto last = comma == std::string_view::npos ? 0 : comma + 1;
    peer = trimmed(forwarded_for.substr(last));
    forwarded_for = forwarded_for.substr(0, last == 0 ? 0 : comma);
  }
  return peer;
}

std::optional<GeoPoint> middle_of(std::string_view country) {
  const auto* const found = country.empty() ? nullptr : find_country(country);
  return found != nullptr ? std::optional(found->where) : std::nullopt;
}

bool in_block(std::string_view address, std::string_view block) {
  const auto slash = block.find('/');
  const auto network = raw(block.substr(0, slash));
  const auto given = raw(address);
  if (network.size == 0 || network.size != given.size) {
    return false;
  }
  std::size_t bits = network.size * 8;
  if (slash != std::string_view::npos) {
    const auto text = block.substr(slash + 1);
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (failed != std::errc() || end != text.data() + text.size() || bits > network.size * 8) {
      return false;
    }
  }
  const auto whole = bits / 8;
  if (std::memcmp(network.bytes.data(), given.bytes.data(), whole) != 0) {
    return false;
  }
  const auto rest = bits % 8;
  const auto mask = static_cast<unsigned char>(0xFF00U >> rest);
  return rest == 0 || ((network.bytes.at(whole) ^ given.bytes.at(whole)) & mask) == 0;
}

}  // namespace meridian
