// Figures for a paper as their author wants them: own texts, a low legend, panels, and labels that say what is drawn.

#include "chart_runs.h"

#include "core/store/workspace.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/figureform.h"
#include "widgets/plots/figurelegend.h"
#include "widgets/plots/figuresheet.h"
#include "widgets/plots/figurestyle.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/lineplot.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QSvgRenderer>
#include <QTabWidget>
#include <QtTest>

using namespace aha;
using fixture::textOf;

namespace {

const QString kBoth = QStringLiteral("Reward (total; parts before weighting)");

struct Word {
    QString text;
    double x, y;
};

QVector<Word> wordsOf(const QString& svg)
{
    QVector<Word> words;
    static const QRegularExpression word(
        QStringLiteral("<text [^>]* x=\"([-0-9.e]+)\" y=\"([-0-9.e]+)\"[^>]*>([^<>\\n]+)</text>"));
    for (auto it = word.globalMatch(svg); it.hasNext();) {
        const auto match = it.next();
        words.append({ match.captured(3).trimmed(), match.captured(1).toDouble(), match.captured(2).toDouble() });
    }
    return words;
}

double millimetres(const QString& svg, const char* side)
{
    const QRegularExpression size(QStringLiteral("%1=\"([0-9.]+)mm\"").arg(QLatin1String(side)));
    return size.match(svg).captured(1).toDouble();
}

/// Everything that is said, whether it was broken over lines or not.
QString saidIn(const QString& svg)
{
    QStringList all;
    for (const Word& word : wordsOf(svg))
        all << word.text;
    return all.join(QLatin1Char(' '));
}

} // namespace

