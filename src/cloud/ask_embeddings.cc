#include <algorithm>
#include <array>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "cloud/ask_parts.h"

namespace meridian {
namespace {

namespace json = boost::json;

using Form = CloudEmbedding::Form;
using Checked = std::expected<bool, CloudRefusal>;

// Has to be one of these; the first is what is made where the request does not say.
Checked read_dimensions(const json::object& object,
                        std::string_view key,
                        std::initializer_list<std::int64_t> allowed,
                        std::size_t& to) {
  const auto count = count_in(object, key);
  if (!count) {
    return std::unexpected(count.error());
  }
  const auto wanted = count->value_or(*allowed.begin());
  if (std::ranges::find(allowed, wanted) == allowed.end()) {
    return invalid(
        fmt::format("Malformed input request: #/{}: {} is not a valid enum value, "
                    "please reformat your input and try again.",
                    key,
                    wanted));
  }
  to = static_cast<std::size_t>(wanted);
  return true;
}

Checked check_strangers(const json::object& object, std::initializer_list<std::string_view> known) {
  const auto name = stranger(object, known);
  return name.empty() ? Checked(true)
                      : Checked(invalid(fmt::format(
                            "Malformed input request: #: extraneous key [{}] is not permitted, "
                            "please reformat your input and try again.",
                            name)));
}

// Of tokens in place of text, each item stands for a text of its own.
Checked read_openai(const json::object& body, const AskPlace& place, CloudEmbedding& to) {
  if (text_in(body, "model").empty() && place.provider != Provider::Azure) {
    return invalid("you must provide a model parameter");
  }
  const auto* const input = given(body, "input");
  if (input == nullptr) {
    return invalid("'input' is a required property", "input");
  }
  const auto* const text = input->if_string();
  const auto* const items = input->if_array();
  if (text != nullptr ? text->empty() : items == nullptr || items->empty()) {
    return invalid("'$.input' is invalid. Please check the API reference.", "input");
  }
  if (items != nullptr && items->size() > 2048) {
    return invalid("'$.input' is too long: at most 2048 items.", "input");
  }
  if (text != nullptr || items->front().is_number()) {
    to.texts.emplace_back(text != nullptr ? std::string(view(*text)) : json::serialize(*items));
  } else {
    for (const auto& item : *items) {
      to.texts.emplace_back(item.is_string() ? std::string(view(item.get_string()))
                                             : json::serialize(item));
    }
  }
  to.base64 = text_in(body, "encoding_format") == "base64";
  const auto dimensions = count_in(body, "dimensions");
  if (!dimensions) {
    return std::unexpected(dimensions.error());
  }
  to.dimensions =
      static_cast<std::size_t>(std::min<std::int64_t>(dimensions->value_or(1536), 4096));
  return true;
}

Checked read_titan(const json::object& body, const AskPlace& place, CloudEmbedding& to) {
  const bool first = place.model.contains("-v1");
  const auto known =
      first ? check_strangers(body, {"inputText"})
            : check_strangers(body, {"inputText", "dimensions", "normalize", "embeddingTypes"});
  if (!known) {
    return known;
  }
  if (text_in(body, "inputText").empty()) {
    return invalid(
        "Malformed input request: #: required key [inputText] not found, please reformat your "
        "input and try again.");
  }
  to.texts.emplace_back(text_in(body, "inputText"));
  if (first) {
    to.dimensions = 1536;
    return true;
  }
  return read_dimensions(body, "dimensions", {1024, 512, 256}, to.dimensions);
}

Checked read_cohere(const json::object& body, const AskPlace& place, CloudEmbedding& to) {
  const bool fourth = place.model.contains("embed-v4");
  const auto known =
      fourth ? check_strangers(body,
                               {"texts",
                                "input_type",
                                "truncate",
                                "embedding_types",
                                "output_dimension",
                                "max_tokens"})
             : check_strangers(body, {"texts", "input_type", "truncate", "embedding_types"});
  if (!known) {
    return known;
  }
  const auto* const texts = array_in(body, "texts");
  if (texts == nullptr || texts->empty() || texts->size() > 96) {
    return invalid("Malformed input request: #/texts: expected minimum item count: 1, maximum: 96");
  }
  if (text_in(body, "input_type").empty()) {
    return invalid(
        "Malformed input request: #: required key [input_type] not found, please reformat your "
        "input and try again.");
  }
  for (const auto& text : *texts) {
    if (!text.is_string()) {
      return invalid("Malformed input request: #/texts: expected type: String");
    }
    to.texts.emplace_back(view(text.get_string()));
  }
  to.by_type = array_in(body, "embedding_types") != nullptr;
  if (!fourth) {
    to.dimensions = 1024;
    return true;
  }
  return read_dimensions(body, "output_dimension", {1536, 1024, 512, 256}, to.dimensions);
}

Checked take_dimensions(const json::object& object, CloudEmbedding& to) {
  const auto count = count_in(object, "outputDimensionality");
  if (!count) {
    return std::unexpected(count.error());
  }
  to.dimensions = static_cast<std::size_t>(std::min<std::int64_t>(count->value_or(768), 3072));
  return true;
}

Checked read_predict(const json::object& body, const AskPlace& place, CloudEmbedding& to) {
  const auto* const instances = array_in(body, "instances");
  if (instances == nullptr || instances->empty()) {
    return invalid("Empty instances.");
  }
  const std::size_t max = !place.model.contains("gemini") ? 250 : 1;
  if (instances->size() > max) {
    return invalid(fmt::format(
        "{} instance(s) is allowed per prediction. Actual: {}", max, instances->size()));
  }
  for (const auto& instance : *instances) {
    const auto* const object = instance.if_object();
    if (object == nullptr || text_in(*object, "content").empty() ||
        !stranger(*object, {"content", "task_type", "title"}).empty()) {
      return invalid("The instance has to hold its text in content.");
    }
    to.texts.emplace_back(text_in(*object, "content"));
  }
  const auto* const parameters = object_in(body, "parameters");
  static const json::object kNone;
  return take_dimensions(parameters == nullptr ? kNone : *parameters, to);
}

std::string_view text_of_content(const json::object& request) {
  const auto* const content = object_in(request, "content");
  const auto* const parts = content == nullptr ? nullptr : array_in(*content, "parts");
  const auto* const part =
      parts == nullptr || parts->empty() ? nullptr : parts->front().if_object();
  return part == nullptr ? std::string_view() : text_in(*part, "text");
}

Checked read_batch(const json::object& body, const AskPlace& place, CloudEmbedding& to) {
  const auto* const requests = array_in(body, "requests");
  if (requests == nullptr || requests->empty() || requests->size() > 100) {
    return invalid(
        "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch");
  }
  for (const auto& each : *requests) {
    const auto* const request = each.if_object();
    if (request == nullptr || text_in(*request, "model") != fmt::format("models/{}", place.model)) {
      return invalid("* BatchEmbedContentsRequest.requests[].model: has to be that of the batch");
    }
    const auto name =
        stranger(*request, {"model", "content", "taskType", "title", "outputDimensionality"});
    if (!name.empty()) {
      return invalid(fmt::format(
          "Invalid JSON payload received. Unknown name \"{}\": Cannot find field.", name));
    }
    if (text_of_content(*request).empty()) {
      return invalid("* EmbedContentRequest.content: contents is not specified");
    }
    to.texts.emplace_back(text_of_content(*request));
    if (auto checked = take_dimensions(*request, to); !checked) {
      return checked;
    }
  }
  return true;
}

Form form_of(const AskPlace& place) {
  if (place.operation == CloudOperation::Predict) {
    return Form::Predict;
  }
  if (place.operation == CloudOperation::BatchEmbedContents) {
    return Form::Batch;
  }
  if (place.operation == CloudOperation::Invoke) {
    return place.model.contains("titan") ? Form::Titan : Form::Cohere;
  }
  return Form::OpenAi;
}

Checked read_form(const json::object& body, const AskPlace& place, CloudEmbedding& to) {
  switch (to.form) {
    case Form::OpenAi:
      return read_openai(body, place, to);
    case Form::Titan:
      return read_titan(body, place, to);
    case Form::Cohere:
      return read_cohere(body, place, to);
    case Form::Predict:
      return read_predict(body, place, to);
    case Form::Batch:
      return read_batch(body, place, to);
  }
  return true;
}

}  // namespace

bool is_embedding_model(std::string_view model) {
  return model.contains("titan-embed") || model.contains("cohere.embed");
}

AskResult read_embeddings(const json::object& body, const AskPlace& place) {
  CloudAsk ask;
  auto& embedding = ask.embedding.emplace();
  embedding.form = form_of(place);
  if (const auto checked = read_form(body, place, embedding); !checked) {
    return std::unexpected(checked.error());
  }
  ask.model = text_in(body, "model");
  ask.messages = embedding.texts.size();
  for (const auto& text : embedding.texts) {
    ask.prompt_bytes += text.size();
    ask.last_words.append(ask.last_words.empty() ? "" : "\n").append(text);
  }
  return ask;
}

}  // namespace meridian
