#pragma once
// Two to six texts side by side, each with its word diff against a chosen one: of whatever runs, steps, prompts and
// checkpoints.

#include "core/trace/reflection.h"
#include "widgets/models/worker.h"
#include "widgets/panels/completionpicker.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/sessionpart.h"
#include "widgets/panels/textplace.h"
#include "widgets/panels/tracediff.h"

#include <QHash>
#include <QSet>
#include <QWidget>

#include <memory>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QScrollArea;
class QSplitter;

namespace aha {

enum class Heat;
class PatternBar;
class TextColumn;
class TokenLine;
class TokenMeasure;
class TraceLegend;
class TraceView;

class TextsPage : public QWidget, public SessionPart {
    Q_OBJECT
public:
    static constexpr int kFewest = 2, kMost = 6;

    explicit TextsPage(const std::shared_ptr<const Lexicon>& lexicon, QWidget* parent = nullptr);
    ~TextsPage() override;

    void setRuns(const OpenRuns& runs);
    /// Columns that come later mark by it, too.
    void setLexicon(const std::shared_ptr<const Lexicon>& lexicon);
    int columns() const { return m_count; }
    TextColumn* column(int index) const { return m_columns[size_t(index)]; }
    /// The text of the column that was touched last, else of the first.
    TextReading reading() const;
    /// The text in one of the columns that are there.
    void setText(int column, const TextPlace& place);
    /// In the place of a text that nobody chose, or in a new column. False, and a sentence says so, when six are there.
    bool add(const TextPlace& place);
    /// These and no others. Of more than six the first, the last and some evenly between.
    void setTexts(const TextPlaces& places);
    /// The text that the others are compared with.
    void setBase(int column);
    /// How many columns there are; what stands in them are fields.
    QJsonObject sessionState() const override { return { { QStringLiteral("columns"), m_count } }; }
    void restoreSession(const QJsonObject& state) override;

Q_SIGNALS:
    void completionPicked(const QString& folder, qint64 completionId);
    void problemPicked(const QString& folder, qint64 evaluationId, int position, int sample);
    void said(const QString& sentence);
    /// TraceView::menuOpening() of any column.
    void textMenuOpening(QMenu* menu);

protected:
    void showEvent(QShowEvent* event) override;

private:
    TextColumn* makeColumn();
    void setCount(int count);
    void removeColumn(TextColumn* column);
    void addAlike();
    void showAlike();
    void pickFirst(); ///< what one sees before choosing: the newest of two runs, or two of a group of one
    void showPair();
    void compare();
    void showFound();
    void followMeasure(); ///< connects what engines are asked
    void measure(); ///< what the chosen colours need, or somebody wanted
    void measureAll();
    bool isAnyMeasurable() const;
    void setDifferences(const std::vector<TextDifference>& differences);
    void syncScroll(const TraceView* from);
    void alignTexts(); ///< all begin at one height, however much is said above them
    void showProblem();
    TextColumn* currentColumn() const;
    TraceView* currentView() const;

    QScrollArea* m_scroll;
    QSplitter* m_split;
    QPushButton *m_add, *m_alike;
    QComboBox* m_base;
    QCheckBox* m_linked;
    QLabel *m_empty, *m_problem, *m_found, *m_insight, *m_pairNote;
    QLineEdit* m_find;
    TraceLegend* m_legend;
    TokenLine* m_reading;
    PatternBar* m_pattern;
    TokenMeasure* m_measure;
    QWidget* m_page;
    std::shared_ptr<const Lexicon> m_lexicon;
    OpenRuns m_runs;
    std::vector<TextColumn*> m_columns; ///< those that are shown first; the others wait for their next use
    std::vector<TextDifference> m_differences; ///< (base, column) by column
    QHash<const TextColumn*, QString> m_problems;
    TextColumn* m_measured = nullptr; ///< an engine reads its text
    QSet<const TextColumn*> m_wanted; ///< to be measured whatever they are coloured by
    QHash<const TextColumn*, QString> m_refused; ///< could not be measured, and why
    Heat m_lastHeat {};
    QHash<int, bool> m_layers; ///< what the legend switched since: for columns that come later
    QSet<const TextColumn*> m_chosen; ///< show what somebody asked for
    CompletionPicker::Pair m_pair; ///< what pickFirst() found in one run
    int m_count = 0;
    bool m_syncing = false;
    quint64 m_asked = 0, m_pairAsked = 0;
    Worker m_worker;
};

} // namespace aha
