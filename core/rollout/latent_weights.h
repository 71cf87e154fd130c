#pragma once
// A layer with latent attention and, maybe, experts, as raw rows: what the latent decoder packs.

namespace aha {

/// Row-major [out][in] matrices. Shapes: D model width, H heads, Q query rank, R latent width, P plain and A rotary
/// part of a head, S value width, E experts of width F, T width of the shared ones together.
struct LatentLayerWeights {
    const float *attentionNorm, *mlpNorm; ///< [D]
    const float *queryDown = nullptr, *queryNorm = nullptr; ///< [Q][D], [Q]; null: queries from the hidden state
    const float *queryUp, *latentDown, *latentNorm; ///< [H (P + A)][Q or D], [R + A][D], [R]
    const float *latentUp, *output; ///< [H (P + S)][R], [D][H S]
    const float *gateUp = nullptr, *down = nullptr; ///< [2 F'][D], [D][F'] of a layer without experts
    const float *router = nullptr, *bias = nullptr; ///< [E][D], [E]
    const float *expertGateUp = nullptr, *expertDown = nullptr; ///< [E][2 F][D], [E][D][F]
    const float *sharedGateUp = nullptr, *sharedDown = nullptr; ///< [2 T][D], [D][T]; null: none
};

} // namespace aha
