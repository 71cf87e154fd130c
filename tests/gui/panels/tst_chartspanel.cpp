// Which charts a run of which stage has: fine-tuning leads with the loss and accuracy of tokens, and has no empty ones.

#include "core/store/run_writer.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/plots/lineplot.h"

#include <QLabel>
#include <QtTest>

#include <cmath>

using namespace aha;

class TestChartsPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_panel = std::make_unique<ChartsPanel>();
        m_panel->resize(1280, 3000); // every chart is in view
        m_panel->show();
    }

    void fineTuning()
    {
        show({ make(
            "sft", { { "loss", 2 }, { "mean_token_accuracy", 0.5 }, { "eval_loss", 1.9 }, { "grad_norm", 1 } }) });
        QTRY_COMPARE(shown(), QStringList({ "Token loss", "Token accuracy", "Gradient norm" }));
        const auto* heldOut = m_panel->findChild<QLabel*>("chartsHeldOut"); // in the place of the chart Accuracy
        QVERIFY(heldOut->isVisible() && heldOut->text().contains("data.verifier"));
        QSignalSpy steps(m_panel.get(), &ChartsPanel::stepPicked),
            evaluations(m_panel.get(), &ChartsPanel::evaluationPicked);
        Q_EMIT m_panel->chart("Token loss")->pointPicked("run", 2); // its held-out dots belong to steps
        Q_EMIT m_panel->chart("Accuracy")->pointPicked("run", 2);
        QCOMPARE(steps.count(), 1);
        QCOMPARE(evaluations.count(), 1);
    }

    void reinforcement()
    {
        show({ make("grpo", { { "loss", 0.1 }, { "reward", 0.5 }, { "grad_norm", 1 } }) });
        QTRY_COMPARE(shown(), QStringList({ "Reward", "Gradient norm", "Loss" }));
        QVERIFY(m_panel->findChild<QLabel*>("chartsHeldOut")->isHidden());
        show({ make("sft", { { "loss", 2 }, { "mean_token_accuracy", 0.5 }, { "accuracy", 0.5 } }) });
        QTRY_COMPARE(shown(), QStringList({ "Token loss", "Token accuracy", "Accuracy" }));
        QVERIFY(m_panel->findChild<QLabel*>("chartsHeldOut")->isHidden()); // there is something
    }

    void preferencesDistillationAndACritic()
    {
        show({ make("dpo",
            { { "loss", 0.5 }, { "rewards/chosen", 0.1 }, { "rewards/rejected", -0.4 }, { "rewards/margins", 0.5 },
                { "rewards/accuracies", 0.8 }, { "logps/chosen", -20 } }) });
        QTRY_COMPARE(shown(), QStringList({ "Implicit rewards", "Preferred", "Log-probability", "Loss" }));
        show({ make("distill", { { "loss", 0.5 }, { "distill/divergence", 0.5 }, { "distill/agreement", 0.7 } }) });
        QTRY_COMPARE(shown(), QStringList({ "Divergence from the teacher", "Agreement with the teacher", "Loss" }));
        show({ make("ppo",
            { { "reward", 0.5 }, { "kl/reward", 0.2 }, { "critic/explained_variance", 0.3 },
                { "selection/generated_groups", 4 } }) });
        QTRY_COMPARE(shown(), QStringList({ "Reward", "KL in the reward", "Value model", "Groups sampled" }));
    }

    void besideEachOther()
    {
        show({ make("sft", { { "loss", 2 }, { "mean_token_accuracy", 0.5 } }),
            make("grpo", { { "loss", 0.1 }, { "reward", 1 } }) });
        QTRY_COMPARE(shown(), QStringList({ "Token loss", "Token accuracy", "Reward", "Loss" }));
        QTRY_COMPARE(
            m_panel->chart("Token loss")->visibleCsv().count('\n'), 3); // the fine-tuning run's two steps alone
    }

    void aBrushIsLinked()
    {
        show({ make("grpo", { { "loss", 0.1 }, { "reward", 0.5 } }) });
        QTRY_COMPARE(shown(), QStringList({ "Reward", "Loss" }));
        LinePlot *reward = m_panel->chart("Reward"), *loss = m_panel->chart("Loss");
        QTRY_VERIFY(!reward->isEmpty() && !loss->isEmpty());
        QSignalSpy picked(m_panel.get(), &ChartsPanel::stepsPicked);
        reward->userBrush(0.5, 1.5);
        QCOMPARE(loss->brush(), (QPair<double, double>(0.5, 1.5)));
        loss->setFocus();
        QTest::keyClick(loss, Qt::Key_T); // the same stretch from any chart
        QCOMPARE(picked.count(), 1);
        QCOMPARE(picked[0].mid(1), QVariantList({ qint64(1), qint64(1) }));
        QTest::keyClick(loss, Qt::Key_Escape);
        QVERIFY(!std::isfinite(reward->brush().first));
        QSignalSpy longest(m_panel.get(), &ChartsPanel::longestPicked);
        loss->setCursor(2);
        QTest::keyClick(loss, Qt::Key_T, Qt::ShiftModifier);
        QCOMPARE(longest.count(), 1);
        QCOMPARE(longest[0][1].toLongLong(), 2);
    }

    void nothingRecordedYet()
    {
        show({ make("grpo", {}) });
        QTRY_COMPARE(shown(), QStringList("Reward"));
        const LinePlot* alone = m_panel->chart("Reward"); // the only one: no blank half beside it
        QTRY_VERIFY2(alone->width() > m_panel->width() - 60, qPrintable(QString::number(alone->width())));
        show({ make("grpo", { { "loss", 0.1 }, { "reward", 0.5 } }) });
        QTRY_COMPARE(shown(), QStringList({ "Reward", "Loss" }));
        QTRY_VERIFY(m_panel->chart("Reward")->width() < m_panel->width() / 2);
    }

private:
    QString make(const QString& kind, const Metrics& metrics)
    {
        const QString folder = m_folder.filePath(kind + QString::number(++m_made));
        QDir().mkpath(folder);
        auto writer = orThrow(
            RunWriter::create(folder.toStdString(), kind.toStdString(), kind.toStdString(), kind.toStdString(), "{}"));
        for (int64_t step = 1; step <= 2 && !metrics.empty(); ++step)
            orThrow(writer->commitStep({ step, 1, metrics, {} }));
        return folder;
    }
    void show(const QStringList& folders)
    {
        OpenRuns runs;
        for (const QString& folder : folders)
            runs.push_back({ std::make_shared<RunFeed>(folder), QColor(Qt::blue), folder });
        m_panel->setRuns(runs);
    }
    QStringList shown() const
    {
        QStringList titles;
        QList<const LinePlot*> plots;
        for (const LinePlot* plot : m_panel->findChildren<LinePlot*>())
            if (plot->isVisible())
                plots << plot;
        const auto place = [&](const LinePlot* plot) { return plot->mapTo(m_panel.get(), QPoint()); };
        std::sort(plots.begin(), plots.end(), [&](const LinePlot* a, const LinePlot* b) {
            return std::pair(place(a).y(), place(a).x()) < std::pair(place(b).y(), place(b).x());
        });
        for (const LinePlot* plot : plots)
            titles << plot->title();
        return titles;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<ChartsPanel> m_panel;
    int m_made = 0;
};

QTEST_MAIN(TestChartsPanel)
#include "tst_chartspanel.moc"
