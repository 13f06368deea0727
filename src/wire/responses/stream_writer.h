#pragma once

#include <memory>

#include "wire/codec.h"

namespace meridian {

// OpenAI's events in OpenAI's order, numbered from 0: response.created and .in_progress, of every
// item all between .output_item.added and .done, and one of response.completed, .incomplete,
// .failed at the end. The last repeats the whole output, which is therefore kept: up to 16 MiB,
// beyond which the stream ends with an error.
std::unique_ptr<StreamWriter> make_responses_stream_writer(StreamStyle style);

}  // namespace meridian
