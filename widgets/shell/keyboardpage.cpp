#include "widgets/shell/keyboardpage.h"

#include "widgets/language/translation.h"
#include "widgets/plots/emptyhint.h"
#include "widgets/shell/actiontable.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QRegularExpression>
#include <QStyledItemDelegate>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

/// Keys that every such place keeps, as anywhere on the desktop: they cannot be changed, but a cheat sheet has them.
constexpr const char* kPlaces[][2] = {
    { "In a chart: move the cursor, with Shift ten times as far", "← →" },
    { "In a chart: open the traces of the step", "Enter" },
    { "In a chart: take the pin away", "Esc" },
    { "In the table of runs: open", "Enter" },
    { "In the table of runs: rename", "F2" },
    { "In the queue: open", "Enter" },
    { "In a sweep's parallel coordinates: axis, range on it, run", "← → ↑ ↓ PgUp PgDn" },
    { "In a sweep's parallel coordinates: clear a range, all ranges", "Del Esc" },
    { "In a schedule: move the cursor, with Shift further; from knot to knot; to the ends", "← → ↑ ↓ Home End" },
    { "In a schedule: take the cursor away", "Esc" },
    { "In a trace: copy exact bytes, select all", "Ctrl+C Ctrl+A" },
    { "In a trace: move the caret, with Shift select", "← → ↑ ↓ Home End" },
    { "In a trace: to its beginning, its end", "Ctrl+Home Ctrl+End" },
    { "In a trace: what can be done with what is selected", "Shift+F10" },
    { "In the tree of completions: from branch to branch, read one", "← → ↑ ↓ Enter" },
    { "In Outcomes: open the answers", "Enter" },
    { "In Probes: from evaluation to evaluation, to step 0", "← → Home" },
    { "In the samples of a held-out problem: from one to the next", "← →" },
    { "In the Playground: send, new line, stop", "Enter Shift+Enter Esc" },
    { "In a table of traces, runs, sweeps or notes: columns and order", "Shift+F10" },
    { "In the notebook: go to what a note is pinned to", "Enter" },
    { "In a box: open its list", "Alt+Down Space" },
    { "Anywhere: next, previous control", "Tab Shift+Tab" },
};

constexpr int kSide = 6, kCapSide = 5, kCapGap = 6, kWidestAction = 560;

/// The base of both columns: a row's ground and what is selected, without its text.
class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void drawGround(QPainter* painter, QStyleOptionViewItem& option, const QModelIndex& index) const
    {
        initStyleOption(&option, index);
        option.text.clear();
        const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
        style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);
    }
    static QColor inked(const QStyleOptionViewItem& option, QPalette::ColorRole role)
    {
        return option.palette.color(option.state & QStyle::State_Selected ? QPalette::HighlightedText : role);
    }
};

/// "Run: Stop": where it stands is quieter than what it does.
class ActionDelegate : public RowDelegate {
public:
    using RowDelegate::RowDelegate;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        return { option.fontMetrics.horizontalAdvance(index.data().toString()) + 4 * kSide, option.rect.height() };
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const override
    {
        QStyleOptionViewItem option(given);
        drawGround(painter, option, index);
        const QString text = index.data().toString();
        const qsizetype what = text.indexOf(QLatin1String(": ")) + 2; // 1: no place is named
        const QString where = what > 1 ? text.left(what) : QString();
        QRect room = option.rect.adjusted(kSide, 0, -kSide, 0);
        painter->save();
        painter->setFont(option.font);
        painter->setPen(inked(option, QPalette::PlaceholderText));
        painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter, where);
        room.setLeft(room.left() + option.fontMetrics.horizontalAdvance(where));
        painter->setPen(inked(option, QPalette::Text));
        painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
            option.fontMetrics.elidedText(text.mid(where.size()), Qt::ElideRight, room.width()));
        painter->restore();
    }
};

