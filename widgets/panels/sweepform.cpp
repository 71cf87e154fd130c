#include "widgets/panels/sweepform.h"

#include "core/base/files.h"
#include "core/config/data_sources.h"
#include "core/config/held_out.h"
#include "core/protocol/run_folder.h"
#include "core/run/runlauncher.h"
#include "widgets/language/translation.h"
#include "widgets/models/queuemodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/fieldpicker.h"
#include "widgets/plots/emptyhint.h"
#include "widgets/plots/placeaction.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace aha {

namespace {

constexpr int kPlanMs = 150, kShownPoints = 500, kShownReasons = 200;
constexpr QLatin1String kOffered("sweep"); ///< the name of a new sweep

} // namespace

SweepForm::SweepForm(QWidget* parent)
    : QWidget(parent)
    , m_earlier(std::make_shared<const std::vector<RunListRow>>())
{
    build();
    m_coalesce.setSingleShot(true);
    m_coalesce.setInterval(kPlanMs);
    connect(&m_coalesce, &QTimer::timeout, this, &SweepForm::plan);
    fillFields();
    setRuns({});
    plan();
}

SweepForm::~SweepForm() { m_planning.request_stop(); } // or the worker's end waits for every plan

void SweepForm::build()
{
    const auto named = [](QWidget* widget, const char* name, const QString& accessible) {
        widget->setObjectName(QString::fromLatin1(name));
        widget->setAccessibleName(accessible);
    };
    m_bases = new QComboBox(this);
    named(m_bases, "sweepBase", tr("Configuration that the sweep varies"));
    m_bases->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_bases->setMinimumContentsLength(24);
    m_name = new QLineEdit(kOffered, this);
    named(m_name, "sweepName", tr("Name of the sweep"));
    m_name->setMaximumWidth(260);
    m_field = new FieldPicker(this);
    named(m_field, "sweepField", tr("Setting to vary"));
    m_field->setMinimumWidth(280);
    m_values = new QLineEdit(this);
    named(m_values, "sweepValues", tr("Values of the setting"));
    m_add = new QPushButton(tr("Add axis"), this);
    named(m_add, "sweepAdd", tr("Add this setting as an axis"));
    m_fieldHelp = new QLabel(this);
    m_fieldHelp->setObjectName(QStringLiteral("sweepFieldHelp"));
    m_fieldHelp->setProperty("role", QStringLiteral("hint"));
    m_fieldHelp->setTextFormat(Qt::PlainText);
    m_fieldHelp->setWordWrap(true);
    m_fieldHelp->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_fieldHelp->setMinimumHeight(fontMetrics().lineSpacing() * 2);
    m_axes = new QListWidget(this);
    named(m_axes, "sweepAxes", tr("Axes of the sweep; Del removes one"));
    m_axes->setFixedHeight(fontMetrics().lineSpacing() * 5 + 10);
    m_remove = new QPushButton(tr("Remove axis"), this);
    named(m_remove, "sweepRemove", tr("Remove the selected axis"));
    m_kind = new QComboBox(this);
    named(m_kind, "sweepKind", tr("Grid or random points"));
    m_kind->addItems({ tr("Grid: every combination"), tr("Random points") });
    m_samples = new QSpinBox(this);
    named(m_samples, "sweepSamples", tr("Number of random points"));
    m_samples->setRange(1, int(kMostSweepPoints));
    m_samples->setValue(20);
    m_samples->setSuffix(tr(" points"));
    m_seed = new QSpinBox(this);
    named(m_seed, "sweepSeed", tr("Seed of the random points"));
    m_seed->setRange(0, 1'000'000);
    m_seed->setPrefix(tr("drawn with seed "));
    m_message = new QLabel(this);
    m_message->setObjectName(QStringLiteral("sweepMessage"));
    m_message->setProperty("role", QStringLiteral("error"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->hide();
    m_preview = new QTableWidget(this);
    named(m_preview, "sweepPreview", tr("Runs of the sweep"));
    m_preview->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_preview->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_preview->setAlternatingRowColors(true);
    m_preview->setShowGrid(false);
    m_preview->setTabKeyNavigation(false);
    m_preview->verticalHeader()->hide();
    m_preview->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    m_preview->horizontalHeader()->setHighlightSections(false);
    m_preview->horizontalHeader()->setStretchLastSection(true);
    new EmptyHint(m_axes, "sweepAxesEmpty", tr("Settings that vary stand here with their values."));
    new EmptyHint(m_preview, "sweepPreviewEmpty",
        tr("The runs of the sweep are listed here before they are queued.\nAdd a setting and its values; "
           "general.seed = 0, 1, 2 repeats every point with three seeds."));
    m_summary = new QLabel(this);
    m_summary->setObjectName(QStringLiteral("sweepSummary"));
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);
    m_queue = new QPushButton(this);
    named(m_queue, "sweepQueue", tr("Queue the runs of the sweep"));

    auto* first = new QHBoxLayout;
    first->addWidget(m_bases, 1);
    first->addWidget(new QLabel(tr("Name"), this));
    first->addWidget(m_name);
    auto* second = new QHBoxLayout;
    second->addWidget(m_field);
    second->addWidget(m_values, 1);
    second->addWidget(m_add);
    auto* third = new QHBoxLayout;
    third->addWidget(m_axes, 1);
    third->addWidget(m_remove, 0, Qt::AlignTop);
    auto* fourth = new QHBoxLayout;
    fourth->addWidget(m_kind);
    fourth->addWidget(m_samples);
    fourth->addWidget(m_seed);
    fourth->addStretch(1);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Vary"), first);
    form->addRow(tr("Setting"), second);
    form->addRow(tr("Axes"), third);
    form->addRow(tr("Points"), fourth);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_summary, 1);
    bottom->addWidget(m_queue);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(form);
    layout->addWidget(m_fieldHelp); // below all that is clicked: a long one takes its room from the table
    layout->addWidget(m_message);
    layout->addWidget(m_preview, 1);
    layout->addLayout(bottom);

    connect(m_bases, &QComboBox::activated, this, &SweepForm::chooseBase);
    connect(m_field, &QComboBox::currentTextChanged, this, &SweepForm::describeField);
    connect(m_add, &QPushButton::clicked, this, &SweepForm::addAxis);
    connect(m_values, &QLineEdit::returnPressed, this, &SweepForm::addAxis);
    connect(m_remove, &QPushButton::clicked, this, &SweepForm::removeAxis);
    connect(m_axes, &QListWidget::currentRowChanged, this, [this](int row) { m_remove->setEnabled(row >= 0); });
    m_axes->installEventFilter(this);
    new PlaceAction(
        m_axes, "sweep.removeAxis", tr("Remove the selected axis"), keyList({ Qt::Key_Delete }),
        [this] { removeAxis(); }, [this] { return m_remove->isEnabled(); });
    new PlaceAction(
        this, "sweep.queue", tr("Queue the runs of the sweep"), {}, [this] { m_queue->click(); },
        [this] { return m_queue->isEnabled(); });
    const auto later = [this] { m_coalesce.start(); };
    connect(m_name, &QLineEdit::textChanged, this, later);
    connect(m_kind, &QComboBox::currentIndexChanged, this, later);
    connect(m_samples, &QSpinBox::valueChanged, this, later);
    connect(m_seed, &QSpinBox::valueChanged, this, later);
    connect(m_queue, &QPushButton::clicked, this, [this] {
        if (m_plan)
            Q_EMIT queueRequested(m_plan, m_sweep.axes.empty() ? QString() : QString::fromStdString(m_sweep.name));
    });
    m_remove->setEnabled(false);
}

