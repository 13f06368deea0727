#include "config/tree.h"

namespace meridian {

const Yaml* Yaml::find(std::string_view key) const {
  for (const auto& entry : entries) {
    if (entry.key == key) {
      return &entry.value;
    }
  }
  return nullptr;
}

}  // namespace meridian
