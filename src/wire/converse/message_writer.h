#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/failure.h"
#include "wire/chat.h"
#include "wire/json_writer.h"

namespace meridian {

// Documents' names, as Converse takes them: letters, digits, single blanks and -()[], and no two
// alike in a request (providers.md §3.2). The same request gets the same names each time.
class DocumentNames {
 public:
  std::string name_for(const DocumentPart& document);

 private:
  std::vector<std::string> given_;
};

// One block of a turn. `prefill`: blanks at the end of a text are left out. BadRequest when
// Converse has no such block.
std::optional<Failure> write_converse_part(const Part& part,
                                           bool prefill,
                                           DocumentNames& names,
                                           JsonWriter& json);

// One block of `system`. Anything but text and cache points is left out: `system` has no place for
// it.
void write_converse_system(const Part& part, JsonWriter& json);

void write_converse_cache_point(const CachePoint& cache, JsonWriter& json);

}  // namespace meridian
