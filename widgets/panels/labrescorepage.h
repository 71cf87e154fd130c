#pragma once
// A run's stored answers judged again under other rewards, its completions or those of its evaluations: which verdicts
// and rewards change, and why.

#include "core/run/enginelines.h"

#include <QJsonObject>
#include <QWidget>

class QComboBox;
class QLabel;
class QModelIndex;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace aha {

class FigureTable;
struct FigureRow;
class FigureFilter;
class TraceTable;

class LabRescorePage : public QWidget {
    Q_OBJECT
public:
    /// Which answers a run may have.
    struct Stock {
        bool completions = true; ///< it stores judged ones
        QString noHeldOut {}; ///< why nothing judges what it answers; "": something does
    };

    /// `engine`: the program; empty: the one beside this program.
    explicit LabRescorePage(const QString& engine = {}, QWidget* parent = nullptr);

    /// The run; "" for none; and its name. What is listed or runs of another stays, and says so. Another run's
    /// completions are chosen, where there are any, else its held-out answers.
    void setFolder(const QString& folder, qint64 lastStep, const QString& name, const Stock& stock);
    void setFolder(const QString& folder, qint64 lastStep, const QString& name = {})
    {
        setFolder(folder, lastStep, name, Stock());
    }
    /// What is to be other than in the run: rewards.key=value.
    void setChanges(const QStringList& changes);
    /// As the button does; what runs already for this run goes on, for another one makes way.
    void start();
    /// Which answers are asked for, where that is not as setFolder() left it; restoreTyped() after that.
    QJsonObject typed() const;
    void restoreTyped(const QJsonObject& state);
    FigureTable* model() const { return m_model; }

Q_SIGNALS:
    void completionPicked(const QString& folder, qint64 completionId);
    void problemPicked(const QString& folder, qint64 evaluationId, int position, int sample);

private:
    using Json = nlohmann::ordered_json;
    void toggle();
    void take(const std::vector<Json>& lines);
    void summarize(const Json& summary);
    FigureRow rowOf(const Json& line);
    void open(const QModelIndex& index);
    void showDetail(const QModelIndex& index); ///< verdicts and parts of that row; hidden without one
    QString partsText(int sourceRow) const;
    void selectFirst(); ///< unless a row is selected: its reasons are read without a click
    void takeRange();
    bool isOfHeldOut() const; ///< as it is chosen now
    bool isPossible() const;
    void say(const QString& text, bool problem);
    QWidgetList inputs() const;
    void refresh();

    EngineLines m_engine;
    QString m_folder, m_askedFolder, m_name, m_askedName; ///< now; that the table is of
    QStringList m_changes, m_asked; ///< likewise
    bool m_isDone = false, m_isProblem = false, m_askedHeldOut = false;
    Stock m_stock;
    qint64 m_lastStep = 0;
    struct HeldOutPlace {
        qint64 evaluation;
        int problem, sample;
    };
    std::vector<HeldOutPlace> m_places; ///< by a row's id, of held-out answers
    struct Part { ///< of the reward, before and now; NaN: no value
        QString name;
        double valueWas, weightWas, valueNow, weightNow;
    };
    std::vector<std::vector<Part>> m_parts; ///< a row of the table
    QJsonObject m_untouched; ///< the fields, as setFolder() left them
    QString m_summary;
    FigureTable* m_model;
    FigureFilter* m_filter;
    TraceTable* m_table;
    QPushButton* m_start;
    QComboBox *m_of, *m_show;
    QSpinBox *m_from, *m_to;
    QProgressBar* m_progress;
    QLabel *m_heading, *m_note;
    QPlainTextEdit* m_detail;
};

} // namespace aha