class TestFigureSheets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        fixture::makeChartRun(m_folder.filePath("monday"), 0);
        fixture::makeChartRun(m_folder.filePath("tuesday"), 1);
        qputenv("HOME", m_folder.path().toUtf8()); // documents go there
        QVERIFY(QDir(m_folder.path()).mkpath("Documents"));
    }
    void cleanup()
    {
        m_panel.reset();
        m_workspace.reset();
        QFile::remove(m_folder.filePath("workspace.db"));
        for (const QFileInfo& left : QDir(m_folder.filePath("Documents")).entryInfoList(QDir::Files))
            QFile::remove(left.filePath());
    }

    void theLabelSaysWhatIsDrawn()
    {
        open({ "monday" });
        QVERIFY(saidIn(svgOf("Reward")).contains(kBoth));
        open({ "monday", "tuesday" }); // of several runs the totals
        LinePlot* plot = m_panel->chart("Reward");
        auto* heading = plot->findChild<QLabel*>("title.Reward");
        QVERIFY(saidIn(svgOf("Reward")).contains("Reward (total)"));
        QVERIFY(!saidIn(svgOf("Reward")).contains("parts"));
        QCOMPARE(heading->text(), QString("Reward (total)"));
        LegendChip* part = nullptr;
        for (int i = 0; i < plot->legend()->count(); ++i)
            if (!plot->legend()->shown(i))
                part = plot->legend()->chip(i);
        QVERIFY(part);
        part->click();
        QVERIFY(saidIn(svgOf("Reward")).contains(kBoth));
        QCOMPARE(heading->text(), kBoth);
        part->click();
        QCOMPARE(heading->text(), QString("Reward (total)"));
    }

    void theLegendStandsInColumns()
    {
        LinePlot plot(QStringLiteral("Accuracy"), QStringLiteral("share"));
        QVector<LinePlot::Line> lines;
        QStringList names;
        for (const QString day : { "monday", "tuesday", "wednesday", "thursday" })
            for (const QString what : { "mean", "total" }) {
                LinePlot::Line line;
                line.label = day + QLatin1Char(' ') + what;
                names << line.label;
                line.color = Qt::blue;
                for (int i = 0; i <= 20; ++i) {
                    line.steps << i;
                    line.values << double(i) / 20;
                }
                lines << line;
            }
        lines[2].label = QStringLiteral("a name that leaves no room beside it");
        names[2] = lines[2].label;
        plot.setLines(lines);
        const QString file = m_folder.filePath("columns.svg");
        FigureStyle style;
        style.family = QStringLiteral("DejaVu Sans");
        QVERIFY(plot.saveFigure(file, style));
        QSet<int> rows, columns;
        int found = 0;
        double longRow = 0, lastRow = 0;
        for (const Word& word : wordsOf(textOf(file)))
            if (names.contains(word.text)) {
                ++found;
                rows.insert(qRound(word.y));
                lastRow = std::max(lastRow, word.y);
                if (word.text == names[2])
                    longRow = word.y;
                else
                    columns.insert(qRound(word.x));
            }
        QCOMPARE(found, 8);
        QVERIFY2(columns.size() >= 2 && columns.size() <= 3, qPrintable(QString::number(columns.size())));
        QCOMPARE(rows.size(), (7 + columns.size() - 1) / columns.size() + 1); // the long one has a row of its own
        QCOMPARE(longRow, lastRow);
    }

    void columnsLessenTheHeight()
    {
        QFont font = QApplication::font();
        font.setPixelSize(133);
        std::vector<FigureKey> keys;
        for (int i = 0; i < 12; ++i)
            keys.push_back({ FigureKey::LineSign, QStringLiteral("run %1").arg(i), QPen(Qt::blue) });
        FigureLegend legend(keys, font);
        const double one = legend.arrange(1e6), column = legend.arrange(900);
        QVERIFY(one > 0);
        QVERIFY(std::abs(column - 12 * one) < 1);
        double before = column;
        for (const double width : { 1500.0, 2000.0, 3000.0, 4000.0, 6000.0 }) {
            const double height = legend.arrange(width);
            QVERIFY(height <= before);
            before = height;
        }
        QVERIFY(before < column / 3);
        keys.front().text = QStringLiteral("a long name ").repeated(12); // broken, and beside nothing
        const double broken = FigureLegend(keys, font).arrange(3000);
        QVERIFY(broken > legend.arrange(3000) && broken < column);
        QCOMPARE(FigureLegend({}, font).arrange(3000), 0.0);
        // Between words where each has room: five on five lines, though four would hold their letters.
        const QFontMetricsF metrics(font);
        keys = { { FigureKey::NoSign, QStringLiteral("wwwwww wwwwww wwwwww wwwwww wwwwww"), QPen() } };
        const double words = FigureLegend(keys, font).arrange(metrics.horizontalAdvance("wwwwww wwww"));
        QVERIFY2(words > 4.5 * one, qPrintable(QString("%1 of %2").arg(words).arg(one)));
    }

    void textsAreEdited()
    {
        open({ "monday" });
        m_panel->offerFigure("Reward");
        part<QDoubleSpinBox>("figureWidthMm")->setValue(174);
        chooseKind("svg");
        part<QTabWidget>("figureTabs")->setCurrentIndex(2);
        QTRY_VERIFY(text("legend.total"));
        QTRY_VERIFY(!preview().isNull());
        QCOMPARE(text("legend.total")->placeholderText(), QString("total"));
        QVERIFY(text("x.step") && text("y." + kBoth));
        const QImage before = preview();
        text("legend.total")->setFocus();
        QTest::keyClicks(text("legend.total"), "mean reward");
        QTRY_VERIFY(preview() != before);
        QTest::keyClicks(text("x.step"), "update");
        QTest::keyClicks(text("y." + kBoth), "Return");
        QTRY_COMPARE(part<QTabWidget>("figureTabs")->tabText(2), QString("Texts and lines (3)"));
        QString svg = exported("reward.svg");
        QVERIFY(svg.contains(">mean reward<") && svg.contains(">update<") && svg.contains(">Return<"));
        QVERIFY(!svg.contains(">total<") && !svg.contains(">step<") && !svg.contains("before weighting"));

        m_panel->offerFigure("Response length"); // has its own
        part<QTabWidget>("figureTabs")->setCurrentIndex(2);
        QTRY_VERIFY(text("x.step") && text("x.step")->text().isEmpty());
        m_panel->offerFigure("Reward");
        part<QTabWidget>("figureTabs")->setCurrentIndex(2);
        QTRY_VERIFY(text("legend.total"));
        QCOMPARE(text("legend.total")->text(), QString("mean reward"));
        QCOMPARE(text("x.step")->text(), QString("update"));

        reopen({ "monday" }); // the next start finds them, too
        m_panel->offerFigure("Reward");
        part<QTabWidget>("figureTabs")->setCurrentIndex(2);
        QTRY_VERIFY(text("legend.total"));
        QCOMPARE(text("legend.total")->text(), QString("mean reward"));
        reopen({ "tuesday" }); // of which nothing was written
        m_panel->offerFigure("Reward");
        part<QTabWidget>("figureTabs")->setCurrentIndex(2);
        QTRY_VERIFY(text("legend.total"));
        QTRY_COMPARE(text("legend.total")->text(), QString());
        reopen({ "monday" });
        m_panel->offerFigure("Reward");
        part<QTabWidget>("figureTabs")->setCurrentIndex(2);
        QTRY_VERIFY(text("legend.total"));
        QTRY_COMPARE(text("legend.total")->text(), QString("mean reward"));
        text("legend.total")->clear(); // empty: what the chart says
        part<QLineEdit>("figurePath")->setText(m_folder.filePath("Documents/again.svg"));
        svg = exported("again.svg");
        QVERIFY(svg.contains(">total<") && svg.contains(">Return<"));
    }

    void panelsStandInOneFile()
    {
        open({ "monday" });
        m_panel->offerFigure({});
        QVERIFY(part<QListWidget>("figureCharts")->isVisible());
        choose({ "Reward", "Response length" });
        part<QDoubleSpinBox>("figureWidthMm")->setValue(174);
        part<QCheckBox>("figureTogether")->click();
        chooseKind("svg");
        QCOMPARE(part<QLineEdit>("figurePath")->text(), m_folder.filePath("Documents/figure.svg"));
        auto* height = part<QDoubleSpinBox>("figureHeightMm");
        QVERIFY(std::abs(height->value() - 2 * 174 * part<QDoubleSpinBox>("figureRatio")->value()) < 1);
        height->setValue(140);
        QString svg = exported("figure.svg");
        QString said = saidIn(svg);
        for (const QString text : { "(a)", "(b)", "step" })
            QVERIFY2(said.contains(text), qPrintable(said));
        QVERIFY2(said.contains(kBoth) && said.contains("Response length (tokens)"), qPrintable(said));
        QVERIFY(std::abs(millimetres(svg, "width") - 174) < 0.05 && std::abs(millimetres(svg, "height") - 140) < 0.05);
        QVERIFY(QSvgRenderer(svg.toUtf8()).isValid());
        QCOMPARE(QDir(m_folder.filePath("Documents")).entryList(QDir::Files).size(), 1);

        part<QSpinBox>("figureColumns")->setValue(2); // beside each other: half as high
        QVERIFY(std::abs(height->value() - 87 * part<QDoubleSpinBox>("figureRatio")->value()) < 1);
        part<QCheckBox>("figureLetters")->click();
        part<QLineEdit>("figurePath")->setText(m_folder.filePath("Documents/beside.svg"));
        said = saidIn(exported("beside.svg"));
        QVERIFY2(!said.contains("(a)") && said.contains("Response length"), qPrintable(said));

        chooseKind("pdf");
        const QString pdf = exported("beside.pdf");
        QCOMPARE(pdf.count("MediaBox"), 1); // one page
        QVERIFY(pdf.contains(QRegularExpression("MediaBox \\[ ?0 0 49[234]")));
        chooseKind("png");
        (void)exported("beside.png");
        const QImage image(m_folder.filePath("Documents/beside.png"));
        QCOMPARE(image.width(), 2055);
        QVERIFY(std::abs(image.height() - height->value() / 25.4 * 300) < 2);
    }

    void aPanelHasItsTexts()
    {
        open({ "monday" });
        m_panel->offerFigure({});
        choose({ "Reward", "Response length" });
        part<QCheckBox>("figureTogether")->click();
        chooseKind("svg");
        part<QTabWidget>("figureTabs")->setCurrentIndex(2);
        auto* which = part<QComboBox>("figureWordsOf");
        QTRY_COMPARE(which->count(), 2);
        which->setFocus();
        QTest::keyClick(which, which->currentIndex() == 0 ? Qt::Key_Down : Qt::Key_Up);
        QTest::keyClick(which, Qt::Key_Home);
        QTest::keyClick(which, Qt::Key_Down);
        QCOMPARE(which->currentText(), QString("Response length"));
        QTRY_VERIFY(text("y.Response length (tokens)"));
        QTest::keyClicks(text("y.Response length (tokens)"), "Tokens");
        const QString said = saidIn(exported("figure.svg"));
        QVERIFY2(
            said.contains("Tokens") && !said.contains("Response length") && said.contains("Reward"), qPrintable(said));
    }

    /// The figure leaves lines out that stay on the screen; what the legend of the chart hides is gone from the
    /// preview.
    void linesOfAFigureAreChosen()
    {
        open({ "monday" });
        m_panel->offerFigure("Reward");
        chooseKind("svg");
        part<QTabWidget>("figureTabs")->setCurrentIndex(2);
        QTRY_VERIFY(part<QCheckBox>("figureLine.format"));
        QTRY_VERIFY(!preview().isNull());
        const auto tab = [this] { return part<QTabWidget>("figureTabs")->tabText(2); };
        QImage before = preview();
        part<QCheckBox>("figureLine.format")->click();
        QTRY_VERIFY(preview() != before);
        QTRY_COMPARE(tab(), QString("Texts and lines (1)"));
        QString said = saidIn(exported("reward.svg"));
        QVERIFY2(said.contains("total") && !said.contains("format"), qPrintable(said));
        LinePlot* chart = m_panel->chart("Reward");
        for (int i = 0; i < chart->legend()->count(); ++i)
            QVERIFY(chart->legend()->shown(i)); // the screen has them all
        before = preview();
        chart->legend()->chip(0)->click();
        QTRY_VERIFY(preview() != before);
        chart->legend()->chip(0)->click();
        part<FigureForm>("figureForm")->fromJson(part<FigureForm>("figureForm")->toJson()); // as the next start does
        QTRY_VERIFY(part<QCheckBox>("figureLine.format") && !part<QCheckBox>("figureLine.format")->isChecked());
    }

    /// Texts of every panel count, and equal steps of panels above each other stand above each other.
    void panelsAgree()
    {
        open({ "monday" });
        LinePlot first(QStringLiteral("from one"), QString()), second(QStringLiteral("from nought"), QString());
        for (LinePlot* plot : { &first, &second }) {
            LinePlot::Line line;
            line.label = plot->title();
            for (int step = plot == &first ? 10 : 0; step <= 40; ++step) {
                line.steps.append(step);
                line.values.append(step % 3);
            }
            plot->setXAxis({ QStringLiteral("step "), {}, true, QStringLiteral("step") });
            plot->setLines({ line });
            plot->resize(400, 300);
            plot->grab();
        }
        FigureStyle style;
        style.ratio = 1.6;
        const QString file = m_folder.filePath("agree.svg");
        const auto placesOfTwenty = [&] {
            QVector<double> places;
            for (const Word& word : wordsOf(textOf(file)))
                if (word.text == QLatin1String("20"))
                    places << word.x;
            return places;
        };
        QVERIFY((FigureSheet { style, { { &first, {} }, { &second, {} } } }.save(file)));
        QVector<double> twenties = placesOfTwenty();
        QCOMPARE(twenties.size(), 2);
        QVERIFY2(std::abs(twenties[0] - twenties[1]) < 1, qPrintable(QString::number(twenties[0] - twenties[1])));
        first.setRange(10, 40); // what a person zoomed to stays
        QVERIFY((FigureSheet { style, { { &first, {} }, { &second, {} } } }.save(file)));
        twenties = placesOfTwenty();
        QVERIFY(twenties.size() == 2 && std::abs(twenties[0] - twenties[1]) > 10);

        m_panel->offerFigure({});
        choose({ "Reward", "Response length" });
        part<QCheckBox>("figureTogether")->click();
        part<QTabWidget>("figureTabs")->setCurrentIndex(2);
        auto* which = part<QComboBox>("figureWordsOf");
        QTRY_COMPARE(which->count(), 2);
        const auto look = [&](int index) {
            which->setCurrentIndex(index);
            Q_EMIT which->activated(index);
        };
        for (int i = 0; i < 2; ++i) {
            look(i);
            const QString key = which->currentText() == QLatin1String("Reward")
                ? "y." + kBoth
                : QStringLiteral("y.Response length (tokens)");
            QTRY_VERIFY(text(key));
            text(key)->setText("own");
            which->setFocus();
        }
        QTRY_COMPARE(part<QTabWidget>("figureTabs")->tabText(2), QString("Texts and lines (2)"));
    }

    void onlyTheChosenAreWritten()
    {
        open({ "monday" });
        m_panel->offerFigure({});
        choose({ "Reward", "Response length" });
        chooseKind("svg");
        part<QLineEdit>("figurePath")->setText(m_folder.filePath("two"));
        part<QPushButton>("figureExport")->click();
        QTRY_VERIFY2(note().startsWith("Saved 2 figures"), qPrintable(note()));
        QCOMPARE(QDir(m_folder.filePath("two")).entryList(QDir::Files),
            QStringList({ "response-length.svg", "reward.svg" }));
        choose({}); // nothing is chosen: it says so
        part<QPushButton>("figureExport")->click();
        QVERIFY2(note().startsWith("Choose"), qPrintable(note()));
        part<QPushButton>("figureAllCharts")->click();
        QVERIFY(part<QCheckBox>("figureTogether")->isEnabled());
        chooseKind("csv"); // a table has no panels
        QVERIFY(!part<QCheckBox>("figureTogether")->isEnabled());
    }

    void everyControlHasAName()
    {
        open({ "monday" });
        m_panel->offerFigure({});
        auto* tabs = part<QTabWidget>("figureTabs");
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            if (tab == 2)
                QTRY_VERIFY(text("x.step"));
            for (const QWidget* one : tabs->currentWidget()->findChildren<QWidget*>()) {
                const auto* button = qobject_cast<const QAbstractButton*>(one);
                const bool inner = one->objectName().startsWith("qt_")
                    || QByteArray(one->metaObject()->className()) == "QLineEditIconButton"
                    || qobject_cast<const QAbstractSpinBox*>(one->parentWidget())
                    || qobject_cast<const QComboBox*>(one->parentWidget());
                if ((one->focusPolicy() & Qt::TabFocus) && one->isVisible() && !inner
                    && !(button && !button->text().isEmpty()))
                    QVERIFY2(!one->accessibleName().isEmpty(), qPrintable(one->objectName()));
            }
        }
    }

