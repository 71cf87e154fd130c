#include "widgets/panels/pairedcard.h"

#include "core/base/seed_comparison.h"
#include "widgets/language/translation.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

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
    box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    return box;
}

} // namespace

PairedCard::PairedCard(QWidget* parent)
    : QWidget(parent)
    , m_a(makeChoice("pairedA", tr("Compared with"), this))
    , m_b(makeChoice("pairedB", tr("The one to judge"), this))
    , m_swap(new QPushButton(tr("Swap"), this))
    , m_text(new QLabel(this))
{
    m_swap->setObjectName(QStringLiteral("pairedSwap"));
    m_swap->setAccessibleName(tr("Swap the two"));
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
    const int a = m_a->currentIndex(), b = m_b->currentIndex();
    if (a < 0 || b < 0)
        return m_text->clear();
    if (a == b)
        return m_text->setText(m_table.sources.size() < 2
                ? tr("A comparison needs two: open a second run, or wait for the next evaluation.")
                : tr("Choose two different ones."));
    const OutcomeSide &sideA = m_sides[size_t(a)], &sideB = m_sides[size_t(b)];
    for (const size_t column : sideA.columns)
        if (std::find(sideB.columns.begin(), sideB.columns.end(), column) != sideB.columns.end())
            return m_text->setText(tr("Choose two that share no run."));
    std::vector<PairedCount> pairs = pairsOf(m_table, sideA, sideB);
    if (pairs.size() < 2)
        return m_text->setText(
            tr("%1 and %2 have %3 in common: paired tests need at least two problems that "
               "both were asked.")
                .arg(m_b->currentText(), m_a->currentText(), pairs.empty() ? tr("no problem") : tr("one problem")));
    const auto samples = [this](const OutcomeSide& side) {
        int sum = 0;
        for (const size_t column : side.columns)
            sum += m_table.matrix.samples[column];
        return sum;
    };
    const auto rates = [this](const OutcomeSide& side) {
        std::vector<double> all;
        for (const size_t column : side.columns)
            all.push_back(m_table.sources[column].pass1);
        return all;
    };
    QString covers; // a test over problems knows nothing of other seeds
    const std::string nameA = m_a->currentText().toStdString(), nameB = m_b->currentText().toStdString();
    if (sideA.columns.size() > 1 || sideB.columns.size() > 1) {
        const auto seeds = compareSeeds(rates(sideA), rates(sideB));
        covers = seeds ? translated(seedSentence(*seeds, nameA, nameB))
                       : tr("Over seeds: one side is a single run, which says nothing of how runs of other "
                            "seeds would differ.");
    } else if (m_table.acrossRuns) {
        covers = tr("Both cover which problems were drawn, for these two runs; how other seeds would come "
                    "out needs several runs that differ only in general.seed, opened together.");
    }
    m_worker.post([this, asked, pairs = std::move(pairs), samplesA = samples(sideA), samplesB = samples(sideB), nameA,
                      nameB, covers, groups = sideA.columns.size() > 1 || sideB.columns.size() > 1] {
        QString text;
        if (const auto compared = comparePaired(pairs, samplesA, samplesB, kResamples, kSeed))
            for (const std::string& sentence : pairedSentences(*compared, nameA, nameB))
                text += (text.isEmpty() ? QString() : QStringLiteral("\n")) + translated(sentence);
        if (groups)
            text = covers + tr("\nOver problems, for these runs and not for other seeds: ") + text;
        else if (!covers.isEmpty())
            text += QLatin1Char('\n') + covers;
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
