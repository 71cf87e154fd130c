// How the charts are arranged: menus, undo, saved layouts.

#include "widgets/language/translation.h"
#include "widgets/models/notemodel.h"
#include "widgets/panels/chartchooser.h"
#include "widgets/panels/chartlines.h"
#include "widgets/panels/chartsbar.h"
#include "widgets/panels/chartsections.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/charttable.h"
#include "widgets/panels/figureform.h"
#include "widgets/plots/labelrole.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/placeaction.h"

#include <QAbstractButton>
#include <QActionGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QUndoCommand>
#include <QVBoxLayout>

#include <functional>

namespace aha {

namespace {

constexpr int kRecordMs = 300; ///< a drag or a turn of the wheel is one step of undo

class ViewChange : public QUndoCommand {
public:
    ViewChange(std::function<void(const ChartLayout&)> apply, const ChartLayout& before, const ChartLayout& after)
        : m_apply(std::move(apply))
        , m_before(before)
        , m_after(after)
    {
    }
    void undo() override { m_apply(m_before); }
    void redo() override
    {
        if (m_done) // when it is pushed, the user has already done it
            m_apply(m_after);
        m_done = true;
    }

private:
    std::function<void(const ChartLayout&)> m_apply;
    ChartLayout m_before, m_after;
    bool m_done = false;
};

} // namespace

void ChartsPanel::setWorkspace(Workspace* workspace)
{
    m_shelf = LayoutShelf(workspace);
    if (const std::optional<ChartLayout> last = m_shelf.last())
        apply(*last);
}

void ChartsPanel::apply(const ChartLayout& view)
{
    m_applying = true;
    m_view = view;
    m_bar->setSmoothing(view.smoothing);
    m_bar->setXAxis(view.xAxis);
    m_bar->setTableShown(view.table);
    m_view = view; // the bar may have spoken in between
    m_table->setVisible(view.table && !m_runs.empty());
    const bool all = !std::isfinite(view.from) || !std::isfinite(view.to);
    for (auto it = m_sections->plots().begin(); it != m_sections->plots().end(); ++it) {
        if (all)
            (*it)->followX();
        give(*it, view.options.value(it.key()));
        if (!all)
            (*it)->setRange(view.from, view.to);
    }
    m_bar->setFollowing(all);
    reload();
    m_recorded = m_view;
    m_applying = false;
}

void ChartsPanel::give(LinePlot* plot, const ChartOptions& options)
{
    plot->setLogarithmic(options.logX, options.logY);
    plot->setOutliersLeftOut(options.leaveOut);
    plot->setChosenLines(options.lines);
    plot->setValues({ options.left, options.right }); // last: the others ask for what fits
}

void ChartsPanel::keepOptions(const QString& id, const LinePlot* plot)
{
    if (m_applying)
        return; // the chart was told, it does not tell
    ChartOptions& options = m_view.options[id];
    options.logX = plot->logarithmicX();
    options.logY = plot->logarithmicY();
    options.leaveOut = plot->outliersLeftOut();
    options.left = plot->values().left;
    options.right = plot->values().right;
    options.lines = plot->chosenLines();
    changed();
}

void ChartsPanel::setNotes(NoteModel* notes)
{
    m_notes = notes;
    for (auto signal : { &QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved })
        connect(notes, signal, this, &ChartsPanel::markAll);
    connect(notes, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex& first, const QModelIndex& last) {
        if (first.column() <= NoteModel::Text && last.column() >= NoteModel::Text)
            markAll(); // what runs are called stands in no marker, and is told with every step of one that trains
    });
    connect(notes, &QAbstractItemModel::modelReset, this, &ChartsPanel::markAll);
}

void ChartsPanel::setView(const ChartLayout& view)
{
    record();
    const ChartLayout before = m_recorded;
    apply(view);
    if (before == m_recorded)
        return;
    m_undo.push(new ViewChange([this](const ChartLayout& one) { apply(one); }, before, m_recorded));
    (void)m_shelf.setLast(m_view);
}