void SweepForm::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    takeForm();
    m_coalesce.start();
}

void SweepForm::setTaken(const QStringList& names)
{
    const QString name = m_name->text().trimmed();
    static const QRegularExpression offered(QStringLiteral("^%1(-\\d+)?$").arg(kOffered));
    if (m_name->isModified() || !names.contains(name) || !offered.match(name).hasMatch())
        return; // a name of one's own may be that of a sweep that goes on
    QString free = kOffered;
    for (int n = 2; names.contains(free); ++n)
        free = QStringLiteral("%1-%2").arg(kOffered).arg(n);
    m_name->setText(free);
}

bool SweepForm::eventFilter(QObject* object, QEvent* event)
{
    return (object == m_axes && event->type() == QEvent::KeyPress
               && triggerPlaceAction(m_axes, *static_cast<QKeyEvent*>(event)))
        || QWidget::eventFilter(object, event);
}

void SweepForm::setRuns(const OpenRuns& runs)
{
    m_runs = runs;
    const QVariant chosen = m_bases->currentData();
    m_bases->clear();
    m_bases->addItem(m_givenName, QString());
    for (const OpenRun& run : runs)
        m_bases->addItem(
            tr("run ") + run.label, run.feed->folder() + QLatin1Char('/') + QLatin1String(run_folder::kConfig));
    const QDir experiments(resourceRootFolder() + QStringLiteral("/experiments"));
    for (const QString& name : experiments.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QString own = experiments.filePath(name + QStringLiteral("/config.json"));
        if (QFileInfo::exists(own))
            m_bases->addItem(name, own);
        const QDir presets(experiments.filePath(name + QStringLiteral("/presets")));
        for (const QString& preset : presets.entryList({ QStringLiteral("*.json") }, QDir::Files))
            m_bases->addItem(
                name + QStringLiteral(" / ") + QFileInfo(preset).completeBaseName(), presets.filePath(preset));
    }
    const int again = m_bases->findData(chosen);
    m_bases->setCurrentIndex(std::max(0, again));
    if (again < 0 && chosen.isValid())
        chooseBase(0); // the run that was the base is closed
}

