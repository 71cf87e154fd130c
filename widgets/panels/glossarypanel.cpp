#include "widgets/panels/glossarypanel.h"

#include "widgets/language/translation.h"
#include "widgets/models/glossary.h"
#include "widgets/plots/emptyhint.h"

#include <QApplication>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPlainTextEdit>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QTextCursor>
#include <QVBoxLayout>

#include <utility>

namespace aha {

namespace {

constexpr int kRowSide = 8, kRowTop = 6;

/// A name, and what it means in a quieter line below.
class TermDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override
    {
        return { 100, 2 * option.fontMetrics.lineSpacing() + 2 * kRowTop + 2 };
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const override
    {
        QStyleOptionViewItem option(given);
        initStyleOption(&option, index);
        const QString name = std::exchange(option.text, QString());
        const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
        style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);
        const bool chosen = option.state & QStyle::State_Selected;
        const QRect room = option.rect.adjusted(kRowSide, kRowTop, -kRowSide, -kRowTop);
        const auto write = [&](QRect line, const QFont& font, QPalette::ColorRole role, const QString& text) {
            painter->setFont(font);
            painter->setPen(option.palette.color(chosen ? QPalette::HighlightedText : role));
            painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                QFontMetrics(font).elidedText(text, Qt::ElideRight, line.width()));
        };
        QFont strong = option.font;
        strong.setWeight(QFont::DemiBold);
        painter->save();
        write(QRect(room.topLeft(), QSize(room.width(), room.height() / 2)), strong, QPalette::Text, name);
        write(room.adjusted(0, room.height() / 2, 0, 0), option.font, QPalette::PlaceholderText,
            index.data(Glossary::MeaningRole).toString());
        painter->restore();
    }
};

/// What is called by the words that were typed stands before what only mentions them.
class FoundTerms : public QSortFilterProxyModel {
public:
    FoundTerms(Glossary* glossary, QObject* parent)
        : QSortFilterProxyModel(parent)
        , m_glossary(glossary)
    {
        setSourceModel(glossary);
        setFilterRole(Glossary::SearchRole);
        setFilterCaseSensitivity(Qt::CaseInsensitive);
        sort(0);
    }
    void find(const QString& text)
    {
        m_wanted = text;
        setFilterFixedString(text);
        invalidate(); // rows that were there already change places, too
    }

protected:
    bool lessThan(const QModelIndex& a, const QModelIndex& b) const override
    {
        const int first = rank(a.row()), second = rank(b.row());
        return first != second ? first < second : a.row() < b.row();
    }

private:
    int rank(int row) const { return m_wanted.isEmpty() ? 0 : m_glossary->rank(row, m_wanted); }

    Glossary* m_glossary;
    QString m_wanted;
};

} // namespace

GlossaryPanel::GlossaryPanel(Glossary* glossary, QWidget* parent)
    : QWidget(parent)
    , m_glossary(glossary)
    , m_found(new FoundTerms(glossary, this))
    , m_search(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_text(new QPlainTextEdit(this))
{
    m_search->setObjectName(QStringLiteral("glossarySearch"));
    m_search->setAccessibleName(tr("Find a metric or a term"));
    m_search->setPlaceholderText(tr("Find a metric or a term"));
    m_search->setClearButtonEnabled(true);
    m_list->setObjectName(QStringLiteral("glossaryList"));
    m_list->setAccessibleName(tr("Metrics and terms"));
    m_list->setModel(m_found);
    m_list->setItemDelegate(new TermDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setAlternatingRowColors(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    new EmptyHint(m_list, "glossaryNone", tr("Nothing has these words. A part of a name is enough."));
    m_text->setObjectName(QStringLiteral("glossaryText"));
    m_text->setAccessibleName(tr("Explanation"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    QFont font = m_text->font();
    font.setPointSizeF(font.pointSizeF() * 1.15);
    m_text->setFont(font);
    m_text->document()->setDocumentMargin(14);
    auto* left = new QWidget(this);
    auto* leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(12, 10, 4, 12);
    leftLayout->addWidget(m_search);
    leftLayout->addWidget(m_list, 1);
    auto* right = new QWidget(this);
    auto* rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(4, 10, 12, 12);
    rightLayout->addWidget(m_text);
    auto* split = new QSplitter(this);
    split->setChildrenCollapsible(false);
    split->addWidget(left);
    split->addWidget(right);
    split->setSizes({ 380, 580 });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        static_cast<FoundTerms*>(m_found)->find(text.trimmed());
        m_list->setCurrentIndex(m_found->index(0, 0));
        showCurrent();
    });
    connect(m_search, &QLineEdit::returnPressed, m_list, [this] { m_list->setFocus(); });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &GlossaryPanel::showCurrent);
    setFocusProxy(m_search);
    m_list->setCurrentIndex(m_found->index(0, 0));
}

void GlossaryPanel::showTerm(const QString& name)
{
    const int row = m_glossary->find(name);
    m_search->setText(row < 0 ? name : QString());
    if (row >= 0) {
        const QModelIndex at = m_found->mapFromSource(m_glossary->index(row));
        m_list->setCurrentIndex(at);
        m_list->scrollTo(at, QAbstractItemView::PositionAtCenter);
    }
}

void GlossaryPanel::showCurrent()
{
    const QModelIndex at = m_found->mapToSource(m_list->currentIndex());
    m_text->setPlainText(at.isValid() ? m_glossary->explain(at.row()) : QString());
    QTextCursor name(m_text->document()); // its first line
    name.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
    QTextCharFormat title;
    title.setFontWeight(QFont::DemiBold);
    title.setFontPointSize(m_text->font().pointSizeF() * 1.2);
    name.mergeCharFormat(title);
}

} // namespace aha
