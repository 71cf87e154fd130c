#pragma once
// Continuous batching on the device. Slots hold sequences in progress; a free slot takes the next piece of work at the
// start of a step. All of it lives in the device's memory, so that a captured step can be replayed without a word from
// the host.

#include "core/cuda/decoder_kernels.cuh"
#include "core/cuda/sampling_kernels.cuh"

namespace aha::cuda {

inline constexpr int kMaxSlots = 1024; ///< one block assigns work

/// What the host reads now and then.
struct Counters {
    int nextWork; ///< first piece of work that no slot has taken
    int liveRows; ///< sequences of the step just made
    int finished; ///< completions done
    int steps; ///< since the start
    long long rows; ///< sequences, summed over the steps
};

struct SlotTable {
    int slots, work; ///< how many there are
    // Per slot.
    int* owner; ///< piece of work; -1: free
    int *token, *position, *produced; ///< next token to feed, where it stands, tokens drawn so far
    int* fresh; ///< taken in this step: the prompt's cache is yet to be copied
    uint32_t* seen; ///< [slot][vocabulary / 32] bits, for the repetition penalty
    // Rows of this step: live slots in order.
    int *rowSlot, *rowToken, *rowPosition;
    Counters* counters;
    // Per prompt.
    const int *promptLength, *promptLast;
    const uint32_t* promptSeen;
    // Per piece of work.
    const int* workPrompt;
    const philox::State* stream;
    int *outLength, *outEnded, *outId; ///< [work], [work], [work][maxNewTokens]
    float *outLogprob, *outEntropy;
    int* outAlternative; ///< [work][maxNewTokens][alternatives]; -1: no more tokens are possible
    float* outAlternativeLogprob;
};

/// Ranks of the threads for which `flag` holds, in order of thread; `total` is their number. Blocks of whole warps.
__device__ inline int blockRank(bool flag, int* warpTotals, int& total)
{
    const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
    const unsigned mask = __ballot_sync(kAllLanes, flag);
    if (lane == 0)
        warpTotals[warp] = __popc(mask);
    __syncthreads();
    int before = 0;
    total = 0;
    for (int w = 0; w < int(blockDim.x) / kWarp; ++w) {
        before += w < warp ? warpTotals[w] : 0;
        total += warpTotals[w];
    }
    __syncthreads();
    return before + __popc(mask & ((1u << lane) - 1));
}

/// One block, a thread a slot (rounded up to whole warps). Free slots take work in order of slot; a new sequence starts
/// by feeding its prompt's last token again, whose keys and values the prompt's prefill left out.
static __global__ void __launch_bounds__(kMaxSlots) assignWork(SlotTable t)
{
    __shared__ int warpTotals[kMaxSlots / kWarp];
    const int slot = threadIdx.x, next = t.counters->nextWork;
    const bool exists = slot < t.slots, free = exists && t.owner[slot] < 0;
    int freeSlots = 0, live = 0;
    const int work = next + blockRank(free, warpTotals, freeSlots);
    bool fresh = free && work < t.work;
    if (fresh) {
        const int prompt = t.workPrompt[work];
        t.owner[slot] = work;
        t.produced[slot] = 0;
        t.token[slot] = t.promptLast[prompt];
        t.position[slot] = t.promptLength[prompt] - 1;
    }
    if (exists)
        t.fresh[slot] = fresh;
    const bool busy = exists && t.owner[slot] >= 0;
    const int row = blockRank(busy, warpTotals, live);
    if (busy) {
        t.rowSlot[row] = slot;
        t.rowToken[row] = t.token[slot];
        t.rowPosition[row] = t.position[slot];
    }
    if (slot == 0) { // every thread has read nextWork: two barriers lie between
        const int left = t.work - next;
        t.counters->nextWork = next + (freeSlots < left ? freeSlots : left);
        t.counters->liveRows = live;
        t.counters->rows += live;
        t.counters->steps += live > 0;
    }
}

/// Keys and values of the prompt (all but its last token) and its set of tokens, into the slots just taken. One block a
/// row.
static __global__ void copyPrompts(SlotTable t, Cache prompts, Cache slots, int seenWords)
{
    const int r = blockIdx.x;
    if (r >= t.counters->liveRows || !t.fresh[t.rowSlot[r]])
        return;
    const int slot = t.rowSlot[r], prompt = t.workPrompt[t.owner[slot]];
    const int64_t length = t.promptLength[prompt] - 1, a = slots.headDim;
    for (int64_t i = threadIdx.x; i < slots.layers * slots.keyValueHeads * length * a; i += blockDim.x) {
        const int64_t part = i / (length * a), layer = part / slots.keyValueHeads, head = part % slots.keyValueHeads,
                      at = i % (length * a);
        slots.keys[slots.at(slot, layer, head) + at] = prompts.keys[prompts.at(prompt, layer, head) + at];
        slots.values[slots.at(slot, layer, head) + at] = prompts.values[prompts.at(prompt, layer, head) + at];
    }
    for (int i = threadIdx.x; i < seenWords; i += blockDim.x)
        t.seen[int64_t(slot) * seenWords + i] = t.promptSeen[int64_t(prompt) * seenWords + i];
}

/// Draws each row's next token, records it, and frees the slots of finished sequences. One block of
/// softmaxThreads(vocab) a row.
static __global__ void __launch_bounds__(kSoftmaxThreads)
    drawTokens(SlotTable t, const SamplerSettings* settings, int64_t vocab, int seenWords, float* logits)
{
    __shared__ DrawScratch scratch;
    const int r = blockIdx.x;
    if (r >= t.counters->liveRows)
        return;
    const SamplerSettings& s = *settings;
    const int slot = t.rowSlot[r], work = t.owner[slot], produced = t.produced[slot];
    uint32_t* seen = t.seen + int64_t(slot) * seenWords;
    const Drawn drawn
        = draw(logits + r * vocab, vocab, s, seen, philox::uniformAt(t.stream[work], uint64_t(produced)), scratch);
    const int64_t at = int64_t(work) * s.maxNewTokens + produced;
    float previous = INFINITY;
    for (int a = 0, id = -1; a < s.alternatives; ++a) {
        id = previous > -INFINITY ? nextLikely(logits + r * vocab, vocab, previous, id, scratch) : -1;
        previous = id < 0 ? -INFINITY : logits[r * vocab + id];
        if (threadIdx.x == 0) {
            t.outAlternative[at * s.alternatives + a] = id;
            // The drawn token's log-prob and logit give everyone's.
            t.outAlternativeLogprob[at * s.alternatives + a]
                = drawn.logprob + (previous - logits[r * vocab + drawn.token]) * s.inverseTemperature;
        }
    }
    if (threadIdx.x > 0)
        return;
    t.outId[at] = drawn.token;
    t.outLogprob[at] = drawn.logprob;
    t.outEntropy[at] = drawn.entropy;
    if (seenWords)
        seen[drawn.token / 32] |= 1u << (drawn.token % 32);
    bool ended = false;
    for (int e = 0; e < s.endCount; ++e)
        ended = ended || drawn.token == s.ends[e];
    t.produced[slot] = produced + 1;
    t.token[slot] = drawn.token;
    ++t.position[slot];
    if (!ended && produced + 1 < s.maxNewTokens)
        return;
    t.outLength[work] = produced + 1;
    t.outEnded[work] = ended;
    t.owner[slot] = -1;
    atomicAdd(&t.counters->finished, 1);
}

} // namespace aha::cuda