void SweepForm::chooseBase(int index)
{
    const QString file = m_bases->itemData(index).toString();
    const Result<std::string> text
        = file.isEmpty() ? Result<std::string>(std::string()) : readFile(file.toStdString(), 1 << 20);
    const Result<RunConfig> config = !text ? Result<RunConfig>(text.error())
        : file.isEmpty()                   ? m_given
                                           : runConfigFromJson(*text);
    if (!config)
        return tell(translated(config.error().sentence()));
    m_base = file.isEmpty() ? *config : withPathsFrom(*config, QFileInfo(file).absolutePath().toStdString());
    fillFields();
    plan();
}

void SweepForm::takeForm()
{
    if (!form || !isVisible())
        return;
    const auto [config, began] = form();
    const bool another = toJsonText(config) != toJsonText(m_given);
    m_given = config;
    m_givenName = tr("the form on Configure: %1").arg(began);
    m_bases->setItemText(0, m_givenName);
    m_bases->setItemData(0, plainToolTip(m_givenName), Qt::ToolTipRole);
    if (another && m_bases->currentIndex() == 0)
        chooseBase(0);
}

void SweepForm::useForm()
{
    takeForm();
    m_bases->setCurrentIndex(0);
    chooseBase(0);
}

QJsonObject SweepForm::sessionState() const
{
    QJsonArray axes;
    for (const SweepAxis& axis : m_sweep.axes)
        axes.append(QString::fromStdString(toText(axis)));
    return { { QStringLiteral("axes"), axes } };
}

void SweepForm::restoreSession(const QJsonObject& state)
{
    m_sweep.axes.clear();
    m_lost.clear();
    for (const QJsonValue& text : state[QStringLiteral("axes")].toArray())
        if (const Result<SweepAxis> axis = parseSweepAxis(text.toString().toStdString()))
            m_sweep.axes.push_back(*axis);
        else
            m_lost += tr("An axis of the last session is left out: %1")
                          .arg(translated(visibleLine(axis.error().sentence())))
                + QLatin1Char('\n');
    axesChanged();
}

/// Which settings can vary depends on the kinds that do.
void SweepForm::axesChanged()
{
    fillFields();
    plan();
}

