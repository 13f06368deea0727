#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/failure.h"
#include "base/operation.h"
#include "base/secret.h"
#include "base/time.h"
#include "config/settings.h"
#include "providers/address.h"
#include "providers/header_lookup.h"
#include "regions/fleet.h"
#include "wire/chat.h"
#include "wire/count_tokens.h"
#include "wire/dialect.h"
#include "wire/embeddings.h"

namespace meridian {

// What proves to a provider who we are, at this moment.
struct Credential {
  Secret api_key;     // OpenAI, Anthropic, Azure, compatible.
  Secret bearer;      // Google's access token, Bedrock API key.
  Secret aws_key_id;  // With aws_secret, and aws_token for temporary ones.
  Secret aws_secret;
  Secret aws_token;
  std::string account;  // For AccountId and logs: no secret ("AKIA...1234", a project).
};

// One deployment as it is spoken to: all that never changes is prepared. Immutable, shared by
// workers.
class Upstream {
 public:
  DeploymentId id{};
  Provider provider = Provider::Compatible;
  Dialect dialect = Dialect::OpenAiChat;
  Framing framing = Framing::Own;  // Of its streams.
  Address address;
  std::string host;         // The Host header.
  std::string path;         // Where requests go when streaming makes no difference.
  std::string stream_path;  // Converse and Vertex have another for streams; else equal to `path`.
  std::string model;        // As sent; may hold a `*`.
  DeploymentParams params;

  // For a client of the same dialect, when nothing in the body has to change but the model's name:
  // the request's head up to the value of content-length, credential included. Empty: must be
  // translated (another dialect, request defaults, extra_body, a signature over the body).
  std::string passthrough_head;
  std::string passthrough_model;  // Quoted, ready to be put into a body; empty with a wildcard.

  // Where other requests go, streams or not. A head as above, where the body needs no more than the
  // model's name changed: a count at Anthropic's own, whatever OpenAI and its like are asked.
  struct Side {
    std::string path;  // Empty: the deployment is not asked this way.
    std::string passthrough_head;
  };

  Side responses;    // Chats of clients that speak that dialect; without it they are translated
  Side completions;  // into `dialect`.
  Side count;        // The other operations.
  Side embed;
  CountForm count_form = CountForm::None;

  // What `build_request` needs besides. `path` and `stream_path` may hold `*` for the wildcard's
  // match and `{project}` for the credential's project.
  std::string region;             // Bedrock: what is signed for.
  std::string anthropic_version;  // In the body, for Vertex and InvokeModel; empty = not there.
  bool model_in_body = true;
  bool stream_in_body = true;  // Not where another path says it.
  std::string fixed_lines;     // Every header line that does not change, host first.
  std::vector<std::pair<std::string, std::string>> signed_fields;  // x-amz-* of extra_headers.
  std::vector<std::pair<std::string, std::string>>
      forced;                           // Body fields, JSON by name: they replace.
  std::optional<ChatRequest> defaults;  // request_defaults, read.
  bool brings_credential = false;       // extra_headers hold the key.
  std::string problem;  // Not empty: why no request can be built; the sentence says what to change.

  // Where what such a client asks for goes. Null: `path`, or `stream_path`.
  const Side* side_for(Operation operation, Dialect client) const;

  // The dialect that a chat of such a client goes out in, and its reply comes back in.
  Dialect dialect_for(Dialect client) const;

  // Empty: the request of such a client has to be written anew.
  std::string_view passthrough_head_for(Operation operation, Dialect client) const;
};

// Never fails: what is missing makes the deployment not configured, which `config` has already
// said. `credential` is the one at hand, for the prepared head of those with static keys.
Upstream make_upstream(const Deployment& deployment,
                       const DeploymentParams& params,
                       const Credential& credential);

// The bytes of one request, ready to send: head with its empty line, then body.
struct Outgoing {
  std::string head;
  std::string body;
};

// Translates, writes and signs. BadRequest when the provider cannot express the request. `wildcard`
// is what the group's `*` matched. `now` is for signatures, corrected for the provider's clock.
Result<Outgoing> build_request(const Upstream& upstream,
                               const ChatRequest& request,
                               std::string_view wildcard,
                               const Credential& credential,
                               WallTime now);

// The same for a count of the request's tokens. The upstream has to have a form for it.
Result<Outgoing> build_count_request(const Upstream& upstream,
                                     const ChatRequest& request,
                                     std::string_view wildcard,
                                     const Credential& credential,
                                     WallTime now);

// How this deployment is asked for embeddings, and for how many in one call. None: no model of that
// name makes them.
struct EmbeddingWay {
  EmbeddingForm form = EmbeddingForm::None;
  std::size_t texts_max = 1;
};

EmbeddingWay embedding_way(const Upstream& upstream, std::string_view wildcard);

// The same for the embeddings of some of the request's texts, no more than one call takes.
Result<Outgoing> build_embedding_request(const Upstream& upstream,
                                         const EmbeddingRequest& request,
                                         EmbeddingSlice slice,
                                         std::string_view wildcard,
                                         const Credential& credential,
                                         WallTime now);

// What a reply that is not a 200 means, by (provider, status, code), never by status alone: the
// kind that routing and health act on, the sentence for the client, Retry-After, the provider's
// request id. `now` is for Retry-After dates.
Failure classify_reply(Provider provider,
                       int status,
                       const HeaderLookup& header,
                       std::string_view body,
                       WallTime now);

// The same, when it was a key that the client brought: what the provider holds against that key is
// the client's matter, and says nothing about the deployment.
Failure with_clients_key(Failure failure);

// How far the provider's clock is ahead of `now`, learnt from the Date of a reply that refused our
// signature for its time. Add it to `now` for `build_request`. Nothing: that was not the reason.
std::optional<std::chrono::seconds> clock_skew(const Failure& failure,
                                               std::string_view date_header,
                                               WallTime now);

}  // namespace meridian
