#include "widgets/panels/livesettings.h"

#include "widgets/language/translation.h"
#include "widgets/models/runsettings.h"
#include "widgets/panels/sessionpart.h"
#include "widgets/plots/elidedlabel.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

constexpr int kColumnWidth = 330, kMostFields = 3, kFieldWidth = 68;

/// Short: it stands beside a field.
QString rangeText(const FieldInfo& info)
{
    const auto number = [](double value) { return QString::number(value, 'g', 4); };
    if (info.low == -info.high)
        return QStringLiteral("± ") + number(info.high);
    return info.high >= 1e9 ? QStringLiteral("≥ ") + number(info.low)
                            : number(info.low) + QStringLiteral(" – ") + number(info.high);
}

/// Says nothing of this run as long as it is: a reward that is not given, a term that is not in the loss.
bool isOff(const Field& field)
{
    const auto* number = std::get_if<double*>(&field.value);
    return number && **number == 0;
}

} // namespace

LiveSettings::LiveSettings(QWidget* parent)
    : QWidget(parent)
    , m_fold(new QToolButton(this))
    , m_all(new QCheckBox(tr("Also those at 0"), this))
    , m_summary(new ElidedLabel(this))
    , m_fixed(new QLabel(this))
    , m_body(new QWidget(this))
    , m_grid(new QGridLayout(m_body))
{
    m_fold->setObjectName(QStringLiteral("liveSettings"));
    m_fold->setText(tr("Live settings"));
    m_fold->setAccessibleName(tr("Live settings: those that can be changed while the run trains"));
    m_fold->setToolTip(tr("What can be changed while the run trains"));
    m_fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_fold->setArrowType(Qt::RightArrow);
    m_fold->setAutoRaise(true);
    m_fold->setCheckable(true);
    m_all->setObjectName(QStringLiteral("liveSettingsAll"));
    m_all->setAccessibleName(tr("Also the settings that are 0"));
    m_all->hide();
    m_summary->setObjectName(QStringLiteral("liveSummary"));
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setProperty("role", QStringLiteral("hint"));
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_fixed->setObjectName(QStringLiteral("liveFixed"));
    m_fixed->setTextFormat(Qt::PlainText);
    m_fixed->setProperty("role", QStringLiteral("hint"));
    m_fixed->setContentsMargins(4, 0, 0, 4);
    m_fixed->setWordWrap(true);
    m_fixed->hide();
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(m_fold);
    top->addWidget(m_summary, 1);
    top->addWidget(m_all);
    m_grid->setContentsMargins(4, 0, 0, 4);
    m_grid->setHorizontalSpacing(6);
    m_grid->setVerticalSpacing(4);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 12, 4);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addWidget(m_body);
    layout->addWidget(m_fixed);
    m_body->hide();
    setKeptElsewhere(m_body); // the run
    for (const Field& field : fields(m_config)) {
        if (!field.info.live)
            continue;
        const QString path = QString::fromStdString(field.info.path()), range = rangeText(field.info),
                      help = translated(field.info.help);
        // Two groups have a learning rate, and a weight is always one of something.
        auto* label
            = new QLabel(translated(groupTitle(field.info.group)) + tr(": ") + translated(field.info.label), m_body);
        label->setTextFormat(Qt::PlainText);
        auto* edit = new QLineEdit(m_body);
        edit->setObjectName(QStringLiteral("knob.") + path);
        edit->setAccessibleName(label->text());
        edit->setAccessibleDescription(help + QLatin1Char(' ') + range);
        edit->setToolTip(
            (path + tr(", ") + range + tr(". ") + help + tr(" Enter: from the next step on.")).toHtmlEscaped());
        edit->setFixedWidth(kFieldWidth);
        auto* hint = new QLabel(range, m_body);
        hint->setProperty("role", QStringLiteral("hint"));
        label->setBuddy(edit);
        m_rows.push_back({ path, field.info, label, edit, hint });
        connect(edit, &QLineEdit::returnPressed, this, [this, path, edit] { Q_EMIT entered(path, edit->text()); });
    }
    connect(m_fold, &QToolButton::toggled, this, [this](bool open) {
        m_fold->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_body->setVisible(open);
        m_fixed->setVisible(open);
        m_all->setVisible(open);
    });
    connect(m_all, &QCheckBox::toggled, this, &LiveSettings::showConfig);
    showConfig();
}

void LiveSettings::setConfig(const RunConfig& config, const QSet<QString>& changed)
{
    m_config = config;
    m_changed = changed;
    showConfig();
}

bool LiveSettings::apply(const std::string& assignment)
{
    if (!applySetting(m_config, assignment))
        return false;
    m_changed.insert(QString::fromStdString(assignment).section(QLatin1Char('='), 0, 0));
    showConfig();
    return true;
}

QString LiveSettings::summary() const { return m_summary->text(); }

void LiveSettings::showConfig()
{
    QStringList changed, others;
    for (const Field& field : fields(m_config)) {
        const auto row = std::find_if(m_rows.begin(), m_rows.end(),
            [&](const Row& one) { return one.path == QString::fromStdString(field.info.path()); });
        if (row == m_rows.end())
            continue;
        const QString value = QString::fromStdString(field.toText());
        if (!row->edit->isModified() || !row->edit->hasFocus()) // never under a person's fingers
            row->edit->setText(value);
        const bool touched = m_changed.contains(row->path), of = applies(m_config, field.info);
        row->shown = touched || (of && (m_all->isChecked() || !isOff(field)));
        if (touched)
            changed << row->label->text() + QLatin1Char(' ') + value + tr(" (changed)");
        else if (of && !isOff(field))
            others << row->label->text() + QLatin1Char(' ') + value;
    }
    m_summary->setText((changed + others).join(QStringLiteral(" · ")));
    m_summary->setToolTip(m_summary->text().toHtmlEscaped());
    m_fixed->setText(fixedSettingsText(m_config));
    m_columns = 0;
    arrange();
}

void LiveSettings::arrange()
{
    const int columns = std::clamp(width() / kColumnWidth, 1, kMostFields);
    if (columns == m_columns)
        return;
    m_columns = columns;
    while (m_grid->count())
        delete m_grid->takeAt(0);
    const int shown = int(std::count_if(m_rows.begin(), m_rows.end(), [](const Row&row) { return row.shown; })),
              rows = std::max(1, (shown + columns - 1) / columns);
    int at = 0;
    for (const Row& row : m_rows) {
        for (QWidget* part :
            { static_cast<QWidget*>(row.label), static_cast<QWidget*>(row.edit), static_cast<QWidget*>(row.range) })
            part->setVisible(row.shown);
        if (!row.shown)
            continue;
        const int line = at % rows, column = 4 * (at / rows); // down the columns: a group stays together
        m_grid->addWidget(row.label, line, column);
        m_grid->addWidget(row.edit, line, column + 1);
        m_grid->addWidget(row.range, line, column + 2);
        ++at;
    }
    for (int c = 0; c < 4 * kMostFields + 1; ++c) {
        m_grid->setColumnMinimumWidth(c, c % 4 == 3 && c / 4 < columns - 1 ? 18 : 0);
        m_grid->setColumnStretch(c, c == 4 * columns ? 1 : 0);
    }
}

void LiveSettings::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

} // namespace aha
