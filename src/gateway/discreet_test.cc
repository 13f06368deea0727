#include "gateway/discreet.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

Failure said(FailureKind kind, std::string words) {
  return {.kind = kind, .message = std::move(words), .code = "its_code"};
}

TEST(InOurWords, AProvidersOwnTroubleNamesNoMachineOfIts) {
  for (const auto kind : {FailureKind::ServerError,
                          FailureKind::TimedOut,
                          FailureKind::ConnectFailed,
                          FailureKind::Misconfigured,
                          FailureKind::AccountBlocked}) {
    const auto told = in_our_words(said(kind, "llm-gpu-17 died"));
    EXPECT_EQ(told.message, "the provider's stream failed");
    EXPECT_EQ(told.kind, kind);
    EXPECT_EQ(told.code, "its_code");
  }
  EXPECT_EQ(in_our_words(said(FailureKind::RateLimited, "llm-gpu-17 is busy")).message,
            "the provider's stream ended at one of its limits");
}

TEST(InOurWords, WhatIsSaidOfTheRequestStays) {
  for (const auto kind :
       {FailureKind::BadRequest, FailureKind::ContextWindow, FailureKind::ContentPolicy}) {
    EXPECT_EQ(in_our_words(said(kind, "too long by 7 tokens")).message, "too long by 7 tokens");
  }
}

}  // namespace
}  // namespace meridian
