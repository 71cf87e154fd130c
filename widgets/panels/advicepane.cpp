#include "widgets/panels/advicepane.h"

#include "core/config/batch_arithmetic.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QLabel>
#include <QListWidget>
#include <QVBoxLayout>

namespace aha {

AdvicePane::AdvicePane(QWidget* parent)
    : QWidget(parent)
    , m_batch(new QLabel(this))
    , m_none(new QLabel(this))
    , m_list(new QListWidget(this))
{
    auto* heading = new QLabel(tr("What a step is"), this);
    auto* second = new QLabel(tr("Advice"), this);
    for (QLabel* label : { heading, second })
        label->setProperty("role", QStringLiteral("title"));
    m_batch->setObjectName(QStringLiteral("batchWords"));
    m_none->setText(tr("None: nothing here is known to go wrong."));
    m_none->setProperty("role", QStringLiteral("hint"));
    for (QLabel* label : { m_batch, m_none }) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_list->setObjectName(QStringLiteral("adviceList"));
    m_list->setAccessibleName(tr("Advice"));
    m_list->setWordWrap(true);
    m_list->setSpacing(4);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(heading);
    layout->addWidget(m_batch);
    layout->addSpacing(8);
    layout->addWidget(second);
    layout->addWidget(m_none);
    layout->addWidget(m_list, 1);
    layout->addStretch(0);
    const auto pick = [this](QListWidgetItem* item) { Q_EMIT fieldPicked(item->data(Qt::UserRole).toString()); };
    connect(m_list, &QListWidget::itemClicked, this, pick);
    connect(m_list, &QListWidget::itemActivated, this, pick);
}

void AdvicePane::setAdvice(const RunConfig& config, const std::vector<Advice>& advice, int64_t dataRows)
{
    m_batch->setText(translated(batchWords(config, dataRows)));
    m_list->clear();
    RunConfig copy = config;
    const std::vector<Field> table = fields(copy);
    for (const Advice& piece : advice) {
        QString label = QString::fromStdString(piece.path);
        for (const Field& field : table)
            if (field.info.path() == piece.path)
                label = translated(groupTitle(field.info.group)) + tr(": ") + translated(field.info.label);
        auto* item
            = new QListWidgetItem((piece.severity == Severity::Warning ? QStringLiteral("△ ") : QStringLiteral("ⓘ "))
                    + label + QLatin1Char('\n') + translated(visibleText(piece.sentence)),
                m_list);
        item->setData(Qt::UserRole, QString::fromStdString(piece.path));
        item->setToolTip(plainToolTip(QString::fromStdString(piece.path)));
    }
    m_none->setVisible(advice.empty());
    m_list->setVisible(!advice.empty());
    static_cast<QVBoxLayout*>(layout())->setStretch(layout()->count() - 1, advice.empty() ? 1 : 0);
}

} // namespace aha
