#include "widgets/panels/tracetable.h"

#include "widgets/language/translation.h"
#include "widgets/panels/tablemenu.h"

#include <QHeaderView>
#include <QScopedValueRollback>
#include <QSettings>
#include <QStyleOptionHeader>

#include <algorithm>

namespace aha {

namespace {

QSettings settings()
{
    return QSettings(
        QSettings::IniFormat, QSettings::UserScope, QStringLiteral("AhaScope"), QStringLiteral("workbench"));
}

constexpr int kWidest = 320, kWidestStretch = 1200, kSlack = 80, kHeaderPadding = 14, kSortArrow = 20;

/// The arrow stands at the right end of a heading: there the words begin at the left.
class SortHeader : public QHeaderView {
public:
    explicit SortHeader(QWidget* parent)
        : QHeaderView(Qt::Horizontal, parent)
    {
        setSectionsClickable(true);
    }
    void initStyleOptionForIndex(QStyleOptionHeader* option, int section) const override
    {
        QHeaderView::initStyleOptionForIndex(option, section);
        if (isSortIndicatorShown() && sortIndicatorSection() == section)
            option->textAlignment = Qt::AlignLeft | Qt::AlignVCenter;
    }
};

} // namespace

TraceTable::TraceTable(const QString& objectName, const QString& accessibleName, QAbstractItemModel* model,
    const std::function<QString(int)>& columnKey, const QStringList& hiddenAtFirst, QWidget* parent)
    : QTableView(parent)
    , m_key(QStringLiteral("columns/") + objectName)
    , m_columnKey(columnKey)
{
    setHorizontalHeader(new SortHeader(this));
    setObjectName(objectName);
    setAccessibleName(accessibleName);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 9);
    verticalHeader()->setMinimumSectionSize(fontMetrics().height() + 4);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsMovable(true);
    horizontalHeader()->setMinimumSectionSize(24);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setToolTip(tr("Right click, or the menu key in the table: columns and order"));
    m_menu = new TableMenu(this);
    m_menu->setShow([this](int column, bool shown) { setColumnShown(column, shown); });
    m_menu->setOffered([this](int column) { return !m_leftOut.contains(column); });
    for (const QString& key : hiddenAtFirst)
        m_shown[key] = false;
    const QVariantMap stored = settings().value(m_key).toMap();
    for (auto it = stored.begin(); it != stored.end(); ++it)
        m_shown[it.key()] = it.value().toBool();
    setModel(model);
    connect(model, &QAbstractItemModel::modelReset, this, &TraceTable::fitColumns);
    connect(horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &TraceTable::fitColumns);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this,
        [this](int column, int, int width) { takeWidth(column, width); });
    applyShown();
}

void TraceTable::applyShown()
{
    for (int c = 0; c < model()->columnCount(); ++c)
        setColumnHidden(c,
            m_leftOut.contains(c)
                || !m_shown.value(m_columnKey(c), !(m_partsHidden && m_firstPart >= 0 && c >= m_firstPart)));
    if (m_partsBehind < 0)
        return;
    QHeaderView* header = horizontalHeader();
    for (int c = m_firstPart; c < model()->columnCount(); ++c) {
        const int from = header->visualIndex(c), behind = header->visualIndex(m_partsBehind) + 1 + (c - m_firstPart);
        if (from > behind)
            header->moveSection(from, behind);
    }
}

void TraceTable::setColumnShown(int column, bool shown)
{
    m_shown[m_columnKey(column)] = shown;
    QVariantMap stored;
    for (auto it = m_shown.begin(); it != m_shown.end(); ++it)
        stored[it.key()] = it.value();
    settings().setValue(m_key, stored);
    fitColumns();
}

void TraceTable::leaveOut(const QList<int>& columns)
{
    m_leftOut = columns;
    applyShown();
}

void TraceTable::fitColumns()
{
    applyShown();
    const bool kept = m_kept && m_fitted;
    if (!kept)
        m_wanted.clear();
    m_fitted = model()->rowCount() > 0 || kept;
    for (auto it = m_wanted.begin(); it != m_wanted.end();) // what is hidden takes no room
        it = it.key() >= model()->columnCount() || isColumnHidden(it.key()) ? m_wanted.erase(it) : std::next(it);
    horizontalHeader()->setResizeContentsPrecision(200); // rows looked at: a long list must not be walked
    QFont bold = horizontalHeader()->font();
    bold.setWeight(QFont::DemiBold); // as the theme draws headers
    const QFontMetrics metrics(bold);
    for (int c = 0; c < model()->columnCount(); ++c)
        if (!isColumnHidden(c) && !m_wanted.contains(c))
            m_wanted[c] = std::min(c == m_stretch && !m_kept ? kWidestStretch : m_widest.value(c, kWidest),
                std::max({ horizontalHeader()->minimumSectionSize(), sizeHintForColumn(c),
                    metrics.horizontalAdvance(model()->headerData(c, Qt::Horizontal).toString()) + kHeaderPadding
                        + (horizontalHeader()->isSortIndicatorShown()
                                    && (m_kept || horizontalHeader()->sortIndicatorSection() == c)
                                ? kSortArrow // kept widths have room for it wherever it comes
                                : 0) }));
    distribute();
}

void TraceTable::forgetWidths()
{
    m_fitted = m_stretchTaken = false;
    m_wanted.clear();
}

void TraceTable::takeWidth(int column, int width)
{
    if (m_distributing || !m_kept || width <= 0 || !m_wanted.contains(column))
        return;
    m_wanted[column] = width;
    m_stretchTaken = m_stretchTaken || column == m_stretch;
}

void TraceTable::distribute()
{
    const QScopedValueRollback<bool> own(m_distributing, true);
    const bool flexible = m_wanted.contains(m_stretch) && !m_stretchTaken;
    int others = 0;
    for (auto it = m_wanted.begin(); it != m_wanted.end(); ++it)
        others += flexible && it.key() == m_stretch ? 0 : it.value();
    const int room = viewport()->width();
    const int fitting = !flexible
        ? 0
        : std::clamp(room - others, m_narrowest, std::max(m_narrowest, m_wanted.value(m_stretch) + kSlack));
    // What the contents leave goes to all, up to half as much again, and the rest to the stretch column: no dead width.
    const bool grows = (!m_kept || m_stretch < 0) && others > 0 && room > others + fitting;
    const double grow = grows ? std::min(1.5, double(room - fitting) / others) : 1;
    int taken = 0;
    for (auto it = m_wanted.begin(); it != m_wanted.end(); ++it)
        if (!flexible || it.key() != m_stretch) {
            setColumnWidth(it.key(), int(it.value() * grow));
            taken += int(it.value() * grow);
        }
    if (flexible)
        setColumnWidth(m_stretch, std::max(fitting, room - taken));
}

void TraceTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    distribute();
}

} // namespace aha
