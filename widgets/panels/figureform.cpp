#include "widgets/panels/figureform.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/figurewords.h"
#include "widgets/panels/notebar.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/lineplot.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFontComboBox>
#include <QFontInfo>
#include <QGridLayout>
#include <QHash>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStandardPaths>
#include <QTabWidget>
#include <QToolButton>

#include <algorithm>

namespace aha {

namespace {

constexpr QSize kPreview(270, 190);
constexpr int kNarrowest = 540, kWithPreview = 860; ///< narrower, the settings need the width
enum Tab { LookTab, ChartsTab, WordsTab };
const QString kAlone = QStringLiteral("alone"); ///< the only chart's id
constexpr const char* kKinds[][2] = { { "pdf", "PDF" }, { "svg", "SVG" }, { "png", "PNG, 300 dpi" }, { "csv", "CSV" } };

/// Where a person looks for what was saved.
QString documents()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return !folder.isEmpty() && QDir(folder).exists() ? folder : QDir::homePath();
}

QDoubleSpinBox* number(QWidget* parent, const char* name, const QString& accessible, double low, double high,
    double step, int decimals, const QString& suffix)
{
    auto* made = new QDoubleSpinBox(parent);
    made->setObjectName(QString::fromLatin1(name));
    made->setAccessibleName(accessible);
    made->setRange(low, high);
    made->setSingleStep(step);
    made->setDecimals(decimals);
    made->setSuffix(suffix);
    return made;
}

QCheckBox* tick(QWidget* parent, const char* name, const QString& text, const QString& tip)
{
    auto* made = new QCheckBox(text, parent);
    made->setObjectName(QString::fromLatin1(name));
    made->setToolTip(tip);
    return made;
}

} // namespace

