#include "widgets/panels/modelchooser.h"

#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/recentmodels.h"
#include "widgets/models/visibletext.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>

namespace aha {

namespace {

/// Checkpoints of a run, newest first.
QStringList checkpointsOf(const QString& run)
{
    QStringList paths;
    if (const auto reader = RunReader::open(run.toStdString()))
        if (const auto rows = (*reader)->checkpoints())
            for (const CheckpointRow& row : *rows)
                if (!row.removed)
                    paths.prepend(run + QLatin1Char('/') + QString::fromStdString(row.path));
    return paths;
}

} // namespace

QMenu* openModelMenu(QWidget* parent, const std::function<OpenRuns()>& runs, std::function<void(const QString&)> chosen)
{
    auto* menu = new QMenu(parent);
    QObject::connect(menu->addAction(tr("Folder…")), &QAction::triggered, parent, [parent, chosen] {
        if (const QString path
            = QFileDialog::getExistingDirectory(parent, tr("Open a model folder, an adapter, a checkpoint or a run"));
            !path.isEmpty())
            chosen(path);
    });
    QObject::connect(menu->addAction(tr("GGUF file…")), &QAction::triggered, parent, [parent, chosen] {
        if (const QString path = QFileDialog::getOpenFileName(parent, tr("Open a model file"), QString(),
                QStringLiteral("Models (*.gguf *.safetensors);;All files (*)"));
            !path.isEmpty())
            chosen(path);
    });
    menu->addSeparator();
    QMenu* checkpoints = menu->addMenu(tr("Checkpoint of an open run"));
    QObject::connect(menu, &QMenu::aboutToShow, checkpoints, [=] {
        checkpoints->clear();
        for (const OpenRun& run : runs())
            for (const QString& path : checkpointsOf(run.feed->folder()).mid(0, 12)) {
                QString text = visibleLine(
                    (run.label + QStringLiteral(": ") + path.section(QLatin1Char('/'), -1)).toStdString());
                QObject::connect(checkpoints->addAction(text.replace(QLatin1Char('&'), QLatin1String("&&"))),
                    &QAction::triggered, parent, [path, chosen] { chosen(path); });
            }
        checkpoints->setEnabled(!checkpoints->isEmpty());
    });
    return menu;
}

ModelChooser::ModelChooser(RecentModels* recent, const QString& name, const QString& none, QWidget* parent)
    : QWidget(parent)
    , m_recent(recent)
    , m_none(none)
    , m_combo(new QComboBox(this))
    , m_open(new QToolButton(this))
{
    m_combo->setAccessibleName(name);
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_combo->setMinimumContentsLength(16);
    m_open->setText(tr("Open…"));
    m_open->setAccessibleName(tr("Open another model"));
    m_open->setPopupMode(QToolButton::InstantPopup);
    m_open->setMenu(openModelMenu(
        m_open, [this] { return m_runs; }, [this](const QString& path) { setPath(path); }));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_combo, 1);
    layout->addWidget(m_open);
    connect(m_combo, &QComboBox::activated, this, [this](int) { setPath(m_combo->currentData().toString()); });
    for (const auto signal : { &QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved })
        connect(recent, signal, this, &ModelChooser::fill);
    fill();
}

void ModelChooser::setPath(const QString& path)
{
    if (path == m_path)
        return fill();
    m_path = path.isEmpty() ? path : m_recent->add(path);
    fill();
    Q_EMIT chosen(m_path);
}

void ModelChooser::fill()
{
    const QSignalBlocker quiet(m_combo);
    m_combo->clear();
    m_combo->addItem(m_none.isEmpty() ? tr("Choose a model") : m_none, QString());
    for (const QString& path : m_recent->paths()) {
        m_combo->addItem(visibleLine(shortModelName(path).toStdString()), path);
        m_combo->setItemData(m_combo->count() - 1, plainToolTip(path), Qt::ToolTipRole);
    }
    m_combo->setCurrentIndex(std::max(0, m_combo->findData(m_path)));
    m_combo->setToolTip(m_path.isEmpty() ? QString() : plainToolTip(m_path));
}

} // namespace aha
