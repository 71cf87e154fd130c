#pragma once
// The full configuration of a run: plain structs, defaults beside the fields, one table (fields()) that binds names,
// help, units and ranges to them, one validate(). config.json in a run directory is this, complete and resolved.

#include "core/config/field.h"

namespace aha {

struct GeneralConfig {
    std::string name = "run"; ///< shown in the run table
    std::string kind = "grpo"; ///< the algorithm; see stageOf()
    int64_t seed = 0;
    int64_t maxSteps = 150; ///< training steps: one rollout batch each
    std::string device = "cpu"; ///< cpu | cuda | auto
    int64_t threads = 0; ///< 0 = one per core
};

struct ModelSourceConfig {
    std::string path = "resources/models/miniature"; ///< Hugging Face style folder
};

struct AdapterConfig {
    int64_t rank = 0; ///< 0 = no adapter, the whole model is trained
    double alpha = 16;
    double dropout = 0;
    bool rankStabilized = false;
    std::string targets = "all"; ///< all | attention | mlp | query_value
};

struct TaskConfig {
    std::string name = "countdown";
    int64_t numbers = 3; ///< how many numbers a problem gives
    int64_t numberMin = 1, numberMax = 9;
    int64_t targetMin = 1, targetMax = 40;
    std::string operators = "+-*";
    int64_t valueMin = -30, valueMax = 99; ///< bounds of every intermediate value of the reference solution
    int64_t heldOutPercent = 40; ///< share of all problems kept for evaluation, chosen by hash
    int64_t level = 1; ///< of difficulty, where a task has levels; a curriculum begins here
    int64_t evalLevel = 0; ///< of the held-out problems; 0 = level
    double promoteAt = 0; ///< success rate at which the level rises; 0 = it stays
    double demoteAt = 0; ///< success rate below which it falls
    int64_t promoteAfter = 5; ///< steps that the success rate is the mean of
    std::string faceCards = "rank"; ///< rank | ten | shift: what J, Q and K count in the game of 24
};

/// How a problem becomes what the model reads.
struct PromptConfig {
    std::string style = "auto"; ///< auto | chat | text
    std::string system;
    std::string exampleQuestion, exampleAnswer; ///< one example turn before the problem
};

/// Rows of files instead of generated problems. `path`, `split`, `slice` and `weights` are lists, separated by
/// semicolons: see data_sources.h.
struct DataConfig {
    std::string path; ///< files or folders; empty = no data set
    std::string split; ///< of a folder; empty = the only one, or train
    std::string slice; ///< of each source: "[:1000]", "[::10]", "[10%:20%]"
    std::string weights; ///< shares of a mixture; empty = by their sizes
    std::string mixtureEnd = "first_exhausted"; ///< first_exhausted | all_exhausted
    std::string verifier = "auto"; ///< auto | exact | math | choice | gsm8k | code | none
    std::string extraction = "boxed"; ///< boxed | open: where a mathematical answer may stand
    std::string mapping; ///< empty = recognised; else a layout's name, "prompt=question, gold=answer", or JSON
    std::string systemPrompt; ///< for conversations without one
    bool asChat = false; ///< plain prompts and completions become turns of user and assistant
    double passRateMin = 0, passRateMax = 1; ///< rows outside are left out, where rows have a pass rate
    int64_t maxExamples = 0; ///< 0 = all
    bool shuffle = true; ///< anew each epoch, by the run's seed
    std::string badRows = "fatal"; ///< fatal | skip
    std::string evalPath; ///< held-out rows; empty = evalSplit of path, or a share of path's rows
    std::string evalSplit;
    int64_t evalPercent = 5; ///< that share, when there is neither evalPath nor evalSplit
};

struct RolloutConfig {
    int64_t promptsPerStep = 16;
    int64_t numGenerations = 16; ///< G, completions per prompt
    int64_t maxCompletionLength = 200; ///< tokens
    double temperature = 1.0;
    int64_t topK = 0;
    double topP = 1.0;
    double minP = 0.0;
    double repetitionPenalty = 1.0;
    std::string stop; ///< a completion ends with this text; empty = only with the end token
    std::string weights = "float32"; ///< float32 | bfloat16 | int8
    int64_t partialTokens = 0; ///< of a completion in one step; longer ones go on in the next. 0 = whole completions
};

/// Of reinforcement learning. Which fields a kind reads: validate.cpp.
struct AlgorithmConfig {
    std::string lossType = "grpo"; ///< grpo | dr_grpo | dapo | bnpo | cispo | sapo | luspo | vespo
    std::string importanceLevel = "token"; ///< token | sequence (GSPO)
    double beta = 0.0; ///< 0 = no reference model at all
    std::string klPlacement = "loss"; ///< loss | reward
    std::string klEstimator = "k3"; ///< k1 | k2 | k3
    bool useBiasCorrectionKl = true;
    int64_t refSyncSteps = 0; ///< the reference moves every so many steps; 0 = it never does
    double refMixupAlpha = 1.0; ///< then reference = alpha policy + (1 - alpha) reference
    double epsilon = 0.2;
    double epsilonHigh = 0.2;
    double delta = 0; ///< upper bound of the ratio (two-sided clip); 0 = none
    double dualClip = 0; ///< bound of the loss where the advantage is negative, in advantages; 0 = none
    std::string covariance = "none"; ///< none | clip_cov | kl_cov
    double covarianceShare = 2e-4; ///< of the tokens
    double covarianceKlWeight = 1.0; ///< kl_cov
    double sapoTemperaturePos = 1.0, sapoTemperatureNeg = 1.05;
    double vespoKPos = 2, vespoLambdaPos = 3, vespoKNeg = 3, vespoLambdaNeg = 2;
    int64_t numIterations = 1;
    int64_t stepsPerGeneration = 4; ///< optimizer updates per rollout batch
    std::string scaleRewards = "group"; ///< group | batch | none
    std::string aggregation = "sum_then_normalize"; ///< sum_then_normalize | normalize_then_sum (GDPO)
    bool maskTruncatedCompletions = false;
    double topEntropyQuantile = 1.0; ///< share of the tokens, those of highest entropy, that train
    double offPolicyMaskThreshold = 0; ///< nats a token; 0 = off
    double gamma = 1.0; ///< discount of token rewards
    double temperature = 1.0; ///< tau of mirror descent (Kimi k1.5)
    std::string samplerCorrection = "auto"; ///< auto | off | token_truncate | token_mask | sequence_truncate | …
    double samplerCorrectionCap = 3.0;