FigureForm::FigureForm(QWidget* parent)
    : QFrame(parent)
    , m_heading(new QLabel(this))
    , m_preview(new QLabel(this))
    , m_tabs(new QTabWidget(this))
    , m_charts(new FigureCharts(this))
    , m_words(new FigureWords(this))
    , m_widths(new QComboBox(this))
    , m_kind(new QComboBox(this))
    , m_width(number(this, "figureWidthMm", tr("Width in millimetres"), 30, 400, 1, 1, QStringLiteral(" mm")))
    , m_ratio(number(this, "figureRatio", tr("Height as a multiple of the width"), 0.2, 2, 0.02, 2, tr(" × width")))
    , m_points(number(this, "figureFontPt", tr("Font size in points"), 4, 32, 0.5, 1, QStringLiteral(" pt")))
    , m_family(new QFontComboBox(this))
    , m_legend(tick(this, "figureLegend", tr("Legend"), tr("Names of the lines, in full")))
    , m_raw(tick(this, "figureRaw", tr("Unsmoothed line"),
          tr("The values as they were measured, pale, behind a smoothed line")))
    , m_bands(tick(this, "figureBands", tr("Explain bands"),
          tr("A row of the legend says what the bands show: a standard error, n")))
    , m_markers(tick(this, "figureMarkers", tr("Events"),
          tr("Checkpoints, pauses and settings that were changed while the run went on")))
    , m_title(tick(this, "figureTitle", tr("Title"), tr("A paper has its caption instead")))
    , m_path(new QLineEdit(this))
    , m_note(new NoteBar(this))
{
    setObjectName(QStringLiteral("figureForm"));
    setAccessibleName(tr("Export figure"));
    setFrameShape(QFrame::StyledPanel);
    m_heading->setObjectName(QStringLiteral("figureHeading"));
    m_heading->setTextFormat(Qt::PlainText);
    m_heading->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    QFont bold = font();
    bold.setBold(true);
    m_heading->setFont(bold);
    m_preview->setObjectName(QStringLiteral("figurePreview"));
    m_preview->setAccessibleName(tr("Preview of the figure"));
    m_preview->setFixedSize(kPreview);
    m_preview->setAlignment(Qt::AlignCenter);
    m_widths->setObjectName(QStringLiteral("figureWidth"));
    m_widths->setAccessibleName(tr("Width"));
    m_widths->addItem(tr("one column"), FigureStyle::kColumnMm);
    m_widths->addItem(tr("full page"), FigureStyle::kPageMm);
    m_widths->addItem(tr("my own"), 0.0);
    m_family->setObjectName(QStringLiteral("figureFamily"));
    m_family->setAccessibleName(tr("Font"));
    m_family->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_family->setMinimumContentsLength(14);
    m_kind->setObjectName(QStringLiteral("figureKind"));
    m_kind->setAccessibleName(tr("Kind of file"));
    for (const auto& [ending, text] : kKinds)
        m_kind->addItem(QString::fromLatin1(text), QString::fromLatin1(ending));
    m_path->setObjectName(QStringLiteral("figurePath"));
    m_path->setAccessibleName(tr("File or folder to save to"));
    auto* close = new QToolButton(this);
    close->setObjectName(QStringLiteral("figureClose"));
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close the export of figures"));
    auto* browse = new QPushButton(tr("Browse…"), this);
    browse->setObjectName(QStringLiteral("figureBrowse"));
    browse->setAccessibleName(tr("Choose where to save"));
    auto* go = new QPushButton(tr("Export"), this);
    go->setObjectName(QStringLiteral("figureExport"));
    go->setAccessibleName(tr("Write the figure"));

    const auto label = [this](const QString& text, QWidget* buddy) {
        auto* made = new QLabel(text, this);
        made->setBuddy(buddy);
        made->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        return made;
    };
    m_ratio->setToolTip(tr("In a figure of several panels: of one of them"));
    auto* look = new QWidget(this);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(6);
    grid->addWidget(label(tr("Width"), m_widths), 0, 0);
    grid->addWidget(m_widths, 0, 1);
    grid->addWidget(m_width, 0, 2);
    grid->addWidget(label(tr("Height"), m_ratio), 0, 3);
    grid->addWidget(m_ratio, 0, 4);
    grid->addWidget(label(tr("Font"), m_family), 1, 0);
    grid->addWidget(m_family, 1, 1, 1, 2);
    grid->addWidget(label(tr("Size"), m_points), 1, 3);
    grid->addWidget(m_points, 1, 4);
    grid->setColumnStretch(5, 1);
    auto* ticks = new QHBoxLayout;
    ticks->setSpacing(12);
    for (QCheckBox* box : { m_legend, m_raw, m_bands, m_markers, m_title })
        ticks->addWidget(box);
    ticks->addStretch(1);
    auto* lookColumn = new QVBoxLayout(look);
    lookColumn->setContentsMargins(0, 6, 0, 0);
    lookColumn->setSpacing(8);
    lookColumn->addLayout(grid);
    lookColumn->addLayout(ticks);
    lookColumn->addStretch(1);
    m_tabs->setObjectName(QStringLiteral("figureTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(look, tr("Look"));
    m_tabs->addTab(m_charts, tr("Charts"));
    m_tabs->addTab(m_words, tr("Texts and lines"));
    auto* file = new QHBoxLayout;
    file->addWidget(m_kind);
    file->addWidget(m_path, 1);
    file->addWidget(browse);
    file->addWidget(go);
    auto* head = new QHBoxLayout;
    head->addWidget(m_heading, 1);
    head->addWidget(close);
    auto* settings = new QVBoxLayout;
    settings->setSpacing(8);
    settings->addWidget(m_tabs, 1);
    settings->addLayout(file);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(16);
    middle->addLayout(settings, 1);
    middle->addWidget(m_preview);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 6, 8, 8);
    layout->setSpacing(6);
    layout->addLayout(head);
    layout->addLayout(middle);
    layout->addWidget(m_note);

    m_redraw.setSingleShot(true);
    connect(&m_redraw, &QTimer::timeout, this, &FigureForm::drawPreview);
    connect(m_widths, &QComboBox::activated, this, &FigureForm::chooseWidth);
    for (QDoubleSpinBox* box : { m_width, m_ratio })
        connect(box, &QDoubleSpinBox::valueChanged, this, &FigureForm::suggestHeight);
    for (QDoubleSpinBox* box : { m_width, m_ratio, m_points })
        connect(box, &QDoubleSpinBox::valueChanged, this, &FigureForm::changed);
    connect(m_charts, &FigureCharts::chosenChanged, this, &FigureForm::suggestHeight);
    connect(m_charts, &FigureCharts::chosenChanged, this, &FigureForm::changed);
    connect(m_charts, &FigureCharts::sheetChanged, this, &FigureForm::changed);
    connect(m_charts, &FigureCharts::currentChanged, this, &FigureForm::look);
    connect(m_words, &FigureWords::chartChosen, this, &FigureForm::look);
    connect(m_words, &FigureWords::changed, this, [this] { m_redraw.start(0); });
    connect(m_family, &QFontComboBox::currentFontChanged, this, &FigureForm::changed);
    for (QCheckBox* box : { m_legend, m_raw, m_bands, m_markers, m_title })
        connect(box, &QCheckBox::toggled, this, &FigureForm::changed);
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_filling && target() != Target::Folder)
            m_path->setText(QFileInfo(m_path->text()).path() + QLatin1Char('/')
                + QFileInfo(m_path->text()).completeBaseName() + QLatin1Char('.') + kind());
        changed();
    });
    connect(m_path, &QLineEdit::returnPressed, this, [this] { exportNow(false); });
    connect(go, &QPushButton::clicked, this, [this] { exportNow(false); });
    connect(browse, &QPushButton::clicked, this, &FigureForm::browse);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    fromJson({});
    hide();
}

