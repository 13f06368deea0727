#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/failure.h"
#include "gateway/journey.h"
#include "routing/pursuit.h"

namespace meridian {

// How one try at one deployment ended, for the client's request.
struct AttemptEnd {
  enum class Kind : std::uint8_t {
    Answered,  // The client has all of it.
    Failed,    // Before any content: another may be tried.
    Cut,       // After content had gone out; the client has been told so.
    ClientLeft,
  };

  Kind kind = Kind::Failed;
  // Of Failed and Cut; else null. Apart, since an end passes through a coroutine each layer.
  std::unique_ptr<Failure> failure;

  // Made by name: g++ 12 must not see a braced aggregate in a coroutine (docs/dev/gcc12.md).
  static AttemptEnd answered(bool client_took_it) {
    return {.kind = client_took_it ? Kind::Answered : Kind::ClientLeft, .failure = nullptr};
  }

  static AttemptEnd client_left() { return {.kind = Kind::ClientLeft, .failure = nullptr}; }

  static AttemptEnd failed(Failure why) {
    return {.kind = Kind::Failed, .failure = std::make_unique<Failure>(std::move(why))};
  }

  static AttemptEnd failed(FailureKind kind, std::string message) {
    return failed(Failure{.kind = kind, .message = std::move(message)});
  }

  static AttemptEnd cut(Failure why) {
    return {.kind = Kind::Cut, .failure = std::make_unique<Failure>(std::move(why))};
  }
};

// Sends the request to the deployment of `step` and carries the answer to the client. Reports what
// it saw to health and metrics. Holds a lease for as long as it runs.
Awaitable<AttemptEnd> attempt(Journey& journey, const Step& step);

}  // namespace meridian
