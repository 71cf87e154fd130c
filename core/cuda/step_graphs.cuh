#pragma once
// A stream of our own, and the decode step captured on it as a CUDA graph, once per bucket of rows: a replay costs one
// call of the driver instead of one per kernel.

#include "core/cuda/device.cuh"

#include <functional>
#include <map>

namespace aha::cuda {

class Stream {
public:
    Stream() { check(cudaStreamCreateWithFlags(&m_stream, cudaStreamNonBlocking), "Opening a stream"); }
    ~Stream() { cudaStreamDestroy(m_stream); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    cudaStream_t get() const { return m_stream; }

private:
    cudaStream_t m_stream = nullptr;
};

class StepGraphs {
public:
    explicit StepGraphs(cudaStream_t stream)
        : m_stream(stream)
    {
    }
    ~StepGraphs() { clear(); }
    StepGraphs(const StepGraphs&) = delete;
    StepGraphs& operator=(const StepGraphs&) = delete;

    /// The smallest bucket for this many rows: a power of two, or all slots.
    static int bucketFor(int rows, int slots)
    {
        int bucket = 1;
        while (bucket < rows)
            bucket *= 2;
        return bucket < slots ? bucket : slots;
    }

    /// Runs the step of this bucket; captures it first when it is new. `record` puts the step's kernels on the stream.
    void replay(int bucket, const std::function<void()>& record)
    {
        auto found = m_graphs.find(bucket);
        if (found == m_graphs.end()) {
            // Only this thread's calls belong to the capture: LibTorch's other threads may go on.
            check(cudaStreamBeginCapture(m_stream, cudaStreamCaptureModeThreadLocal), "Capturing a step");
            cudaGraph_t graph = nullptr;
            try {
                record();
            } catch (...) {
                cudaStreamEndCapture(m_stream, &graph);
                throw;
            }
            check(cudaStreamEndCapture(m_stream, &graph), "Capturing a step");
            cudaGraphExec_t step = nullptr;
            const cudaError_t status = cudaGraphInstantiate(&step, graph, 0);
            cudaGraphDestroy(graph);
            check(status, "Preparing a captured step");
            found = m_graphs.emplace(bucket, step).first;
        }
        check(cudaGraphLaunch(found->second, m_stream), "Running a captured step");
    }

    /// Captured steps name memory; when that moves, they go.
    void clear()
    {
        for (const auto& [bucket, step] : m_graphs)
            cudaGraphExecDestroy(step);
        m_graphs.clear();
    }

private:
    cudaStream_t m_stream;
    std::map<int, cudaGraphExec_t> m_graphs;
};

} // namespace aha::cuda
