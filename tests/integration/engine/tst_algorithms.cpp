// Every algorithm of online reinforcement learning through the real engine: it trains, records what it should, and a
// run that was cut goes on bit for bit, with whatever state the algorithm keeps beside the policy.

#include "tests/support/engine_process.h"

#include <QtTest>

using namespace aha;
using support::engine;
using support::Outcome;

class TestAlgorithms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void trains_data()
    {
        QTest::addColumn<QString>("settings");
        QTest::addColumn<QByteArray>("metric"); // that only this algorithm records
        const auto row = [](const char* name, const char* settings, const char* metric) {
            QTest::newRow(name) << QString(settings) << QByteArray(metric);
        };
        row("rloo with its penalty", "kind=rloo beta=0.05", "kl/reward");
        row("reinforce", "kind=reinforce gamma=0.99", "loss");
        row("reinforce++", "kind=reinforce_pp beta=0.01", "policy/clipfrac");
        row("reinforce++ baseline", "kind=reinforce_pp_baseline", "policy/clipfrac");
        row("remax", "kind=remax", "loss");
        row("mirror descent", "kind=mirror_descent", "kimi/squared_log_ratio");
        row("rft", "kind=rft max_completion_length=100 prompts_per_step=8", "loss");
        row("cispo", "loss_type=cispo epsilon_high=2", "cispo_clip_ratio");
        row("sapo", "loss_type=sapo", "loss");
        row("luspo", "loss_type=luspo importance_sampling_level=sequence", "loss");
        row("vespo", "loss_type=vespo", "vespo/phi_seq_mean");
        row("gspo", "importance_sampling_level=sequence epsilon=0.0003 epsilon_high=0.0004", "clip_ratio/low_mean");
        row("dual clip", "dual_clip=3 delta=4", "policy/clipfrac_lower");
        row("clip-cov", "covariance=clip_cov covariance_share=0.1", "clip_cov/share");
        row("kl-cov", "covariance=kl_cov covariance_share=0.1", "kl_cov/share");
        row("highest entropies", "top_entropy_quantile=0.2", "loss");
        row("off-policy mask", "off_policy_mask_threshold=0.5 multi_objective_aggregation=normalize_then_sum", "loss");
        row("penalty in the reward", "beta=0.05 kl_placement=reward kl_estimator=k1", "kl/reward");
        row("k2 in the loss", "beta=0.05 kl_estimator=k2", "kl");
    }
    void trains()
    {
        QFETCH(QString, settings);
        QFETCH(QByteArray, metric);
        const QString run = m_folder.filePath(QString::number(m_runs++));
        const Outcome o = engine(algorithmRun(run, 2, settings));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        QVERIFY(!orThrow(reader->series(metric.toStdString())).empty());
        double norms = 0;
        for (const SeriesPoint& point : orThrow(reader->series("grad_norm"))) {
            QVERIFY(std::isfinite(point.value));
            norms += point.value;
        }
        QVERIFY2(norms > 0, "nothing was learned");
    }

    /// What lies beside the policy in a checkpoint: critic, moved reference, coefficients.
    void goesOnBitForBit_data()
    {
        QTest::addColumn<QString>("settings");
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("fault"); // in step 3, after the checkpoint of step 2
        QTest::newRow("ppo") << "kind=ppo beta=0.02 kl_target=0.5 kl_horizon=10 num_iterations=2"
                             << QByteArray("critic.safetensors") << QByteArray("training:40");
        QTest::newRow("ppo of an adapter, shared critic")
            << "kind=ppo adapter.rank=2 critic.backbone=shared" << QByteArray("value_head.safetensors")
            << QByteArray("training:9");
        QTest::newRow("muon") << "optim=muon" << QByteArray("optimizer.safetensors") << QByteArray("training:9");
        QTest::newRow("moving reference of an adapter")
            << "beta=0.1 ref_model_sync_steps=1 adapter.rank=2" << QByteArray("reference.safetensors")
            << QByteArray("training:9");
        QTest::newRow("adaptive entropy") << "adaptive=true entropy.coef=0.01 entropy.target=9 coef_delta=0.01"
                                          << QByteArray("coefficients.json") << QByteArray("training:9");
        QTest::newRow("dynamic sampling")
            << "dynamic_sampling=true max_rounds=3" << QByteArray("coefficients.json") << QByteArray("training:9");
        QTest::newRow("curriculum") << "selection.order=curriculum pool_size=8 curriculum_steps=4"
                                    << QByteArray("problem_order.json") << QByteArray("training:9");
        QTest::newRow("partial rollouts") << "partial_tokens=7 selection.order=prioritized pool_size=9 replay_groups=2"
                                          << QByteArray("partial_rollouts.json") << QByteArray("training:9");
        QTest::newRow("levels") << "task.name=multiplication task.level=4 promote_at=0.9 demote_at=0.5 promote_after=2"
                                << QByteArray("level_curriculum.json") << QByteArray("training:9");
        if (!support::everyRow()) // what each of these keeps, a row above keeps, too
            return;
        QTest::newRow("ppo, shared critic") << "kind=ppo critic.backbone=shared num_iterations=2"
                                            << QByteArray("value_head.safetensors") << QByteArray("training:18");
        QTest::newRow("ppo of an adapter")
            << "kind=ppo adapter.rank=2" << QByteArray("value_head.safetensors") << QByteArray("training:20");
        QTest::newRow("moving reference") << "beta=0.1 ref_model_sync_steps=1 ref_model_mixup_alpha=0.5"
                                          << QByteArray("reference.safetensors") << QByteArray("training:9");
        QTest::newRow("replay") << "replay_groups=3 rewards.language=0 rewards.format=0 rewards.tags=1"
                                << QByteArray("replay_buffer.json") << QByteArray("training:9");
        QTest::newRow("prioritized problems") << "selection.order=prioritized pool_size=5"
                                              << QByteArray("problem_order.json") << QByteArray("training:9");
    }
    void goesOnBitForBit()
    {
        QFETCH(QString, settings);
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, fault);
        const QString whole = m_folder.filePath(QString::number(m_runs++)),
                      cut = m_folder.filePath(QString::number(m_runs++));
        const Outcome o = engine(algorithmRun(whole, 4, settings));
        QVERIFY2(o.status == 0, o.error.constData());
        const Outcome first = engine(algorithmRun(cut, 4, settings), {}, { "AHASCOPE_FAULT=" + fault });
        QCOMPARE(first.status, -1);
        const Outcome rest = engine({ "resume", cut });
        QVERIFY2(rest.status == 0, rest.error.constData());
        const QByteArray a = support::fingerprint(whole), b = support::fingerprint(cut);
        QVERIFY2(a == b, support::firstDifference(a, b).constData());
        QVERIFY(QFileInfo::exists(whole + "/checkpoints/step_000004/" + file));
    }

    void theBandDecidesWhatTrains() // and everything that was sampled is counted
    {
        const QString run = m_folder.filePath(QString::number(m_runs++));
        const Outcome o = engine(algorithmRun(run, 2, "dynamic_sampling=true max_rounds=3 max_completion_length=120"));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        for (const int64_t step : { 1, 2 }) {
            const Metrics metrics = orThrow(reader->metricsAt(step));
            const auto value = [&](const char* name) {
                for (const auto& [own, v] : metrics)
                    if (own == name)
                        return v;
                return std::nan("");
            };
            QCOMPARE(value("selection/used_groups"), 2.0);
            QCOMPARE(value("selection/generated_groups"), 2 * value("selection/rounds"));
            int inside = 0;
            for (const GroupRow& group : orThrow(reader->groupsWithCompletions(step))) {
                int right = 0;
                for (const CompletionRow& completion : group.completions)
                    right += completion.correct;
                inside += right > 0 && right < int(group.completions.size());
            }
            QVERIFY2(inside == 2 || value("selection/rounds") == 3, "a batch was filled before the last round");
        }
    }

private:
    QStringList algorithmRun(const QString& run, int steps, const QString& settings) const
    {
        // The language reward differs between completions, whatever their answers.
        return support::tinyRun(run, steps,
            QStringList { "num_generations=4", "rewards.language=1", "learning_rate=0.001" }
                + settings.split(' ', Qt::SkipEmptyParts));
    }
    QTemporaryDir m_folder;
    int m_runs = 0;
};

QTEST_GUILESS_MAIN(TestAlgorithms)
#include "tst_algorithms.moc"