void FigureForm::begin(LinePlot* chart) { begin({ { kAlone, chart->title() } }, { kAlone }, chart, {}); }

void FigureForm::begin(const QVector<FigureChart>& charts, const QStringList& chosen, LinePlot* shown, Walk walk)
{
    m_walk = std::move(walk);
    m_plots.clear();
    m_asked.clear();
    m_current = chosen.value(0);
    take(m_current, shown);
    m_charts->setCharts(charts, chosen);
    suggestHeight();
    m_tabs->setTabVisible(ChartsTab, charts.size() > 1);
    m_tabs->setCurrentIndex(chosen.size() > 1 ? ChartsTab : LookTab);
    m_note->hide();
    m_path->clear();
    m_pathFor.clear();
    changed();
    show();
    if (chosen.size() > 1)
        m_charts->setFocus();
    else
        m_widths->setFocus();
}

FigureForm::Target FigureForm::target() const
{
    return m_charts->chosen().size() == 1 ? Target::One : m_charts->together() ? Target::Sheet : Target::Folder;
}

QStringList FigureForm::chosenIds() const
{
    QStringList ids;
    for (const FigureChart& chart : m_charts->chosen())
        ids << chart.id;
    return ids;
}

LinePlot* FigureForm::plot(const QString& id) const { return m_plots.value(id); }

void FigureForm::suggestHeight() { m_charts->suggestHeight(m_width->value(), m_ratio->value()); }

void FigureForm::look(const QString& id)
{
    m_current = id;
    m_redraw.start(0);
}

void FigureForm::showTarget()
{
    const QVector<FigureChart> chosen = m_charts->chosen();
    const Target target = this->target();
    m_heading->setText(target == Target::One ? tr("Export figure: %1").arg(translated(chosen.front().title))
            : target == Target::Sheet        ? tr("Export one figure of %1 panels").arg(chosen.size())
                                             : tr("Export %1 figures into a folder").arg(chosen.size()));
    const QString pathFor = target == Target::One ? chosen.front().id
        : target == Target::Sheet                 ? QStringLiteral("<sheet>")
                                                  : QStringLiteral("<folder>");
    if (pathFor == std::exchange(m_pathFor, pathFor))
        return;
    if (!m_path->text().isEmpty()) // where the other would have gone
        m_folder = QFileInfo(typed()).path();
    suggestPath();
}

void FigureForm::suggestPath()
{
    if (m_folder.isEmpty() || !QDir(m_folder).exists())
        m_folder = documents();
    const Target target = this->target();
    m_path->setText(QDir(m_folder).filePath(target == Target::Folder
            ? QStringLiteral("charts")
            : (target == Target::Sheet ? QStringLiteral("figure") : fileName(m_charts->chosen().front().title))
                + QLatin1Char('.') + kind()));
    m_path->setToolTip(plainToolTip(m_path->text()));
}

QString FigureForm::kind() const { return m_kind->currentData().toString(); }

