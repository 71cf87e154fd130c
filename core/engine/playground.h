#pragma once
// Models to talk to: loads them, answers requests one at a time, streams every token. What `ahascope-engine playground`
// runs behind its pipe; the window is its usual other end.

#include "core/base/workers.h"
#include "core/engine/loaded_model.h"

#include <nlohmann/json.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace aha {

/// Requests: {"op", "id"?, "model"?, …}. "model" names one of several that are loaded, "main" when it is missing; "id"
/// is any text and comes back in the events it caused.
///
///   load      path, adapter?                        loading, then ready (card) or error
///   unload                                          unloaded
///   generate  messages, prompt or ids; sampling?    started, token …, done
///             {temperature, top_k, top_p, min_p, repetition_penalty, max_new_tokens}, seed?, alternatives?, kwargs?,
///             continue_final_message?
///   cancel    (of the request of that id; of all without one)       its done with finish "cancelled"
///   tokenize  text, special? ("parse" or "text")    tokens
///   render    messages, kwargs?                     rendered
///
/// Whatever fails is an event error {id, model, error, message, hint}; the others go on. load, unload and generate run
/// in their order on one thread; cancel, tokenize and render do not wait for them.
class Playground {
public:
    using Json = nlohmann::ordered_json;
    /// Takes one event. Called from several threads, never twice at once.
    using Emit = std::function<void(const Json&)>;

    /// `threads`: 0 = one per core. `device`: cpu, cuda or auto.
    Playground(Emit emit, int threads, std::string device);
    /// Cancels what runs and what waits.
    ~Playground();

    /// One request. Returns at once.
    void handle(const Json& request);
    /// Waits until everything that was asked is answered.
    void drain();

private:
    struct Job {
        Json request;
        std::string id;
    };
    void work();
    void answer(const Json& request);
    void run(const Job& job);
    void load(const Json& request);
    void generate(const Json& request);
    void cancel(const Json& request);
    std::shared_ptr<LoadedModel> modelOf(const Json& request);
    void emit(Json event);
    void fail(const Json& request, const Error& error);

    Emit m_emit;
    std::mutex m_emitting;
    std::string m_device;
    std::unique_ptr<Workers> m_workers;
    std::mutex m_guard; ///< of what follows
    std::condition_variable m_something, m_idle;
    std::deque<Job> m_jobs;
    std::string m_running; ///< id of the job that runs
    bool m_busy = false, m_ending = false;
    std::map<std::string, std::shared_ptr<LoadedModel>> m_models;
    std::atomic<bool> m_cancel { false };
    std::thread m_thread;
};

} // namespace aha
