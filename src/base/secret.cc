#include "base/secret.h"

#include <cstddef>

namespace meridian {

bool same_secret(const Secret& expected, std::string_view given) {
  const auto want = expected.reveal();
  if (want.empty() || want.size() != given.size()) {
    return false;
  }
  unsigned different = 0;
  for (std::size_t i = 0; i < want.size(); ++i) {
    different |= static_cast<unsigned>(static_cast<unsigned char>(want[i] ^ given[i]));
  }
  return different == 0;
}

}  // namespace meridian
