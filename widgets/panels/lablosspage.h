#pragma once
// The same stored completions under several losses: how strong each is, how like the run's own, and at what it pulls.

#include "core/run/enginequestion.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace aha {

class FigureTable;
class FigureFilter;
class TraceTable;

class LabLossPage : public QWidget {
    Q_OBJECT
public:
    /// `engine`: the program; empty: the one beside this program.
    explicit LabLossPage(const QString& engine = {}, QWidget* parent = nullptr);

    /// The run; "" for none.
    void setFolder(const QString& folder);
    FigureTable* model() const { return m_model; }

private:
    using Json = nlohmann::ordered_json;
    void toggle();
    void present(const Json& report);
    void say(const QString& text, bool problem);
    void refresh();

    EngineQuestion m_question;
    QString m_folder, m_summary;
    QElapsedTimer m_since;
    QTimer m_tick;
    QSpinBox* m_step;
    QComboBox* m_policy;
    QLineEdit* m_losses;
    QPushButton* m_start;
    QLabel *m_note, *m_legend;
    FigureTable* m_model;
    FigureFilter* m_order;
    TraceTable* m_table;
};

} // namespace aha
