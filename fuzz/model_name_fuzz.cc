// litellm_params.model, taken apart: it names a model, or says why not and what to write instead.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "config/model_name.h"
#include "regions/bedrock_id.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace meridian;
  if (size == 0) {
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  ModelHints hints;
  hints.group = "group";
  hints.api_base = (data[0] & 1U) != 0 ? "http://localhost:8000/v1" : "";
  hints.vertex = (data[0] & 2U) != 0;
  hints.python = (data[0] & 4U) != 0;
  hints.custom_provider = (data[0] & 8U) != 0 ? "openai" : "";
  const auto name = read_model_name(text, hints);
  const bool refused = !name.problem.empty() || !name.unsupported.empty();
  MERIDIAN_CHECK(refused || !name.model.empty());
  MERIDIAN_CHECK(!(name.converse && name.invoke));
  return 0;
}
