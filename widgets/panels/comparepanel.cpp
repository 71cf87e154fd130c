#include "widgets/panels/comparepanel.h"

#include "core/base/files.h"
#include "core/config/run_config.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

#include <cmath>

namespace aha {

ComparePanel::ComparePanel(QWidget* parent) : QWidget(parent), m_onlyDifferent(new QCheckBox(QStringLiteral("Only what differs"), this)), m_table(new QTableWidget(this))
{
    m_onlyDifferent->setObjectName(QStringLiteral("onlyDifferent"));
    m_onlyDifferent->setAccessibleName(m_onlyDifferent->text());
    m_onlyDifferent->setChecked(true);
    m_table->setObjectName(QStringLiteral("compareTable"));
    m_table->setAccessibleName(QStringLiteral("Comparison of runs"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(24);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    layout->addWidget(m_onlyDifferent);
    layout->addWidget(m_table);
    connect(m_onlyDifferent, &QCheckBox::toggled, this, &ComparePanel::fill);
}

void ComparePanel::setRuns(const OpenRuns& runs)
{
    m_runs = runs;
    fill();
}

void ComparePanel::fill()
{
    QStringList header { QStringLiteral("Setting or figure") };
    std::vector<QStringList> rows;
    const auto put = [&](const QString& key, size_t column, const QString& value) {
        for (QStringList& row : rows)
            if (row[0] == key) {
                row[int(column) + 1] = value;
                return;
            }
        QStringList row { key };
        for (size_t i = 0; i < m_runs.size(); ++i)
            row << QStringLiteral("–");
        row[int(column) + 1] = value;
        rows.push_back(row);
    };
    for (size_t i = 0; i < m_runs.size(); ++i) {
        header << m_runs[i].label;
        const std::filesystem::path folder = m_runs[i].feed->folder().toStdString();
        if (const Result<std::string> text = readFile(folder / run_folder::kConfig, 1 << 20))
            if (Result<RunConfig> config = runConfigFromJson(*text))
                for (const Field& field : fields(*config))
                    put(QString::fromStdString(field.info.path()), i, QString::fromStdString(field.toText()));
        const auto reader = RunReader::open(folder);
        if (!reader)
            continue;
        if (const auto last = (*reader)->lastStep(); last && *last > 0) {
            put(QStringLiteral("newest step"), i, QString::number(*last));
            if (const auto metrics = (*reader)->metricsAt(*last))
                for (const auto& [name, value] : *metrics)
                    put(QStringLiteral("metric ") + QString::fromStdString(name), i, std::isnan(value) ? QStringLiteral("–") : QString::number(value, 'g', 5));
        }
        if (const auto evaluations = (*reader)->evaluations(); evaluations && !evaluations->empty()) {
            const EvaluationRow& e = evaluations->back();
            put(QStringLiteral("held-out pass@1"), i, QStringLiteral("%1 % (95 %: %2 to %3, n = %4 × %5, step %6)").arg(100 * e.pass1, 0, 'f', 1)
                    .arg(100 * e.pass1Low, 0, 'f', 1).arg(100 * e.pass1High, 0, 'f', 1).arg(e.problems).arg(e.samples).arg(e.step));
        }
    }
    m_table->clear();
    m_table->setColumnCount(int(header.size()));
    m_table->setHorizontalHeaderLabels(header);
    m_table->setRowCount(0);
    for (const QStringList& row : rows) {
        bool differs = m_runs.size() < 2;
        for (int c = 2; c < row.size(); ++c)
            differs = differs || row[c] != row[1];
        if (m_onlyDifferent->isChecked() && !differs)
            continue;
        const int at = m_table->rowCount();
        m_table->insertRow(at);
        for (int c = 0; c < row.size(); ++c)
            m_table->setItem(at, c, new QTableWidgetItem(row[c]));
    }
    m_table->resizeColumnsToContents();
    m_table->horizontalHeader()->setStretchLastSection(true);
}

} // namespace aha
