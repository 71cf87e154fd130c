#include "widgets/panels/figurecharts.h"

#include "widgets/language/translation.h"
#include "widgets/panels/sessionpart.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>

namespace aha {

namespace {

constexpr double kLeastPanelMm = 40; ///< suggested: a narrow panel's legend takes rows, the lines need room, too
constexpr int kListHeight = 96; ///< four charts; the list scrolls, the form stays low

} // namespace

FigureCharts::FigureCharts(QWidget* parent)
    : QWidget(parent)
    , m_list(new QListWidget(this))
    , m_together(new QCheckBox(tr("One figure of several panels"), this))
    , m_letters(new QCheckBox(tr("Letters (a), (b), …"), this))
    , m_columns(new QSpinBox(this))
    , m_height(new QDoubleSpinBox(this))
{
    setKeptElsewhere(this); // of the charts that were offered, not of those that will be
    m_list->setObjectName(QStringLiteral("figureCharts"));
    m_list->setAccessibleName(tr("Charts to export"));
    m_list->setMinimumHeight(kListHeight);
    m_list->setSpacing(2);
    setFocusProxy(m_list);
    m_list->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    const auto button = [this](const QString& text, const char* name, const QString& accessible, bool on) {
        auto* made = new QPushButton(text, this);
        made->setObjectName(QString::fromLatin1(name));
        made->setAccessibleName(accessible);
        connect(made, &QPushButton::clicked, this, [this, on] { checkAll(on); });
        return made;
    };
    QPushButton* all = button(tr("All"), "figureAllCharts", tr("Choose all charts"), true);
    QPushButton* none = button(tr("None"), "figureNoCharts", tr("Choose no chart"), false);
    m_together->setObjectName(QStringLiteral("figureTogether"));
    m_together->setToolTip(tr("One file with the chosen charts as its panels, instead of a file for each"));
    m_letters->setObjectName(QStringLiteral("figureLetters"));
    m_letters->setChecked(true);
    m_columns->setObjectName(QStringLiteral("figureColumns"));
    m_columns->setAccessibleName(tr("Columns of panels"));
    m_columns->setRange(1, 3);
    m_height->setObjectName(QStringLiteral("figureHeightMm"));
    m_height->setAccessibleName(tr("Height of the whole figure in millimetres"));
    m_height->setRange(15, 600);
    m_height->setDecimals(0);
    m_height->setSuffix(QStringLiteral(" mm"));
    const auto label = [this](const QString& text, QWidget* buddy) {
        auto* made = new QLabel(text, this);
        made->setBuddy(buddy);
        return made;
    };
    auto* buttons = new QVBoxLayout;
    buttons->addWidget(all);
    buttons->addWidget(none);
    buttons->addStretch(1);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->addWidget(m_together, 0, 0, 1, 2);
    grid->addWidget(label(tr("Columns"), m_columns), 1, 0);
    grid->addWidget(m_columns, 1, 1);
    grid->addWidget(label(tr("Whole height"), m_height), 2, 0);
    grid->addWidget(m_height, 2, 1);
    grid->addWidget(m_letters, 3, 0, 1, 2);
    grid->setRowStretch(4, 1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_list, 1);
    layout->addLayout(buttons);
    layout->addSpacing(8);
    layout->addLayout(grid);

    connect(m_list, &QListWidget::itemChanged, this, [this] {
        if (m_filling)
            return;
        showParts();
        Q_EMIT chosenChanged();
    });
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item && !m_filling)
            Q_EMIT currentChanged(item->data(Qt::UserRole).toString());
    });
    connect(m_together, &QCheckBox::toggled, this, [this] {
        if (m_filling)
            return;
        showParts();
        Q_EMIT chosenChanged();
    });
    connect(m_letters, &QCheckBox::toggled, this, &FigureCharts::sheetChanged);
    connect(m_columns, &QSpinBox::valueChanged, this, &FigureCharts::chosenChanged);
    connect(m_height, &QDoubleSpinBox::valueChanged, this, &FigureCharts::sheetChanged);
    showParts();
}

void FigureCharts::setCharts(const QVector<FigureChart>& charts, const QStringList& chosen)
{
    m_filling = true;
    m_list->clear();
    m_together->setChecked(false);
    for (const FigureChart& chart : charts) {
        auto* item = new QListWidgetItem(translated(chart.title), m_list);
        item->setData(Qt::UserRole, chart.id);
        item->setData(Qt::UserRole + 1, chart.title);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(chosen.contains(chart.id) ? Qt::Checked : Qt::Unchecked);
        if (!chosen.isEmpty() && chart.id == chosen.front())
            m_list->setCurrentItem(item);
    }
    m_filling = false;
    showParts();
}

QVector<FigureChart> FigureCharts::chosen() const
{
    QVector<FigureChart> all;
    for (int i = 0; i < m_list->count(); ++i)
        if (const QListWidgetItem* item = m_list->item(i); item->checkState() == Qt::Checked)
            all.append({ item->data(Qt::UserRole).toString(), item->data(Qt::UserRole + 1).toString() });
    return all;
}

void FigureCharts::checkAll(bool on)
{
    m_filling = true;
    for (int i = 0; i < m_list->count(); ++i)
        m_list->item(i)->setCheckState(on ? Qt::Checked : Qt::Unchecked);
    m_filling = false;
    showParts();
    Q_EMIT chosenChanged();
}

void FigureCharts::showParts()
{
    const bool several = m_drawn && chosen().size() > 1;
    m_together->setEnabled(several);
    for (QWidget* part : std::initializer_list<QWidget*> { m_columns, m_height, m_letters })
        part->setEnabled(several && m_together->isChecked());
}

void FigureCharts::setDrawn(bool drawn)
{
    m_drawn = drawn;
    showParts();
}

bool FigureCharts::together() const { return m_drawn && m_together->isChecked() && chosen().size() > 1; }
int FigureCharts::columns() const { return m_columns->value(); }
bool FigureCharts::letters() const { return m_letters->isChecked(); }
double FigureCharts::heightMm() const { return m_height->value(); }

void FigureCharts::setSheet(int columns, bool letters)
{
    const QSignalBlocker silent(this);
    m_columns->setValue(columns);
    m_letters->setChecked(letters);
}

void FigureCharts::suggestHeight(double widthMm, double ratio)
{
    const int panels = std::max(1, int(chosen().size())), across = std::min(columns(), panels);
    const QSignalBlocker silent(m_height);
    m_height->setValue((panels + across - 1) / across * std::max(widthMm / across * ratio, kLeastPanelMm));
}

} // namespace aha
