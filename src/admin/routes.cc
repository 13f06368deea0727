#include "admin/routes.h"

#include "admin/explain.h"
#include "gateway/local.h"
#include "wire/codec.h"

namespace meridian {

namespace {

std::unique_ptr<LocalAnswer> refuse(const Failure& failure) {
  auto answer = std::make_unique<LocalAnswer>();
  answer->status = status_of(failure);
  answer->body = write_error(Dialect::OpenAiChat, failure, {});
  return answer;
}

std::unique_ptr<LocalAnswer> answer_explain(const LocalCall& call, const Snapshot& snapshot) {
  if (!call.operator_is_asking) {
    const bool keyless = snapshot.settings.general.master_key.empty();
    return refuse(
        {.kind = FailureKind::BadRequest,
         .status = keyless ? 403 : 401,
         .message = keyless ? "without a master_key this answers on the loopback address only"
                            : "this needs the master key: \"Authorization: Bearer <master_key>\"",
         .code = "forbidden"});
  }
  const auto question = read_question(call.query);
  if (!question) {
    return refuse(question.error());
  }
  auto text = explain(*question, snapshot.settings, *snapshot.board, call.now);
  if (!text) {
    return refuse(text.error());
  }
  auto answer = std::make_unique<LocalAnswer>();
  answer->content_type = question->json ? "application/json" : "text/plain; charset=utf-8";
  answer->body = std::move(*text);
  return answer;
}

}  // namespace

ExtraRoutes admin_routes() {
  return [](const LocalCall& call, const Snapshot& snapshot) -> std::unique_ptr<LocalAnswer> {
    return call.path == "/explain" && call.method == Method::Get ? answer_explain(call, snapshot)
                                                                 : nullptr;
  };
}

}  // namespace meridian
