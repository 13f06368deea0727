#include <array>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/check.h"
#include "config/load.h"

// Reading a file of 1000 deployments: what a start and every reload costs, off the request path.
// Nearly four fifths of it is yaml-cpp.
namespace meridian {

namespace {

std::string file_of(int deployments) {
  constexpr std::array<std::string_view, 4> kRegions{
      "us-west-2", "us-east-1", "eu-west-1", "ap-southeast-1"};
  std::string text = "model_list:\n";
  for (int i = 0; i < deployments; ++i) {
    const auto region = kRegions[static_cast<std::size_t>(i) % kRegions.size()];
    text += fmt::format(
        "  - model_name: model-{}\n    weight: {}\n    litellm_params:\n"
        "      model: bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0\n"
        "      aws_region_name: {}\n      rpm: 100\n"
        "      metadata:\n        region: {}\n        latency_target: 50\n",
        i / 4,
        i % 7 + 1,
        region,
        region);
  }
  return text + "router_settings:\n  allowed_regions: [us, eu, apac]\n";
}

void load(benchmark::State& state) {
  const auto text = file_of(static_cast<int>(state.range(0)));
  for (const auto _ : state) {
    const auto settings = load_config(text, "bench.yaml", {});
    MERIDIAN_CHECK(settings.has_value());
    benchmark::DoNotOptimize(settings->fleet.deployments.size());
  }
}

BENCHMARK(load)->Arg(10)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace meridian
