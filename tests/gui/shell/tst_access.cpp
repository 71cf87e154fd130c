// Without a mouse and without eyes: every control of every page has a name, and Tab comes to it, in reading order.

#include "page_walk.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/panels/runspanel.h"

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
        support::placeWindowIn(m_folder);
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
        QWidget* widget = walk::page(*m_window, page);
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
    /// In reading order: down a column, then to the right; never up to what stands above, or above to the left.
    void tabComesToEveryControl()
    {
        QFETCH(QString, page);
        m_window->showPage(page);
        walk::tabs(*walk::page(*m_window, page), page, goThrough);
    }

private:
    static void goThrough(QWidget& part, const QString& where)
    {
        QSet<const QWidget*> wanted;
        QList<QWidget*> all = part.findChildren<QWidget*>();
        all << &part;
        for (const QWidget* one : all)
            if (takesTab(one) && !one->focusProxy())
                wanted << one;
        if (wanted.isEmpty())
            return; // a page of charts alone
        std::vector<const QWidget*> order;
        QWidget* start = *std::find_if(all.begin(), all.end(), [&](QWidget* one) { return wanted.contains(one); });
        start->setFocus();
        QWidget* at = QApplication::focusWidget();
        for (int i = 0; i < 2000 && at; ++i) {
            order.push_back(at);
            QTest::keyClick(at, Qt::Key_Tab);
            QWidget* next = QApplication::focusWidget();
            QVERIFY2(next != at, qPrintable(where + ": Tab does not leave " + nameOf(at)));
            at = next;
            if (at == start)
                break;
        }
        const QSet<const QWidget*> reached(order.begin(), order.end());
        QStringList missed;
        for (const QWidget* one : wanted)
            if (!reached.contains(one) && takesTab(one))
                missed << nameOf(one);
        missed.sort();
        QVERIFY2(missed.isEmpty(), qPrintable(where + ": " + missed.join("\n")));

        QStringList back;
        for (size_t i = 1; i < order.size(); ++i) {
            if (!wanted.contains(order[i - 1]) || !wanted.contains(order[i]))
                continue; // Tab went on through the rest of the window
            const QRect from = shown(order[i - 1], part), to = shown(order[i], part);
            if (!from.isEmpty() && !to.isEmpty() && to.bottom() <= from.top() && to.left() <= from.right())
                back << nameOf(order[i - 1]) + " before " + nameOf(order[i]);
        }
        QVERIFY2(back.isEmpty(), qPrintable(where + ": " + back.join("\n")));
        QTest::keyClick(start, Qt::Key_Backtab); // and back
        QVERIFY2(order.size() < 2 || QApplication::focusWidget() == order.back(), qPrintable(where));
    }
    /// What can be seen of a widget, in the coordinates of `root`.
    static QRect shown(const QWidget* widget, const QWidget& root)
    {
        QRect part = root.rect();
        for (const QWidget* at = widget; at && at != &root; at = at->parentWidget())
            part &= QRect(at->mapTo(&root, QPoint()), at->size());
        return part;
    }
    void pages()
    {
        QTest::addColumn<QString>("page");
        for (const Page& page : m_window->pages()->pages())
            QTest::newRow(qPrintable(page.name)) << page.name;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestAccess)
#include "tst_access.moc"
