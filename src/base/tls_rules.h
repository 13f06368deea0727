#pragma once

#include <compare>
#include <string>

namespace meridian {

// How a provider has to prove who it is, and how we do. Paths are of PEM files.
struct TlsRules {
  bool verify = true;
  std::string ca_file;      // Whom to believe; empty: the system's authorities.
  std::string certificate;  // Ours, its chain and its key in one file; empty: we show none.

  friend auto operator<=>(const TlsRules&, const TlsRules&) = default;
};

}  // namespace meridian
