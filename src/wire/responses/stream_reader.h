#pragma once

#include <memory>

#include "wire/codec.h"

namespace meridian {

// OpenAI's events of a response. Items of hosted tools are passed over.
std::unique_ptr<StreamReader> make_responses_stream_reader(NameMap names);

}  // namespace meridian