/// Each combination of keys as a cap.
class KeysDelegate : public RowDelegate {
public:
    using RowDelegate::RowDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const override
    {
        static const QRegularExpression between(QStringLiteral("(?<!,)\\s+")); // "Ctrl+K, S" is one
        QStyleOptionViewItem option(given);
        drawGround(painter, option, index);
        const int height = option.fontMetrics.height() + 2;
        int x = option.rect.left() + kSide;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setFont(option.font);
        for (const QString& keys : index.data().toString().split(between, Qt::SkipEmptyParts)) {
            const QRect cap(x, option.rect.center().y() - height / 2,
                option.fontMetrics.horizontalAdvance(keys) + 2 * kCapSide, height);
            painter->setPen(inked(option, QPalette::Mid));
            painter->setBrush(
                option.state & QStyle::State_Selected ? QBrush(Qt::NoBrush) : option.palette.brush(QPalette::Button));
            painter->drawRoundedRect(QRectF(cap).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
            painter->setPen(inked(option, QPalette::Text));
            painter->drawText(cap, Qt::AlignCenter, keys);
            x = cap.right() + kCapGap;
        }
        painter->restore();
    }
};

QList<QKeySequence> some(const QKeySequence& keys)
{
    return keys.isEmpty() ? QList<QKeySequence>() : QList<QKeySequence> { keys };
}

} // namespace

KeyboardPage::KeyboardPage(ActionTable* actions, QWidget* parent)
    : QWidget(parent)
    , m_actions(actions)
    , m_search(new QLineEdit(this))
    , m_table(new QTableWidget(this))
    , m_title(new QLabel(this))
    , m_message(new QLabel(this))
    , m_keys(new QKeySequenceEdit(this))
    , m_apply(new QPushButton(tr("Use these keys"), this))
    , m_default(new QPushButton(tr("Default"), this))
{
    m_search->setObjectName(QStringLiteral("keysSearch"));
    m_search->setAccessibleName(tr("Find an action or keys"));
    m_search->setPlaceholderText(tr("Find an action or keys"));
    m_search->setClearButtonEnabled(true);
    m_table->setObjectName(QStringLiteral("keysTable"));
    m_table->setAccessibleName(tr("Actions and their keys"));
    m_table->setColumnCount(2);
    m_table->setHorizontalHeaderLabels({ tr("Action"), tr("Keys") });
    m_table->horizontalHeader()->setStretchLastSection(true); // the keys stand beside their action
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setItemDelegateForColumn(0, new ActionDelegate(m_table));
    m_table->setItemDelegateForColumn(1, new KeysDelegate(m_table));
    m_table->setAlternatingRowColors(true);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 12);
    m_none = new EmptyHint(static_cast<QAbstractScrollArea*>(m_table), "keysNone", // rows are hidden, not gone
        tr("No action has these words or keys."));
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_title->setTextFormat(Qt::PlainText);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setObjectName(QStringLiteral("keysMessage"));
    m_message->setProperty("role", QStringLiteral("hint"));
    m_message->setWordWrap(true);
    m_keys->setObjectName(QStringLiteral("keysEdit"));
    m_keys->setAccessibleName(tr("New keys: press them"));
    for (QLineEdit* inner : m_keys->findChildren<QLineEdit*>())
        inner->setAccessibleName(m_keys->accessibleName());
    m_keys->setMaximumWidth(200);
    m_apply->setObjectName(QStringLiteral("keysApply"));
    m_apply->setAccessibleName(m_apply->text());
    m_default->setObjectName(QStringLiteral("keysDefault"));
    m_default->setAccessibleName(tr("Default keys of this action"));
    auto* reset = new QPushButton(tr("All defaults"), this);
    reset->setObjectName(QStringLiteral("keysReset"));
    reset->setAccessibleName(tr("Default keys of all actions"));
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_title, 1);
    bar->addWidget(m_keys);
    bar->addWidget(m_apply);
    bar->addWidget(m_default);
    bar->addSpacing(16);
    bar->addWidget(reset);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->setSpacing(8);
    layout->addWidget(m_search);
    layout->addWidget(m_table, 1);
    layout->addLayout(bar);
    layout->addWidget(m_message);
    connect(m_search, &QLineEdit::textChanged, this, &KeyboardPage::filter);
    connect(m_table, &QTableWidget::currentCellChanged, this, &KeyboardPage::showCurrent);
    connect(m_table, &QTableWidget::cellActivated, m_keys, [this] { m_keys->setFocus(); });
    connect(m_apply, &QPushButton::clicked, this, &KeyboardPage::change);
    connect(m_default, &QPushButton::clicked, this, [this] {
        if (QAction* action
            = m_actions->action(m_table->item(m_table->currentRow(), 0)->data(Qt::UserRole).toString())) {
            use(action, m_actions->defaultKeys(action));
            showKeys(action);
        }
    });
    connect(reset, &QPushButton::clicked, m_actions, &ActionTable::resetKeys);
    connect(m_actions, &ActionTable::keysChanged, this, &KeyboardPage::refresh);
    refresh();
}

