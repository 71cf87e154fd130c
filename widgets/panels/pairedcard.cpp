#include "widgets/panels/pairedcard.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace aha {

namespace {

constexpr uint64_t kSeed = 1;

QComboBox* makeChoice(const char* objectName, const QString& accessibleName, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setObjectName(QString::fromLatin1(objectName));
    box->setAccessibleName(accessibleName);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(14);
    return box;
}

} // namespace

PairedCard::PairedCard(QWidget* parent)
    : QWidget(parent)
    , m_a(makeChoice("pairedA", QStringLiteral("Compared with"), this))
    , m_b(makeChoice("pairedB", QStringLiteral("The one to judge"), this))
    , m_swap(new QPushButton(QStringLiteral("Swap"), this))
    , m_text(new QLabel(this))
{
    m_swap->setObjectName(QStringLiteral("pairedSwap"));
    m_swap->setAccessibleName(QStringLiteral("Swap the two"));
    m_text->setObjectName(QStringLiteral("pairedText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* title = new QLabel(QStringLiteral("Is"), this);
    auto* versus = new QLabel(QStringLiteral("better than"), this);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(title);
    bar->addWidget(m_b);
    bar->addWidget(versus);
    bar->addWidget(m_a);
    bar->addWidget(new QLabel(QStringLiteral("?"), this));
    bar->addWidget(m_swap);
    bar->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(bar);
    layout->addWidget(m_text);
    setTabOrder(m_b, m_a);
    setTabOrder(m_a, m_swap);
    connect(m_a, &QComboBox::activated, this, &PairedCard::compute);
    connect(m_b, &QComboBox::activated, this, &PairedCard::compute);
    connect(m_swap, &QPushButton::clicked, this, [this] {
        const int a = m_a->currentIndex();
        m_a->setCurrentIndex(m_b->currentIndex());
        m_b->setCurrentIndex(a);
        compute();
    });
}

PairedCard::~PairedCard() = default;

void PairedCard::setTable(const OutcomeTable& table)
{
    const bool same = table.acrossRuns == m_table.acrossRuns;
    const bool followsNewest = m_b->currentIndex() == m_b->count() - 1; // of a live run
    m_table = table;
    const int columns = int(table.sources.size());
    for (QComboBox* box : { m_a, m_b }) {
        const QSignalBlocker block(box);
        const QString kept = same && !(box == m_b && followsNewest) ? box->currentText() : QString();
        box->clear();
        for (int c = 0; c < columns; ++c)
            box->addItem(table.columnName(size_t(c)));
        const int found = kept.isEmpty() ? -1 : box->findText(kept);
        box->setCurrentIndex(found >= 0 ? found : box == m_a ? 0 : columns - 1);
        box->setEnabled(columns > 1);
    }
    m_swap->setEnabled(columns > 1);
    setVisible(columns > 0);
    compute();
}

void PairedCard::compute()
{
    const quint64 asked = ++m_asked;
    const int a = m_a->currentIndex(), b = m_b->currentIndex();
    if (a < 0 || b < 0)
        return m_text->clear();
    if (a == b)
        return m_text->setText(m_table.sources.size() < 2
                ? QStringLiteral("A comparison needs two: open a second run, or wait for the next evaluation.")
                : QStringLiteral("Choose two different ones."));
    std::vector<PairedCount> pairs = m_table.pairs(size_t(a), size_t(b));
    if (pairs.size() < 2)
        return m_text->setText(
            QStringLiteral("%1 and %2 have %3 in common: paired tests need at least two problems that "
                           "both were asked.")
                .arg(m_b->currentText(), m_a->currentText(),
                    pairs.empty() ? QStringLiteral("no problem") : QStringLiteral("one problem")));
    m_worker.post([this, asked, pairs = std::move(pairs), samplesA = m_table.matrix.samples[size_t(a)],
                      samplesB = m_table.matrix.samples[size_t(b)], nameA = m_a->currentText().toStdString(),
                      nameB = m_b->currentText().toStdString()] {
        QString text;
        if (const auto compared = comparePaired(pairs, samplesA, samplesB, kResamples, kSeed))
            for (const std::string& sentence : pairedSentences(*compared, nameA, nameB))
                text += (text.isEmpty() ? QString() : QStringLiteral("\n")) + QString::fromStdString(sentence);
        QMetaObject::invokeMethod(
            this,
            [this, asked, text] {
                if (asked == m_asked)
                    m_text->setText(text);
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
