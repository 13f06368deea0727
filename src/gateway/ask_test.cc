#include "gateway/ask.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace meridian {
namespace {

using namespace std::chrono_literals;

// A head with these lines, and its text kept beside it.
struct Asked {
  std::string text;
  Head head;

  explicit Asked(std::string_view fields)
      : text("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n" + std::string(fields) + "\r\n") {
    EXPECT_EQ(parse_request(text, head), Parsed::Whole);
  }
};

GeneralSettings with_key(std::string key) {
  GeneralSettings general;
  general.master_key = Secret(std::move(key));
  return general;
}

Exchange exchange() {
  auto snapshot = std::make_shared<Snapshot>();
  Exchange made;
  made.pin = Pinned(new Pin);
  made.pin->snapshot = std::move(snapshot);
  return made;
}

TEST(Authenticate, TakesTheKeyFromEveryHeaderThatClientsUse) {
  for (const std::string_view line : {"authorization: Bearer sk-1\r\n",
                                      "Authorization: bearer sk-1\r\n",
                                      "x-api-key: sk-1\r\n",
                                      "api-key: sk-1\r\n",
                                      "x-goog-api-key: sk-1\r\n",
                                      "x-litellm-api-key: Bearer sk-1\r\n"}) {
    EXPECT_TRUE(authenticate(Asked(line).head, with_key("sk-1"))) << line;
  }
}

TEST(Authenticate, SaysWhichHeaderToSend) {
  const auto answer = authenticate(Asked("").head, with_key("sk-1"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, 401);
  EXPECT_EQ(answer.error().message, "no API key; send the header \"Authorization: Bearer <key>\"");
}

TEST(Authenticate, RefusesAWrongKeyAndTwoKeys) {
  EXPECT_FALSE(authenticate(Asked("authorization: Bearer sk-2\r\n").head, with_key("sk-1")));
  EXPECT_FALSE(
      authenticate(Asked("authorization: Bearer sk-2\r\nauthorization: Bearer sk-1\r\n").head,
                   with_key("sk-1")));
}

TEST(Authenticate, WithoutAMasterKeyEverybodyMay) {
  EXPECT_TRUE(authenticate(Asked("").head, with_key("")));
}

TEST(ReadAsk, PutsTheWishForUsageIntoAStreamThatDidNotAskForIt) {
  const std::string_view body = R"({"model":"m","stream":true})";
  Peeker peeker;
  const auto peek = peeker.peek(body, body.size());
  ASSERT_TRUE(peek);
  auto asking = exchange();

  const auto facts = read_ask(Asked("").head, **peek, body, asking);

  ASSERT_TRUE(facts);
  ASSERT_TRUE(facts->usage);
  EXPECT_EQ(facts->usage->at, 1U);
  EXPECT_EQ(facts->usage->length, 0U);
  EXPECT_EQ(facts->model.at, 9U);
  EXPECT_EQ(facts->model.length, 3U);
}

TEST(ReadAsk, TheHeaderSaysHowLongAndHowOften) {
  const std::string_view body = R"({"model":"m","num_retries":7})";
  Peeker peeker;
  const auto peek = peeker.peek(body, body.size());
  ASSERT_TRUE(peek);
  auto asking = exchange();

  ASSERT_TRUE(read_ask(
      Asked("x-litellm-timeout: 2.5\r\nx-litellm-num-retries: 1\r\nx-meridian-workload: batch\r\n")
          .head,
      **peek,
      body,
      asking));

  EXPECT_EQ(asking.deadline - asking.began, 2500ms);
  EXPECT_EQ(asking.route.retries, 1);
  EXPECT_EQ(asking.route.workload, Workload::Batch);
}

// What read_ask says to a body under these settings; empty: nothing.
std::string refusal_of(GeneralSettings general,
                       std::string_view body,
                       Dialect dialect = Dialect::OpenAiChat,
                       Operation operation = Operation::Chat) {
  Peeker peeker;
  const auto peek = peeker.peek(body, body.size());
  EXPECT_TRUE(peek);
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->settings.general = std::move(general);
  auto asking = exchange();
  asking.pin->snapshot = std::move(snapshot);
  asking.dialect = dialect;
  asking.operation = operation;
  const auto facts = read_ask(Asked("").head, **peek, body, asking);
  return facts ? std::string() : facts.error().message;
}

TEST(ReadAsk, WantsAUserWhereTheFileEnforcesOne) {
  GeneralSettings general;
  general.enforce_user_param = true;
  constexpr std::string_view kMissing =
      "\"user\" is missing; this gateway wants to know the user of every request "
      "(enforce_user_param)";
  EXPECT_EQ(refusal_of(general, R"({"model":"m"})"), kMissing);
  EXPECT_EQ(refusal_of(general, R"({"model":"m","user":""})"), kMissing);
  EXPECT_EQ(refusal_of(general, R"({"model":"m","user":null})"), kMissing);
  EXPECT_EQ(refusal_of(general, R"({"model":"m","user":"u"})"), "");
}

TEST(ReadAsk, AnthropicsUserIsInItsMetadata) {
  GeneralSettings general;
  general.enforce_user_param = true;
  constexpr auto kMessages = Dialect::AnthropicMessages;
  EXPECT_EQ(refusal_of(general, R"({"model":"m","user":"u"})", kMessages),
            "\"metadata.user_id\" is missing; this gateway wants to know the user of every request "
            "(enforce_user_param)");
  EXPECT_EQ(refusal_of(general, R"({"model":"m","metadata":{"user_id":"u"}})", kMessages), "");
  EXPECT_EQ(refusal_of(general, R"({"model":"m"})", kMessages, Operation::CountTokens), "");
}

TEST(ReadAsk, WantsTheFieldsThatTheFileEnforces) {
  GeneralSettings general;
  general.enforced_params = {"metadata.team", "temperature"};
  EXPECT_EQ(refusal_of(general, R"({"model":"m","temperature":1,"metadata":{"team":null}})"),
            "\"metadata.team\" is missing; this gateway asks for it in every request "
            "(enforced_params)");
  EXPECT_EQ(refusal_of(general, R"({"model":"m","metadata":{"team":"a"}})"),
            "\"temperature\" is missing; this gateway asks for it in every request "
            "(enforced_params)");
  EXPECT_EQ(refusal_of(general, R"({"model":"m","temperature":1,"metadata":{"team":"a"}})"), "");
}

TEST(ReadAsk, RefusesRequestsThatCountOnGuardrails) {
  constexpr std::string_view kRefused =
      "\"guardrails\" do not run here, so nothing would be checked; leave the field out";
  EXPECT_EQ(refusal_of({}, R"({"model":"m","guardrails":["pii"]})"), kRefused);
  EXPECT_EQ(refusal_of({}, R"({"model":"m","guardrails":[{"pii":{}}]})"), kRefused);
  EXPECT_EQ(refusal_of({}, R"({"model":"m","guardrails":"pii"})"), kRefused);
  EXPECT_EQ(refusal_of({}, R"({"model":"m","metadata":{"guardrails":["pii"]}})"), kRefused);
  EXPECT_EQ(refusal_of({}, R"({"model":"m","guardrails":[],"metadata":{"guardrails":[]}})"), "");
  EXPECT_EQ(refusal_of({}, R"({"model":"m","guardrails":null,"metadata":{"guardrails":null}})"),
            "");
}

TEST(ReadAsk, AnEmptyListOfGuardrailsIsNoBusinessOfTheProvider) {
  const std::string_view body = R"({"model":"m","guardrails":[]})";
  Peeker peeker;
  const auto peek = peeker.peek(body, body.size());
  ASSERT_TRUE(peek);
  auto asking = exchange();
  EXPECT_TRUE(read_ask(Asked("").head, **peek, body, asking)->gateway_fields);
}

TEST(ReadAsk, RefusesValuesThatMakeNoSense) {
  const std::string_view body = R"({"model":"m"})";
  Peeker peeker;
  for (const std::string_view line : {"x-litellm-timeout: soon\r\n",
                                      "x-litellm-timeout: -1\r\n",
                                      "x-litellm-timeout: nan\r\n",
                                      "x-litellm-num-retries: many\r\n",
                                      "x-meridian-workload: fast\r\n"}) {
    const auto peek = peeker.peek(body, body.size());
    ASSERT_TRUE(peek);
    auto asking = exchange();
    EXPECT_FALSE(read_ask(Asked(line).head, **peek, body, asking)) << line;
  }
}

TEST(BindResidency, TheHeaderNarrowsAndAnUnknownWordIsRefused) {
  auto asking = exchange();
  ASSERT_TRUE(bind_residency(Asked("x-meridian-allowed-regions: eu, DE\r\n").head, "", asking));
  EXPECT_FALSE(asking.residency().unrestricted());

  auto other = exchange();
  const auto bound =
      bind_residency(Asked("x-meridian-allowed-regions: atlantis\r\n").head, "", other);
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().message,
            "x-meridian-allowed-regions: \"atlantis\" is no region, country or group of them");
}

}  // namespace
}  // namespace meridian
