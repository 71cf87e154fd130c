// The outcome matrix with 512 x 40 and 5,000 x 40 cells: CPU time of a painted frame while it scrolls (bar: 16 ms), of
// filtering and sorting, of filling the page (bars: 100 ms). Baseline: QTableWidget with the same cells.

#include "figure.h"

#include "widgets/models/outcomemodel.h"
#include "widgets/panels/outcomedelegate.h"

#include <QHeaderView>
#include <QScrollBar>
#include <QTableView>
#include <QTableWidget>
#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

constexpr int kFrames = 60;

OutcomeTable makeTable(int problems, int evaluations)
{
    OutcomeTable table;
    std::vector<OutcomeColumn> columns;
    for (int e = 0; e < evaluations; ++e) {
        OutcomeColumn column { e % 10 == 0 ? 4 : 1, {} };
        for (int p = 0; p < problems; ++p)
            column.problems.emplace_back("use " + std::to_string(p) + " 5 9 6 to make 39 :",
                int((uint32_t(p * 131 + e * 17) * 2654435761u >> 20) % uint32_t(column.samples + 1)));
        columns.push_back(std::move(column));
        table.sources.push_back(
            { { "run", "run", Qt::blue }, e + 1, e * 5, "countdown", problems, columns.back().samples, 0.5, 0.4, 0.6 });
    }
    table.matrix = outcomeMatrix(columns, true);
    return table;
}

/// Median CPU time of a frame while the view scrolls from the top to the end.
double frameMs(QTableView& view)
{
    view.resize(946, 440);
    view.show();
    QCoreApplication::processEvents();
    std::vector<double> times;
    QImage image(view.size(), QImage::Format_ARGB32_Premultiplied);
    for (int i = 0; i < kFrames; ++i) {
        view.verticalScrollBar()->setValue(view.verticalScrollBar()->maximum() * i / kFrames);
        view.horizontalScrollBar()->setValue(view.horizontalScrollBar()->maximum() * i / kFrames);
        const double before = bench::cpuMs();
        view.render(&image);
        times.push_back(bench::cpuMs() - before);
    }
    return bench::median(times);
}

template <class Work> double cpuOf(Work&& work)
{
    const double before = bench::cpuMs();
    work();
    return bench::cpuMs() - before;
}

} // namespace

class BenchOutcomes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void matrix_data()
    {
        QTest::addColumn<int>("problems");
        QTest::newRow("512") << 512;
        QTest::newRow("5000") << 5000;
    }

    void matrix()
    {
        QFETCH(int, problems);
        const OutcomeTable table = makeTable(problems, 40);
        OutcomeModel model;
        QTableView view;
        view.setModel(&model);
        view.setItemDelegate(new OutcomeDelegate(&view));
        view.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
        view.verticalHeader()->setDefaultSectionSize(22);
        view.horizontalHeader()->setDefaultSectionSize(30);
        const double fill = cpuOf([&] { model.setTable(table); });
        QCOMPARE(model.rowCount(), problems);
        int sum = 0; // verified before it is timed
        for (const int count : table.matrix.counts)
            sum += count;
        QCOMPARE(sum, problems);
        const double frame = frameMs(view);
        const double sort = cpuOf([&] { model.setOrder(OutcomeModel::MostGained); });
        const double filter = cpuOf([&] { model.setText("77 5 9"); });
        QVERIFY(model.rowCount() > 0 && model.rowCount() < problems);

        QTableWidget plain(problems, 40);
        const double plainFill = cpuOf([&] {
            for (int row = 0; row < problems; ++row)
                for (int column = 0; column < 40; ++column)
                    plain.setItem(row, column,
                        new QTableWidgetItem(
                            QString::number(table.matrix.rows[size_t(row)].cells[size_t(column)].right)));
        });
        plain.verticalHeader()->setDefaultSectionSize(22);
        plain.horizontalHeader()->setDefaultSectionSize(30);
        const double plainFrame = frameMs(plain);
        const double none = std::nan("");
        const bool big = problems > 1000;
        QVERIFY(bench::report({ big ? "outcomes_5000_frame" : "outcomes_512_frame", frame, "ms", plainFrame, 16 }));
        QVERIFY(bench::report({ big ? "outcomes_5000_fill" : "outcomes_512_fill", fill, "ms", plainFill, 100 }));
        QVERIFY(bench::report({ big ? "outcomes_5000_sort" : "outcomes_512_sort", sort, "ms", none, 100 }));
        QVERIFY(bench::report({ big ? "outcomes_5000_filter" : "outcomes_512_filter", filter, "ms", none, 100 }));
    }
};

QTEST_MAIN(BenchOutcomes)
#include "bench_outcomes.moc"
