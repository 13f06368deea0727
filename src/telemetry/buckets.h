#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace meridian {

// Edges of answers and first tokens, in microseconds: 5 ms to 10 min. 2 s is one of them, because
// the seed's alert asks whether the 95th percentile is above it. Listed in docs/operate/metrics.md.
inline constexpr std::array<std::int64_t, 31> kLatencyEdgesUs{
    5'000,       10'000,      25'000,     50'000,     75'000,     100'000,    150'000,
    200'000,     300'000,     400'000,    500'000,    750'000,    1'000'000,  1'500'000,
    2'000'000,   2'500'000,   3'000'000,  4'000'000,  5'000'000,  7'500'000,  10'000'000,
    15'000'000,  20'000'000,  30'000'000, 45'000'000, 60'000'000, 90'000'000, 120'000'000,
    180'000'000, 300'000'000, 600'000'000};

// Edges of the gateway's own time, in microseconds: 10 us to 1 s.
inline constexpr std::array<std::int64_t, 15> kOverheadEdgesUs{10,
                                                               20,
                                                               50,
                                                               100,
                                                               200,
                                                               300,
                                                               500,
                                                               1'000,
                                                               2'000,
                                                               5'000,
                                                               10'000,
                                                               20'000,
                                                               50'000,
                                                               100'000,
                                                               1'000'000};

// Attempts a request.
inline constexpr std::array<std::int64_t, 7> kAttemptEdges{1, 2, 3, 4, 5, 7, 10};

// A histogram as plain numbers: whole values, upper edges inclusive as Prometheus wants them. A
// template because the edges are then constants of the search and the counts lie inside the
// worker's own memory.
template <const auto& Edges>
struct Buckets {
  // A power of two less one: the search below then halves what is left with a fixed number of
  // comparisons and no branch to mispredict. std::lower_bound took three times as long.
  static_assert(std::has_single_bit(Edges.size() + 1));

  std::array<std::uint64_t, Edges.size() + 1> counts{};  // Not cumulative; the last is above all.
  std::int64_t sum = 0;

  void observe(std::int64_t value) {
    value = std::max<std::int64_t>(value, 0);  // A clock that was read on two cores.
    std::size_t below = 0;                     // Edges that are less than the value.
    for (auto step = counts.size() / 2; step > 0; step /= 2) {
      below += Edges[below + step - 1] < value ? step : 0;
    }
    ++counts[below];
    sum += value;
  }

  void add(const Buckets& other) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      counts[i] += other.counts[i];
    }
    sum += other.sum;
  }
};

using LatencyBuckets = Buckets<kLatencyEdgesUs>;
using OverheadBuckets = Buckets<kOverheadEdgesUs>;
using AttemptBuckets = Buckets<kAttemptEdges>;

}  // namespace meridian
