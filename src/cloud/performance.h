#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "cloud/refusal.h"

namespace meridian {

// A piece of an answer that leaves at once.
struct CloudBeat {
  std::string bytes;
  std::uint32_t tokens = 0;  // That a model needs time for before it.
};

// All that will happen on the wire for one request, decided before the first byte leaves. stage.h
// plays it; everything about it can be tested without a socket.
struct CloudPerformance {
  enum class Opening : std::uint8_t { Reply, Reset, Silence };
  enum class Ending : std::uint8_t { Whole, CutInside, Silence };

  Opening opening = Opening::Reply;
  int status = 200;
  CloudFields fields;
  bool chunked = false;  // A stream; else one beat, the body.
  std::vector<CloudBeat> beats;
  std::size_t tail = 0;  // So many beats at the end say that it is over.
  Ending ending = Ending::Whole;
  Duration first{0};  // Until the head and the first beat.
  Duration per_token{0};
};

inline CloudPerformance to_performance(CloudReply reply, Duration first) {
  CloudPerformance made;
  made.status = reply.status;
  made.fields = std::move(reply.fields);
  made.beats.push_back({std::move(reply.body), 0});
  made.first = first;
  return made;
}

}  // namespace meridian
