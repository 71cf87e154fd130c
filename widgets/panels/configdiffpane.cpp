#include "widgets/panels/configdiffpane.h"

#include "widgets/language/translation.h"
#include "widgets/models/anyconfig.h"
#include "widgets/models/configdiffmodel.h"
#include "widgets/models/visibletext.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

constexpr const char* kAskForFile = "?"; // in the place of a file's name

} // namespace

ConfigDiffPane::ConfigDiffPane(QWidget* parent)
    : QWidget(parent)
    , m_model(new ConfigDiffModel(this))
    , m_find(new QLineEdit(this))
    , m_other(new QComboBox(this))
    , m_table(new QTableView(this))
    , m_says(new QLabel(this))
    , m_takeAll(new QPushButton(tr("Take all of theirs"), this))
{
    m_find->setObjectName(QStringLiteral("diffFind"));
    m_find->setAccessibleName(tr("Find a run or a recipe to compare with"));
    m_find->setPlaceholderText(tr("Find a run or a recipe"));
    m_find->setToolTip(tr("Enter compares with the first one that has these words"));
    m_find->setClearButtonEnabled(true);
    m_other->setObjectName(QStringLiteral("diffOther"));
    m_other->setAccessibleName(tr("Compare the form with"));
    m_other->setPlaceholderText(tr("Compare with…"));
    m_other->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_other->setMinimumContentsLength(18);
    m_table->setObjectName(QStringLiteral("diffTable"));
    m_table->setAccessibleName(tr("Settings that differ"));
    m_table->setModel(m_model);
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::Stretch);
    header->setSectionResizeMode(ConfigDiffModel::Take, QHeaderView::ResizeToContents);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_says->setObjectName(QStringLiteral("diffSays"));
    m_says->setTextFormat(Qt::PlainText);
    m_says->setWordWrap(true);
    m_says->setProperty("role", QStringLiteral("hint"));
    m_takeAll->setObjectName(QStringLiteral("diffTakeAll"));
    m_takeAll->setAccessibleName(m_takeAll->text());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_find);
    layout->addWidget(m_other);
    layout->addWidget(m_table, 1);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_says, 1);
    bottom->addWidget(m_takeAll, 0, Qt::AlignTop);
    layout->addLayout(bottom);
    connect(m_find, &QLineEdit::textChanged, this, &ConfigDiffPane::fill);
    connect(m_find, &QLineEdit::returnPressed, this, [this] {
        if (m_other->itemData(0).toString() == QLatin1String(kAskForFile))
            return; // nothing has these words
        m_other->setCurrentIndex(0);
        choose(0);
    });
    connect(m_other, &QComboBox::activated, this, &ConfigDiffPane::choose);
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) {
        index.column() == ConfigDiffModel::Take ? take(index.row()) : Q_EMIT fieldPicked(m_model->pathAt(index.row()));
    });
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        index.column() == ConfigDiffModel::Take ? take(index.row()) : Q_EMIT fieldPicked(m_model->pathAt(index.row()));
    });
    connect(m_takeAll, &QPushButton::clicked, this, [this] {
        std::vector<std::pair<QString, QString>> all;
        for (int row = 0; row < m_model->rowCount(); ++row)
            all.emplace_back(m_model->pathAt(row), m_model->theirsAt(row));
        for (const auto& [path, text] : all)
            Q_EMIT taken(path, text);
    });
    present();
}

void ConfigDiffPane::take(int row)
{
    const QString path = m_model->pathAt(row), text = m_model->theirsAt(row); // the row goes away meanwhile
    Q_EMIT taken(path, text);
}

void ConfigDiffPane::setOthers(const std::vector<Other>& others)
{
    if (others == m_others && m_other->count() > 0)
        return; // comes with every step of a run that trains
    m_others = others;
    fill();
}

void ConfigDiffPane::fill()
{
    const QStringList words = m_find->text().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    const QVariant chosen = m_other->currentData();
    const QSignalBlocker quiet(m_other);
    m_other->clear();
    const auto add = [&](const Other& other) {
        const QString title = visibleLine(other.title.toStdString());
        if (std::all_of(words.begin(), words.end(),
                [&](const QString& word) { return title.contains(word, Qt::CaseInsensitive); }))
            m_other->addItem(title, other.file);
    };
    if (!m_file.file.isEmpty())
        add(m_file);
    for (const Other& other : m_others)
        add(other);
    m_other->addItem(tr("A file…"), QLatin1String(kAskForFile));
    m_other->setCurrentIndex(chosen.isValid() ? m_other->findData(chosen) : -1);
}

void ConfigDiffPane::choose(int index)
{
    QString file = m_other->itemData(index).toString(), title = m_other->itemText(index);
    const bool asked = file == QLatin1String(kAskForFile);
    if (asked) {
        file = QFileDialog::getOpenFileName(this, tr("Compare with a configuration or a recipe"), QString(),
            tr("Configurations and recipes") + QStringLiteral(" (%1);;").arg(QLatin1String(kAnyConfigEndings))
                + tr("All files") + QStringLiteral(" (*)"));
        if (file.isEmpty())
            return m_other->setCurrentIndex(-1);
        title = file.section(QLatin1Char('/'), -1);
    }
    compareWithFile(file, title, asked);
}

void ConfigDiffPane::compareWithFile(const QString& file, const QString& title, bool keep)
{
    const Result<AnyConfig> read = file.isEmpty() ? Result<AnyConfig>(AnyConfig {}) : readAnyConfig(file);
    if (!read) {
        m_title.clear();
        present();
        m_says->setText(translated(visibleText(read.error().sentence())));
        return;
    }
    m_theirs = read->config;
    m_title = title;
    if (keep) {
        m_file = { read->framework.empty() ? tr("File: ") + title
                                           : tr("Recipe of %1: ").arg(QString::fromStdString(read->framework)) + title,
            file };
        m_find->clear();
        fill();
        m_other->setCurrentIndex(m_other->findData(file));
    }
    present();
}

void ConfigDiffPane::compareWith(const RunConfig& theirs, const QString& title)
{
    m_theirs = theirs;
    m_title = title;
    m_other->setCurrentIndex(m_other->findText(visibleLine(title.toStdString())));
    present();
}

void ConfigDiffPane::setConfig(const RunConfig& mine)
{
    m_mine = mine;
    present();
}

void ConfigDiffPane::present()
{
    m_model->setConfigs(m_mine, m_title.isEmpty() ? m_mine : m_theirs, m_title);
    const int n = m_model->rowCount();
    m_takeAll->setEnabled(n > 0);
    m_table->setVisible(n > 0);
    static_cast<QVBoxLayout*>(layout())->setStretch(2, n > 0 ? 0 : 1);
    m_says->setText(m_title.isEmpty()
            ? tr("Choose a run or a recipe above: the settings that differ from the form are listed.")
            : n == 0 ? tr("The form and “%1” say the same, but for name and seed.").arg(m_title)
                     : tr("%1 settings differ. A click goes to the field; name and seed are left out.").arg(n));
}

} // namespace aha