void KeyboardPage::refresh()
{
    const int row = m_table->currentRow();
    m_table->setRowCount(0);
    const auto add = [this](const QString& id, const QString& title, const QString& keys) {
        const int at = m_table->rowCount();
        m_table->insertRow(at);
        auto* first = new QTableWidgetItem(title);
        first->setData(Qt::UserRole, id);
        m_table->setItem(at, 0, first);
        m_table->setItem(at, 1, new QTableWidgetItem(keys));
    };
    const auto list = [&](const std::vector<QAction*>& actions) {
        for (const QAction* action : actions)
            add(action->objectName(), ActionTable::title(action), ActionTable::keysText(m_actions->keys(action)));
    };
    list(m_actions->actions());
    list(m_actions->placeEntries()); // page by page
    for (const auto& [what, keys] : kPlaces)
        add({}, translated(what), QString::fromUtf8(keys));
    m_table->resizeColumnToContents(0);
    m_table->setColumnWidth(0, std::min(m_table->columnWidth(0), kWidestAction));
    filter();
    m_table->setCurrentCell(qBound(0, row, m_table->rowCount() - 1), 0);
    showCurrent();
}

void KeyboardPage::filter()
{
    const QString wanted = m_search->text().trimmed();
    bool any = false;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const bool fits = m_table->item(row, 0)->text().contains(wanted, Qt::CaseInsensitive)
            || m_table->item(row, 1)->text().contains(wanted, Qt::CaseInsensitive);
        m_table->setRowHidden(row, !fits);
        any = any || fits;
    }
    m_none->setVisible(!any);
}

void KeyboardPage::showCurrent()
{
    const QTableWidgetItem* item = m_table->item(m_table->currentRow(), 0);
    const QAction* action = item ? m_actions->action(item->data(Qt::UserRole).toString()) : nullptr;
    for (QWidget* one :
        { static_cast<QWidget*>(m_keys), static_cast<QWidget*>(m_apply), static_cast<QWidget*>(m_default) })
        one->setEnabled(action);
    m_title->setText(item ? item->text() : QString());
    showKeys(action);
    m_message->setText(action ? tr("Choose an action, press new keys in the field, use them. Empty: no keys.")
                              : tr("These keys belong to a place and stay as they are."));
}

void KeyboardPage::showKeys(const QAction* action)
{
    const QList<QKeySequence> keys = action ? m_actions->keys(action) : QList<QKeySequence>();
    m_keys->setKeySequence(keys.isEmpty() ? QKeySequence() : keys.first());
}

void KeyboardPage::change()
{
    if (QAction* action = m_actions->action(m_table->item(m_table->currentRow(), 0)->data(Qt::UserRole).toString()))
        use(action, some(m_keys->keySequence()));
}

void KeyboardPage::use(QAction* action, const QList<QKeySequence>& keys)
{
    if (const QAction* holder = m_actions->holder(keys, action)) {
        m_message->setText(tr("%1 is taken by “%2”. Choose other keys, or give that action others first.")
                               .arg(ActionTable::keysText(keys), ActionTable::title(holder)));
        return;
    }
    m_actions->setKeys(action, keys);
    m_message->setText(
        keys.isEmpty() ? tr("This action has no keys now.") : tr("%1 it is.").arg(ActionTable::keysText(keys)));
}

} // namespace aha
