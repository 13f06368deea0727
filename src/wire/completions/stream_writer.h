#pragma once

#include <memory>

#include "wire/codec.h"

namespace meridian {

// "text_completion" chunks and [DONE].
std::unique_ptr<StreamWriter> make_completions_stream_writer(StreamStyle style);

}  // namespace meridian
