#pragma once
// The page Data: a data set's rows, how they are read, and what is to be known about all of them.

#include "core/config/run_config.h"
#include "widgets/models/datasetjobs.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/sessionpart.h"

#include <QTimer>
#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTableView;
class QTabWidget;

namespace aha {

class BatchPage;
class DatasetModel;
class EmptyHint;
class ExactText;
class Histogram;
class MappingForm;
class ModelChooser;
class RecentModels;
class TokenChips;

class DataPanel : public QWidget, public SessionPart {
    Q_OBJECT
public:
    /// `engine`: the program that makes batches; empty: the one beside this program.
    explicit DataPanel(RecentModels* recent, const QString& engine = {}, QWidget* parent = nullptr);

    void openPath(const QString& path, const QString& split = {});
    void openModel(const QString& path);
    void setRuns(const OpenRuns& runs);
    QJsonObject sessionState() const override; ///< what is open
    void restoreSession(const QJsonObject& state) override;
    DatasetJobs* jobs() { return &m_jobs; }
    DatasetModel* model() const { return m_model; }
    BatchPage* batch() const { return m_batch; }
    void showTab(int tab);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* buildStatistics();
    std::optional<DataConfig> openedData() const;
    void take(const OpenedDataset& opened);
    void showRow();
    void showStatistics(const data::DatasetStatistics& statistics);
    void search();
    void say(const QString& text, bool problem = false);
    void busy(bool working);
    void showEmpty();

    OpenedDataset m_opened;
    QString m_path, m_asked; ///< as asked for last: the data, and its split
    DatasetModel* m_model;
    QLabel *m_state, *m_figures, *m_tokensNote;
    QProgressBar* m_progress;
    QPushButton *m_cancel, *m_count, *m_openers[2];
    QComboBox *m_split, *m_overlap;
    QLineEdit* m_search;
    ModelChooser* m_tokenizer;
    QTableView* m_table;
    EmptyHint* m_empty;
    QTabWidget* m_tabs;
    ExactText *m_text, *m_raw;
    TokenChips* m_tokens;
    MappingForm* m_mapping;
    BatchPage* m_batch;
    Histogram* m_lengths;
    QTimer m_soon;
    TokenizerLoader m_loader;
    DatasetJobs m_jobs; ///< last: no answer outlives the rest
};

} // namespace aha