QString FigureForm::typed() const
{
    QString typed = m_path->text().trimmed();
    if (typed.startsWith(QLatin1String("~/")))
        typed = QDir::homePath() + typed.mid(1);
    return QDir::cleanPath(QDir(m_folder).absoluteFilePath(typed));
}

QString FigureForm::path() const
{
    const QString whole = typed();
    if (target() == Target::Folder || m_path->text().trimmed().isEmpty())
        return whole;
    const QString ending = QFileInfo(whole).suffix().toLower();
    const bool panels = target() == Target::Sheet; // no table has them
    const bool known = std::any_of(std::begin(kKinds), std::end(kKinds), [&](const char* const(&one)[2]) {
        return ending == QLatin1String(one[0]) && !(panels && ending == QLatin1String("csv"));
    });
    return known ? whole : whole + QLatin1Char('.') + kind();
}

FigureStyle FigureForm::style() const
{
    FigureStyle style;
    style.widthMm = m_width->value();
    style.ratio = m_ratio->value();
    style.fontPt = m_points->value();
    style.family = m_family->currentFont().family();
    style.title = m_title->isChecked();
    style.legend = m_legend->isChecked();
    style.rawLine = m_raw->isChecked();
    style.bandCaption = m_bands->isChecked();
    style.markers = m_markers->isChecked();
    return style;
}

QJsonObject FigureForm::toJson() const
{
    const FigureStyle style = this->style();
    return { { "width_mm", style.widthMm }, { "ratio", style.ratio }, { "font_pt", style.fontPt },
        { "family", style.family }, { "title", style.title }, { "legend", style.legend }, { "raw", style.rawLine },
        { "bands", style.bandCaption }, { "markers", style.markers }, { "kind", kind() }, { "folder", m_folder },
        { "columns", m_charts->columns() }, { "letters", m_charts->letters() }, { "texts", m_words->toJson() } };
}

void FigureForm::fromJson(const QJsonObject& json)
{
    m_filling = true;
    const FigureStyle plain;
    m_width->setValue(json.value(QLatin1String("width_mm")).toDouble(plain.widthMm));
    m_ratio->setValue(json.value(QLatin1String("ratio")).toDouble(plain.ratio));
    m_points->setValue(json.value(QLatin1String("font_pt")).toDouble(plain.fontPt));
    m_family->setCurrentFont(QFont(json.value(QLatin1String("family")).toString(QFontInfo(font()).family())));
    m_title->setChecked(json.value(QLatin1String("title")).toBool(plain.title));
    m_legend->setChecked(json.value(QLatin1String("legend")).toBool(plain.legend));
    m_raw->setChecked(json.value(QLatin1String("raw")).toBool(plain.rawLine));
    m_bands->setChecked(json.value(QLatin1String("bands")).toBool(plain.bandCaption));
    m_markers->setChecked(json.value(QLatin1String("markers")).toBool(plain.markers));
    m_kind->setCurrentIndex(std::max(0, m_kind->findData(json.value(QLatin1String("kind")).toString())));
    m_folder = json.value(QLatin1String("folder")).toString();
    m_charts->setSheet(
        json.value(QLatin1String("columns")).toInt(1), json.value(QLatin1String("letters")).toBool(true));
    m_words->fromJson(json.value(QLatin1String("texts")).toObject());
    m_filling = false;
    changed();
}

void FigureForm::changed()
{
    if (m_filling)
        return;
    const bool drawn = kind() != QLatin1String("csv");
    for (QWidget* part : std::initializer_list<QWidget*> {
             m_widths, m_width, m_ratio, m_points, m_family, m_legend, m_raw, m_bands, m_markers, m_title })
        part->setEnabled(drawn);
    m_bands->setEnabled(drawn && m_legend->isChecked());
    m_words->setEnabled(drawn);
    m_charts->setDrawn(drawn);
    const int preset = m_widths->findData(m_width->value());
    const QSignalBlocker silent(m_widths);
    m_widths->setCurrentIndex(preset < 0 ? m_widths->count() - 1 : preset);
    showTarget();
    m_redraw.start(0);
}

void FigureForm::chooseWidth()
{
    if (const double preset = m_widths->currentData().toDouble(); preset > 0)
        m_width->setValue(preset);
    else
        m_width->setFocus();
}

