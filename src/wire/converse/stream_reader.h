#pragma once

#include <memory>
#include <string_view>

#include "wire/codec.h"

namespace meridian {

// ConverseStream: AWS event stream frames. `id` is the reply's.
std::unique_ptr<StreamReader> make_converse_stream_reader(std::string_view id, NameMap names);

}  // namespace meridian
