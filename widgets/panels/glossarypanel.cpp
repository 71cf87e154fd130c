#include "widgets/panels/glossarypanel.h"

#include "widgets/language/translation.h"
#include "widgets/models/glossary.h"

#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QVBoxLayout>

namespace aha {

GlossaryPanel::GlossaryPanel(Glossary* glossary, QWidget* parent)
    : QWidget(parent)
    , m_glossary(glossary)
    , m_found(new QSortFilterProxyModel(this))
    , m_search(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_text(new QPlainTextEdit(this))
{
    m_found->setSourceModel(m_glossary);
    m_found->setFilterRole(Glossary::SearchRole);
    m_found->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_search->setObjectName(QStringLiteral("glossarySearch"));
    m_search->setAccessibleName(tr("Find a metric or a term"));
    m_search->setPlaceholderText(tr("Find a metric or a term"));
    m_search->setClearButtonEnabled(true);
    m_list->setObjectName(QStringLiteral("glossaryList"));
    m_list->setAccessibleName(tr("Metrics and terms"));
    m_list->setModel(m_found);
    m_list->setUniformItemSizes(true);
    m_text->setObjectName(QStringLiteral("glossaryText"));
    m_text->setAccessibleName(tr("Explanation"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setPlaceholderText(tr("Nothing has these words. A part of a name is enough."));
    QFont font = m_text->font();
    font.setPointSizeF(font.pointSizeF() * 1.15);
    m_text->setFont(font);
    m_text->document()->setDocumentMargin(14);
    auto* left = new QWidget(this);
    auto* leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(8, 8, 4, 8);
    leftLayout->addWidget(m_search);
    leftLayout->addWidget(m_list, 1);
    auto* right = new QWidget(this);
    auto* rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(4, 8, 8, 8);
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
        m_found->setFilterFixedString(text.trimmed());
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
}

} // namespace aha
