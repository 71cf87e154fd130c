// Figures for a paper: the files' size and words, and the form that writes them.

#include "chart_runs.h"

#include "core/store/workspace.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/figureform.h"
#include "widgets/plots/figurestyle.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/papershapes.h"
#include "widgets/plots/seriescolors.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFontInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QRegularExpression>
#include <QSvgRenderer>
#include <QtTest>

using namespace aha;
using fixture::textOf;

namespace {

const QString kLongName = QStringLiteral("distillation-larger-rl_alone, seed 17, with a name in full");

/// The last one: a file of Qt begins with the settings that nothing is drawn with.
double numberIn(const QString& text, const char* pattern)
{
    double last = NAN;
    for (auto it = QRegularExpression(QString::fromLatin1(pattern)).globalMatch(text); it.hasNext();)
        last = it.next().captured(1).toDouble();
    return last;
}

} // namespace

class TestFigures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        fixture::makeChartRun(m_folder.filePath("a"), 0);
        qputenv("HOME", m_folder.path().toUtf8()); // documents go there
        QVERIFY(QDir(m_folder.path()).mkpath("Documents"));
    }

    void init()
    {
        m_plot = std::make_unique<LinePlot>(QStringLiteral("Accuracy"), QStringLiteral("share"));
        m_plot->resize(600, 320);
        LinePlot::Line line;
        line.label = QStringLiteral("distillation…");
        line.full = kLongName;
        line.color = Qt::blue;
        line.band = QStringLiteral("± standard error, n = 3");
        for (int i = 0; i <= 60; ++i) {
            line.steps << i;
            line.values << 0.5 + 0.3 * std::sin(i);
            line.low << 0.4 + 0.3 * std::sin(i);
            line.high << 0.6 + 0.3 * std::sin(i);
        }
        m_plot->setLines({ line });
        m_plot->setSmoothing(0.6);
        m_plot->setMarkers({ { 20, QStringLiteral("checkpoint 20"), Qt::gray, true } });
    }
    void cleanup()
    {
        m_panel.reset();
        m_plot.reset();
    }

    void filesHaveTheirSize()
    {
        FigureStyle style;
        style.widthMm = 84;
        style.ratio = 0.5;
        style.fontPt = 8;
        const QString svg = save(style, "svg"), pdf = save(style, "pdf");
        QVERIFY(std::abs(numberIn(svg, "width=\"([0-9.]+)mm\"") - 84) < 0.05);
        QVERIFY(std::abs(numberIn(svg, "height=\"([0-9.]+)mm\"") - 42) < 0.05);
        const double unitPt = 84 / 25.4 * 72 / numberIn(svg, "viewBox=\"0 0 ([0-9]+)");
        QVERIFY(std::abs(numberIn(svg, "<text [^>]*font-size=\"([0-9.]+)\"") * unitPt - 8) < 0.1); // letters, too
        QVERIFY(QSvgRenderer(svg.toUtf8()).isValid());
        QVERIFY(std::abs(numberIn(pdf, "MediaBox \\[ ?0 0 ([0-9.]+)") - 84 / 25.4 * 72) < 0.6);
        style.widthMm = 174;
        style.fontPt = 11;
        const QString wide = save(style, "svg");
        QVERIFY(std::abs(numberIn(wide, "width=\"([0-9.]+)mm\"") - 174) < 0.05);
        const double wideUnit = 174 / 25.4 * 72 / numberIn(wide, "viewBox=\"0 0 ([0-9]+)");
        QVERIFY(std::abs(numberIn(wide, "<text [^>]*font-size=\"([0-9.]+)\"") * wideUnit - 11) < 0.1);
        QVERIFY(save(style, "png").size() > 0);
        const QImage image(m_folder.filePath("figure.png"));
        QCOMPARE(image.size(), QSize(2055, 1028));
        QCOMPARE(qRound(image.dotsPerMeterX() * 0.0254), 300);
        QVERIFY(!m_plot->saveFigure(m_folder.filePath("no/such/folder.pdf"), style));
    }

    /// The axis may show the band for other reasons than the line: then nothing goes on.
    void aBandThatIsSeenIsNotSaidToGoOn()
    {
        LinePlot::Line line;
        line.label = QStringLiteral("mean");
        line.color = Qt::blue;
        line.band = QStringLiteral("± standard error");
        for (int i = 0; i <= 20; ++i) {
            line.steps << i;
            line.values << 0.5 + 0.001 * i;
            line.low << 0.45;
            line.high << 0.57;
        }
        m_plot->setLines({ line });
        QVERIFY(save({}, "svg").contains("cut off by the axis"));
        m_plot->setValueRange(0, 1);
        m_plot->setLines({ line });
        QVERIFY(!save({}, "svg").contains("cut off by the axis"));
    }

    void theInkOfADarkWindowIsDarkOnPaper()
    {
        QCOMPARE(paperColor(QColor(0xdf, 0xe3, 0xea)), kPaperInk);
        QCOMPARE(paperColor(seriesColor(1, true)), seriesColor(1, false));
        QCOMPARE(paperColor(Qt::blue), QColor(Qt::blue));
    }

    void wordsAreInFull()
    {
        FigureStyle style;
        style.widthMm = FigureStyle::kPageMm;
        QString svg = save(style, "svg");
        QVERIFY(svg.contains(kLongName) && !svg.contains(QStringLiteral("distillation…")));
        QVERIFY(svg.contains("Accuracy (share)") && svg.contains(">step<"));
        QVERIFY(svg.contains(QStringLiteral("± standard error, n = 3")));
        QVERIFY(svg.contains("smoothing 0.6"));
        QVERIFY(svg.contains(QFontInfo(m_plot->font()).family()));
        QVERIFY(!svg.contains("checkpoint"));
        const auto lines = svg.count("<polyline");
        style.rawLine = false;
        style.bandCaption = false;
        svg = save(style, "svg");
        QVERIFY(svg.count("<polyline") < lines);
        style.markers = true;
        svg = save(style, "svg");
        QVERIFY(!svg.contains("standard error") && svg.contains("checkpoint 20") && svg.contains("smoothing 0.6"));
        m_plot->setMarkers({ { 20, QStringLiteral("checkpoint 20"), Qt::gray, true },
            { 40, QStringLiteral("checkpoint 40"), Qt::gray, true } });
        svg = save(style, "svg"); // several of a kind are one word
        QVERIFY(svg.contains("checkpoint") && !svg.contains("checkpoint 20") && !svg.contains("checkpoint 40"));
        style.legend = false;
        style.family = QStringLiteral("DejaVu Serif");
        svg = save(style, "svg");
        QVERIFY(!svg.contains(kLongName) && !svg.contains("smoothing"));
        QVERIFY(svg.contains("DejaVu Serif"));
        style.legend = true; // too narrow for the name: it is broken, not cut
        style.widthMm = 50;
        svg = save(style, "svg");
        QString words;
        for (auto it = QRegularExpression(">([^<>\\n]+)</text>").globalMatch(svg); it.hasNext();)
            words += it.next().captured(1).simplified() + QLatin1Char(' ');
        const auto letters = [](QString text) { return text.remove(QLatin1Char(' ')); };
        QVERIFY2(letters(words).contains(letters(kLongName)), qPrintable(words));
    }

    void nothingLeavesTheAxes() // an SVG is not clipped: what is out of view must not be in the file
    {
        m_plot->setRange(20, 30);
        FigureStyle style;
        style.legend = false;
        const QString svg = save(style, "svg");
        const double width = numberIn(svg, "viewBox=\"0 0 ([0-9]+)");
        int points = 0;
        for (auto it = QRegularExpression("<polyline[^>]*points=\"([^\"]+)\"").globalMatch(svg); it.hasNext();)
            for (const QString& pair : it.next().captured(1).split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
                const double x = pair.section(QLatin1Char(','), 0, 0).toDouble();
                QVERIFY2(x > 0.05 * width && x < width, qPrintable(pair));
                ++points;
            }
        QVERIFY(points > 10);
    }

    void formWritesOne()
    {
        open();
        QMenu menu;
        m_panel->chart("Reward")->fillMenu(&menu);
        QAction* asked = nullptr;
        for (QAction* action : menu.actions())
            if (action->text().startsWith("Export figure"))
                asked = action;
        QVERIFY(asked);
        asked->trigger();
        auto* form = part<FigureForm>("figureForm");
        QVERIFY(form->isVisible());
        QTRY_VERIFY(part<QLabel>("figurePreview")->pixmap().width() > 100);
        QCOMPARE(part<QDoubleSpinBox>("figureWidthMm")->value(), 84.0);
        auto* widths = part<QComboBox>("figureWidth");
        widths->setFocus();
        QTest::keyClick(widths, Qt::Key_Down); // the full page
        QCOMPARE(part<QDoubleSpinBox>("figureWidthMm")->value(), 174.0);
        part<QDoubleSpinBox>("figureWidthMm")->setValue(100);
        QCOMPARE(widths->currentText(), QString("my own"));
        part<QDoubleSpinBox>("figureFontPt")->setValue(9);
        part<QAbstractButton>("figureLegend")->click();
        auto* kind = part<QComboBox>("figureKind");
        kind->setCurrentIndex(kind->findData("svg"));
        const QString file = m_folder.filePath("Documents/reward.svg");
        QCOMPARE(part<QLineEdit>("figurePath")->text(), file);
        QTest::mouseClick(part<QAbstractButton>("figureExport"), Qt::LeftButton);
        QTRY_COMPARE(note(), QStringLiteral("Saved to ") + file);
        const QString svg = textOf(file);
        QVERIFY(std::abs(numberIn(svg, "width=\"([0-9.]+)mm\"") - 100) < 0.05);
        QVERIFY(!svg.contains(">total<"));
        // Once more: it asks, and replaces when told to.
        part<QAbstractButton>("figureLegend")->click();
        QTest::keyClick(part<QLineEdit>("figurePath"), Qt::Key_Return);
        QVERIFY2(note().contains("is there already"), qPrintable(note()));
        QCOMPARE(textOf(file), svg);
        QTest::mouseClick(form->findChild<QAbstractButton*>("noteButton"), Qt::LeftButton);
        QTRY_COMPARE(note(), QStringLiteral("Saved to ") + file);
        QVERIFY(textOf(file).contains(">total<"));
        part<QLineEdit>("figurePath")->setText(m_folder.filePath("missing/reward.pdf"));
        part<QAbstractButton>("figureExport")->click();
        QTRY_VERIFY2(note().contains("could not be written"), qPrintable(note()));
        QCOMPARE(form->findChild<QLabel*>("noteText")->property("role").toString(), QString("error"));
        part<QLineEdit>("figurePath")->setText(file);
        part<QAbstractButton>("figureExport")->click(); // asks: nothing is wrong
        QCOMPARE(form->findChild<QLabel*>("noteText")->property("role").toString(), QString());
        part<QLineEdit>("figurePath")->clear();
        part<QAbstractButton>("figureExport")->click();
        QCOMPARE(form->findChild<QLabel*>("noteText")->property("role").toString(), QString("error"));
        QTest::keyClick(form, Qt::Key_Escape);
        QVERIFY(!form->isVisible());
        // A new window finds the settings again.
        open();
        m_panel->offerFigure("Reward");
        QCOMPARE(part<QDoubleSpinBox>("figureWidthMm")->value(), 100.0);
        QCOMPARE(part<QDoubleSpinBox>("figureFontPt")->value(), 9.0);
        QCOMPARE(part<QComboBox>("figureKind")->currentData().toString(), QString("svg"));
    }

    void formWritesAll()
    {
        open();
        m_panel->offerFigure({});
        auto* kind = part<QComboBox>("figureKind");
        for (const QString ending : { "pdf", "csv" }) {
            kind->setCurrentIndex(kind->findData(ending));
            part<QLineEdit>("figurePath")->setText("~/figures");
            part<QAbstractButton>("figureExport")->click();
            QTRY_VERIFY2(
                note().startsWith("Saved ") && note().endsWith(m_folder.filePath("figures")), qPrintable(note()));
            for (const QString name : { "reward", "response-length" })
                QVERIFY(QFile::exists(m_folder.filePath("figures/" + name + QLatin1Char('.') + ending)));
        }
        part<QAbstractButton>("figureExport")->click();
        QVERIFY2(note().contains("already"), qPrintable(note())); // nothing is replaced unasked
        QVERIFY(textOf(m_folder.filePath("figures/reward.csv")).startsWith("line,step,value"));
        QVERIFY(!part<QDoubleSpinBox>("figureFontPt")->isEnabled()); // a table has no letters
    }

    void formFits()
    {
        open();
        m_panel->offerFigure("Reward");
        auto* form = part<FigureForm>("figureForm");
        for (const int width : { 970, 720 }) {
            m_panel->resize(width, 690);
            QCoreApplication::processEvents();
            QCOMPARE(m_panel->width(), width);
            for (const QWidget* one : form->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
                if (one->isVisible()) {
                    QVERIFY2(form->rect().contains(one->geometry()), qPrintable(one->objectName()));
                    if (qobject_cast<const QAbstractButton*>(one))
                        QVERIFY2(one->width() >= one->sizeHint().width(), qPrintable(one->objectName()));
                }
        }
    }

private:
    QString save(const FigureStyle& style, const char* ending)
    {
        const QString file = m_folder.filePath(QStringLiteral("figure.") + QString::fromLatin1(ending));
        return m_plot->saveFigure(file, style) ? textOf(file) : QString();
    }
    void open()
    {
        m_panel.reset();
        m_workspace.reset();
        m_workspace = orThrow(Workspace::open(m_folder.filePath("workspace.db").toStdString()));
        m_panel = std::make_unique<ChartsPanel>();
        m_panel->setWorkspace(m_workspace.get());
        m_panel->resize(970, 690);
        m_panel->show();
        m_panel->setRuns({ { std::make_shared<RunFeed>(m_folder.filePath("a")), QColor(Qt::blue), "a" } });
        QTRY_VERIFY(!m_panel->chart("Reward")->isEmpty());
    }
    template <class Widget> Widget* part(const char* name) const
    {
        return m_panel->findChild<Widget*>(QString::fromLatin1(name));
    }
    QString note() const { return part<FigureForm>("figureForm")->findChild<QLabel*>("noteText")->text(); }

    QTemporaryDir m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<LinePlot> m_plot;
    std::unique_ptr<ChartsPanel> m_panel;
};

QTEST_MAIN(TestFigures)
#include "tst_figures.moc"