void ChartsPanel::changed()
{
    if (!m_applying)
        m_record.start(kRecordMs);
}

void ChartsPanel::record()
{
    m_record.stop();
    if (m_view == m_recorded)
        return;
    m_undo.push(new ViewChange([this](const ChartLayout& one) { apply(one); }, m_recorded, m_view));
    m_recorded = m_view;
    (void)m_shelf.setLast(m_view); // not worth a message: nothing is lost but the view at the next start
}

void ChartsPanel::addChart(const QString& id)
{
    if (!m_view.charts.contains(id))
        m_view.charts.prepend(id); // where it is seen
    changed();
    arrange();
    m_fill.start(0);
    m_sections->showChart(id);
}

void ChartsPanel::chooseChart() { m_chooser->begin(); }

QStringList ChartsPanel::titles() const
{
    QStringList titles;
    for (const ChartSpec& spec : overview())
        titles << spec.title;
    return titles;
}

bool ChartsPanel::showChart(const QString& title)
{
    const QString id = m_sections->idOf(chart(title));
    if (id.isEmpty())
        return false;
    m_sections->setMaximized({});
    m_sections->showChart(id);
    return true;
}

void ChartsPanel::removeChart(const QString& id)
{
    const QVector<ChartSpec> shown = overview();
    if (!m_view.charts.removeOne(id))
        return;
    m_sections->setMaximized({});
    changed();
    arrange();
    for (int i = 0; i < shown.size(); ++i) // the focus goes to what stands there now
        if (shown[i].id == id && shown.size() > 1)
            m_sections->showChart(shown[i + 1 < shown.size() ? i + 1 : i - 1].id);
    say(tr("“%1” was taken out of the overview. Ctrl+Z brings it back; Add chart has it, too.")
            .arg(chartSpec(id).title),
        false);
}

void ChartsPanel::fillRunMenu(QMenu* menu, const QString& id)
{
    auto* runs = new QActionGroup(menu);
    const size_t now = mapRun(id);
    for (size_t i = 0; i < m_runs.size(); ++i) {
        QAction* action = menu->addAction(QString(m_runs[i].label).replace(QLatin1Char('&'), QLatin1String("&&")), this,
            [this, id, folder = m_runs[i].feed->folder()] {
                m_view.options[id].run = folder;
                m_dirty.insert(id);
                m_fill.start(0);
                changed();
            });
        action->setCheckable(true);
        action->setChecked(i == now);
        action->setEnabled(m_series->runs()[i].completions > 0); // else there is nothing to count
        runs->addAction(action);
    }
}

void ChartsPanel::fillChartMenu(QMenu* menu, const QString& id)
{
    LinePlot* plot = m_sections->plot(id);
    if (!chartSpec(id).quantity.isEmpty() && m_runs.size() > 1)
        fillRunMenu(menu->addMenu(tr("Run of the map")), id);
    if (m_view.charts.contains(id)) {
        const auto keyed
            = [plot](const char* own, const QString& text) { return placeAction(plot, own)->withKeys(text); };
        menu->addAction(keyed("chart.forward", tr("Move forward")), plot, [plot] { Q_EMIT plot->moveAsked(-1); });
        menu->addAction(keyed("chart.back", tr("Move back")), plot, [plot] { Q_EMIT plot->moveAsked(1); });
        menu->addAction(tr("Move to the top"), this, [this, id] {
            m_view.move(id, -int(m_view.charts.size()));
            changed();
            arrange();
            m_sections->showChart(id);
        });
        menu->addAction(keyed("chart.remove", tr("Remove from the overview")), this, [this, id] { removeChart(id); });
    } else {
        menu->addAction(tr("Add to the overview"), this, [this, id] { addChart(id); });
    }
    menu->addSeparator();
}