/// All of the table in its order. What no run of the sweep could have is there, too, greyed, with the reason.
void SweepForm::fillFields()
{
    m_kinds = QStringList { QString::fromStdString(m_base.general.kind) };
    for (const SweepAxis& axis : m_sweep.axes)
        if (axis.path == "general.kind") {
            m_kinds.clear();
            for (const std::string& kind : axis.values)
                m_kinds << QString::fromStdString(kind);
        }
    m_filling = true;
    m_field->setFields(m_base, [this](const FieldInfo& info) { return refusal(info); });
    if (m_field->currentText().isEmpty())
        m_field->setCurrentIndex(m_field->findText(QStringLiteral("optimizer.learning_rate")));
    m_filling = false;
    describeField();
}

QString SweepForm::refusal(const FieldInfo& info) const
{
    if (info.path() == "general.name")
        return tr("It cannot vary: the sweep names its runs itself (name#1, name#2, …).");
    if (std::any_of(
            m_kinds.begin(), m_kinds.end(), [&](const QString& kind) { return readsField(kind.toStdString(), info); }))
        return {};
    return tr("It cannot vary here: %1 does not read it. Vary general.kind as well, or choose another base.")
        .arg(m_kinds.join(QStringLiteral(", ")));
}

void SweepForm::describeField()
{
    if (m_filling)
        return;
    RunConfig config = m_base;
    const QString path = m_field->path();
    for (const Field& field : fields(config)) {
        if (QString::fromStdString(field.info.path()) != path)
            continue;
        const FieldInfo& info = field.info;
        if (const QString why = refusal(info); !why.isEmpty()) {
            m_values->setPlaceholderText({});
            return m_fieldHelp->setText(why);
        }
        QString help = translated(info.help) + tr(" Now ")
            + visibleLine(field.toText().empty() ? quotedValue({}) : field.toText());
        if (!info.choices.empty()) {
            QStringList choices;
            for (const std::string& choice : info.choices)
                choices << QString::fromStdString(choice);
            help += tr("; one of ") + choices.join(QStringLiteral(", "));
        } else if (std::isfinite(info.low) && std::isfinite(info.high) && info.high < 1e9) {
            help += tr("; from %1 to %2").arg(info.low).arg(info.high);
        }
        help = tr("%1.").arg(help);
        if (info.path() == "general.kind")
            help += tr(" What a kind does not read of the base has its default there. Where a setting that varies "
                       "contradicts a kind, the combination is left out and the reason is said.");
        else if (m_kinds == QStringList { QString::fromStdString(m_base.general.kind) } && !applies(m_base, info))
            help += tr(" Other settings of the base switch it off.");
        m_fieldHelp->setText(help);
        const bool real = std::holds_alternative<double*>(field.value),
                   whole = std::holds_alternative<int64_t*>(field.value);
        m_values->setPlaceholderText(real ? tr("1e-5..1e-3 log x5, or 0.1..0.9 x3, or 1e-5, 3e-5")
                : whole                   ? tr("0..4, or 8, 16, 32, or 16..256 log x5")
                : !info.choices.empty() || std::holds_alternative<bool*>(field.value)
                ? tr("values with commas between them")
                : tr("values with commas between them; \"a, b\" has one inside, \"\" is empty"));
        return;
    }
    const QStringList several = m_field->namesakes();
    m_fieldHelp->setText(several.isEmpty()
            ? tr("There is no such setting.")
            : tr("Several settings are called so: %1. Choose one.").arg(several.join(QStringLiteral(", "))));
}

