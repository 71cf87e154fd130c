#include "widgets/panels/pairedcard.h"

#include "widgets/language/translation.h"
#include "widgets/models/outcomesummary.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace aha {

namespace {

QComboBox* makeChoice(const char* objectName, const QString& accessibleName, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setObjectName(QString::fromLatin1(objectName));
    box->setAccessibleName(accessibleName);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(14);
    box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    return box;
}

} // namespace

PairedCard::PairedCard(QWidget* parent)
    : QWidget(parent)
    , m_a(makeChoice("pairedA", tr("Compared with"), this))
    , m_b(makeChoice("pairedB", tr("The one to judge"), this))
    , m_swap(new QPushButton(tr("Swap"), this))
    , m_copy(new QPushButton(tr("Copy"), this))
    , m_text(new QLabel(this))
{
    m_swap->setObjectName(QStringLiteral("pairedSwap"));
    m_swap->setAccessibleName(tr("Swap the two"));
    m_copy->setObjectName(QStringLiteral("pairedCopy"));
    m_copy->setAccessibleName(tr("Copy the comparison as Markdown"));
    m_copy->setEnabled(false);
    m_text->setObjectName(QStringLiteral("pairedText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* title = new QLabel(tr("Is"), this);
    auto* versus = new QLabel(tr("better than"), this);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(title);
    bar->addWidget(m_b, 2);
    bar->addWidget(versus);
    bar->addWidget(m_a, 2);
    bar->addWidget(new QLabel(QStringLiteral("?"), this));
    bar->addWidget(m_swap);
    bar->addWidget(m_copy);
    bar->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(bar);
    layout->addWidget(m_text);
    connect(m_a, &QComboBox::activated, this, &PairedCard::compute);
    connect(m_b, &QComboBox::activated, this, &PairedCard::compute);
    connect(m_swap, &QPushButton::clicked, this, [this] {
        const int a = m_a->currentIndex();
        m_a->setCurrentIndex(m_b->currentIndex());
        m_b->setCurrentIndex(a);
        compute();
    });
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QString text = QStringLiteral("**%1**\n\n")
                           .arg(markdownCell(tr("Is %1 better than %2?").arg(m_b->currentText(), m_a->currentText())));
        for (const QString& line : m_text->text().split(QLatin1Char('\n')))
            text += QStringLiteral("- ") + markdownCell(line) + QLatin1Char('\n');
        QGuiApplication::clipboard()->setText(text);
    });
}

PairedCard::~PairedCard() = default;

void PairedCard::setTable(const OutcomeTable& table)
{
    const bool same = table.acrossRuns == m_table.acrossRuns && outcomeSides(table).size() == m_sides.size();
    const bool followsNewest = !table.acrossRuns && m_b->currentIndex() == m_b->count() - 1; // of a live run
    m_table = table;
    m_sides = outcomeSides(table);
    const int columns = int(table.sources.size()), groups = int(m_sides.size()) - columns;
    for (QComboBox* box : { m_a, m_b }) {
        const QSignalBlocker block(box);
        const QString kept
            = (same || !table.acrossRuns) && !(box == m_b && followsNewest) ? box->currentText() : QString();
        box->clear();
        for (const OutcomeSide& side : m_sides)
            box->addItem(side.name);
        const int found = kept.isEmpty() ? -1 : box->findText(kept);
        const int first = groups > 1 ? columns : 0, last = groups > 1 ? columns + groups - 1 : columns - 1;
        box->setCurrentIndex(found >= 0 ? found : box == m_a ? first : last);
        box->setEnabled(columns > 1);
    }
    m_swap->setEnabled(columns > 1);
    setVisible(columns > 0);
    compute();
}

void PairedCard::compute()
{
    const quint64 asked = ++m_asked;
    m_copy->setEnabled(false);
    const int a = m_a->currentIndex(), b = m_b->currentIndex();
    if (a < 0 || b < 0)
        return m_text->clear();
    if (a == b)
        return m_text->setText(m_table.sources.size() < 2
                ? tr("A comparison needs two: open a second run, or wait for the next evaluation.")
                : tr("Choose two different ones."));
    m_worker.post([this, asked, table = m_table, sideA = m_sides[size_t(a)], sideB = m_sides[size_t(b)]] {
        const QString text = comparisonText(table, sideA, sideB);
        QMetaObject::invokeMethod(
            this,
            [this, asked, text] {
                if (asked != m_asked)
                    return;
                m_text->setText(text);
                m_copy->setEnabled(true);
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