void ChartsPanel::fillViewMenu()
{
    QMenu* menu = m_bar->viewMenu();
    menu->clear();
    record();
    QAction* undo = menu->addAction(placeAction(this, "charts.undo")->withKeys(tr("Undo")), &m_undo, &QUndoStack::undo);
    undo->setEnabled(m_undo.canUndo());
    QAction* redo = menu->addAction(placeAction(this, "charts.redo")->withKeys(tr("Redo")), &m_undo, &QUndoStack::redo);
    redo->setEnabled(m_undo.canRedo());
    menu->addSection(tr("Runs that differ only in their seed"));
    auto* seeds = new QActionGroup(menu);
    for (const auto& [value, text] : { std::pair("", "Each run a line"), std::pair("error", "Mean ± standard error"),
             std::pair("range", "Mean, lowest to highest") }) {
        QAction* action = menu->addAction(translated(text), this, [this, value = QString::fromLatin1(value)] {
            m_view.seeds = value;
            markAll();
            changed();
        });
        action->setCheckable(true);
        action->setChecked(m_view.seeds == QLatin1String(value));
        seeds->addAction(action);
    }
    menu->addSeparator();
    QAction* markers = menu->addAction(tr("Markers on lines"), this, [this](bool on) {
        m_view.markers = on;
        markAll();
        changed();
    });
    markers->setObjectName(QStringLiteral("markersOnLines"));
    markers->setCheckable(true);
    markers->setChecked(m_view.markers);
    markers->setToolTip(tr("A shape on every line: told apart in print and without colours"));
    menu->addSection(tr("Layouts"));
    menu->addAction(tr("Standard"), this, [this] { setView(ChartLayout::standard()); });
    const QStringList names = m_shelf.names();
    for (const QString& name : names)
        menu->addAction(QString(name).replace(QLatin1Char('&'), QLatin1String("&&")), this, [this, name] {
            if (const std::optional<ChartLayout> layout = m_shelf.layout(name))
                setView(*layout);
        });
    if (m_shelf.available())
        menu->addAction(tr("Save this layout…"), this, &ChartsPanel::nameLayout);
    if (names.isEmpty())
        return;
    QMenu* remove = menu->addMenu(tr("Delete a layout"));
    for (const QString& name : names)
        remove->addAction(QString(name).replace(QLatin1Char('&'), QLatin1String("&&")), this, [this, name] {
            const Result<void> gone = m_shelf.remove(name);
            say(gone ? tr("The layout “%1” was deleted.").arg(name) : translated(gone.error().sentence()), !gone);
        });
}

void ChartsPanel::makeActions()
{
    const auto change = [this](auto&& work) {
        return [this, work] {
            record(); // what was changed just now is a step of its own
            work();
        };
    };
    new PlaceAction(this, "charts.undo", tr("Undo a change of the view"), QKeySequence::keyBindings(QKeySequence::Undo),
        change([this] { m_undo.undo(); }), [this] { return m_undo.canUndo() || m_view != m_recorded; });
    new PlaceAction(this, "charts.redo", tr("Redo a change of the view"), QKeySequence::keyBindings(QKeySequence::Redo),
        change([this] { m_undo.redo(); }), [this] { return m_undo.canRedo(); });
    const auto any = [this] { return !overview().isEmpty(); };
    new PlaceAction(
        this, "charts.add", tr("Add a chart…"), {}, [this] { chooseChart(); }, any);
    new PlaceAction(
        this, "charts.values", tr("Table of the values at the cursor"), {},
        [this] { m_bar->findChild<QAbstractButton*>(QStringLiteral("showValues"))->click(); }, any);
    new PlaceAction(
        this, "charts.export", tr("Export all as figures or CSV…"), {}, [this] { offerFigure({}); }, any);
    new PlaceAction(
        this, "charts.picture", tr("Copy a picture of all charts"), {}, [this] { copyPicture(); }, any);
    new PlaceAction(
        this, "charts.copyValues", tr("Copy the values at the cursor"), {}, [this] { copyValues(); }, any);
    new PlaceAction(
        this, "charts.saveLayout", tr("Save this layout of the charts…"), {}, [this] { nameLayout(); },
        [this] { return m_shelf.available(); });
    new PlaceAction(
        this, "charts.standard", tr("Standard layout of the charts"), {}, [this] { setView(ChartLayout::standard()); });
}