void SweepForm::addAxis()
{
    const QString path = m_field->path();
    if (const QStringList several = m_field->namesakes(); !several.isEmpty() && !several.contains(path))
        return tell(m_fieldHelp->text());
    const Result<SweepAxis> axis = parseSweepAxis((path + QLatin1Char('=') + m_values->text()).toStdString());
    if (!axis)
        return tell(translated(axis.error().sentence()));
    for (const Field& field : fields(m_base))
        if (const QString why = field.info.path() == axis->path ? refusal(field.info) : QString(); !why.isEmpty())
            return tell(QString::fromStdString(axis->path) + tr(": ") + why);
    std::erase_if(m_sweep.axes, [&](const SweepAxis& other) { return other.path == axis->path; });
    m_sweep.axes.push_back(*axis);
    m_values->clear();
    m_lost.clear();
    axesChanged();
}

void SweepForm::removeAxis()
{
    const int row = m_axes->currentRow();
    if (row < 0 || row >= int(m_sweep.axes.size()))
        return;
    m_sweep.axes.erase(m_sweep.axes.begin() + row);
    m_lost.clear();
    axesChanged();
}

void SweepForm::tell(const QString& sentence)
{
    m_message->setText(sentence);
    m_message->setVisible(!sentence.isEmpty());
}

QString SweepForm::leftOutText(const SweepPlan& plan) const
{
    if (plan.leftOut.empty())
        return {};
    const QString first = translated(visibleLine(plan.leftOut.front().withSettings().sentence()));
    const size_t all = plan.points.size() + plan.leftOut.size();
    return all == 1           ? first
        : plan.points.empty() ? tr("None of the %1 combinations is a valid configuration. The first: ").arg(all) + first
                              : tr("%1 of %2 combinations are no valid configuration and are left out; the table says "
                                   "why. The first: ")
                                    .arg(plan.leftOut.size())
                                    .arg(all)
            + first;
}

void SweepForm::plan()
{
    m_coalesce.stop();
    const bool random = m_kind->currentIndex() == 1;
    m_samples->setVisible(random);
    m_seed->setVisible(random);
    const int row = m_axes->currentRow();
    m_axes->clear();
    for (const SweepAxis& axis : m_sweep.axes)
        m_axes->addItem(visibleLine(toText(axis)));
    m_axes->setCurrentRow(std::min(row, m_axes->count() - 1));
    m_remove->setEnabled(m_axes->currentRow() >= 0);
    m_sweep.name = m_name->text().trimmed().toStdString();
    m_sweep.samples = random ? m_samples->value() : 0;
    m_sweep.seed = uint64_t(m_seed->value());
    m_plan.reset();
    m_queue->setEnabled(false); // until this plan is there
    m_planning.request_stop();
    m_planning = {};
    // Every point is checked against all rules: milliseconds each, so not on this thread.
    m_worker.post([this, stop = m_planning.get_token(), base = m_base, sweep = m_sweep] {
        if (stop.stop_requested())
            return;
        Result<SweepPlan> made = SweepPlan {};
        if (!sweep.axes.empty() && sweep.name.empty())
            made = Error { "sweep_name", "The sweep has no name.", "Its runs are found again by it." };
        else if (!sweep.axes.empty())
            made = planSweep(base, sweep, stop);
        const std::string problem = made ? "" : made.error().sentence();
        const auto plan = std::make_shared<const SweepPlan>(made ? std::move(*made) : SweepPlan {});
        QMetaObject::invokeMethod(
            this,
            [this, stop, plan, problem] {
                if (stop.stop_requested())
                    return;
                tell((m_lost + (problem.empty() ? leftOutText(*plan) : translated(problem))).trimmed());
                showPlan(plan);
            },
            Qt::QueuedConnection);
    });
}

