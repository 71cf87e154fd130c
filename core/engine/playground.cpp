#include "core/engine/playground.h"

#include "core/engine/engine_context.h"
#include "core/engine/playground_reply.h"

#include <algorithm>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

std::string textField(const Json& request, const char* key, const std::string& otherwise)
{
    if (!request.contains(key) || request[key].is_null())
        return otherwise;
    if (!request[key].is_string())
        throw Failure({ "bad_request", std::string("\"") + key + "\" must be a text.", "" });
    return request[key].get<std::string>();
}

std::string idOf(const Json& request)
{
    return request.contains("id") && request["id"].is_string() ? request["id"].get<std::string>() : std::string();
}

} // namespace

Playground::Playground(Emit emit, int threads, std::string device)
    : m_emit(std::move(emit))
    , m_device(std::move(device))
    , m_workers(makeWorkers(threads))
    , m_thread([this] { work(); })
{
}

Playground::~Playground()
{
    {
        const std::lock_guard lock(m_guard);
        m_ending = true;
        m_jobs.clear();
        m_cancel = true;
    }
    m_something.notify_all();
    m_thread.join();
}

void Playground::drain()
{
    std::unique_lock lock(m_guard);
    m_idle.wait(lock, [this] { return !m_busy && m_jobs.empty(); });
}

void Playground::emit(Json event)
{
    const std::lock_guard lock(m_emitting);
    m_emit(event);
}

void Playground::fail(const Json& request, const Error& error)
{
    Json event { { "event", "error" } };
    for (const char* key : { "id", "model", "op" })
        if (request.is_object() && request.contains(key))
            event[key] = request[key];
    event["error"] = error.code;
    event["message"] = error.message;
    event["hint"] = error.hint;
    emit(std::move(event));
}

void Playground::handle(const Json& request)
{
    try {
        answer(request);
    } catch (const Failure& failure) {
        fail(request, failure.error());
    } catch (const std::exception& exception) {
        fail(request, { "internal", exception.what(), "" });
    }
}

void Playground::answer(const Json& request)
{
    if (!request.is_object())
        throw Failure({ "bad_request", "A request is a JSON object.", "" });
    const std::string op = textField(request, "op", "");
    if (op == "load" || op == "unload" || op == "generate") {
        {
            const std::lock_guard lock(m_guard);
            m_jobs.push_back({ request, idOf(request) });
        }
        m_something.notify_all();
        return;
    }
    if (op == "cancel")
        return cancel(request);
    if (op != "tokenize" && op != "render")
        throw Failure({ "bad_request", "There is no request \"" + op + "\".",
            "Known: load, unload, generate, cancel, tokenize, render." });
    const std::shared_ptr<LoadedModel> model = modelOf(request);
    Json event { { "event", op == "render" ? "rendered" : "tokens" }, { "id", idOf(request) } };
    if (op == "render") {
        event["text"] = renderedChat(*model, request);
    } else {
        const Tokenizer::Encoding e = model->tokenizer().encodeWithOffsets(
            textField(request, "text", ""), textField(request, "special", "parse") != "text");
        event["ids"] = e.ids;
        event["pieces"] = e.pieces;
        event["offsets"] = e.offsets;
    }
    emit(std::move(event));
}

void Playground::cancel(const Json& request)
{
    const bool all = !request.contains("id");
    const std::string id = idOf(request);
    std::vector<Job> dropped;
    {
        const std::lock_guard lock(m_guard);
        if (m_busy && (all || m_running == id))
            m_cancel = true;
        const auto keep = std::stable_partition(m_jobs.begin(), m_jobs.end(),
            [&](const Job& job) { return job.request.value("op", "") != "generate" || !(all || job.id == id); });
        dropped.assign(keep, m_jobs.end());
        m_jobs.erase(keep, m_jobs.end());
    }
    for (const Job& job : dropped)
        emit({ { "event", "done" }, { "id", job.id }, { "model", textField(job.request, "model", "main") },
            { "finish", "cancelled" }, { "text", "" }, { "tokens", 0 } });
}

void Playground::work()
{
    for (;;) {
        Job job;
        {
            std::unique_lock lock(m_guard);
            m_busy = false;
            if (m_jobs.empty())
                m_idle.notify_all();
            m_something.wait(lock, [this] { return m_ending || !m_jobs.empty(); });
            if (m_ending)
                return;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
            m_running = job.id;
            m_busy = true;
            m_cancel = false;
        }
        try {
            run(job);
        } catch (const Failure& failure) {
            fail(job.request, failure.error());
        } catch (const std::bad_alloc&) {
            fail(job.request,
                { "out_of_memory", "The computer ran out of memory.", "Close other models, or choose a smaller one." });
        } catch (const std::exception& exception) {
            fail(job.request, { "internal", exception.what(), "" });
        }
    }
}

void Playground::run(const Job& job)
{
    const std::string op = job.request.value("op", "");
    if (op == "load")
        return load(job.request);
    if (op == "generate")
        return generate(job.request);
    const std::string slot = textField(job.request, "model", "main");
    std::shared_ptr<LoadedModel> gone; // freed outside the lock
    {
        const std::lock_guard lock(m_guard);
        if (const auto found = m_models.find(slot); found != m_models.end()) {
            gone = std::move(found->second);
            m_models.erase(found);
        }
    }
    gone.reset();
    emit({ { "event", "unloaded" }, { "id", job.id }, { "model", slot } });
}

void Playground::load(const Json& request)
{
    const std::string slot = textField(request, "model", "main"), path = textField(request, "path", "");
    if (path.empty())
        throw Failure({ "bad_request", "load needs \"path\": the model's folder or file.", "" });
    emit({ { "event", "loading" }, { "id", idOf(request) }, { "model", slot }, { "path", path } });
    {
        const std::lock_guard lock(m_guard);
        m_models.erase(slot); // its memory is needed for the next one
    }
    const auto model = std::make_shared<LoadedModel>(path, textField(request, "adapter", ""), m_device, *m_workers);
    {
        const std::lock_guard lock(m_guard);
        m_models[slot] = model;
    }
    emit({ { "event", "ready" }, { "id", idOf(request) }, { "model", slot }, { "path", path },
        { "device", model->decoder().description() }, { "card", toJson(model->card()) } });
}

std::shared_ptr<LoadedModel> Playground::modelOf(const Json& request)
{
    const std::string slot = textField(request, "model", "main");
    const std::lock_guard lock(m_guard);
    const auto found = m_models.find(slot);
    if (found == m_models.end())
        throw Failure({ "model_not_loaded", "No model is loaded as \"" + slot + "\".", "Load one first." });
    return found->second;
}

void Playground::generate(const Json& request)
{
    const std::shared_ptr<LoadedModel> model = modelOf(request);
    const ReplyRequest reply = replyRequest(*model, request);
    ReplyStream stream(*model, reply);
    const auto send = [&](Json event) {
        event["id"] = idOf(request);
        event["model"] = textField(request, "model", "main");
        emit(std::move(event));
    };
    send(stream.started());
    PromptRequest prompt { reply.promptIds, { Rng(reply.seed, Purpose::Sampling, 0, 0) } };
    bool ended = false;
    GenerateHooks hooks;
    hooks.cancel = &m_cancel;
    hooks.onToken = [&](const TokenReport& report) {
        ended = stream.endsWith(report.id);
        send(stream.token(report));
    };
    model->decoder().generate({ prompt }, reply.params, hooks);
    send(stream.done(ended ? "stop" : m_cancel ? "cancelled" : "length"));
}

} // namespace aha