void ChartsPanel::nameLayout()
{
    m_saveRow->show();
    m_layoutName->setFocus();
}

void ChartsPanel::copyPicture()
{
    pictureLater([this](const QImage& picture) {
        QGuiApplication::clipboard()->setImage(picture);
        say(tr("The charts are on the clipboard."), false);
    });
}

void ChartsPanel::copyValues()
{
    m_table->show();
    showValues();
    m_table->setVisible(m_view.table);
    QGuiApplication::clipboard()->setText(m_table->model()->text());
    say(tr("The values at the cursor are on the clipboard."), false);
}

void ChartsPanel::saveLayout()
{
    const QString name = m_layoutName->text().trimmed();
    const Result<void> saved = m_shelf.save(name, m_view);
    say(saved ? tr("The layout was saved as “%1”; the menu View has it.").arg(name)
              : translated(saved.error().sentence()),
        !saved);
    if (saved) {
        m_layoutName->clear();
        m_saveRow->hide();
    }
}

void ChartsPanel::say(const QString& sentence, bool problem)
{
    m_note->setText(sentence);
    setRole(m_note, problem ? "error" : "hint");
    m_note->show();
    QTimer::singleShot(problem ? 15000 : 6000, m_note, [note = m_note, sentence] {
        if (note->text() == sentence)
            note->hide();
    });
}

void ChartsPanel::fillExportMenu()
{
    QMenu* menu = m_bar->exportMenu();
    menu->clear();
    const bool any = !overview().isEmpty();
    const QString title = m_sections->chartInFocus();
    if (!title.isEmpty())
        menu->addAction(tr("Figure of “%1”…").arg(QString(title).replace(QLatin1Char('&'), QLatin1String("&&"))), this,
            [this, title] { offerFigure(title); });
    menu->addAction(tr("All charts as figures or CSV…"), this, [this] { offerFigure({}); })->setEnabled(any);
    menu->addSeparator();
    menu->addAction(tr("Copy a picture of all charts"), this, &ChartsPanel::copyPicture);
    menu->addAction(tr("Copy the values at the cursor"), this, &ChartsPanel::copyValues);
}

FigureForm* ChartsPanel::figureForm()
{
    if (!m_figure) {
        m_figure = new FigureForm(this);
        m_figure->fromJson(m_shelf.figure());
        auto* column = static_cast<QVBoxLayout*>(layout());
        column->insertWidget(column->indexOf(m_chooser), m_figure);
        connect(m_figure, &FigureForm::used, this, [this] { (void)m_shelf.setFigure(m_figure->toJson()); });
    }
    return m_figure;
}

void ChartsPanel::offerFigure(const QString& title)
{
    if (!title.isEmpty()) {
        LinePlot* plot = chart(title);
        if (plot && plot->isEmpty()) { // never looked at, so not read yet
            m_series->readNow();
            m_dirty.insert(m_sections->idOf(plot));
            plot = chart(title);
        }
        if (plot && !plot->isEmpty())
            offer(m_sections->idOf(plot), plot);
        else
            say(tr("“%1” has nothing to draw in the open runs.").arg(title), true);
        return;
    }
    const QVector<ChartSpec> specs = overview();
    if (specs.isEmpty())
        return say(tr("The open runs have no chart with data yet."), true);
    offer({}, chart(specs.front().title));
}

void ChartsPanel::offer(const QString& id, LinePlot* shown)
{
    QVector<FigureChart> charts;
    QStringList all;
    for (const ChartSpec& spec : overview()) {
        charts.append({ spec.id, spec.title });
        all << spec.id;
    }
    if (!id.isEmpty() && !all.contains(id))
        charts.prepend({ id, shown->title() });
    figureForm()->begin(
        charts, id.isEmpty() ? all : QStringList { id }, shown, [this](const QStringList& ids, auto draw, auto done) {
            drawLater(
                ids, [this, draw](LinePlot* plot) { draw(m_sections->idOf(plot), plot); }, std::move(done));
        });
}

} // namespace aha
