// What a person meets who adds an axis to a sweep: the picker of settings, the help below it, the time it will take.

#include "core/run/runlist.h"
#include "widgets/language/translation.h"
#include "widgets/panels/sweepform.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QtTest>

#include <memory>

using namespace aha;

class TestSweepAxis : public QObject {
    Q_OBJECT

    template <class T> static T* child(QWidget* parent, const char* name)
    {
        T* found = parent->findChild<T*>(name);
        if (!found)
            qFatal("there is no %s", name);
        return found;
    }
    static std::unique_ptr<SweepForm> form()
    {
        auto made = std::make_unique<SweepForm>();
        made->resize(946, 600); // what a page of 1280 x 800 has
        made->show();
        return made;
    }
    static void addAxis(QWidget* form, const QString& field, const QString& values)
    {
        child<QComboBox>(form, "sweepField")->setCurrentText(field);
        auto* edit = child<QLineEdit>(form, "sweepValues");
        edit->clear();
        QTest::keyClicks(edit, values);
        QTest::keyClick(edit, Qt::Key_Return);
    }

private Q_SLOTS:
    void initTestCase() { qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR); }

    void aSettingIsFoundByWhatTheFormCallsIt_data()
    {
        QTest::addColumn<QString>("language");
        QTest::newRow("English") << QString();
        QTest::newRow("Chinese") << QStringLiteral("zh_CN");
    }
    void aSettingIsFoundByWhatTheFormCallsIt()
    {
        QFETCH(QString, language);
        Dictionary dictionary(language);
        if (!language.isEmpty())
            QVERIFY(QCoreApplication::installTranslator(&dictionary));
        const auto shown = form();
        auto* field = child<QComboBox>(shown.get(), "sweepField");
        auto* help = child<QLabel>(shown.get(), "sweepFieldHelp");
        const auto found = [field](const QString& typed) {
            QStringList paths;
            QCompleter* completer = field->completer();
            completer->setCompletionPrefix(typed);
            for (int i = 0; completer->setCurrentRow(i); ++i)
                paths << completer->pathFromIndex(completer->currentIndex());
            return paths;
        };
        RunConfig table;
        for (const Field& one : fields(table)) {
            const QString path = QString::fromStdString(one.info.path()), name = translated(one.info.label);
            QVERIFY2(found(name).contains(path), qPrintable(name + " does not find " + path));
            QVERIFY2(found(QString::fromStdString(one.info.label)).contains(path), qPrintable(path)); // in any language
            QVERIFY2(found(path).contains(path), qPrintable(path));
        }
        QVERIFY(found(QStringLiteral("no such setting at all")).isEmpty());
        // Typed as it is and not picked: the name is the setting.
        const QString name = translated("Algorithm");
        field->setCurrentText(name);
        RunConfig config;
        for (const Field& one : fields(config))
            if (one.info.path() == "general.kind")
                QVERIFY2(help->text().startsWith(translated(one.info.help)), qPrintable(help->text()));
        addAxis(shown.get(), name, "grpo,rloo");
        auto* axes = child<QListWidget>(shown.get(), "sweepAxes");
        QCOMPARE(axes->count(), 1);
        QVERIFY2(axes->item(0)->text().startsWith("general.kind"), qPrintable(axes->item(0)->text()));
        // Of two with one name neither is guessed.
        const QString every = translated("Every");
        addAxis(shown.get(), every, "10,20");
        QCOMPARE(axes->count(), 1);
        const QString message = child<QLabel>(shown.get(), "sweepMessage")->text();
        QVERIFY2(
            message.contains("eval.every_steps") && message.contains("checkpoint.every_steps"), qPrintable(message));
        QCOMPARE(help->text(), message);
        QCoreApplication::removeTranslator(&dictionary);
    }

    /// The list shows paths; a screen reader says what the form calls them, where, and how they stand.
    void aFieldIsSpokenWhole()
    {
        const auto shown = form();
        const auto* field = child<QComboBox>(shown.get(), "sweepField");
        const auto spoken = [&](const char* path) {
            return field->itemData(field->findText(QString::fromLatin1(path)), Qt::AccessibleTextRole).toString();
        };
        QCOMPARE(spoken("general.seed"),
            QStringLiteral("Seed, %1, general.seed, now %2")
                .arg(QString::fromStdString(groupTitle("general")))
                .arg(shown->base().general.seed));
        QVERIFY2(spoken("eval.probes").endsWith(", eval.probes, now none"), qPrintable(spoken("eval.probes")));
        QVERIFY2(spoken("general.name").contains("It cannot vary"), qPrintable(spoken("general.name")));
        for (int i = 0; i < field->count(); ++i)
            QVERIFY2(!field->itemData(i, Qt::AccessibleTextRole).toString().isEmpty(), qPrintable(field->itemText(i)));
    }

    void aNameIsPickedByKeys()
    {
        const auto shown = form();
        auto* field = child<QComboBox>(shown.get(), "sweepField");
        shown->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(shown.get()));
        field->setFocus();
        field->lineEdit()->clear();
        QTest::keyClicks(field->lineEdit(), "algorithm");
        QAbstractItemView* list = field->completer()->popup();
        QTRY_VERIFY(list->isVisible());
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(field->lineEdit()->text(), QString("general.kind")); // the path, not all that was searched
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(!list->isVisible());
        QCOMPARE(field->currentText(), QString("general.kind"));
    }

    /// A run stores absolute paths and the threads it took, and still is like the form that it was started from.
    void timeComesFromEarlierRuns()
    {
        const auto shown = form();
        auto* summary = child<QLabel>(shown.get(), "sweepSummary");
        addAxis(shown.get(), "optimizer.learning_rate", "1e-5,1e-4");
        QTRY_VERIFY2(summary->text().contains("assumed: no earlier run"), qPrintable(summary->text()));
        RunConfig stored = shown->base();
        stored.model.path = AHASCOPE_TEST_SOURCE_DIR "/" + stored.model.path;
        stored.optimizer.learningRate = 3e-3;
        RunListRow run;
        run.shape = shapeOf(stored);
        run.stepSeconds = 3600;
        shown->setEarlierRuns({ run }); // trained since
        QTRY_VERIFY2(summary->text().contains("from the step times of earlier runs"), qPrintable(summary->text()));
        const QString first = summary->text();
        RunListRow slower = run;
        slower.stepSeconds = 4 * run.stepSeconds;
        shown->setEarlierRuns({ run, slower }); // of the same shape: the median is another
        QTRY_VERIFY2(
            summary->text() != first && summary->text().contains("from the step times"), qPrintable(summary->text()));
        addAxis(shown.get(), "rollout.num_generations",
            QString("%1,%2").arg(stored.rollout.numGenerations).arg(2 * stored.rollout.numGenerations));
        QTRY_VERIFY2(
            summary->text().contains("measured for 2 of them, assumed for the others"), qPrintable(summary->text()));
    }

    /// A long help takes its room from the table, and what is clicked stays under the mouse.
    void longHelpMovesNoControl()
    {
        const auto shown = form();
        QVERIFY(QTest::qWaitForWindowExposed(shown.get()));
        auto* field = child<QComboBox>(shown.get(), "sweepField");
        auto* help = child<QLabel>(shown.get(), "sweepFieldHelp");
        const auto places = [&] {
            QApplication::processEvents(); // layouts
            QList<QRect> found;
            for (const char* name :
                { "sweepField", "sweepValues", "sweepAdd", "sweepAxes", "sweepRemove", "sweepKind", "sweepQueue" }) {
                const auto* one = child<QWidget>(shown.get(), name);
                found << QRect(one->mapTo(shown.get(), QPoint()), one->size());
            }
            return found;
        };
        auto* queue = child<QPushButton>(shown.get(), "sweepQueue");
        QTRY_VERIFY(!queue->text().isEmpty()); // once the plan of no axes is there
        field->setCurrentText("no such setting");
        const QList<QRect> before = places();
        const int low = help->height();
        field->setCurrentText("general.kind");
        QCOMPARE(places(), before);
        QVERIFY(help->height() > low); // it is long, and all of it is shown
        QVERIFY(help->height() >= help->heightForWidth(help->width()));
        addAxis(shown.get(), "optimizer.learning_rate", "7"); // with a message below it
        field->setCurrentText("general.kind");
        QVERIFY(child<QLabel>(shown.get(), "sweepMessage")->isVisible());
        QCOMPARE(places(), before);
    }
};

QTEST_MAIN(TestSweepAxis)
#include "tst_sweep_axis.moc"
