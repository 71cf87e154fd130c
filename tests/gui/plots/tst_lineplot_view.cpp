// What is in view of a chart and what its user chose: ranges of values that stay, keys that move and zoom, lines by
// their name, notes. Off-screen.

// qcustomplot.h is written with the keywords signals, slots and foreach.
#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

#include "widgets/plots/legendchips.h"
#include "widgets/plots/lineplot.h"

#include <QMenu>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

LinePlot::Line named(const QString& name, const QString& label, int last, double factor)
{
    LinePlot::Line made;
    made.name = name;
    made.label = label;
    made.color = Qt::blue;
    made.folder = QStringLiteral("run");
    for (int i = 0; i <= last; ++i) {
        made.steps << i;
        made.values << factor * 0.01 * std::min(i, 100);
    }
    return made;
}

bool near(double a, double b, double reach = 0.02) { return std::abs(a - b) <= reach; }

} // namespace

class TestLinePlotView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_plot = std::make_unique<LinePlot>(QStringLiteral("Reward"), QStringLiteral("sum"));
        m_plot->resize(600, 320);
        give(100);
        m_plot->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_plot.get()));
        m_plot->redraw();
        m_follow = m_plot->findChild<QToolButton*>(QStringLiteral("follow.Reward"));
        QVERIFY(m_follow && m_follow->isHidden());
    }
    void cleanup() { m_plot.reset(); }

    void valuesStayOverNewDataAndALinkedAxis()
    {
        const auto x = m_plot->range(), all = m_plot->valueRange();
        QSignalSpy changed(m_plot.get(), &LinePlot::optionsChanged), moved(m_plot.get(), &LinePlot::rangeChanged);
        press(Qt::Key_Plus, Qt::AltModifier);
        QCOMPARE(changed.count(), 1);
        QVERIFY(moved.isEmpty()); // the x axis is as it was, and goes on
        QCOMPARE(m_plot->range(), x);
        QVERIFY(m_plot->following() && !m_follow->isHidden());
        const auto zoomed = m_plot->valueRange();
        QVERIFY(near(zoomed.second - zoomed.first, 0.8 * (all.second - all.first)));
        QCOMPARE(*m_plot->values().left, zoomed);
        QVERIFY(m_plot->describe().contains(QStringLiteral("values from ")));
        give(200); // it trains on
        QVERIFY(m_plot->range().second > 200);
        QCOMPARE(m_plot->valueRange(), zoomed);
        m_plot->setRange(10, 20); // as another chart is zoomed
        QCOMPARE(m_plot->valueRange(), zoomed);
        m_plot->setOutliersLeftOut(true); // asks for another fit
        QVERIFY(!m_plot->values().left && m_plot->valueRange() != zoomed);
        m_plot->setOutliersLeftOut(false);
        m_plot->setValues({ zoomed, {} });
        QCOMPARE(m_plot->valueRange(), zoomed);
        press(Qt::Key_Home);
        QVERIFY(m_plot->following() && m_follow->isHidden() && !m_plot->values().left);
        QVERIFY(near(m_plot->valueRange().second, all.second));
    }

    void allOfTheXAxisFollowsWhateverTheValues()
    {
        const auto x = m_plot->range();
        press(Qt::Key_Plus, Qt::AltModifier);
        const auto zoomed = m_plot->valueRange();
        press(Qt::Key_Plus);
        QVERIFY(!m_plot->following() && m_plot->range() != x);
        for (int i = 0; i < 3; ++i)
            press(Qt::Key_Minus); // out again
        QVERIFY(m_plot->following());
        QCOMPARE(m_plot->range(), x);
        QCOMPARE(m_plot->valueRange(), zoomed);
    }

    void valuesAreGivenBeforeTheDataCome()
    {
        LinePlot plot(QStringLiteral("KL"), QString());
        plot.setValues({ QPair<double, double>(0.25, 0.5), {} });
        plot.setLines({ named(QStringLiteral("kl"), QStringLiteral("kl"), 50, 1) });
        QCOMPARE(plot.valueRange(), (QPair<double, double>(0.25, 0.5)));
        QVERIFY(plot.following() && plot.range().second >= 50);
    }

    void keysMoveAndZoomTheView()
    {
        const auto all = m_plot->range();
        press(Qt::Key_Right, Qt::ControlModifier); // everything is in view
        QVERIFY(m_plot->following());
        m_plot->userZoom(20, 40);
        QSignalSpy moved(m_plot.get(), &LinePlot::rangeChanged);
        press(Qt::Key_Right, Qt::ControlModifier);
        QVERIFY(near(m_plot->range().first, 25) && near(m_plot->range().second, 45));
        QCOMPARE(moved.count(), 1); // linked charts come along
        for (int i = 0; i < 10; ++i)
            press(Qt::Key_Left, Qt::ControlModifier);
        QVERIFY(near(m_plot->range().first, all.first) && near(m_plot->range().second, all.first + 20));

        const auto fitted = m_plot->valueRange();
        press(Qt::Key_Up, Qt::ControlModifier); // they fit: there is nothing above
        QCOMPARE(m_plot->valueRange(), fitted);
        m_plot->follow();
        const auto whole = m_plot->valueRange();
        press(Qt::Key_Plus, Qt::AltModifier);
        press(Qt::Key_Equal, Qt::AltModifier);
        const double size = m_plot->valueRange().second - m_plot->valueRange().first, low = m_plot->valueRange().first;
        QVERIFY(near(size, 0.64 * (whole.second - whole.first)));
        press(Qt::Key_Down, Qt::ControlModifier);
        QVERIFY(m_plot->valueRange().first < low);
        for (int i = 0; i < 5; ++i)
            press(Qt::Key_Up, Qt::ControlModifier);
        QVERIFY(
            near(m_plot->valueRange().second, whole.second) && near(m_plot->valueRange().first, whole.second - size));
        for (int i = 0; i < 6; ++i)
            press(Qt::Key_Minus, Qt::AltModifier);
        QCOMPARE(m_plot->valueRange(), whole);
        QVERIFY(!m_plot->values().left && m_plot->following());
    }

    void theCursorTakesTheViewAlong()
    {
        m_plot->userZoom(20, 40);
        connect(m_plot.get(), &LinePlot::cursorMoved, m_plot.get(), &LinePlot::setCursor);
        m_plot->setCursor(38);
        press(Qt::Key_Right);
        QVERIFY(near(m_plot->range().second, 40)); // within the view it stays
        press(Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(m_plot->cursor(), 49.0);
        QVERIFY(near(m_plot->range().first, 29) && near(m_plot->range().second, 49));
        for (int i = 0; i < 10; ++i)
            press(Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(m_plot->cursor(), 0.0); // no further than the data
        QVERIFY(near(m_plot->range().first, 0) && near(m_plot->range().second, 20));
    }

    void linesAreKnownByName()
    {
        QSignalSpy changed(m_plot.get(), &LinePlot::optionsChanged);
        m_plot->legend()->chip(1)->click();
        QCOMPARE(changed.count(), 1);
        QCOMPARE(m_plot->chosenLines(), (QHash<QString, bool> { { QStringLiteral("kl"), false } }));
        m_plot->setLines({ named(QStringLiteral("kl"), QStringLiteral("KL in another language"), 50, 2),
            named(QStringLiteral("reward"), QStringLiteral("total"), 50, 1) });
        QVERIFY(!m_plot->legend()->chip(0)->isChecked() && m_plot->legend()->chip(1)->isChecked());
        m_plot->setChosenLines({ { QStringLiteral("reward"), false } });
        QCOMPARE(changed.count(), 1); // told, it does not tell
        QVERIFY(m_plot->legend()->chip(0)->isChecked() && !m_plot->legend()->chip(1)->isChecked());
        m_plot->legend()->chip(1)->click();
        QVERIFY(m_plot->chosenLines().isEmpty()); // as at first
    }

    void notesAreMarkers()
    {
        LinePlot::Marker marker { 50, QStringLiteral("note “here it turned”"), Qt::red, true };
        marker.note = 7;
        m_plot->setMarkers({ marker });
        m_plot->redraw();
        m_plot->setCursor(50);
        QVERIFY(m_plot->reading().contains(QStringLiteral("here it turned")));
        QMenu menu;
        const auto offers = [&] {
            m_plot->fillMenu(&menu);
            for (const QAction* action : menu.actions())
                if (action->text().startsWith(QStringLiteral("Open the note “here it turned”")))
                    return true;
            return false;
        };
        QVERIFY(!offers()); // nobody would open it
        QSignalSpy wanted(m_plot.get(), &LinePlot::notePicked), picked(m_plot.get(), &LinePlot::picked);
        QVERIFY(offers());
        press(Qt::Key_N);
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted[0][0].toLongLong(), 7);
        m_plot->setCursor(20);
        press(Qt::Key_N); // none there
        QCOMPARE(wanted.count(), 1);
        QWidget* canvas = nullptr;
        for (QWidget* child : m_plot->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
            if (QByteArray(child->metaObject()->className()) == "QCustomPlot")
                canvas = child;
        QVERIFY(canvas);
        const QRect area = m_plot->plotArea();
        const auto [low, high] = m_plot->range();
        const int x = area.left() + int(std::lround((50 - low) / (high - low) * area.width()));
        QTest::mouseClick(canvas, Qt::LeftButton, {}, QPoint(x, area.top() + 3));
        QCOMPARE(wanted.count(), 2);
        QVERIFY(picked.isEmpty());
    }

    void aChartSaysWhichRunItIsOf()
    {
        auto* source = m_plot->findChild<QToolButton*>(QStringLiteral("source.Reward"));
        QVERIFY(source && source->isHidden());
        m_plot->setSource(QStringLiteral("monday & a name that is far too long for a heading"));
        QVERIFY(!source->isHidden() && source->text().startsWith(QStringLiteral("monday &&")));
        QVERIFY(source->accessibleName().contains(QStringLiteral("too long for a heading")));
        QSignalSpy opening(m_plot.get(), &LinePlot::sourceMenuOpening);
        Q_EMIT source->menu()->aboutToShow();
        QCOMPARE(opening.count(), 1);
        m_plot->setSource({});
        QVERIFY(source->isHidden());
    }

private:
    void give(int last)
    {
        m_plot->setLines({ named(QStringLiteral("reward"), QStringLiteral("total"), last, 1),
            named(QStringLiteral("kl"), QStringLiteral("KL"), last, 2) });
    }
    void press(Qt::Key key, Qt::KeyboardModifiers held = {}) { QTest::keyClick(m_plot.get(), key, held); }

    std::unique_ptr<LinePlot> m_plot;
    QToolButton* m_follow = nullptr;
};

QTEST_MAIN(TestLinePlotView)
#include "tst_lineplot_view.moc"
