#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "providers/upstream.h"

namespace meridian {

// One function a provider, in its folder: fills in where requests go and in which dialect. Adding a
// provider means adding one here and a line in upstream.cc.
struct Preparing {
  Upstream& upstream;
  const Deployment& deployment;
  // Header fields in sending order, lower-case names, no credential and no content-length.
  std::vector<std::pair<std::string, std::string>> fields;
};

void prepare_bedrock(Preparing& at);
void prepare_vertex(Preparing& at);
void prepare_gemini(Preparing& at);
void prepare_anthropic(Preparing& at);
void prepare_openai(Preparing& at);  // And compatible ones.
void prepare_azure(Preparing& at);

// Whether the deployment's model completes text: it is asked by POST /completions then. The file
// says so (model_info.mode), the prefix does (text-completion-openai), or it is one of the last
// three that OpenAI has.
bool completes_text(const Preparing& at);

// Whether the deployment's model has the Responses API and no other: the file says so
// (model_info.mode), or the route in its name does, `openai/responses/...` or
// `azure/responses/...`.
bool only_responds(const Preparing& at);

// What a model's name tells of how it is asked for embeddings; None: it makes none.
EmbeddingForm bedrock_embedding_form(std::string_view model);
bool embeds_at_google(std::string_view model);

// Takes the address from a base URL; the URL comes back so that its path can be used. Where it is
// not usable, `problem` says so, in the words of the setting `name`.
BaseUrl take_base(Preparing& at, std::string_view name, const std::string& text);

// The path without the endpoint that people write at its end: all of them mean the same.
std::string without_endpoint(std::string path);

// A model's name inside a path: encoded, but for the one `*` of a wildcard.
std::string model_segment(std::string_view model);

// Whether this can be a label of a host name: a region that somebody typed must not become another
// host.
bool is_host_label(std::string_view text);

}  // namespace meridian