void SweepForm::showPlan(const std::shared_ptr<const SweepPlan>& made)
{
    m_plan = made;
    const std::vector<SweepPoint>& points = made->points;
    const int shown = std::min(int(points.size()), kShownPoints),
              out = std::min(int(made->leftOut.size()), kShownReasons);
    m_preview->clear();
    m_preview->setRowCount(shown + out);
    QStringList titles { tr("Run") };
    for (const SweepAxis& axis : m_sweep.axes)
        titles << QString::fromStdString(axis.path);
    const int reason = int(titles.size());
    if (out > 0)
        titles << tr("Left out because");
    m_preview->setColumnCount(int(titles.size()));
    m_preview->setHorizontalHeaderLabels(titles);
    const auto fill = [&](int row, const QString& name, const SweepSettings& settings) {
        m_preview->setItem(row, 0, new QTableWidgetItem(name));
        for (size_t a = 0; a < settings.size(); ++a) {
            const std::string& value = settings[a].second;
            m_preview->setItem(
                row, int(a) + 1, new QTableWidgetItem(visibleLine(value.empty() ? quotedValue(value) : value)));
        }
    };
    for (int row = 0; row < shown; ++row)
        fill(row, QString::fromStdString(points[size_t(row)].config.general.name), points[size_t(row)].settings);
    for (int row = 0; row < out; ++row) {
        const LeftOutPoint& point = made->leftOut[size_t(row)];
        const QString why = translated(visibleLine(point.error.sentence()));
        fill(shown + row, tr("✗ left out"), point.settings);
        auto* item = new QTableWidgetItem(why);
        item->setToolTip(plainToolTip(why));
        m_preview->setItem(shown + row, reason, item);
    }
    QFont bold = font();
    bold.setBold(true); // as headings are
    int sum = 0;
    for (int column = 0; column < titles.size(); ++column) {
        const int width
            = std::max(column == reason ? 420 : 140, QFontMetrics(bold).horizontalAdvance(titles[column]) + 40);
        m_preview->setColumnWidth(column, width);
        sum += width;
    }
    m_preview->horizontalHeader()->setStretchLastSection(sum < m_preview->viewport()->width());
    m_queue->setEnabled(!points.empty());
    m_queue->setText(points.empty() ? tr("Queue the runs")
            : points.size() == 1    ? tr("Queue 1 run")
                                    : tr("Queue %1 runs").arg(points.size()));
    if (points.empty())
        return m_summary->clear();
    const QString count = (points.size() == 1 ? tr("1 run") : tr("%1 runs").arg(points.size()))
        + (int(points.size()) > shown ? tr(" (the first %1 shown)").arg(shown) : QString())
        + (made->leftOut.empty() ? QString() : tr(", %1 left out").arg(made->leftOut.size()));
    m_summary->setText(count);
    m_count = count;
    showTime();
}

void SweepForm::setEarlierRuns(const std::vector<RunListRow>& runs)
{
    std::map<QString, std::vector<double>> measured;
    for (const RunListRow& run : runs)
        if (run.stepSeconds > 0)
            measured[run.shape].push_back(run.stepSeconds);
    for (auto& [shape, seconds] : measured)
        std::sort(seconds.begin(), seconds.end()); // a table in another order says the same
    m_earlier = std::make_shared<const std::vector<RunListRow>>(runs);
    if (std::exchange(m_measured, measured) != measured && m_plan && !m_plan->points.empty())
        showTime(); // something was measured that was not before, or more often
}

void SweepForm::showTime()
{
    m_worker.post([this, stop = m_planning.get_token(), made = m_plan, count = m_count, earlier = m_earlier,
                      root = resourceRootFolder().toStdString()] {
        if (stop.stop_requested())
            return;
        const SweepTime time = sweepTime(made->points, *earlier, root, stop);
        QString text = count;
        if (time.seconds > 0)
            text += tr(", about %1 one after the other (%2)")
                        .arg(durationText(time.seconds),
                            time.measured == int(made->points.size())
                                ? tr("from the step times of earlier runs whose steps cost the same")
                                : time.measured > 0
                                ? tr("measured for %1 of them, assumed for the others").arg(time.measured)
                                : tr("assumed: no earlier run of this kind with this model, device, threads, batch, "
                                     "length and, where it learns from rows, data has made 3 steps"));
        if (time.unknown > 0)
            text += tr("; the time of %1 is unknown, since their model cannot be read").arg(time.unknown);
        QMetaObject::invokeMethod(
            this,
            [this, stop, text] {
                if (!stop.stop_requested())
                    m_summary->setText(tr("%1.").arg(text));
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
