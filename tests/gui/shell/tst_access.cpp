// Without a mouse and without eyes: every control of every page has a name, and Tab comes to it.

#include "tests/gui/traces/trace_fixture.h"
#include "widgets/panels/runspanel.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitterHandle>
#include <QTabBar>
#include <QtTest>

using namespace aha;

namespace {

/// Parts that Qt makes inside its own widgets; the widget around them has the name.
bool isInner(const QWidget* widget)
{
    const QByteArray kind = widget->metaObject()->className();
    return kind.contains("Private") || kind == "QTableCornerButton" || kind == "QHeaderView"
        || kind == "QLineEditIconButton" || widget->objectName().startsWith("qt_")
        || (kind.contains("QComboBox") && !qobject_cast<const QComboBox*>(widget))
        || qobject_cast<const QScrollBar*>(widget) || qobject_cast<const QSplitterHandle*>(widget)
        || qobject_cast<const QAbstractSpinBox*>(widget->parentWidget())
        || qobject_cast<const QComboBox*>(widget->parentWidget())
        || QByteArray(widget->parentWidget() ? widget->parentWidget()->metaObject()->className() : "")
        == "QKeySequenceEdit";
}

bool takesTab(const QWidget* widget)
{
    return (widget->focusPolicy() & Qt::TabFocus) && widget->isVisible() && widget->isEnabled() && !isInner(widget);
}

QString nameOf(const QWidget* widget)
{
    return QStringLiteral("%1 \"%2\" in %3")
        .arg(widget->metaObject()->className(), widget->objectName(),
            widget->parentWidget() ? widget->parentWidget()->metaObject()->className() : "nothing");
}

} // namespace

class TestAccess : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        qputenv("AHASCOPE_RUNS", m_folder.filePath("runs").toUtf8());
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        fixture::makeRun(m_folder.filePath("runs/one"));
        m_window = std::make_unique<MainWindow>();
        m_window->openRuns({ m_folder.filePath("runs/one") });
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTRY_COMPARE(m_window->runs()->model()->rowCount(), 1); // the table is there to be gone through
    }
    void cleanupTestCase() { m_window.reset(); }

    void everyControlHasAName_data() { pages(); }
    void everyControlHasAName()
    {
        QFETCH(QString, page);
        m_window->showPage(page);
        QWidget* widget = find(page);
        QStringList mute;
        QList<QWidget*> all = widget->findChildren<QWidget*>();
        all << widget;
        int controls = 0;
        for (const QWidget* one : all) {
            const bool acts = qobject_cast<const QAbstractButton*>(one) || qobject_cast<const QLineEdit*>(one)
                || qobject_cast<const QComboBox*>(one) || qobject_cast<const QAbstractItemView*>(one)
                || qobject_cast<const QPlainTextEdit*>(one) || qobject_cast<const QAbstractSpinBox*>(one)
                || (one->focusPolicy() & Qt::TabFocus && !qobject_cast<const QScrollArea*>(one)
                    && !qobject_cast<const QTabBar*>(one));
            if (!acts || isInner(one))
                continue;
            ++controls;
            const bool text = qobject_cast<const QAbstractButton*>(one)
                && !qobject_cast<const QAbstractButton*>(one)->text().isEmpty(); // what it says is its name
            if (one->accessibleName().isEmpty() && !text)
                mute << nameOf(one);
        }
        QVERIFY2(mute.isEmpty(), qPrintable(mute.join("\n")));
        QVERIFY(controls > 0);
    }

    void tabComesToEveryControl_data() { pages(); }
    void tabComesToEveryControl()
    {
        QFETCH(QString, page);
        m_window->showPage(page);
        QWidget* widget = find(page);
        QTest::qWait(0);
        QSet<const QWidget*> wanted;
        QList<QWidget*> all = widget->findChildren<QWidget*>();
        all << widget;
        for (const QWidget* one : all)
            if (takesTab(one) && !one->focusProxy())
                wanted << one;
        QVERIFY(!wanted.isEmpty());
        QSet<const QWidget*> reached;
        QWidget* start = *std::find_if(all.begin(), all.end(), [&](QWidget* one) { return wanted.contains(one); });
        start->setFocus();
        QWidget* at = QApplication::focusWidget();
        for (int i = 0; i < 2000 && at; ++i) {
            reached << at;
            QTest::keyClick(at, Qt::Key_Tab);
            QWidget* next = QApplication::focusWidget();
            if (next == at) { // a trap
                QStringList chain;
                for (QWidget* one = at->nextInFocusChain(); one != at && chain.size() < 12;
                     one = one->nextInFocusChain())
                    chain << nameOf(one);
                QFAIL(qPrintable("Tab does not leave " + nameOf(at) + ", before " + chain.join("; ")));
            }
            at = next;
            if (at == start)
                break;
        }
        QStringList missed;
        for (const QWidget* one : wanted)
            if (!reached.contains(one) && takesTab(one))
                missed << nameOf(one);
        missed.sort();
        QVERIFY2(missed.isEmpty(), qPrintable(missed.join("\n")));
    }

private:
    void pages()
    {
        QTest::addColumn<QString>("page");
        for (const Page& page : m_window->pages()->pages())
            QTest::newRow(qPrintable(page.name)) << page.name;
    }
    QWidget* find(const QString& name) const
    {
        for (const Page& page : m_window->pages()->pages())
            if (page.name == name)
                return page.widget;
        return nullptr;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestAccess)
#include "tst_access.moc"