FigureSheet FigureForm::sheet(const QVector<LinePlot*>& charts) const
{
    FigureSheet made { style(), {}, m_charts->columns(), m_charts->letters() };
    if (charts.size() > 1)
        made.style.ratio = m_charts->heightMm() / made.style.widthMm;
    for (const LinePlot* chart : charts)
        made.panels.append(
            { chart, m_words->texts(FigureWords::keyOf(*chart)), m_words->without(FigureWords::keyOf(*chart)) });
    return made;
}

void FigureForm::take(const QString& id, LinePlot* chart)
{
    m_plots[id] = chart;
    if (chart) // its legend may hide a line while the form is open
        connect(chart->legend(), &LegendChips::toggled, this, &FigureForm::redrawSoon, Qt::UniqueConnection);
}

void FigureForm::redrawSoon() { m_redraw.start(0); }

void FigureForm::fetch(const QStringList& ids)
{
    QStringList wanted;
    for (const QString& id : ids)
        if (!plot(id) && !m_asked.contains(id)) {
            m_asked.insert(id);
            wanted << id;
        }
    if (m_walk && !wanted.isEmpty())
        m_walk(
            wanted, [this](const QString& id, LinePlot* chart) { take(id, chart); }, [this] { m_redraw.start(0); });
}

void FigureForm::drawPreview()
{
    if (!isVisible())
        return;
    const QStringList ids = target() == Target::Sheet ? chosenIds() : QStringList { m_current };
    fetch(ids + QStringList { m_current });
    m_words->setCharts(m_charts->chosen(), m_current);
    const auto ownOf = [this](const LinePlot& chart) {
        return FigureSheet::textsOf(chart, style(), m_words->without(FigureWords::keyOf(chart)));
    };
    if (const LinePlot* chart = plot(m_current))
        m_words->setTexts(FigureWords::keyOf(*chart), ownOf(*chart), FigureSheet::linesOf(*chart));
    int edited = 0; // in everything that is chosen, whichever of it is looked at
    for (const QString& id : chosenIds())
        if (const LinePlot* chart = plot(id))
            edited += m_words->edited(FigureWords::keyOf(*chart), ownOf(*chart));
    m_tabs->setTabText(WordsTab, edited > 0 ? tr("Texts and lines (%1)").arg(edited) : tr("Texts and lines"));
    if (!m_preview->isVisible())
        return;
    if (kind() == QLatin1String("csv"))
        return m_preview->setText(tr("A table of what is in view"));
    QVector<LinePlot*> charts;
    for (const QString& id : ids)
        if (LinePlot* chart = plot(id))
            charts << chart;
    if (charts.isEmpty())
        return m_preview->setText(tr("Reading …"));
    const FigureSheet sheet = this->sheet(charts);
    const QSizeF room = QSizeF(kPreview) - QSizeF(4, 4), size = sheet.style.sizeMm();
    const double pixels = std::min(room.width() / size.width(), room.height() / size.height());
    const double ratio = devicePixelRatioF();
    QImage image = sheet.image(std::max(1, int(pixels * ratio * 25.4)));
    image.setDevicePixelRatio(ratio);
    m_preview->setPixmap(QPixmap::fromImage(image));
}

void FigureForm::browse()
{
    const QString chosen = target() == Target::Folder
        ? QFileDialog::getExistingDirectory(this, tr("Save the figures into"), m_folder)
        : QFileDialog::getSaveFileName(
            this, tr("Save the figure as"), path(), QString(), nullptr, QFileDialog::DontConfirmOverwrite);
    if (!chosen.isEmpty())
        m_path->setText(chosen);
}

void FigureForm::keyPressEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Escape)
        return QFrame::keyPressEvent(event);
    hide();
    if (LinePlot* shown = plot(m_current); shown && shown->isVisible())
        shown->setFocus();
}

void FigureForm::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    m_preview->setVisible(width() >= kWithPreview);
    m_redraw.start(0);
}

QSize FigureForm::minimumSizeHint() const { return { kNarrowest, QFrame::minimumSizeHint().height() }; }

void FigureForm::showEvent(QShowEvent* event)
{
    QFrame::showEvent(event);
    m_redraw.start(0);
}

} // namespace aha