private:
    void open(const QStringList& runs)
    {
        cleanup();
        reopen(runs);
    }
    void reopen(const QStringList& runs)
    {
        m_panel.reset();
        m_workspace.reset();
        m_workspace = orThrow(Workspace::open(m_folder.filePath("workspace.db").toStdString()));
        m_panel = std::make_unique<ChartsPanel>();
        m_panel->setWorkspace(m_workspace.get());
        m_panel->resize(970, 690);
        m_panel->show();
        OpenRuns all;
        for (const QString& run : runs)
            all.push_back({ std::make_shared<RunFeed>(m_folder.filePath(run)),
                run == runs.front() ? QColor(Qt::blue) : QColor(Qt::red), run });
        m_panel->setRuns(all);
        for (const QString title : { "Reward", "Response length" })
            QTRY_VERIFY(!m_panel->chart(title)->isEmpty());
    }
    QString svgOf(const QString& title)
    {
        FigureStyle style;
        style.widthMm = FigureStyle::kPageMm; // room for the label in one piece
        const QString file = m_folder.filePath("drawn.svg");
        return m_panel->chart(title)->saveFigure(file, style) ? textOf(file) : QString();
    }
    /// These charts and no others, by keys.
    void choose(const QStringList& titles)
    {
        part<QTabWidget>("figureTabs")->setCurrentIndex(1);
        part<QPushButton>("figureNoCharts")->click();
        auto* list = part<QListWidget>("figureCharts");
        for (int i = 0; i < list->count(); ++i)
            if (titles.contains(list->item(i)->text())) {
                list->setFocus();
                list->setCurrentRow(i);
                QTest::keyClick(list, Qt::Key_Space);
                QCOMPARE(list->item(i)->checkState(), Qt::Checked);
            }
    }
    void chooseKind(const char* ending)
    {
        auto* kind = part<QComboBox>("figureKind");
        kind->setCurrentIndex(kind->findData(QString::fromLatin1(ending)));
    }
    /// What was written under this name, to where the form says.
    QString exported(const QString& name)
    {
        const QString file = m_folder.filePath("Documents/" + name);
        part<QPushButton>("figureExport")->click();
        if (!QTest::qWaitFor([&] { return note() == QStringLiteral("Saved to ") + file; }))
            qWarning("%s, to %s", qPrintable(note()), qPrintable(part<QLineEdit>("figurePath")->text()));
        QFile written(file);
        return written.open(QIODevice::ReadOnly)
            ? name.endsWith("svg") ? QString::fromUtf8(written.readAll()) : QString::fromLatin1(written.readAll())
            : QString();
    }
    QLineEdit* text(const QString& key) const
    {
        return m_panel->findChild<QLineEdit*>(QStringLiteral("figureText.") + key);
    }
    QImage preview() const { return part<QLabel>("figurePreview")->pixmap().toImage(); }
    template <class Widget> Widget* part(const char* name) const
    {
        return m_panel->findChild<Widget*>(QString::fromLatin1(name));
    }
    QString note() const { return part<FigureForm>("figureForm")->findChild<QLabel*>("noteText")->text(); }

    QTemporaryDir m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<ChartsPanel> m_panel;
};

QTEST_MAIN(TestFigureSheets)
#include "tst_figure_sheets.moc"