    /// What "auto" comes to: token_truncate where rollouts have other weights than training.
    std::string samplerCorrectionFor(const RolloutConfig& rollout) const
    {
        return samplerCorrection != "auto" ? samplerCorrection
            : rollout.weights == "float32" ? "off"
                                           : "token_truncate";
    }
};

struct EntropyConfig {
    double coef = 0; ///< weight of the bonus
    bool adaptive = false; ///< the weight moves so that the entropy stays near the target
    double target = 0.2; ///< nats
    double coefMin = 0, coefMax = 1, coefDelta = 0.005;
};

/// Which problems are sampled, and which sampled groups train.
struct SelectionConfig {
    std::string order = "uniform"; ///< uniform | curriculum | prioritized
    int64_t poolSize = 1024; ///< problems that an order other than uniform chooses from
    int64_t curriculumSteps = 0; ///< in which the curriculum opens from the easiest to all; 0 = half the run
    int64_t replayGroups = 0; ///< size of the buffer whose groups take the place of those without variance; 0 = none
    bool dynamicSampling = false; ///< groups outside the band are sampled anew until the batch is full (DAPO)
    double passRateMin = 0, passRateMax = 1; ///< exclusive
    int64_t maxRounds = 4; ///< sampling rounds of a step
};

/// Rewards for the steps of a solution, from a process reward model (DeepSeekMath).
struct ProcessConfig {
    std::string model; ///< folder; empty = rewards of outcomes
    std::string separator = "\n"; ///< ends a step
    int64_t refreshSteps = 0; ///< steps after which the model learns on from the verifier's verdicts; 0 = never
    double refreshLearningRate = 1e-5;
    double replayShare = 0.1; ///< share of earlier completions among those that it then learns from
};

/// The implicit process reward model of PRIME.
struct PrimeFields {
    double beta = 0.05; ///< scale of the log-ratio that is the reward
    double processCoef = 5, outcomeCoef = 1;
    double learningRate = 1e-6;
};

/// PPO's value model and its rewards.
struct CriticConfig {
    std::string backbone = "own"; ///< own | shared with the policy
    double lossCoef = 0.1; ///< weight of the value loss where the backbone is shared
    double learningRate = 5e-4;
    double lambda = 0.95; ///< of generalised advantage estimation
    double valueClip = 0.2;
    int64_t warmupSteps = 0; ///< steps in which only the critic learns
    bool whitenRewards = false;
    double missingEosPenalty = 0; ///< taken off the reward of a truncated completion
    double klTarget = 0; ///< nats a completion: the KL weight adapts to it; 0 = the weight is fixed
    double klHorizon = 10000; ///< completions over which it adapts
};

/// Names and defaults of TRL's SFTConfig where it has them.
struct SftConfig {
    std::string lossOn = "auto"; ///< auto | completion | assistant | all
    std::string lossType = "nll"; ///< nll | dft
    int64_t maxLength = 1024; ///< tokens of a training row
    std::string packing = "none"; ///< none | bfd | bfd_split | wrapped
    int64_t batchSize = 8; ///< training rows of one optimizer update
    double labelSmoothing = 0, zLoss = 0;
    int64_t evalCompletions = 4; ///< sampled at each evaluation
};

/// Names and defaults of TRL's DPOConfig, KTOConfig, CPOConfig and ORPOConfig where they have them.
struct PreferenceConfig {
    double beta = 0.1;
    std::string lossType = "sigmoid"; ///< of dpo: one of dpo_loss.h, or several separated by semicolons
    std::string lossWeights; ///< one each; empty = 1
    double labelSmoothing = 0;
    std::string fDivergence = "reverse_kl"; ///< reverse_kl | forward_kl | js_divergence | alpha_divergence
    double fAlpha = 0.5; ///< of alpha_divergence
    double ldAlpha = 1; ///< weight of the tokens beyond the shorter completion
    bool useWeighting = false; ///< WPO
    double discopopTau = 0.05;
    double desirableWeight = 1, undesirableWeight = 1; ///< kto
    std::string ktoLoss = "kto"; ///< kto | apo_zero_unpaired
    std::string cpoLoss = "sigmoid"; ///< sigmoid | hinge | ipo | simpo
    double cpoAlpha = 1; ///< weight of the likelihood term
    double simpoGamma = 0.5;
    int64_t batchSize = 8; ///< pairs (kto: examples) of one optimizer update
    int64_t maxLength = 1024; ///< tokens of prompt and completion
};

/// Learns a reward from comparisons, grades or labelled steps. Names and defaults of TRL's RewardConfig and PRMConfig.
struct RewardModelConfig {
    std::string objective = "pairwise"; ///< pairwise | outcome | process
    double centering = 0; ///< weight of the squared sum of a pair's rewards
    bool margin = false; ///< pairwise: rows have the margin by which the winner shall lead
    std::string separator = "\n"; ///< process: ends a step
    bool lastStepOnly = false; ///< process: only a row's last step teaches
    int64_t batchSize = 8; ///< rows of one optimizer update
    int64_t maxLength = 1024; ///< tokens of prompt and completion
};

struct DistillConfig {
    std::string teacher; ///< model folder or file
    std::string teacherWeights = "float32"; ///< float32 | bfloat16 | int8
    std::string divergence = "jsd"; ///< jsd | minillm | reverse_kl | classic
    double alpha = 0.5; ///< of classic: weight of the labels
    double gamma = 0; ///< of minillm: discount; of reverse_kl: weight of early tokens (IW-OPD)
    double logitClip = 0; ///< the teacher's logits are cut to this distance from their mean; 0 = not
    std::string cache; ///< folder that keeps the teacher's top-k log-probs of rows; empty = not kept
    double beta = 1; ///< of jsd: 0 forward KL … 1 reverse KL
    double temperature = 1;
    double onPolicyShare = 1; ///< share of the steps that learn from the student's own completions (GKD's lambda)
    int64_t topK = 0; ///< only the teacher's k likeliest tokens and a bucket for the rest; 0 = the whole vocabulary
};

struct OptimizerConfig {
    std::string optim = "adamw"; ///< adamw | muon
    double muonMomentum = 0.95;
    double learningRate = 1.2e-4;
    std::string schedule = "constant"; ///< see core/config/learning_rate.h
    int64_t warmupSteps = 0; ///< in optimizer updates
    double minRateRatio = 0; ///< smallest rate as a share of the peak, where the schedule has one
    int64_t decaySteps = 0; ///< warmup_stable_decay: last updates over which the rate falls
    std::string warmupShape = "linear", decayShape = "cosine"; ///< of warmup_stable_decay: linear | cosine | 1-sqrt
    int64_t cycles = 1; ///< cosine_with_restarts
    double power = 1; ///< polynomial
    double weightDecay = 0.0;
    double beta1 = 0.9, beta2 = 0.95, adamEpsilon = 1e-8;
    double maxGradNorm = 1.0;
};

struct TrainingConfig {
    std::string gradientCheckpointing = "auto"; ///< auto | on | off
    int64_t tokensPerPass = 0; ///< tokens that pass through forward and backward at once; 0 = training_memory.h
};

struct RewardConfig {
    double accuracy = 1.0, format = 0.1, language = 0.0, tags = 0.0; ///< weights, as those below
    double reasoningSteps = 0, length = 0, cosine = 0, repetition = 0, overlong = 0, reflection = 0;
    double boxed = 0, codeFormat = 0, tinyZero = 0, logicRl = 0; ///< of open-r1, TinyZero, Logic-RL
    double code = 0; ///< share of a program's tests that pass
    double model = 0; ///< of a reward model
    double expression = 0, program = 0;
    std::string weightSchedule; ///< weights over the steps: "length: 0@1 1@100; format: 1@50 0.1@100"
    std::string modelPath; ///< folder of the reward model
    std::string targetLanguage = "en"; ///< en | zh
    bool strict = false; ///< accuracy counts only when the format is right
    double cosineRightShort = 1, cosineRightLong = 0.5; ///< ends of the cosine, for right answers
    double cosineWrongShort = -1, cosineWrongLong = -0.5;
    bool cosineOwnCut = false; ///< completions that were cut have a value of their own (Demystifying Long CoT)
    double cosineCut = -10; ///< that value
    int64_t repetitionNgram = 3; ///< tokens
    double repetitionPenalty = -1; ///< of a text that only repeats
    double repetitionGamma = 0; ///< the penalty stands on its tokens, discounted by this; 0 = on the whole completion
    int64_t overlongCache = 50; ///< last tokens of the allowed length, over which the penalty grows
    std::string expressionText; ///< over the names of the parts
    std::string programCommand; ///< reads and writes JSON Lines
    double programSeconds = 10; ///< for a batch
};

/// What a program that a completion wrote may use, for each of its tests.
struct SandboxConfig {
    double cpuSeconds = 4; ///< wall clock: twice that and a second
    int64_t memoryMb = 512;
    int64_t outputKb = 1024;
    int64_t processes = 4;
    int64_t workers = 0; ///< programs at once; 0 = one per core
    int64_t maxTests = 15; ///< of a problem; the longest inputs are kept
};

struct EvalConfig {
    int64_t everySteps = 25; ///< 0 = only at step 0 and at the end
    int64_t problems = 512;
    int64_t samples = 1; ///< completions per problem at each evaluation
    int64_t finalSamples = 16; ///< completions per problem at step 0 and at the end (pass@k, cons@k)
    int64_t finalProblems = 512;
    std::string probes; ///< prompts of one's own, answered at each evaluation, never judged: probe_prompts.h
};

struct CheckpointConfig {
    int64_t everySteps = 25;
    int64_t keep = 3; ///< newest checkpoints kept; the first and the last always are
};

struct StorageConfig {
    double tokenDetailShare = 1.0; ///< share of groups whose per-token log-probs and entropies are stored
    double tokenDetailMbPerStep = 1.0; ///< upper bound
};

struct RunConfig {
    GeneralConfig general;
    ModelSourceConfig model;
    AdapterConfig adapter;
    TaskConfig task;
    DataConfig data;
    SandboxConfig sandbox;
    PromptConfig prompt;
    RolloutConfig rollout;
    AlgorithmConfig algorithm;
    EntropyConfig entropy;
    SelectionConfig selection;
    ProcessConfig process;
    PrimeFields prime;
    CriticConfig critic;
    SftConfig sft;
    PreferenceConfig preference;
    RewardModelConfig rewardModel;
    DistillConfig distill;
    OptimizerConfig optimizer;
    TrainingConfig training;
    RewardConfig rewards;
    EvalConfig eval;
    CheckpointConfig checkpoint;
    StorageConfig storage;
};

/// What a kind's loop does. Several algorithms share one.
enum class Stage { Online, FineTuning, Preference, RewardModel, Distillation };
Stage stageOf(const std::string& kind);
/// Does the run train on rows of a data set alone?
bool learnsFromRows(const RunConfig& config);

/// Version of config.json's layout. A newer one is refused.
inline constexpr int kConfigVersion = 1;

/// The defaults of a kind: those above, and where its own are others, those.
RunConfig defaultConfig(const std::string& kind);
/// Makes it another kind's configuration: what had the default gets the new kind's, all else stays.
void changeKind(RunConfig& config, const std::string& kind);

/// Every field bound to `config`'s members, in the order of the form. Valid as long as `config` lives.
std::vector<Field> fields(RunConfig& config);
/// Title of a field group for the form.
std::string groupTitle(const std::string& group);

/// Rules that span fields (divisibility, exclusions, fields that the stage does not use). Every message names the rule,
/// the values and the mend.
Result<void> validate(const RunConfig& config);
/// All broken rules, with the field path each belongs to: what the form shows at the fields.
struct Problem {
    std::string path;
    Error error;
};
std::vector<Problem> problems(const RunConfig& config);
/// Whether a run of this kind can read the field: another value than the default is else a mistake.
bool readsField(const std::string& kind, const FieldInfo& info);
/// Whether a run of this configuration reads the field: what a form shows.
bool applies(const RunConfig& config, const FieldInfo& info);

/// Complete JSON text, groups in form order, `"version": 1` first.
std::string toJsonText(const RunConfig& config);
/// Missing fields have the stage's defaults; unknown groups and fields are errors that name the nearest known field.
/// Errors: config_syntax (line and column), config_unknown, config_type, config_range, config_choice, config_version.
Result<RunConfig> runConfigFromJson(const std::string& text);
/// "key=value" or "group.key=value". A bare key must be unique among the fields, or among those that the run's kind
/// reads. A new general.kind brings its defaults: changeKind().
Result<void> applySetting(RunConfig& config, const std::string& assignment);
/// One line per field whose value differs: "group.key: a -> b".
std::vector<std::string> differences(const RunConfig& a, const RunConfig& b);
/// JSON schema (draft 2020-12) of config.json.
std::string jsonSchema();

} // namespace aha
