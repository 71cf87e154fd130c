// The form of a sweep with many runs: what its plan costs the window and its worker, counted in bytes that are
// allocated, and what of it comes back after a restart.

#include "widgets/panels/sweepform.h"

#include <QJsonArray>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QTableWidget>
#include <QtTest>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<qint64> s_allocatedBytes { 0 }; // by all threads
thread_local qint64 t_allocatedBytes = 0; // by this one

} // namespace

void* operator new(std::size_t bytes)
{
    s_allocatedBytes += qint64(bytes);
    t_allocatedBytes += qint64(bytes);
    if (void* block = std::malloc(bytes > 0 ? bytes : 1))
        return block;
    throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

using namespace aha;

class TestSweepForm : public QObject {
    Q_OBJECT

    static constexpr int kRuns = 1000, kWaitMs = 120'000;

    template <class T> static T* child(const SweepForm& form, const char* name)
    {
        T* found = form.findChild<T*>(name);
        if (!found)
            qFatal("there is no %s", name);
        return found;
    }
    static QJsonObject session(const QStringList& axes)
    {
        return { { QStringLiteral("axes"), QJsonArray::fromStringList(axes) } };
    }
    static QJsonObject manyRuns() { return session({ QStringLiteral("general.seed=0..%1").arg(kRuns - 1) }); }
    /// With the time that the runs need, the last thing that the worker works out.
    static bool planned(const SweepForm& form)
    {
        return child<QPushButton>(form, "sweepQueue")->isEnabled()
            && child<QLabel>(form, "sweepSummary")->text().endsWith(QLatin1Char('.'));
    }
    /// Called on the window's thread: what all others allocated, so the workers.
    static qint64 workerBytes() { return s_allocatedBytes - t_allocatedBytes; }

private Q_SLOTS:
    /// Each pause while somebody types makes the plan before it stale, and so does closing the window.
    void stalePlansEnd()
    {
        SweepForm form;
        qint64 before = workerBytes();
        form.restoreSession(manyRuns());
        QTRY_VERIFY_WITH_TIMEOUT(planned(form), kWaitMs);
        const qint64 once = workerBytes() - before;
        QVERIFY2(once > kRuns * qint64(sizeof(RunConfig)), qPrintable(QString::number(once)));

        before = workerBytes();
        for (int i = 0; i < 10; ++i)
            form.restoreSession(manyRuns());
        QVERIFY(!planned(form));
        QTRY_VERIFY_WITH_TIMEOUT(planned(form), kWaitMs);
        const qint64 tenTimes = workerBytes() - before;
        QVERIFY2(tenTimes < 5 * once, qPrintable(QStringLiteral("%1 of %2").arg(tenTimes).arg(once)));

        {
            SweepForm closed;
            before = workerBytes();
            closed.restoreSession(manyRuns());
            QVERIFY(QTest::qWaitFor([&] { return workerBytes() - before > once / 20; }, kWaitMs)); // at work
        }
        const qint64 begun = workerBytes() - before;
        QVERIFY2(begun < once / 2, qPrintable(QStringLiteral("%1 of %2").arg(begun).arg(once)));
    }

    /// The plan goes from the worker into the table, to the worker again and into the queue as it is.
    void theWindowCopiesNoConfigurations()
    {
        SweepForm form;
        std::vector<std::shared_ptr<const SweepPlan>> queued;
        connect(&form, &SweepForm::queueRequested, this,
            [&](const std::shared_ptr<const SweepPlan>& plan, const QString&) { queued.push_back(plan); });
        form.restoreSession(manyRuns());
        const qint64 before = t_allocatedBytes;
        QTRY_VERIFY_WITH_TIMEOUT(planned(form), kWaitMs);
        auto* button = child<QPushButton>(form, "sweepQueue");
        button->click();
        button->click();
        const qint64 bytes = t_allocatedBytes - before;
        QVERIFY2(bytes < kRuns * qint64(sizeof(RunConfig)), qPrintable(QString::number(bytes)));
        QCOMPARE(queued.size(), size_t(2));
        QCOMPARE(queued[0].get(), queued[1].get());
        QCOMPARE(queued[0]->points.size(), size_t(kRuns));
        QCOMPARE(queued[0]->points.back().config.general.seed, int64_t(kRuns - 1));
        QCOMPARE(child<QTableWidget>(form, "sweepPreview")->rowCount(), 500);
    }

    void axesComeBackOrAreNamed()
    {
        SweepForm form;
        form.restoreSession(session({ QStringLiteral("general.seed=20240101..20240105"),
            QStringLiteral("general.gone=1"), QStringLiteral("optimizer.learning_rate=7") }));
        QTRY_COMPARE(child<QTableWidget>(form, "sweepPreview")->rowCount(), 5);
        auto* message = child<QLabel>(form, "sweepMessage");
        QVERIFY(!message->isHidden());
        for (const char* words : { "is left out", "general.gone", "optimizer.learning_rate is 7" })
            QVERIFY2(message->text().contains(words), qPrintable(message->text()));

        SweepForm again;
        again.restoreSession(form.sessionState());
        auto* preview = child<QTableWidget>(again, "sweepPreview");
        QTRY_COMPARE(preview->rowCount(), 5);
        QCOMPARE(preview->item(0, 1)->text(), QString("20240101"));
        QCOMPARE(preview->item(4, 1)->text(), QString("20240105"));
        QVERIFY2(
            child<QLabel>(again, "sweepMessage")->isHidden(), qPrintable(child<QLabel>(again, "sweepMessage")->text()));

        child<QListWidget>(form, "sweepAxes")->setCurrentRow(0); // what was lost is said until the axes change
        child<QPushButton>(form, "sweepRemove")->click();
        QTRY_VERIFY(message->isHidden());
    }
};

QTEST_MAIN(TestSweepForm)
#include "tst_sweep_form.moc"
